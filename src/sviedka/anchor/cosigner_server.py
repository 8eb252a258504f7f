# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cosigner over HTTP: `POST <prefix>/add-checkpoint`, `GET <prefix>/<hex SHA-256 of origin>/checkpoint`.

A process of its own, with a key of its own, run by another organisation than the log's. It keeps no record of who
asked. Every connection has an end, and there are only so many at once, so that a client that hangs holds up nobody
else. Spec: spec/04-log.md §5. Source: C2SP tlog-witness.
"""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Timer
from typing import TYPE_CHECKING, Final

from sviedka.anchor.cosigner import OriginUnknown, SizeConflict
from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.seal.cosignature_request import MAX_BYTES
from sviedka.core.seal.merkle_proof import ConsistencyRefuted, ProofMalformed
from sviedka.core.seal.note import KeyUnknown, SignatureRefuted
from sviedka.vault.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sviedka.anchor.cosigner import Cosigner

MAX_CONNECTIONS: Final = 64
READ_TIMEOUT_S: Final = 10
CONNECTION_S: Final = 60
"""No connection lives longer, however busy it looks."""

TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"


class CosignerServer(ThreadingHTTPServer):
    """The server, bound and not yet running: the caller runs `serve_forever` and `shutdown`.

    Args:
        cosigner: Whom it asks.
        host: Address to listen on; loopback unless told otherwise.
        port: 0 lets the system choose; see `server_address`.
        prefix: Path before the two addresses, without final slash.
        clock: Where cosignatures get their time from.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        cosigner: Cosigner,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        prefix: str = "",
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.cosigner = cosigner
        self.prefix = prefix
        self.clock = clock
        self._places = BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__((host, port), _Handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Take a connection if there is a place; else close it at once."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Serve one connection, cut off after `CONNECTION_S`."""
        guard = Timer(CONNECTION_S, _cut, (request,))
        guard.daemon = True
        guard.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            guard.cancel()
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a connection that broke: the client's address would be in it."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "cosigner"
    sys_version = ""
    timeout = READ_TIMEOUT_S
    server: CosignerServer

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.path != f"{self.server.prefix}/add-checkpoint":
            self._answer(404, "There is no such address here.\n")
            return
        try:
            lines = self.server.cosigner.cosign_file(body, time=int(self.server.clock().timestamp()))
        except SizeConflict as conflict:
            self._answer(409, f"{conflict.latest}\n", media_type=SIZE)
        except Failure as failure:
            self._answer(_status(failure), f"{failure}\n")
        else:
            self._answer(200, lines.decode())

    def do_GET(self) -> None:
        name = self.path.removeprefix(f"{self.server.prefix}/").removesuffix("/checkpoint")
        try:
            known = self.server.cosigner.latest(name) if self.path.endswith(f"/{name}/checkpoint") else None
        except Failure as failure:
            self._answer(_status(failure), f"{failure}\n")
            return
        if known is None:
            self._answer(404, "There is no such checkpoint here.\n")
        else:
            self._answer(200, known.decode())

    def log_message(self, *_: object) -> None:
        """Keep no record of who asked."""

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdecimal() or len(length) > 9:
            self._refuse(411, "A request says how long it is.\n")
            return None
        if int(length) > MAX_BYTES:
            self._refuse(413, "The request is too long.\n")
            return None
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            self.close_connection = True
            return None
        return body

    def _refuse(self, status: int, text: str) -> None:
        self.close_connection = True  # what follows on this connection was not read
        self._answer(status, text)

    def _answer(self, status: int, text: str, *, media_type: str = TEXT) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _status(failure: Failure) -> int:
    """Return the HTTP status for a refusal (C2SP tlog-witness)."""
    table: tuple[tuple[type[Failure], int], ...] = (
        (ConsistencyRefuted, 422),
        (ProofMalformed, 422),
        (OriginUnknown, 404),
        (SignatureRefuted, 403),
        (KeyUnknown, 403),
        (Malformed, 400),
    )
    return next((status for kind, status in table if isinstance(failure, kind)), 500)


def _cut(request: socket.socket | tuple[bytes, socket.socket]) -> None:
    if isinstance(request, socket.socket):
        try:
            request.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
