# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was erased, as far as a desk's word for it stands on a request that two people approved.

A desk says what it erased (`erasure.done`). Others erase the same only where the request that it names was carried out by
everything that a request needs (`core.disclose.taking_back`), and only what belongs to whom the request is about: a desk
that is taken over can make nobody erase what nobody asked for. What a person gave and told at a desk that had not heard of it
goes with it, as soon as that is heard, unless something stands against the request. Spec: spec/03-statement.md §3.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import CellId, SubjectId
from sviedka.store.taking_back_cover import find_left, find_within, its_own
from sviedka.store.taking_back_ledger import done_subjects, find_taken, with_containers
from sviedka.store.taking_back_requests import fields_of, find_requests, ids_of
from sviedka.vault.clock import now

if TYPE_CHECKING:
    from sviedka.store.engine import Database

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
    taken = find_taken(database, subject)
    if taken is None:
        return (), ()
    requests = find_requests(database, subject, now=now(), wait_days=_NO_WAIT)
    by_done = {jti: one for one in requests for jti in one.state.carried_out_by}
    if not by_done:
        return (), ()
    items, cells = set[SubjectId](), set[CellId]()
    own = its_own(database, taken)
    reach = with_containers(database, own)
    if any(one.state.carried_out_by and not one.state.is_stopped for one in requests):
        items.update(find_left(database, taken, own))
        cells.update(taken.cells)
    for jti, fields in fields_of(database, list(by_done)):
        items.update(find_within(database, taken, ids_of(fields.get("items")), by_done[jti].blocked, reach))
        cells.update(map(CellId, ids_of(fields.get("cells"))))
    return tuple(items), tuple(cells & {*taken.cells})
