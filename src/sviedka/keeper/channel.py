# SPDX-License-Identifier: AGPL-3.0-or-later
"""One connection to the keeper: who is met there, whose turn it is, and what is handed out and forgotten.

Frames are those of `keeper.frames`; what may be asked stands in `keeper.client`. Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import TYPE_CHECKING, Self

from sviedka.core.base.canonical import Json, parse_canonical
from sviedka.keeper.errors import FrameMalformed, JobEnded, KeeperGone, Locked, PlaceRefused
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
from sviedka.keeper.place import read_peer, socket_path
from sviedka.keeper.wire import parse_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.progress import Progress
    from sviedka.vault.layout import Archive


class Channel:
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

    def forget(self) -> None:
        """Wipe every key that this connection was handed."""
        wipe(*self._secrets)
        self._secrets.clear()

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


def _raise_if_failed(frame: Frame) -> None:
    if "error" in frame.header:
        raise parse_failure(frame.header["error"])


def _two_numbers(told: Json) -> tuple[int, int]:
    if isinstance(told, list) and len(told) == 2:
        done, expected = told
        if isinstance(done, int) and isinstance(expected, int):
            return done, expected
    raise FrameMalformed("A job's progress is two numbers.")
