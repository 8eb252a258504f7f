# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that this archive ever published, read back from its statements.

All releases stand in one case and under one subject, so that of two that are made at once the second is refused: it did not know of the
first (`HeadsMoved`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.count.release.copy import TYPE
from sviedka.core.count.release.ledger import parse_ledger
from sviedka.core.count.release.release_errors import LedgerMalformed
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.connect import database_failures
from sviedka.store.labels import LabelIds
from sviedka.store.ledger import find_all_of, find_disclosures

if TYPE_CHECKING:
    from sviedka.core.base.ids import StatementId, SubjectId
    from sviedka.core.base.schema import Fields
    from sviedka.core.count.suppress.version import Version
    from sviedka.keeper.client import Keeper
    from sviedka.store.engine import Database

_CASE: Final = "releases-of-statistics"
_SUBJECT: Final = "ledger"


@dataclass(frozen=True, kw_only=True)
class PastRelease:
    """A release that was made: what its statement says, and the numbers behind it."""

    jti: StatementId
    fields: Fields
    version: Version


def place_of_releases(keeper: Keeper) -> tuple[SubjectId, SubjectId]:
    """Return the case in which all releases stand, and their subject."""
    ids = LabelIds(keeper.label_key())
    case = ids.case(_CASE)
    subject = ids.subject(case, _SUBJECT)
    ids.wipe()
    return case, subject


def read_releases(database: Database) -> tuple[PastRelease, ...]:
    """Return every release ever, oldest first.

    Raises:
        LedgerMalformed: One of them cannot be read. What it published is then not known, and nothing further may be.
    """
    with database_failures():
        listed = find_all_of(database, TYPE)
        found = find_disclosures(database, listed)
    if len(found) != len(listed):
        raise LedgerMalformed("A part of an earlier release can no longer be read.")
    releases = []
    for jti in listed:
        jwt, texts = found[jti]
        fields = read_disclosures(parse_jwt(jwt), texts).fields
        segments = fields.get("ledger")
        if not isinstance(segments, list):
            raise LedgerMalformed("The ledger of a release cannot be read.")
        releases.append(PastRelease(jti=jti, fields=fields, version=parse_ledger([str(one) for one in segments])))
    return tuple(releases)
