# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of an erasure that the keeper does: it looks for itself whether and what, writes that down, and removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.disclose.taking_back import Stage
from sviedka.keeper.begun_erasures import Begun, read_begun, write_begun
from sviedka.keeper.config import read_config
from sviedka.store.cell_owners import refuse_disputed
from sviedka.store.folded_apart import folded_apart
from sviedka.store.heads_held import known_sizes, require_whole
from sviedka.store.taking_back.errors import NotYet
from sviedka.store.taking_back_requests import find_requests, find_subject, preview
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.clock import now as read_clock
from sviedka.vault.removing import find_lying, remove_everywhere

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import SubjectId
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database
    from sviedka.store.taking_back_ledger import Subject
    from sviedka.store.taking_back_requests import Request
    from sviedka.vault.layout import Archive

ERASE_JOB: Final = "sviedka.store.taking_back.erase_job:job"


def job(keys: JobKeys, arguments: Json, progress: Progress) -> Json:
    """Keeper job: steps 1 and 2, while nobody states anything. What goes is looked up in the packs.

    It is told by nobody else: not by rows, which the desk can write, nor by the desk.

    Args:
        keys: Of the archive.
        arguments: `subject`, `request`.
        progress: Told statements, as they are read.

    Returns:
        `removed`, how many slips and cells went now; `items`, `cells`, and `epochs` in which they lay: all that went under this
        request, also by a try that was cut short.

    Raises:
        NotYet: It may not be carried out; nothing was changed.
        CellDisputed: A cell of theirs is named for somebody else too; likewise.
        PacksMissing, LogDiffers, PackRefuted, PackUnreadable, PackMissing: Packs were taken away or changed; likewise.
    """
    told = arguments if isinstance(arguments, dict) else {}
    subject, request = str(told.get("subject")), str(told.get("request"))
    # what anybody states while the packs are folded would not be seen
    with admission_lock(keys.archive):
        begun = _begin(keys, subject, request, progress)
        removed, _ = remove_everywhere(keys.archive, begun.items, begun.cells)
    return {
        "removed": removed,
        "items": [*sorted(begun.items)],
        "cells": [*sorted(begun.cells)],
        "epochs": [*sorted(begun.epochs)],
    }


def _begin(keys: JobKeys, subject: str, request: str, progress: Progress) -> Begun:
    """Find what may go, in all packs that there ever were, and write it down."""
    known = known_sizes(keys)
    with folded_apart(keys, progress) as database:
        require_whole(database, keys.archive, known)
        found = find_subject(database, subject)
        ready = _ready_request(database, keys.archive, subject, request)
        refuse_disputed(found.disputed)
        items = preview(database, found, [*ready.items, *ready.blocked]).items
    begun = _with_before(keys, ready, found, items)
    write_begun(keys.archive, keys.vault_identity, begun)
    return begun


def _with_before(keys: JobKeys, request: Request, subject: Subject, items: tuple[SubjectId, ...]) -> Begun:
    """Return what goes with what went already: once her cell is gone, nobody knows any more what somebody gave."""
    lying = find_lying(keys.archive, items, subject.cells)
    begun = Begun(
        request=request.jti,
        subject=subject.subject,
        items=frozenset(items),
        cells=frozenset(subject.cells),
        epochs=frozenset(epoch for found in lying for epoch, _ in found),
    )
    before = read_begun(keys.archive, keys.vault_identity, request.jti)
    return begun.with_all_of(before) if before is not None and before.subject == begun.subject else begun


def _ready_request(database: Database, archive: Archive, subject: str, jti: str) -> Request:
    days = read_config(archive).erase_after_days
    requests = find_requests(database, subject, now=read_clock(), wait_days=days)
    ready = [one for one in requests if one.jti == jti and one.state.stage is Stage.READY]
    if not ready:
        raise NotYet("Request {jti} may not be carried out.", jti=jti)
    return ready[0]
