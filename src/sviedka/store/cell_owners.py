# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose a cell is: whoever may record can name any cell in a statement, and what goes with a person goes with every cell that is theirs.

A desk makes a cell for one person, in the statement that names it first; every later statement of its log that names it for
somebody else is wrong, and so is one of another desk that knew of the first: its log named as a head what came after it. Where
neither desk says that it knew, the cell is disputed, and nobody's. Spec: spec/03-statement.md §3.11.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Refuted
from sviedka.core.base.ids import CellId, SubjectId
from sviedka.store.ledger import in_lists

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sviedka.store.engine import Database

_CLAIMS: Final = (
    "SELECT r.target, s.type, s.subject, s.desk, s.leaf_index FROM store_reference r "
    "JOIN store_statement s ON s.jti = r.statement_id WHERE r.kind = 'cell' "
    "AND s.type IN ('person/1', 'identity.deposited/1') AND {of}"
)
_OF_PERSONS: Final = _CLAIMS.format(of="s.subject IN ({marks})")
_OF_CELLS: Final = _CLAIMS.format(of="r.target IN ({marks})")
_KNOWN: Final = (
    "SELECT max(o.leaf_index) FROM store_supersession p JOIN store_statement s ON s.jti = p.statement_id "
    "JOIN store_statement o ON o.jti = p.old WHERE s.desk = ? AND s.leaf_index <= ? AND o.desk = ?"
)
"""How far a desk's log, up to a place in it, says that the desk knew another's."""
_HOUSE: Final = 'SELECT DISTINCT "case" FROM store_statement WHERE "case" IN ({marks})'
"""What an archive states of itself has its own cell as the case."""


class CellDisputed(Refuted):
    """A cell is named for two persons, or for a person though it is the archive's own."""

    code = "refuted.cell-disputed"
    hint = "Nothing was erased. Find out which desk names the cell wrongly, and who works there."


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """The cells that statements name for one person, each list sorted.

    Attributes:
        told: For what they told, one for each desk that recorded them before it knew of the others.
        identities: For who they are, and the keys of their name.
        disputed: Named for somebody else too, so that nobody knows whose they are.
    """

    told: tuple[CellId, ...] = ()
    identities: tuple[CellId, ...] = ()
    disputed: tuple[CellId, ...] = ()


def cells_of(database: Database, person: str) -> Cells:
    """Return every cell that any desk made for a person."""
    told, identities = set[CellId](), set[CellId]()
    for cell, kind, *_ in in_lists(database, _OF_PERSONS, [person]):
        (told if kind == "person/1" else identities).add(CellId(cell))
    named = _named_for(database, told | identities)
    own = {cell for cell in named if named[cell] == {person}}
    return Cells(
        told=tuple(sorted(told & own)),
        identities=tuple(sorted(identities & own)),
        disputed=tuple(sorted(cell for cell in named if person in named[cell] and cell not in own)),
    )


def find_person_cells(database: Database, persons: Sequence[str]) -> dict[SubjectId, CellId]:
    """Return the cell under which what each person tells is sealed, of those who are recorded and have one that is theirs.

    The one that the newest record of them names, if it is theirs; else the first that is.
    """
    newest = "SELECT person, cell FROM store_person WHERE cell IS NOT NULL AND person IN ({marks})"
    found = {SubjectId(person): CellId(cell) for person, cell in in_lists(database, newest, persons)}
    named = _named_for(database, found.values())
    theirs = {person: cell for person, cell in found.items() if named.get(cell) == {person}}
    for person in found.keys() - theirs.keys():
        for cell in cells_of(database, person).told[:1]:
            theirs[person] = cell
    return theirs


def find_disputed(database: Database) -> tuple[CellId, ...]:
    """Return every cell that is named for somebody and of which nobody knows whose it is, sorted."""
    named = _named_for(database, [CellId(cell) for cell, *_ in database.run(_CLAIMS.format(of="TRUE"))])
    return tuple(sorted(cell for cell in named if len(named[cell]) > 1))


def refuse_disputed(cells: Iterable[CellId]) -> None:
    """Raise `CellDisputed` if there are any: erasing them might take what somebody else told."""
    for cell in cells:
        raise CellDisputed("Cell {cell} is named for more than one person.", cell=cell)


def _named_for(database: Database, cells: Collection[CellId]) -> dict[CellId, set[str]]:
    """Return for whom each cell is named by who did not know better; of the archive's own cell also the archive."""
    first = defaultdict[CellId, dict[str, tuple[int, str]]](dict)
    for cell, _, subject, desk, index in in_lists(database, _OF_CELLS, cells):
        held = first[CellId(cell)].get(desk)
        first[CellId(cell)][desk] = (index, subject) if held is None else min(held, (index, subject))
    named = {cell: _undisputed(database, by_desk) for cell, by_desk in first.items()}
    for (case,) in in_lists(database, _HOUSE, cells):
        named[CellId(case)].add(case)
    return named


def _undisputed(database: Database, by_desk: Mapping[str, tuple[int, str]]) -> set[str]:
    """Return for whom a cell is named by those desks that did not know another one to have named it for somebody else."""

    def knew(desk: str) -> bool:
        index, subject = by_desk[desk]
        others = ((one, place) for one, (place, person) in by_desk.items() if person != subject)
        return any(_known(database, desk, index, one) >= place for one, place in others)

    return {subject for desk, (_, subject) in by_desk.items() if not knew(desk)}


def _known(database: Database, desk: str, index: int, other: str) -> int:
    (known,) = database.run(_KNOWN, (desk, index, other)).fetchone()
    return -1 if known is None else int(known)
