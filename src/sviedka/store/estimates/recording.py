# SPDX-License-Identifier: AGPL-3.0-or-later
"""An estimate as a statement, so that whoever is shown a number later can ask which one was stated, and when."""

from __future__ import annotations

import math
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.ids import StatementId
from sviedka.store.admission import admit
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.house import own_case
from sviedka.store.labels import LabelIds
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.count.counted import Counted
    from sviedka.core.count.estimate.report import EstimateReport
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive

TYPE: Final = "estimate/1"


def record_estimate(
    archive: Archive, keeper: Keeper, report: EstimateReport, *, kind: str, input_sha256: str, report_sha256: str
) -> StatementId:
    """State the estimate in the archive's own case, as the person who is logged in; return the statement.

    Args:
        archive: Where to.
        keeper: Signs.
        report: What is stated.
        kind: `linkage-run` or `capture-table`.
        input_sha256: Digest of the file that was estimated from, in hexadecimal.
        report_sha256: Digest of the report's own file.

    Raises:
        DoesNotFit: What is counted is longer than a line, or its day is none.
        DiskFull, ReadOnly, DiskError, Locked: Nothing was recorded.
    """
    facts = keeper.facts()
    ids = LabelIds(keeper.label_key())
    try:
        subject = ids.subject(own_case(facts), "estimate-" + _question(report.counted))
    finally:
        ids.wipe()
    fields = estimate_fields(report, kind=kind, input_sha256=input_sha256, report_sha256=report_sha256)
    jti = StatementId(new_id())
    saying = Saying(jti=jti, case=own_case(facts), type=TYPE, subject=subject, fields=fields)
    drafter = Drafter(open_store(archive, keeper), archive_cell=facts.archive_cell)
    admit(archive, keeper, [drafter.draft(saying, now())])
    return jti


def estimate_fields(report: EstimateReport, *, kind: str, input_sha256: str, report_sha256: str) -> dict[str, Json]:
    """Return the fields of the statement `estimate/1`; a refused estimate has no range and no method's number."""
    counted, minimum, found = report.counted, report.documented, report.published_range
    refused: list[Json] = [one.code for one in report.refusal] or ["no-range"]
    warned: list[Json] = [*sorted({one.code for one in report.warnings})]
    methods: list[Json] = [
        {
            "name": one.name,
            "people": round(one.people),
            "low": math.floor(one.low),
            "high": math.ceil(one.high),
            "range": "inside" if one in report.ranged else "outside",
        }
        for one in report.methods
        if one.people is not None and one.low is not None and one.high is not None
    ]
    said: dict[str, Json] = (
        {"refused_for": refused}
        if found is None
        else {"range_low": found[0], "range_high": found[1], "methods": methods}
    )
    return {
        "unit": counted.unit,
        "what": counted.what,
        "where": counted.where,
        "until": counted.until,
        "input": kind,
        "input_sha256": input_sha256,
        "report_sha256": report_sha256,
        "lists": len(report.lists),
        "draws": report.draws,
        "documented": minimum.decided,
        "documented_low": minimum.low,
        "documented_high": minimum.high,
        "level_percent": round(report.level * 100),
        "warned_of": warned,
        "seed": report.seed,
        **said,
    }


def _question(counted: Counted) -> str:
    return sha256(encode_canonical([counted.unit, counted.what, counted.where, counted.until])).hexdigest()
