# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka release`: counts leave, if nobody can be worked out from them and from everything before them.

In this order: the plan is read; its cells are filled; what is sensitive is hidden, with as little else as keeps it hidden; an attacker is
given this and every earlier release; the files are made; somebody stands behind the statement in person; it is durable; the files get
their name. A kill before the last step leaves a statement without files: what it says counts as published.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Withheld
from sviedka.core.base.ids import StatementId, parse_id
from sviedka.core.base.progress import unwatched
from sviedka.core.count.release.copy import STATEMENT, TYPE, format_copy
from sviedka.core.count.release.correcting import refuse_revealing
from sviedka.core.count.release.counting import fill_plan
from sviedka.core.count.release.facts import Audited, count_numbers
from sviedka.core.count.release.ledger import format_ledger
from sviedka.core.count.release.release_errors import PlanRefused
from sviedka.core.count.release.tallying import tally
from sviedka.core.count.suppress.audit import audit_release, choose_shown
from sviedka.core.seal.statement import parse_disclosure
from sviedka.store.admission import admit
from sviedka.store.asserted_admission import HeadsMoved, admit_asserted
from sviedka.store.connect import database_failures
from sviedka.store.dossier.writing import publish, staging, write_files
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.ledger import find_all_of, find_disclosures
from sviedka.store.models import Case
from sviedka.store.release.case_acts import read_acts
from sviedka.store.release.counts import read_counts
from sviedka.store.release.estimates import read_estimates
from sviedka.store.release.files import dated, digests_of, make_files
from sviedka.store.release.ledger import place_of_releases, read_releases
from sviedka.store.release.plan import read_plan
from sviedka.store.scope import in_cases
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.core.count.release.counting import CountRow
    from sviedka.core.count.release.plan import ReleasePlan
    from sviedka.core.count.suppress.version import Version
    from sviedka.core.seal.assertion import Assertion
    from sviedka.keeper.asserting import Assertor
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.pending import PendingStatement
    from sviedka.store.engine import Database
    from sviedka.store.release.ledger import PastRelease
    from sviedka.vault.layout import Archive

UNSHOWN: Final = frozenset({"ledger", "heads", "case", "author_sig", "assertion"})
"""What the copy of the statement that leaves with a release does not show: hidden numbers, our own words, who works here."""


class NothingToShow(Withheld):
    """Every number of the release would be hidden."""

    code = "withheld.nothing-to-show"
    hint = "Merge categories, or publish only how many there are in all."


@dataclass(frozen=True, kw_only=True)
class Released:
    """A release that was made."""

    jti: StatementId
    shown: int
    hidden: int
    audited: Audited
    files: tuple[str, ...]


def release(
    archive: Archive,
    keeper: Keeper,
    plan_file: Path,
    *,
    out: Path,
    assertor: Assertor,
    progress: Progress = unwatched,
) -> Released:
    """Make the release that a plan asks for.

    Args:
        archive: Where the ledger is kept, and the statement.
        keeper: Signs, as the person who is logged in.
        plan_file: The plan; a file of counts that it names lies beside it.
        out: The folder to be made.
        assertor: Gets the assertion of whoever stands behind the release.
        progress: Told of each step.

    Raises:
        PlanRefused, CountsRefused, TableMalformed, TableForbidden: Nothing was published or recorded.
        AlreadyRevealed, CellTooNarrow, CorrectionReveals, EstimateReveals, NothingToShow: It would give somebody away.
            Nothing was published.
        PatternNotFound: No safe choice was found in time.
        HeadsMoved: Another release was made meanwhile.
        Failure: As `admit_asserted`; nothing was published.
    """
    plan, plan_bytes = read_plan(plan_file)
    database = open_store(archive, keeper)
    past = read_releases(database)
    plan = replace(plan, estimated=read_estimates(database, plan, past))
    version = fill_plan(plan, _rows(plan, plan_file, database, keeper))
    version, audited = choose_and_audit(plan, version, past, progress)
    files = make_files(plan, version, audited, progress)
    fields = _fields(plan, plan_bytes, version, audited, files)
    with staging(out) as folder:
        jti = _state(archive, keeper, fields, _watching(database, past, assertor))
        files[STATEMENT] = copy_of_statement(open_store(archive, keeper), jti)
        write_files(folder, files, at=dated(plan))
        (folder / "data").rmdir()  # a release is no bag
        publish(folder, out)
    shown, hidden = count_numbers(version)
    return Released(jti=jti, shown=shown, hidden=hidden, audited=audited, files=tuple(files))


