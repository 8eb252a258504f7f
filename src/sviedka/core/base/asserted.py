# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which statements somebody stands behind in person, with an assertion of their own (spec/07-keys.md §13).

One line for each name; `StatementType.asserted` reads it, keepers refuse to sign without, and readers who know no types
know this list. The browser's verifier has the same (verifier/src/asserted.ts); a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Asserted(StrEnum):
    """Who stands behind a statement in person."""

    AUTHOR = "author"
    """Its author: whoever is logged in, asked once more."""

    NAMED = "named"
    """The user in its field `by`, who may be another than the author."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """From which version on statements of one name carry a personal assertion, and whose."""

    since: int
    asserted: Asserted


DEMANDS: Final = {
    "approval": Demand(since=1, asserted=Asserted.NAMED),
    "consent.given": Demand(since=2, asserted=Asserted.AUTHOR),
    "identity.requested": Demand(since=1, asserted=Asserted.AUTHOR),
    "linkage.requested": Demand(since=1, asserted=Asserted.AUTHOR),
    "release": Demand(since=1, asserted=Asserted.AUTHOR),
}
"""By the name of the type. Lesser versions are older than assertions: read as ever, and signed by no keeper any more."""


def find_demand(reference: str) -> Demand | None:
    """Return what is demanded of statements of this name (`approval` of `approval/1`), or None."""
    return DEMANDS.get(reference.partition("/")[0])


def asserted_by(reference: str) -> Asserted | None:
    """Return whose assertion a statement of this type carries. A version later than any known carries one too."""
    demand = find_demand(reference)
    version = reference.partition("/")[2]
    if demand is None or (version.isdecimal() and int(version) < demand.since):
        return None
    return demand.asserted


def is_superseded(reference: str) -> bool:
    """Tell whether this type is one that was made without an assertion where its successors carry one."""
    return find_demand(reference) is not None and asserted_by(reference) is None
