# SPDX-License-Identifier: AGPL-3.0-or-later
"""The loop of the key-holding process: many clients, one thread, until it is time to lock.

One thread, so that a fork for a job is safe and keys lie in one stack. A request takes at most about a second; whoever
only waits or is slow costs nothing. Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

import os
import selectors
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.keeper.connection import Connection, Phase, check_peer
from sviedka.keeper.errors import PeerRefused
from sviedka.keeper.service import PASSIVE, Answer, LockNow, Outcome, Service, StartJob, Watch
from sviedka.keeper.wire import encode_failure
from sviedka.keeper.workers import Worker, start_worker
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from sviedka.keeper.deadline import Deadline
    from sviedka.keeper.frames import Frame

MOST_CLIENTS: Final = 128
FAREWELL_S: Final = 3.0
"""How long watchers may take to end their database connections before the keeper ends regardless."""

_TICK_S: Final = 1.0


class Exchange:
    """Serves clients on a listening socket until the keeper locks."""

    def __init__(self, listener: socket.socket, service: Service, deadline: Deadline, *, anchor: Path) -> None:
        """Serve `service` on `listener`, which listens already, as long as the file `anchor` is there."""
        listener.settimeout(0)
        self._listener = listener
        self._service = service
        self._deadline = deadline
        self._anchor = anchor
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._clients: dict[int, Connection] = {}
        self._workers: dict[int, tuple[Worker, Connection]] = {}
        self._locking = False

    def serve(self) -> None:
        """Serve until told to lock, until the deadline, or until the archive is taken away.

        Then end workers and say farewell to watchers.
        """
        while not self._locking and not self._deadline.passed() and self._is_anchored():
            for key, events in self._selector.select(min(_TICK_S, self._deadline.remaining_s())):
                self._handle(key.fd, events)
            self._drop_stalled()
            if self._workers:
                self._deadline.touch()
        self._end_workers()
        self._say_farewell()

    def _is_anchored(self) -> bool:
        """Tell whether the archive is still there: a disk that was pulled out takes the right to its keys with it."""
        try:
            self._anchor.stat()
        except OSError:
            return False
        return True

    def _handle(self, fd: int, events: int) -> None:
        if fd == self._listener.fileno():
            self._accept()
        elif fd in self._workers:
            self._worker_ended(fd)
        elif fd in self._clients:
            self._client_ready(self._clients[fd], events)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return  # the client went before it was served
        try:
            check_peer(sock, uid=os.geteuid())
        except PeerRefused:
            sock.close()  # told nothing: not even which archive this is
            return
        if len(self._clients) >= MOST_CLIENTS:
            sock.close()
            return
        client = Connection(sock, now=self._deadline.clock())
        self._clients[sock.fileno()] = client
        self._selector.register(sock, selectors.EVENT_READ)

    def _client_ready(self, client: Connection, events: int) -> None:
        now = self._deadline.clock()
        if client.phase is Phase.WORKING:
            self._client_of_worker(client)
            return
        alive = client.send(now) if events & selectors.EVENT_WRITE else True
        if alive and events & selectors.EVENT_READ:
            alive = client.phase is Phase.ASKING and client.receive(now)  # a watcher has nothing to say but goodbye
        if not alive:
            self._drop(client)
            return
        self._serve_waiting(client)

    def _client_of_worker(self, client: Connection) -> None:
        """A client with a running job hung up, and its job ends; or it asks already, and waits for the job's end."""
        if client.gone():
            self._drop(client)
        else:
            self._selector.unregister(client.sock)

    def _serve_waiting(self, client: Connection) -> None:
        """Answer the messages that are there, one after the other, each sent before the next is begun."""
        try:
            while client.phase is Phase.ASKING and not client.sending and not self._locking:
                frame = client.next_frame()
                if frame is None:
                    break
                self._answer(client, frame)
                client.send(self._deadline.clock())
        except Failure as failure:
            client.put(encode_failure(failure))  # not a message: said once, and the connection ends
            client.send(self._deadline.clock())
            self._drop(client)
            return
        self._listen_for(client)

    def _answer(self, client: Connection, frame: Frame) -> None:
        if frame.header.get("ask") not in PASSIVE:
            self._deadline.touch()
        try:
            with translating():  # a disk that refuses is told to the one who asked; it is no reason to lock
                self._act(client, self._service.answer(frame))
        except Failure as failure:
            client.put(encode_failure(failure))

    def _act(self, client: Connection, outcome: Outcome) -> None:
        match outcome:
            case Answer():
                client.put(outcome.header, outcome.parts)
            case StartJob():
                self._start_job(client, outcome)
            case Watch():
                client.phase = Phase.WATCHING
                client.put({"watching": True})
            case LockNow():
                client.phase = Phase.WATCHING
                self._locking = True

    def _start_job(self, client: Connection, job: StartJob) -> None:
        worker = start_worker(job, self._service.job_keys, client.sock, lambda: self._leave(client))
        client.phase = Phase.WORKING
        self._workers[worker.pidfd] = (worker, client)
        self._selector.register(worker.pidfd, selectors.EVENT_READ)

    def _leave(self, keep: Connection) -> None:
        """Close, in a worker, whatever belongs to the keeper alone."""
        self._selector.close()
        self._listener.close()
        for client in self._clients.values():
            if client is not keep:
                client.close()

    def _worker_ended(self, pidfd: int) -> None:
        worker, client = self._workers.pop(pidfd)
        self._selector.unregister(pidfd)
        status = worker.reap()
        if client.sock.fileno() < 0:
            return
        if status != 0:
            self._drop(client)  # it may have stopped in the middle of a message
            return
        client.phase = Phase.ASKING
        self._serve_waiting(client)

    def _listen_for(self, client: Connection) -> None:
        interest = selectors.EVENT_READ if client.has_room else 0
        if client.sending:
            interest |= selectors.EVENT_WRITE
        if client.sock.fileno() in self._selector.get_map():
            self._selector.modify(client.sock, interest)
        else:
            self._selector.register(client.sock, interest)

    def _drop(self, client: Connection) -> None:
        for worker, asker in self._workers.values():
            if asker is client:
                worker.kill()
        fd = client.sock.fileno()
        self._clients.pop(fd, None)
        if fd in self._selector.get_map():
            self._selector.unregister(client.sock)
        client.close()

    def _drop_stalled(self) -> None:
        now = self._deadline.clock()
        for client in [client for client in self._clients.values() if client.stalled(now)]:
            self._drop(client)

    def _end_workers(self) -> None:
        for worker, _ in self._workers.values():
            worker.kill()
        for worker, _ in self._workers.values():
            worker.reap()

    def _say_farewell(self) -> None:
        """Tell every client, and give watchers a moment to end what they opened with keys."""
        self._selector.unregister(self._listener)
        self._listener.close()
        watchers = [client for client in self._clients.values() if client.phase is Phase.WATCHING]
        for client in list(self._clients.values()):
            if client not in watchers:
                self._drop(client)
        for client in watchers:
            client.put({"locking": True})
            self._selector.modify(client.sock, selectors.EVENT_READ | selectors.EVENT_WRITE)
        until = self._deadline.clock() + FAREWELL_S
        while self._clients and self._deadline.clock() < until:
            for key, events in self._selector.select(until - self._deadline.clock()):
                self._part(self._clients[key.fd], events)

    def _part(self, client: Connection, events: int) -> None:
        now = self._deadline.clock()
        alive = client.send(now) if events & selectors.EVENT_WRITE else True
        if alive and events & selectors.EVENT_READ:
            alive = client.receive(now)
        if not alive:
            self._drop(client)
        elif not client.sending:
            self._selector.modify(client.sock, selectors.EVENT_READ)