def choose_and_audit(
    plan: ReleasePlan, version: Version, past: Sequence[PastRelease], progress: Progress
) -> tuple[Version, Audited]:
    """Return the version with the cells chosen that it may show, and what the attacker made of it.

    Raises:
        Withheld: It would give somebody away.
    """
    before = [one.version for one in past]
    version = replace(version, rule=plan.rule)
    version = replace(version, shown=choose_shown([*before, version], progress))
    if not version.shown:
        raise NothingToShow("Every number of this release would have to be hidden.")
    if plan.corrects is not None:
        wrong = [one for one in past if one.jti == parse_id(str(plan.corrects))]
        if not wrong:
            raise PlanRefused("The release that is to be corrected is not in this archive.")
        refuse_revealing(wrong[0].version, version)
    audit = audit_release([*before, version], progress)
    doubt = int(audit.narrowest + 0.5) if audit.asked else None
    return version, Audited(releases=len(before) + 1, least_doubt=doubt)


def _rows(plan: ReleasePlan, plan_file: Path, database: Database, keeper: Keeper) -> tuple[CountRow, ...]:
    if plan.count_case is not None:
        return tally(plan, read_acts(database, keeper, plan.count_case, unit=plan.unit, as_of=plan.as_of))
    return read_counts(plan_file.parent / str(plan.counts), plan)


def _fields(
    plan: ReleasePlan, plan_bytes: bytes, version: Version, audited: Audited, files: dict[str, bytes]
) -> dict[str, Json]:
    shown, hidden = count_numbers(version)
    fields: dict[str, Json] = {
        "title": dict(plan.title),
        "unit": plan.unit.value,
        "population": dict(plan.population),
        "as_of": plan.as_of,
        "method": dict(plan.method),
        "coverage": dict(plan.coverage),
        "certainty": plan.certainty,
        "threshold": plan.rule.threshold,
        "rounded_to": plan.rounded_to,
        "shown": shown,
        "hidden": hidden,
        "audited": audited.releases,
        "plan_sha256": sha256(plan_bytes).hexdigest(),
        "file": [dict(one) for one in digests_of(files)],
        "ledger": [{"text": segment, "about": []} for segment in format_ledger(version)],
    }
    if audited.least_doubt is not None:
        fields["least_doubt"] = audited.least_doubt
    if plan.estimates:
        fields["estimate"] = list(plan.estimates)
    if plan.corrects is not None and plan.erratum is not None:
        fields |= {"corrects": plan.corrects, "erratum": dict(plan.erratum)}
    return fields


def _state(archive: Archive, keeper: Keeper, fields: dict[str, Json], assertor: Assertor) -> StatementId:
    case, subject = place_of_releases(keeper)
    database = open_store(archive, keeper)
    drafter = Drafter(database, archive_cell=keeper.facts().archive_cell)
    with database_failures(), in_cases(case):
        is_open = Case.objects.exists()
    if not is_open:
        title: Json = {"en": "Releases of statistics", "be": "Выпускі статыстыкі", "ru": "Выпуски статистики"}
        opening = Saying(
            jti=StatementId(new_id()), case=case, type="case.opened/1", subject=case, fields={"title": title}
        )
        admit(archive, keeper, [drafter.draft(opening, now())])
    saying = Saying(jti=StatementId(new_id()), case=case, type=TYPE, subject=subject, fields=fields)
    (admitted,) = admit_asserted(archive, keeper, [drafter.draft(saying, now())], assertor)
    return admitted.jti


def _watching(database: Database, past: Sequence[PastRelease], assertor: Assertor) -> Assertor:
    """Return an assertor that refuses if a release was made since the ledger was read."""

    def assert_all(pending: Sequence[PendingStatement]) -> list[Assertion]:
        with database_failures():
            known = find_all_of(database, TYPE)
        if known != [one.jti for one in past]:
            raise HeadsMoved("Another release was made meanwhile.")
        return assertor(pending)

    return assert_all


def copy_of_statement(database: Database, jti: StatementId) -> bytes:
    """Return the statement of a release as a file: the token, and the disclosures that may leave."""
    with database_failures():
        jwt, texts = find_disclosures(database, [jti])[jti]
    return format_copy(jti, jwt, [text for text in texts if _may_leave(text)])


def _may_leave(text: str) -> bool:
    """Whether a disclosure has a name that may leave. The segments of the ledger have none."""
    name = parse_disclosure(text).name
    return name is not None and name not in UNSHOWN
