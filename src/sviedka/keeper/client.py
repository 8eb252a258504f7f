# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the other rooms ask the keeper. They hold no private key; what they are handed they can `forget`.

A process that opens a database with a key from here calls `watch`: it is told when the keeper locks, and the keeper
waits a moment for it to end its connections. Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.encoding import encode_base64
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId, UserId, parse_id
from sviedka.core.base.instants import parse_instant
from sviedka.core.seal.age_keys import parse_recipient
from sviedka.keeper.errors import FrameMalformed, KeeperGone, Locked
from sviedka.keeper.facts import KeeperFacts, KeeperStatus
from sviedka.keeper.frames import MAX_FRAME_BYTES, Buffer, Header
from sviedka.keeper.identity_requests import IdentityRequests
from sviedka.keeper.pending import encode_assertions, parse_pending
from sviedka.keeper.place import open_peer, wait_until_gone
from sviedka.keeper.receipts import OpeningReceipt, SealingReceipt
from sviedka.keeper.wire import encode_drafts, encode_proof, parse_composed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.assertion import Assertion
    from sviedka.core.seal.statement import Composed, Draft
    from sviedka.keeper.pending import PendingStatement

__all__ = ["Keeper", "KeeperFacts", "KeeperGone", "KeeperStatus", "Locked", "OpeningReceipt", "SealingReceipt"]


LOCK_S: Final = 5.0
"""How long a keeper may take to hear that it is to lock; it is killed then."""


