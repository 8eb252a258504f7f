# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes of originals into the vault: payload and slip durable before anything is said of them.

Small files are sealed in groups (`sealing_group`), large ones in the fast pass. Bytes that the
archive holds already get a second slip and no second payload, once the old payload was read and found whole. A slip
needs the epoch's public key only; wrapping the key of an *old* payload again is the keeper's, and runs as a job
there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.keeper.hygiene import wipe
from sviedka.store.connect import database_failures
from sviedka.store.deposit.originals import ChangedWhileRead, OriginalUnreadable
from sviedka.store.deposit.sealing_group import Known, Place, Task, put_own_slip
from sviedka.store.deposit.sealing_hand import SealingHand
from sviedka.store.deposit.sniffing import HEAD_BYTES, sniff
from sviedka.store.deposit.statements import SealedFacts
from sviedka.store.ledger import find_payloads
from sviedka.vault.begun import BegunDeposit
from sviedka.vault.deposit_group import open_group
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import remove
from sviedka.vault.entropy import random_bytes
from sviedka.vault.epoch_turn import EpochEnded, keep_epochs
from sviedka.vault.objects import has_payload, put_payload
from sviedka.vault.pack_sums import hash_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import SubjectId
    from sviedka.core.seal.seal_file import SealedPayload
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.store.deposit.originals import Original, Source
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

SMALL_BYTES: Final = 1_048_576
"""Up to so many bytes a file is sealed in memory, together with others."""

SECOND_SLIP_JOB: Final = "sviedka.store.deposit.second_slip:job"
_TRIES: Final = 3


@dataclass(frozen=True, kw_only=True)
class Small:
    """A small original, read whole."""

    original: Original
    data: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, kw_only=True)
class SealingGroup:
    """A group that is being sealed: its originals, and what waits for their payloads."""

    smalls: Sequence[Small]
    tasks: Sequence[Task]
    wait: Callable[[], list[Known]]


