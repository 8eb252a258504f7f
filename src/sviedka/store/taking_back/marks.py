# SPDX-License-Identifier: AGPL-3.0-or-later
"""Marks of removal against the log: each has to have an erasure that accounts for it.

A mark is an empty file, which anybody with the account can make. What bears one is carried into no new epoch, and places of
keys let go of what bears one and is gone here. So what lies here with a mark that no proven erasure explains stops a
rotation, and an unlocked check names each mark that the log knows nothing of. Spec: spec/06-vault.md §6, §8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Refuted
from sviedka.core.base.ids import is_id
from sviedka.core.disclose.taking_back import Stage
from sviedka.store.connect import database_failures
from sviedka.store.ledger import sealed_among
from sviedka.store.taking_back_cover import find_left, its_own
from sviedka.store.taking_back_done import find_erased
from sviedka.store.taking_back_ledger import done_subjects, find_erasure_statements, find_taken, requested_subjects
from sviedka.store.taking_back_requests import fields_of, find_requests, ids_of
from sviedka.vault.clock import now
from sviedka.vault.epochs import list_epochs
from sviedka.vault.listed import REMOVED_NAME, read_removed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_NO_WAIT: Final = 0
"""Days: a request whose erasure was cut short had waited, and may have been carried out with another setting."""


class MarksUnexplained(Refuted):
    """Something lies here that is marked as taken back, though the log says of nobody that they took it back."""

    code = "refuted.mark-of-removal"
    hint = (
        "No key was destroyed. sviedka check --full names the marks: take those files away, and find out who made them."
    )


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A mark that nothing explains.

    Attributes:
        reference: Its path in the archive's folder.
        lies: What it marks is still here, in some epoch.
    """

    reference: str
    lies: bool


def find_unexplained(archive: Archive, database: Database) -> tuple[Mark, ...]:
    """Return the marks that no erasure accounts for.

    Of what still lies here only an erasure counts that is proven: a rotation would lose it. Of what is gone, each
    statement that it was erased, and each request that is done or may be carried out now, since that may have been cut short. A mark of
    an item that was never stated is that of a deposit which was cut, and left alone.

    Args:
        archive: Whose.
        database: In step with the packs.
    """
    slips, cells = _marks(archive.slips), _marks(archive.cells)
    if not slips and not cells:
        return ()
    with database_failures():
        proven, said = find_erased(database), _said(database)
        sealed = sealed_among(database, sorted({name for _, name in slips}))
    found = []
    for store, marks, place in ((archive.slips, slips, 0), (archive.cells, cells, 1)):
        for epoch, name in marks:
            lies = any((store / one / name[:2] / name).is_file() for one in list_epochs(store))
            explained = name in proven[place] or (not lies and name in said)
            if not explained and (place or name in sealed):
                found.append(Mark(reference=f"{store.name}/{epoch}/{REMOVED_NAME}/{name}", lies=lies))
    return tuple(found)


def refuse_unexplained(archive: Archive, database: Database) -> None:
    """Raise `MarksUnexplained` if a rotation would lose what nobody took back."""
    lying = [mark for mark in find_unexplained(archive, database) if mark.lies]
    if lying:
        raise MarksUnexplained(
            "{count} slips or cells are marked as taken back, and no erasure explains it.", count=len(lying)
        )


def _marks(store: Path) -> list[tuple[str, str]]:
    return [
        (epoch, name) for epoch in list_epochs(store) for name in sorted(read_removed(store / epoch)) if is_id(name)
    ]


def _said(database: Database) -> set[str]:
    """Return every item and cell of which a statement says that it was erased, or that may be erased now."""
    told = (find_erasure_statements(database, subject) for subject in done_subjects(database))
    dones = [jti for kinds in told for jti, kind in kinds.items() if kind == "erasure.done/1"]
    found = {
        str(name)
        for _, fields in fields_of(database, dones)
        for name in (*ids_of(fields.get("items")), *ids_of(fields.get("cells")))
    }
    return found.union(*(_going(database, subject) for subject in requested_subjects(database)))


def _going(database: Database, subject: str) -> Iterator[str]:
    """Yield what may be erased now, and what was while nobody here had heard of what stands against it."""
    stages = (Stage.READY, Stage.DONE)
    going = [
        one for one in find_requests(database, subject, now=now(), wait_days=_NO_WAIT) if one.state.stage in stages
    ]
    taken = find_taken(database, subject) if going else None
    yield from (item for one in going for item in one.items)
    yield from (*taken.cells, *find_left(database, taken, its_own(database, taken))) if taken is not None else ()
