# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka seal`: originals become items. What is said of each is in `deposit_statements`, the bytes are `sealing`'s.

Originals come in groups: payloads and slips of a group are durable before its statements are admitted, and the next
group is sealed while the statements of this one are. What could not be read is said, noted in the log where there is
a folder to note it on, and does not stop the rest.
"""

from __future__ import annotations

import io
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final, cast

from sviedka.core.base.ids import SubjectId, is_id
from sviedka.core.base.progress import unwatched
from sviedka.store.admission import admit
from sviedka.store.deposit.containers import MOST_DEPTH, Budget, ContainerRefused, open_container
from sviedka.store.deposit.originals import (
    ChangedWhileRead,
    DiskFile,
    Folder,
    Oddity,
    Original,
    OriginalUnreadable,
    find_originals,
    size_below,
)
from sviedka.store.deposit.report import Deposited, DepositedItem, report_of
from sviedka.store.deposit.sealing import SMALL_BYTES, Sealer, SealingGroup, Small
from sviedka.store.deposit.sniffing import HEAD_BYTES, TAIL_BYTES, ZIP, sniff
from sviedka.store.deposit.statements import Circumstances, SealedFacts
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.labels import LabelIds, parse_label
from sviedka.store.session import close_store, open_store
from sviedka.vault.clock import now, read_clock_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.errors import Failure
    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.statement import Draft
    from sviedka.keeper.client import Keeper
    from sviedka.vault.findings import Finding
    from sviedka.vault.layout import Archive

GROUP_ITEMS: Final = 256
READ_BACK_EVERY: Final = 16
"""What is stated of originals is made by this program, file by file alike; see `admit`."""

GROUP_BYTES: Final = 32 * 1024 * 1024


def deposit(
    archive: Archive,
    keeper: Keeper,
    paths: Sequence[Path],
    *,
    case: str,
    source: str | None = None,
    handed_over_by: str | dict[str, Json] | None = None,
    progress: Progress | None = None,
    note_kept: Callable[[DepositedItem], None] | None = None,
) -> Deposited:
    """Seal files and folders, with what is known of how they came.

    Args:
        archive: Where to.
        keeper: Signs, as the person who is logged in.
        paths: Files and folders; links are not followed. A ZIP is sealed as it is and its members as items of their
            own.
        case: The case's label, or its id.
        source: The source's label or id.
        handed_over_by: The label or id of a recorded person: file names and digests then go under that person's cell. Or
            any party as statements write it: `{"person": id}`, `{"user": id}` or `{"description": text}`.
        progress: Told bytes.
        note_kept: Told of each original as soon as it is *kept*: what is left is then known also of a deposit that stops.

    Returns:
        Every item that is *kept* now, and what could not be sealed.

    Raises:
        DiskFull, ReadOnly, DiskError, Locked, DepositCut: Groups before are kept; run it again for the rest.
        PersonUnknown: `handed_over_by` names a person who is not recorded.
        LabelMalformed: `case`, `source` or `handed_over_by` is no label that a record file could use.
    """
    ids = LabelIds(keeper.label_key())
    case_id = SubjectId(case) if is_id(case) else ids.case(parse_label(case))
    source_id = None if source is None else _named(ids, case_id, source)
    if isinstance(handed_over_by, str):
        handed_over_by = {"person": _named(ids, case_id, handed_over_by)}
    ids.wipe()
    circumstances = Circumstances(
        case=case_id,
        source=source_id,
        handed_over_by=handed_over_by,
        clock_trust=read_clock_trust().word.value,
    )
    run = _Run(archive, keeper, circumstances, progress or unwatched, note_kept or (lambda _item: None))
    try:
        return run.run(paths)
    finally:
        run.close()


def _named(ids: LabelIds, case: SubjectId, label: str) -> SubjectId:
    return SubjectId(label) if is_id(label) else ids.subject(case, parse_label(label))


@dataclass(kw_only=True)
class _Group:
    """Originals that become durable together: those to be sealed, and what is to be said, in order."""

    parts: list[Small | Saying] = field(default_factory=list)
    done: list[DepositedItem] = field(default_factory=list)
    size_bytes: int = 0


class _Run:
    """One deposit."""

    def __init__(
        self,
        archive: Archive,
        keeper: Keeper,
        circumstances: Circumstances,
        progress: Progress,
        note_kept: Callable[[DepositedItem], None],
    ) -> None:
        self._archive = archive
        self._keeper = keeper
        self._say = circumstances
        self._progress = progress
        self._note_kept = note_kept
        database, facts = open_store(archive, keeper), keeper.facts()
        self._drafter = Drafter(database, archive_cell=facts.archive_cell)
        self._sealer = Sealer(archive, keeper, database, facts)
        self._admitting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="admit")
        self._sealing: tuple[SealingGroup, _Group] | None = None
        self._waiting: tuple[Future[object], _Group] | None = None
        self._group = _Group()
        self._kept: list[DepositedItem] = []
        self._findings: list[Finding] = []

    def run(self, paths: Sequence[Path]) -> Deposited:
        if self._progress is not unwatched:
            self._progress(0, size_below(paths))
        for found in find_originals(paths):
            self._take(found, Budget(), depth=0)
        self._drain()
        return Deposited(sealed=tuple(self._kept), findings=tuple(self._findings))

    def close(self) -> None:
        self._admitting.submit(close_store)  # that thread's own connection
        self._admitting.shutdown()
        self._sealer.wipe()

    def _take(self, found: Original | Folder | Oddity, budget: Budget, *, depth: int) -> None:
        if isinstance(found, Folder):
            self._add(self._say.received(found, kind="folder"))
        elif isinstance(found, Oddity):
            self._note(found, found.parent)
        else:
            self._take_original(found, budget, depth=depth)

    def _take_original(self, original: Original, budget: Budget, *, depth: int) -> None:
        try:
            if original.size_bytes <= SMALL_BYTES:
                self._take_small(original, budget, depth=depth)
            else:
                self._take_large(original, budget, depth=depth)
        except (OriginalUnreadable, ChangedWhileRead) as failure:
            word = "unreadable" if isinstance(failure, OriginalUnreadable) else "changed-while-read"
            oddity = Oddity(parent=original.parent, name=original.name, path=original.path, finding=word)
            self._note(oddity, original.parent, failure)

    def _take_small(self, original: Original, budget: Budget, *, depth: int) -> None:
        data = _read_whole(original)
        if len(data) > SMALL_BYTES:
            self._take_large(original, budget, depth=depth)  # it has grown since it was found
            return
        media_type = sniff(data[:HEAD_BYTES], data[HEAD_BYTES:][-TAIL_BYTES:])
        self._add(Small(original=original, data=data, media_type=media_type), size_bytes=len(data))
        if media_type == ZIP:
            self._unpack(io.BytesIO(data), original, budget, depth=depth + 1)

    def _take_large(self, original: Original, budget: Budget, *, depth: int) -> None:
        facts = self._sealer.seal_large(original, self._progress)
        self._say_sealed(self._group, original, facts)
        self._full_then_flush()
        if facts.media_type != ZIP:
            return
        if isinstance(original, DiskFile):
            try:
                with original.opened() as source:
                    self._unpack_open(io.BufferedReader(cast("io.FileIO", source)), original, budget, depth=depth + 1)
            except (OriginalUnreadable, ChangedWhileRead) as failure:
                self._note_container(original, "member-not-unpacked", str(failure))
        else:
            self._note_container(original, "member-not-unpacked", "a large container inside a container")

    def _unpack_open(self, reader: io.BufferedReader, original: Original, budget: Budget, *, depth: int) -> None:
        try:
            self._unpack(reader, original, budget, depth=depth)
        finally:
            reader.detach()  # else it closes the file with itself, before it is looked at once more

    def _unpack(self, source: IO[bytes], original: Original, budget: Budget, *, depth: int) -> None:
        if depth > MOST_DEPTH:
            self._note_container(original, "member-not-unpacked", f"containers are unpacked {MOST_DEPTH} deep")
            return
        try:
            listed = open_container(source, item=original.item, path=original.path, budget=budget)
        except ContainerRefused as failure:
            self._note_container(original, "container-refused", str(failure), failure)
            return
        for found in listed:
            if not isinstance(found, Folder | Oddity):
                self._progress(0, found.size_bytes)
            self._take(found, budget, depth=depth)

    def _note_container(self, original: Original, word: str, reason: str, failure: Failure | None = None) -> None:
        oddity = Oddity(parent=original.parent, name=original.name, path=original.path, finding=word)
        self._note(oddity, original.item, failure, reason=reason)

    def _note(
        self, oddity: Oddity, item: SubjectId | None, failure: Failure | None = None, *, reason: str | None = None
    ) -> None:
        self._findings.append(report_of(oddity, failure))
        if item is not None:
            self._add(self._say.noted(item, oddity, reason=reason))

    def _add(self, part: Small | Saying, *, size_bytes: int = 0) -> None:
        self._group.parts.append(part)
        self._group.size_bytes += size_bytes
        self._full_then_flush()

    def _full_then_flush(self) -> None:
        if len(self._group.parts) >= GROUP_ITEMS or self._group.size_bytes >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Begin to seal the group; state what was sealed of the one before, while the next is read."""
        group, self._group = self._group, _Group()
        before, self._sealing = self._sealing, None
        facts = self._sealer.end_small(before[0]) if before is not None else []
        smalls = [part for part in group.parts if isinstance(part, Small)]
        self._sealing = (self._sealer.begin_small(smalls), group)
        if before is not None:
            self._state(before[1], facts)

    def _drain(self) -> None:
        """End what was begun."""
        if self._group.parts:
            self._flush()
        self._flush()
        self._sealing = None
        self._finish()
        self._sealer.begun.end()

    def _state(self, group: _Group, facts: Sequence[SealedFacts]) -> None:
        """Hand the statements of a group over, whose bytes are durable."""
        sealed = iter(facts)
        said, group.parts = group.parts, []
        for part in said:
            if isinstance(part, Small):
                self._say_sealed(group, part.original, next(sealed))
            else:
                group.parts.append(part)
        drafts = [self._drafter.draft(part, now()) for part in group.parts if isinstance(part, Saying)]
        self._finish()
        if drafts:
            self._waiting = (self._admitting.submit(self._admit, drafts), group)

    def _admit(self, drafts: list[Draft]) -> None:
        admit(self._archive, self._keeper, drafts, read_back_every=READ_BACK_EVERY, begun=self._sealer.begun)

    def _say_sealed(self, group: _Group, original: Original, facts: SealedFacts) -> None:
        kind = "container" if facts.media_type == ZIP else "file"
        group.parts += [
            self._say.received(original, kind=kind, media_type=facts.media_type, size_bytes=facts.size_bytes),
            self._say.sealed(original, facts),
        ]
        group.done.append(DepositedItem.of(original, facts))

    def _finish(self) -> None:
        """Wait for the group that is being admitted; only then is any of it *kept*."""
        if self._waiting is None:
            return
        (future, group), self._waiting = self._waiting, None
        future.result()
        self._kept += group.done
        for item in group.done:
            self._note_kept(item)
        self._progress(group.size_bytes)


def _read_whole(original: Original) -> bytes:
    for _ in range(2):
        try:
            with original.opened() as source:
                return source.read()
        except ChangedWhileRead:
            continue
    with original.opened() as source:
        return source.read()
