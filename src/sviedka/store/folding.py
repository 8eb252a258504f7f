# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what one statement tells to the rows it adds: the same for a live admission and for a rebuild.

A pure function of the statement, its place and what could be opened of it; no row depends on the clock or the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.seal.merkle import leaf_hash
from sviedka.store.columns import join_words
from sviedka.store.moments import to_column
from sviedka.store.projecting import project, rank_of
from sviedka.store.rows import PASSAGE, SUBJECT, Folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.statement import Group
    from sviedka.store.engine import Row
    from sviedka.store.telling import Telling


def fold(telling: Telling, *, jwt: bytes, groups: Sequence[Group], desk: str, leaf_index: int) -> Folded:
    """Return what a statement adds to the tables.

    Args:
        telling: Already verified by the caller, or composed by our own keeper a moment ago.
        jwt: The leaf.
        groups: Its disclosures by cells, withheld groups among them.
        desk: In whose log it stands.
        leaf_index: Its place in the desk's log.
    """
    jti, case, at = telling.jti, telling.case, to_column(telling.at)
    row: Row = (
        jti, case, desk, leaf_index, leaf_hash(jwt), jwt.decode("ascii"),
        telling.type, telling.subject, at, telling.author,
    )  # fmt: skip
    rank = rank_of(at=at, desk=desk, leaf_index=leaf_index)
    rows: list[tuple[str, Row]] = [(SUBJECT, (case, telling.subject, _kind(telling), rank))]
    rows += [(PASSAGE, _passage(telling, group)) for group in groups]
    rows += project(telling, at=at, desk=desk, leaf_index=leaf_index)
    return Folded(statement=row, head=(jti, case, telling.subject), supersedes=telling.heads, rows=tuple(rows))


def _passage(telling: Telling, group: Group) -> Row:
    return telling.jti, telling.case, join_words(group.cells), join_words(group.disclosures), group.withheld


def _kind(telling: Telling) -> str:
    return telling.type.partition("/")[0].partition(".")[0]