class Sealer:
    """Seals the originals of one deposit. Knows the file keys of what it sealed itself, until `wipe`.

    Attributes:
        begun: What it has written down. The caller ends it once all that was sealed is stated.
    """

    def __init__(self, archive: Archive, keeper: Keeper, database: Database, facts: KeeperFacts) -> None:
        """Seal into `archive`, to the epoch that `facts` names; look for what is there already in `database`."""
        self._archive = archive
        self._keeper = keeper
        self._database = database
        self._facts = facts
        self.begun = BegunDeposit(archive)
        self._place = self._make_place()
        self._hand = SealingHand()
        self._own: dict[str, Known] = {}

    def begin_small(self, smalls: Sequence[Small]) -> SealingGroup:
        """Begin to seal small originals; the group before them was ended.

        Raises:
            DiskFull, ReadOnly, DiskError: None of them is acknowledged.
        """
        self._renew_place()
        self.begun.add(small.original.item for small in smalls)
        digests = [sha256(small.data).hexdigest() for small in smalls]
        known = self._known(digests, [small.original.item for small in smalls])
        tasks = [
            Task(
                item=small.original.item,
                plain_sha256=digest,
                data=small.data,
                there=known.get(small.original.item) or self._own.get(digest),
            )
            for small, digest in zip(smalls, digests, strict=True)
        ]
        return SealingGroup(smalls=smalls, tasks=tasks, wait=self._begin(tasks))

    def end_small(self, begun: SealingGroup) -> list[SealedFacts]:
        """Wait for a group; payloads and slips of all its originals are durable when this returns.

        Raises:
            DiskFull, ReadOnly, DiskError, HandLost: None of them is acknowledged.
        """
        facts = []
        for small, task, known in zip(begun.smalls, begun.tasks, self._wait_for(begun), strict=True):
            shared = task.there is not None or task.plain_sha256 in self._own
            if known.file_key is not None:
                self._own.setdefault(task.plain_sha256, known)
            facts.append(
                self._facts_of(
                    task.plain_sha256, known.payload_sha256, len(small.data), small.media_type, shared=shared
                )
            )
        return facts

    def seal_large(self, original: Original, observe: Callable[[int], None] | None) -> SealedFacts:
        """Seal one large original in the fast pass; durable when this returns.

        Raises:
            OriginalUnreadable, ChangedWhileRead: Nothing of it was kept.
            DiskFull, ReadOnly, DiskError: Nothing of it was kept.
        """
        file_key = bytearray(random_bytes(16))
        sealed, media_type = self._pass_over(original, file_key, observe)
        plain, payload = sealed.plain_sha256.hex(), sealed.payload_sha256.hex()
        self.begun.add([original.item])
        there = self._known([plain], [original.item]).get(original.item) or self._own.get(plain)
        with open_group(self._archive) as group:
            keep_epochs(self._archive, group)
            self.begun.require()
            self._renew_place()
            if there is None:
                known = self._own[plain] = Known(payload_sha256=payload, file_key=file_key)
            else:
                remove(self._archive.payload(payload))  # acknowledged to nobody, and its key goes no further than here
                known, payload = there, there.payload_sha256
                wipe(file_key)
            put_own_slip(self._place, original.item, known, group)
            group.commit()
        return self._facts_of(plain, payload, sealed.size_bytes, media_type, shared=there is not None)

    def wipe(self) -> None:
        """Forget the file keys, and end the process that knew some of them. What is not stated by now never is."""
        self._hand.close()
        self.begun.close()
        for known in self._own.values():
            wipe(known.file_key or bytearray())
        self._own.clear()

    def _renew_place(self) -> None:
        """Seal to another epoch from now on, if the one at hand has ended since."""
        if self._archive.epoch_end(self._facts.epoch).exists():
            self._facts = self._keeper.facts()
            self._place = self._make_place()

    def _make_place(self) -> Place:
        facts = self._facts
        return Place(archive=self._archive, epoch=facts.epoch, recipient=facts.epoch_recipient, begun=self.begun.name)

    def _begin(self, tasks: Sequence[Task]) -> Callable[[], list[Known]]:
        try:
            return self._hand.begin(self._place, tasks)
        except EpochEnded:  # just now
            self._renew_place()
            return self._hand.begin(self._place, tasks)

    def _wait_for(self, begun: SealingGroup) -> list[Known]:
        try:
            return begun.wait()
        except EpochEnded:  # while the group was waiting; none of it was kept
            self._renew_place()
            return self._begin(begun.tasks)()

    def _pass_over(
        self, original: Original, file_key: bytearray, observe: Callable[[int], None] | None
    ) -> tuple[SealedPayload, str]:
        for tries_left in reversed(range(_TRIES)):
            sealed: SealedPayload | None = None
            try:
                with original.opened() as source:
                    watched = _Watched(source)
                    sealed = put_payload(
                        self._archive, watched, file_key=file_key, nonce=random_bytes(16), observe=observe
                    )
                return sealed, sniff(bytes(watched.head))
            except (OriginalUnreadable, ChangedWhileRead) as failure:
                if sealed is not None:
                    remove(self._archive.payload(sealed.payload_sha256))  # known to nobody yet
                if not tries_left or isinstance(failure, OriginalUnreadable):
                    raise
        raise AssertionError("the last try returns or raises")

    def _known(self, digests: Sequence[str], items: Sequence[SubjectId]) -> dict[SubjectId, Known]:
        """Return, by new item, the payloads of earlier deposits that it shares; their second slips are put when this returns."""
        wanted = {digest: item for digest, item in zip(digests, items, strict=True) if digest not in self._own}
        with database_failures():
            found = find_payloads(self._database, list(wanted))
        pairs = [
            (item, digest) for digest, item in zip(digests, items, strict=True) if digest in found and digest in wanted
        ]
        whole = {payload for _, payload in found.values() if self._is_whole(payload)}
        asked: list[Json] = [
            [found[digest][0], item, found[digest][1]] for item, digest in pairs if found[digest][1] in whole
        ]
        if not asked:
            return {}
        told = self._keeper.run_job(
            SECOND_SLIP_JOB, {"shared": asked, "epoch": self._facts.epoch, "begun": self.begun.name}
        )
        done = set(told) if isinstance(told, list) else set()
        return {item: Known(payload_sha256=found[digest][1]) for item, digest in pairs if item in done}

    def _is_whole(self, payload: str) -> bool:
        """A second deposit must not come to rest on a payload that has rotted: the bytes at hand may be the last good ones."""
        if not has_payload(self._archive, payload):
            return False
        with translating():
            return hash_file(self._archive.payload(payload)) == payload

    def _facts_of(self, plain: str, payload: str, size: int, media_type: str, *, shared: bool) -> SealedFacts:
        return SealedFacts(
            plain_sha256=plain,
            payload_sha256=payload,
            epoch=self._facts.epoch,
            size_bytes=size,
            media_type=media_type,
            shared=shared,
        )


class _Watched:
    """A source whose first bytes are remembered, to sniff them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.head = bytearray()

    def readinto(self, buffer: memoryview, /) -> int | None:
        count = self._source.readinto(buffer)
        if count and len(self.head) < HEAD_BYTES:
            self.head += buffer[: min(count, HEAD_BYTES - len(self.head))]
        return count
