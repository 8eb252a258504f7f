# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was erased, as far as a desk's word for it stands on a request that two people approved.

A desk says what it erased (`erasure.done`). Others erase the same only where the request that it names was carried out by
everything that a request needs (`core.disclose.taking_back`), and only what belongs to whom the request is about: a desk
that is taken over can make nobody erase what nobody asked for. Spec: spec/03-statement.md §3.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import CellId, SubjectId
from sviedka.store.taking_back_ledger import done_subjects, find_taken, items_about, with_containers
from sviedka.store.taking_back_requests import fields_of, find_requests, ids_of
from sviedka.vault.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.store.engine import Database
    from sviedka.store.taking_back_requests import Request

Erased = tuple[tuple[SubjectId, ...], tuple[CellId, ...]]
"""Items and cells, each sorted."""

_NO_WAIT: Final = 0
"""Days: how long a desk waited is for its own keeper to see; others would see it each with another setting."""


def find_erased(database: Database) -> Erased:
    """Return all items and cells whose erasure stands on a request that was approved and carried out."""
    items: set[SubjectId] = set()
    cells: set[CellId] = set()
    for subject in done_subjects(database):
        found = _erased_of(database, subject)
        items.update(found[0])
        cells.update(found[1])
    return tuple(sorted(items)), tuple(sorted(cells))


def _erased_of(database: Database, subject: SubjectId) -> Erased:
    """Return what statements about one subject erased."""
    requests = find_requests(database, subject, now=now(), wait_days=_NO_WAIT)
    by_done = {jti: one for one in requests for jti in one.state.carried_out_by}
    told = [(by_done[jti], fields) for jti, fields in fields_of(database, list(by_done))]
    taken = find_taken(database, subject)
    its_cells = set[str](() if taken is None else taken.cells)
    about = {subject} if taken is None else {subject, *items_about(database, taken)}
    items = set[SubjectId]()
    for request, fields in told:
        items.update(_within(database, request, ids_of(fields.get("items")), about))
    cells = {CellId(cell) for _, fields in told for cell in ids_of(fields.get("cells")) if cell in its_cells}
    return tuple(items), tuple(cells)


def _within(database: Database, request: Request, said: Iterable[SubjectId], about: set[SubjectId]) -> set[SubjectId]:
    """Return those of `said` that the request lists, or that are about its subject, or that hold such an item."""
    covered = {*with_containers(database, sorted({*request.items, *about}))} - {*request.blocked}
    return covered & {*said}
