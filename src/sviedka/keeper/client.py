# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the other rooms ask the keeper. They hold no private key; what they are handed they can `forget`.

A process that opens a database with a key from here calls `watch`: it is told when the keeper locks, and the keeper
waits a moment for it to end its connections. Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.encoding import encode_base64
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId, UserId, parse_id
from sviedka.core.base.instants import parse_instant
from sviedka.core.seal.age_keys import parse_recipient
from sviedka.core.seal.peel_proof import PeelMalformed, PeelRefuted
from sviedka.core.seal.statement import Disclose
from sviedka.keeper.errors import FrameMalformed, JobEnded, KeeperGone, Locked, PlaceRefused
from sviedka.keeper.facts import KeeperFacts, KeeperStatus
from sviedka.keeper.frames import (
    LENGTH_BYTES,
    MAX_FRAME_BYTES,
    Buffer,
    Frame,
    Header,
    encode_frame,
    parse_frame,
    parse_length,
)
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.identity_errors import (
    CopiesForeign,
    IdentityLimit,
    IdentityRefused,
    JournalRefused,
    SeatsMissing,
)
from sviedka.keeper.identity_lines import encode_identity, parse_lines
from sviedka.keeper.pending import encode_assertions, parse_pending
from sviedka.keeper.place import open_peer, read_peer, socket_path, wait_until_gone
from sviedka.keeper.receipts import OpeningReceipt, SealingReceipt, StatementReceipt
from sviedka.keeper.wire import encode_drafts, parse_composed, parse_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.assertion import Assertion
    from sviedka.core.seal.statement import Composed, Draft
    from sviedka.keeper.identity_lines import Identity
    from sviedka.keeper.pending import PendingStatement
    from sviedka.vault.layout import Archive

__all__ = ["Keeper", "KeeperFacts", "KeeperGone", "KeeperStatus", "Locked", "OpeningReceipt", "SealingReceipt"]


TOLD: Final = (CopiesForeign, IdentityLimit, IdentityRefused, JournalRefused, PeelMalformed, PeelRefuted, SeatsMissing)
"""Failures that only the keeper raises: known here, so that `parse_failure` gives what it tells its own name."""

LOCK_S: Final = 5.0
"""How long a keeper may take to hear that it is to lock; it is killed then."""