class Keeper(IdentityRequests):
    """A connection to the keeper of one archive, and all that may be asked on it."""

    def status(self) -> KeeperStatus:
        """Return who is logged in and until when. Does not count as use."""
        header = self._ask({"ask": "status"}).header
        epoch = header.get("epoch")
        return KeeperStatus(
            unlocked=True,
            actor=UserId(parse_id(header.get("actor"))),
            locks_at=parse_instant(header.get("locks_at")),
            epoch=epoch if isinstance(epoch, str) else None,
        )

    def facts(self) -> KeeperFacts:
        """Return what those who seal and record need; a new month's epoch is durable when this returns."""
        header = self._ask({"ask": "facts"}).header
        return KeeperFacts(
            origin=str(header.get("origin")),
            archive_cell=CellId(parse_id(header.get("archive_cell"))),
            vault_recipient=parse_recipient(str(header.get("vault_recipient"))),
            epoch=str(header.get("epoch")),
            epoch_recipient=parse_recipient(str(header.get("epoch_recipient"))),
            actor=UserId(parse_id(header.get("actor"))),
            root=str(header.get("root")),
        )

    def compose(self, drafts: Sequence[Draft]) -> list[Composed]:
        """Have statements sealed and signed, in the order of `drafts`; any number of them.

        Raises:
            CellErased: A cell has no key any more.
            DraftRefused, TooLarge: A draft that no statement can hold.
        """
        requests = (_compose_request(part) for part in encode_drafts(drafts))
        composed: list[Composed] = []
        for frame in self._ask_all(requests):
            if len(frame.parts) != 2:
                raise FrameMalformed("The keeper's answer lacks a part.")
            composed += parse_composed(*frame.parts)
        return composed

    def prepare(self, drafts: Sequence[Draft]) -> list[PendingStatement]:
        """Have statements made up to what somebody is to stand behind; the keeper holds them for ten minutes.

        Args:
            drafts: 1 to 64, of types that carry an assertion.

        Raises:
            RequestRefused: Another number, or a type that carries none.
            CellErased, DraftRefused, TooLarge: As `compose`.
        """
        part, *more = encode_drafts(drafts)
        if more:
            raise FrameMalformed("What is to be asserted at once is larger than a message.")
        return parse_pending(self._part({"ask": "prepare"}, (part,)))

    def finish(self, asserted: Sequence[tuple[PendingStatement, Assertion]]) -> list[Composed]:
        """Have what was prepared sealed and signed, each with the assertion of its person. Good for one attempt.

        Raises:
            PreparedGone: It waited too long.
            AssertionMalformed, AssertionKeyUnknown, AssertionRefuted, AssertionPersonRefuted, UserRevoked: The keeper
                does not take the assertion for that person's over that statement.
        """
        listed = [(pending.handle, assertion) for pending, assertion in asserted]
        frame = self._ask({"ask": "finish"}, (encode_assertions(listed),))
        if len(frame.parts) != 2:
            raise FrameMalformed("The keeper's answer lacks a part.")
        return parse_composed(*frame.parts)

    def new_cells(self, count: int) -> list[CellId]:
        """Have 1 to 4,096 cells made; they are durable when this returns."""
        cells = self._ask({"ask": "new_cells", "count": count}).header.get("cells")
        if not isinstance(cells, list):
            raise FrameMalformed("The keeper's answer lacks its cells.")
        return [CellId(parse_id(cell)) for cell in cells]

    def open_records(self) -> tuple[int, ...]:
        """Return the places in the log of those records of openings that no signed head covers yet, ascending.

        Raises:
            HeadRefused: What the keeper remembers of them is missing or was changed.
        """
        part = bytes(self._part({"ask": "open_records"}))
        found = parse_canonical(part, max_bytes=MAX_FRAME_BYTES)
        if not isinstance(found, list):
            raise FrameMalformed("The keeper's answer lacks its places.")
        return tuple(index for index in found if isinstance(index, int))

    def sign_checkpoint(
        self,
        size: int,
        root: bytes,
        consistency: tuple[bytes, ...],
        openings: Mapping[int, tuple[bytes, ...]] | None = None,
    ) -> bytes:
        """Have a head signed; return the note.

        Args:
            size: Leaves in the tree.
            root: Its root, 32 bytes.
            consistency: Proof from the last head signed; empty for the first and for the same again.
            openings: By place, an inclusion proof in this tree for each of `open_records`.

        Raises:
            OpeningMissing: An opening's record does not stand in this tree, or was not proven to.
            HeadRefused: It does not continue what was signed before.
        """
        header: Header = {
            "ask": "sign_checkpoint",
            "size": size,
            "root": encode_base64(root),
            "consistency": encode_proof(consistency),
        }
        proofs: list[Json] = [[index, encode_proof(hashes)] for index, hashes in (openings or {}).items()]
        return bytes(self._part(header, (encode_canonical(proofs),)))

    def unwrap(self, item_id: str, receipt: OpeningReceipt, sealing: SealingReceipt) -> bytearray:
        """Return an item's file key, 16 bytes, once its opening is recorded; wiped by `forget`, or by the caller.

        Raises:
            OpeningRefused: The keeper does not find the record, or it is not of this opening.
            LimitReached: Too many items were opened in the last hour.
            SlipLost, PayloadLost: The item's slip or payload is not there.
            SlipForeign: The slip was not made for the payload that was stated to be sealed.
        """
        header: Header = {
            "ask": "unwrap",
            "item": item_id,
            "jti": receipt.jti,
            "desk": receipt.desk,
            "leaf_index": receipt.leaf_index,
            "sealing_jti": sealing.jti,
            "sealing_leaf_index": sealing.leaf_index,
        }
        if sealing.desk:
            header |= {"sealing_desk": sealing.desk, "sealing_proof": encode_proof(sealing.proof)}
        return self._secret(header)

    def database_key(self) -> bytearray:
        """Return the raw key of the projections, 32 bytes. Whoever takes it also calls `watch`."""
        return self._secret({"ask": "database_key"})

    def label_key(self) -> bytearray:
        """Return the key that makes statement ids from labels, 32 bytes."""
        return self._secret({"ask": "label_key"})

    def seal_dossier(self, text: str) -> bytes:
        """Return `text`, which begins with `sviedka/dossier/1`, as a note signed by the desk."""
        return bytes(self._part({"ask": "seal_dossier"}, (text.encode(),)))

    def run_job(self, name: str, arguments: Json, progress: Progress | None = None) -> Json:
        """Run a job inside the keeper and return its result.

        Args:
            name: Like `sviedka.store.rebuild:job`.
            arguments: Whatever the job takes.
            progress: Told what the job tells, in its unit.

        Raises:
            JobEnded: The worker ended without a result.
            Failure: What the job itself failed with.
        """
        return self._job({"ask": "run_job", "name": name}, (encode_canonical(arguments),), progress)

    def watch(self, on_lock: Callable[[], None]) -> None:
        """Call `on_lock` when the keeper locks or ends, and `forget` after it. Runs in a thread of its own.

        `on_lock` ends what was opened with keys from here, above all database connections; the keeper waits for it, up
        to a few seconds.
        """
        other = type(self).connect(self._archive)
        other._ask({"ask": "watch"})  # noqa: SLF001  # another of our own kind
        threading.Thread(target=self._watch, args=(other, on_lock), name="keeper-watch", daemon=True).start()

    def lock(self) -> None:
        """Lock; return when no process of the keeper is left.

        Raises:
            KeeperStuck: Some are left even after they were killed.
        """
        keeper = open_peer(self._sock)
        try:
            self._sock.settimeout(LOCK_S)
            with contextlib.suppress(KeeperGone):
                self._ask({"ask": "lock"})
            self.close()
            self.forget()
            wait_until_gone(self._archive, keeper)
        finally:
            os.close(keeper)

    def _watch(self, other: Keeper, on_lock: Callable[[], None]) -> None:
        with other:  # the keeper takes the end of this connection for our word that it is done
            with contextlib.suppress(KeeperGone, Malformed):
                other._receive()  # nothing comes until the keeper locks, or ends
            try:
                on_lock()
            finally:
                self.forget()


def _compose_request(part: bytes) -> tuple[Header, tuple[Buffer, ...]]:
    return {"ask": "compose"}, (part,)
