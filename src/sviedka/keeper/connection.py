# SPDX-License-Identifier: AGPL-3.0-or-later
"""One client of the keeper: bytes in, whole messages out, and back.

Never waits: a client that sends half a message, or does not read its answer, keeps only its own connection busy, and
not for ever. Memory grows with what has arrived, never with what was announced.
"""

from __future__ import annotations

import enum
import socket
from collections import deque
from typing import Final

from sviedka.keeper.errors import PeerRefused
from sviedka.keeper.frames import LENGTH_BYTES, Buffer, Frame, Header, encode_frame, parse_frame, parse_length
from sviedka.keeper.place import read_peer

STALL_S: Final = 30.0
"""Half a message, or half an answer, that does not move for so long ends the connection."""

READ_AHEAD_BYTES: Final = 16 * 1024 * 1024
_READ_BYTES: Final = 256 * 1024


class Phase(enum.Enum):
    """What a connection is for at the moment."""

    ASKING = "asking"
    WORKING = "working"
    WATCHING = "watching"


def check_peer(sock: socket.socket, *, uid: int) -> None:
    """Refuse a client of another account, as the kernel names it (SO_PEERCRED).

    Raises:
        PeerRefused: Another account; root too: whoever is root can take the keys anyway, but not by asking.
    """
    _, peer = read_peer(sock)
    if peer != uid:
        raise PeerRefused("Another account of this machine asked the keeper.")


class Connection:
    """A client's socket with what has arrived and what is still to be sent."""

    def __init__(self, sock: socket.socket, *, now: float) -> None:
        """Take over a connected socket."""
        sock.settimeout(0)
        self.sock = sock
        self.phase = Phase.ASKING
        self._arrived = bytearray()
        self._leaving: deque[memoryview] = deque()
        self._moved_at = now

    @property
    def sending(self) -> bool:
        """Whether an answer is still on its way."""
        return bool(self._leaving)

    @property
    def has_room(self) -> bool:
        """Whether more may arrive: always, but while an answer is on its way only the next request or so.

        It must: a client that sends its next request before it reads would else wait for us, and we for it.
        """
        return not self._leaving or len(self._arrived) < READ_AHEAD_BYTES

    def stalled(self, now: float) -> bool:
        """Tell whether something half done has not moved for too long."""
        return bool(self._arrived or self._leaving) and now - self._moved_at > STALL_S

    def receive(self, now: float) -> bool:
        """Take what has arrived; return False if the client has gone."""
        try:
            chunk = self.sock.recv(_READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._arrived += chunk
        self._moved_at = now
        return bool(chunk)

    def gone(self) -> bool:
        """Tell whether the client has hung up; takes nothing of what it may have sent."""
        try:
            return not self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def next_frame(self) -> Frame | None:
        """Return the next whole message, if it is there.

        Raises:
            FrameMalformed, Malformed: What arrives is no message; the connection is of no further use.
        """
        if len(self._arrived) < LENGTH_BYTES:
            return None
        end = LENGTH_BYTES + parse_length(self._arrived)
        if len(self._arrived) < end:
            return None
        body = self._arrived[LENGTH_BYTES:end]
        del self._arrived[:end]
        return parse_frame(body)

    def put(self, header: Header, parts: tuple[Buffer, ...] = ()) -> None:
        """Line up a message to be sent."""
        self._leaving.extend(memoryview(piece) for piece in encode_frame(header, parts) if len(piece))

    def send(self, now: float) -> bool:
        """Send what the client takes; return False if it has gone."""
        while self._leaving:
            try:
                sent = self.sock.send(self._leaving[0])
            except BlockingIOError:
                return True
            except OSError:
                return False
            self._moved_at = now
            if sent == len(self._leaving[0]):
                self._leaving.popleft()
            else:
                self._leaving[0] = self._leaving[0][sent:]
        return True

    def close(self) -> None:
        """End the connection."""
        self.sock.close()