class Keeper:
    """A connection to the keeper of one archive. Threads may share it; they take turns."""

    def __init__(self, archive: Archive, sock: socket.socket) -> None:
        """Use `connect`."""
        self._archive = archive
        self._sock = sock
        self._turn = threading.Lock()
        self._secrets: list[bytearray] = []

    @classmethod
    def connect(cls, archive: Archive) -> Self:
        """Meet the keeper of `archive`, and nobody else: drafts are sealed by whoever answers here.

        Raises:
            Locked: No keeper answers.
            PlaceRefused: Another account answers where the keeper would.
        """
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(str(socket_path(archive)))
            _, listener = read_peer(sock)
        except OSError as reason:
            sock.close()
            raise Locked("The archive is locked.") from reason
        if listener != os.geteuid():
            sock.close()  # not a byte was sent
            raise PlaceRefused("Another account of this machine answers in the keeper's place.")
        return cls(archive, sock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; the keeper goes on. Keys that were handed out stay until `forget`."""
        self._sock.close()

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
        proof: list[Json] = [encode_base64(item) for item in consistency]
        header: Header = {"ask": "sign_checkpoint", "size": size, "root": encode_base64(root), "consistency": proof}
        proofs: list[Json] = [
            [index, [encode_base64(item) for item in hashes]] for index, hashes in (openings or {}).items()
        ]
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
            header |= {"sealing_desk": sealing.desk, "sealing_proof": _hashes(sealing.proof)}
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

    def deposit_identity(self, draft: Draft, identity: Identity) -> tuple[Draft, Composed]:
        """Have an identity sealed under new cells for the ten pairs of seats; they are durable when this returns.

        Args:
            draft: Of type `identity.deposited/1`, without parts.
            identity: What is sealed. It is not told again.

        Returns:
            The draft as everybody may know it, and the statement, whose secret groups are marked withheld.

        Raises:
            SeatsMissing: Too few seats are held.
            RequestRefused, DraftRefused, JournalRefused: Nothing was sealed.
        """
        (part,) = encode_drafts([draft])
        frame = self._ask({"ask": "deposit_identity"}, (part, encode_identity(identity)))
        told = frame.header.get("told")
        if len(frame.parts) != 2 or not isinstance(told, dict):
            raise FrameMalformed("The keeper's answer lacks a part.")
        parts = tuple(Disclose(name=name, value=value, cells=(draft.archive_cell,)) for name, value in told.items())
        (composed,) = parse_composed(*frame.parts)
        return replace(draft, parts=parts), composed

    def order_identity(self, request: StatementReceipt, deposit: StatementReceipt) -> bytes:
        """Return the file that asks two custodians to open one identity; see `IdentityDesk.order`."""
        return bytes(self._part({"ask": "order_identity", **_two_places(request, deposit)}))

    def open_identity(
        self, order: bytes, peel: bytes, record: StatementReceipt, deposit: StatementReceipt
    ) -> list[tuple[str, str]]:
        """Return one identity, once: (kind, text) of each line; see `IdentityDesk.open`."""
        part = self._part({"ask": "open_identity", **_two_places(record, deposit)}, (order, peel))
        return parse_lines(bytes(part))

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

    def order_linkage(self, request: StatementReceipt, deposits: Sequence[StatementReceipt]) -> bytes:
        """Return the file that asks two custodians for the link cells of one linkage; see `LinkDesk.order`."""
        header: Header = {"ask": "order_linkage", **_place(request)}
        return bytes(self._part(header, (_places(deposits),)))

    def run_linkage(
        self, order: bytes, peel: bytes, record: StatementReceipt, deposits: Sequence[StatementReceipt]
    ) -> Json:
        """Have the keeper's own job open the link cells of one linkage, once, and return what it tells of them."""
        return self._job({"ask": "run_linkage", **_place(record)}, (order, peel, _places(deposits)), None)

    def _job(self, header: Header, parts: tuple[Buffer, ...], progress: Progress | None) -> Json:
        with self._exchange():
            self._send(header, parts)
            try:
                while "progress" in (frame := self._receive()).header:
                    done, expected = _two_numbers(frame.header["progress"])
                    if progress is not None:
                        progress(done, expected)
            except KeeperGone as reason:
                raise JobEnded("The job ended without a result.") from reason
        _raise_if_failed(frame)
        if len(frame.parts) != 1:
            raise FrameMalformed("A job's result is one part.")
        return parse_canonical(bytes(frame.parts[0]), max_bytes=MAX_FRAME_BYTES)

    def watch(self, on_lock: Callable[[], None]) -> None:
        """Call `on_lock` when the keeper locks or ends, and `forget` after it. Runs in a thread of its own.

        `on_lock` ends what was opened with keys from here, above all database connections; the keeper waits for it, up
        to a few seconds.
        """
        other = type(self).connect(self._archive)
        other._ask({"ask": "watch"})  # noqa: SLF001  # another of our own kind
        threading.Thread(target=self._watch, args=(other, on_lock), name="keeper-watch", daemon=True).start()

    def forget(self) -> None:
        """Wipe every key that this connection was handed."""
        wipe(*self._secrets)
        self._secrets.clear()

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

    def _secret(self, header: Header) -> bytearray:
        frame_part = self._part(header)
        secret = bytearray(frame_part)
        wipe(frame_part)
        self._secrets.append(secret)
        return secret

    def _part(self, header: Header, parts: tuple[Buffer, ...] = ()) -> memoryview:
        frame = self._ask(header, parts)
        if len(frame.parts) != 1 or not isinstance(frame.parts[0], memoryview):
            raise FrameMalformed("The keeper's answer lacks its part.")
        return frame.parts[0]

    def _ask(self, header: Header, parts: tuple[Buffer, ...] = ()) -> Frame:
        (frame,) = self._ask_all(iter([(header, parts)]))
        return frame

    def _ask_all(self, requests: Iterator[tuple[Header, tuple[Buffer, ...]]]) -> list[Frame]:
        """Ask several things, the next one sent while the keeper is at the one before."""
        frames: list[Frame] = []
        with self._exchange():
            sent = 0
            for header, parts in requests:
                self._send(header, parts)
                sent += 1
                if sent - len(frames) > 1:
                    frames.append(self._receive())
                    if "error" in frames[-1].header:
                        break
            frames += [self._receive() for _ in range(sent - len(frames))]
        for frame in frames:
            _raise_if_failed(frame)
        return frames

    @contextlib.contextmanager
    def _exchange(self) -> Iterator[None]:
        """Take a turn. If it is broken off midway, answers would be taken for others': the connection ends."""
        with self._turn:
            try:
                yield
            except BaseException:
                self.close()
                raise

    def _send(self, header: Header, parts: tuple[Buffer, ...] = ()) -> None:
        try:
            for piece in encode_frame(header, parts):
                self._sock.sendall(piece)
        except OSError as reason:
            raise KeeperGone("The keeper ended while it was asked.") from reason

    def _receive(self) -> Frame:
        body = self._exactly(parse_length(self._exactly(LENGTH_BYTES)))
        return parse_frame(body)

    def _exactly(self, size: int) -> bytearray:
        buffer = bytearray(size)
        view = memoryview(buffer)
        while view:
            try:
                count = self._sock.recv_into(view)
            except OSError as reason:
                raise KeeperGone("The keeper ended while it was asked.") from reason
            if count == 0:
                raise KeeperGone("The keeper ended while it was asked.")
            view = view[count:]
        return buffer


def _two_places(own: StatementReceipt, deposit: StatementReceipt) -> Header:
    return {**_place(own), **_place(deposit, "deposit_")}


def _place(receipt: StatementReceipt, prefix: str = "") -> Header:
    header: Header = {f"{prefix}jti": receipt.jti, f"{prefix}leaf_index": receipt.leaf_index}
    if receipt.desk:
        header |= {f"{prefix}desk": receipt.desk, f"{prefix}proof": _hashes(receipt.proof)}
    return header


def _places(deposits: Sequence[StatementReceipt]) -> bytes:
    return encode_canonical([dict(_place(one)) for one in deposits])


def _hashes(proof: tuple[bytes, ...]) -> list[Json]:
    return [encode_base64(item) for item in proof]


def _compose_request(part: bytes) -> tuple[Header, tuple[Buffer, ...]]:
    return {"ask": "compose"}, (part,)


def _raise_if_failed(frame: Frame) -> None:
    if "error" in frame.header:
        raise parse_failure(frame.header["error"])


def _two_numbers(told: Json) -> tuple[int, int]:
    if isinstance(told, list) and len(told) == 2:
        done, expected = told
        if isinstance(done, int) and isinstance(expected, int):
            return done, expected
    raise FrameMalformed("A job's progress is two numbers.")
