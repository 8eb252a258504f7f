# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the keeper of an archive is met: its socket, its lock, its log.

A socket's path may have 107 bytes (unix(7)). In a folder that lies too deep, the socket stands in a folder of its own
under the system's one for temporaries, named by the archive's path; it must be ours alone, since anybody may make
folders there.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import signal
import socket
import stat
import struct
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.keeper.errors import KeeperStuck, PlaceRefused

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive

LONGEST_PATH: Final = 100
MAX_LOG_BYTES: Final = 1024 * 1024
GONE_S: Final = 12.0
"""How long the keeper's processes may take to end."""

POLL_S: Final = 0.02
_OURS_ALONE: Final = 0o700
_OWN: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""How files in `run/` are opened: a link or pipe that somebody put there while we were away leads nowhere."""

_CREDENTIALS: Final = struct.Struct("3i")  # struct ucred: pid, uid, gid (unix(7))


def read_peer(sock: socket.socket) -> tuple[int, int]:
    """Return process and account at the other end, as the kernel knows them (SO_PEERCRED)."""
    pid, uid, _ = _CREDENTIALS.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return pid, uid


def socket_path(archive: Archive) -> Path:
    """Return where the keeper's socket is; the folder may not be there yet."""
    near = archive.socket.absolute()
    if len(os.fsencode(near)) <= LONGEST_PATH:
        return near
    name = hashlib.sha256(os.fsencode(archive.root.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"sviedka-{os.geteuid()}-{name}" / "keeper.sock"


def prepare_folder(folder: Path) -> None:
    """Make `folder` if it is not there, and make sure that nobody else can reach into it.

    Raises:
        PlaceRefused: It is a link, somebody else's, or open to others.
    """
    folder.mkdir(mode=_OURS_ALONE, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PlaceRefused("The folder for the keeper's socket is not yours.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(_OURS_ALONE)


def try_lock(archive: Archive) -> int | None:
    """Take the keeper's lock; return its descriptor, or None while a keeper's process has it.

    The descriptor is handed on by forks and so the lock lasts until the last process that may hold a key has ended.
    """
    path = archive.lock_file("keeper")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _OWN, 0o600)
    except OSError as reason:
        if reason.errno not in {errno.EROFS, errno.EACCES}:
            raise
        descriptor = os.open(path, os.O_RDONLY | _OWN)  # a disk that became read-only still tells who holds the lock
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def open_log(archive: Archive) -> int:
    """Open the log for places in the program where it failed; begun anew when it has grown large."""
    path = archive.run / "keeper.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _OWN, 0o600)
    if os.fstat(descriptor).st_size > MAX_LOG_BYTES:
        os.ftruncate(descriptor, 0)
    return descriptor


def write_pid(archive: Archive) -> None:
    """Write down which process owns the socket, for people who look."""
    archive.pid_file.unlink(missing_ok=True)
    descriptor = os.open(archive.pid_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OWN, 0o600)
    os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
    os.close(descriptor)


def open_peer(sock: socket.socket) -> int:
    """Return a descriptor of the process that listens at the other end: it stays that process, whatever comes after."""
    pid, _ = read_peer(sock)
    try:
        return os.pidfd_open(pid)
    except OSError as reason:
        raise KeeperStuck("The keeper's process cannot be reached.") from reason


def wait_until_gone(archive: Archive, keeper: int) -> None:
    """Wait until no process of the keeper is left; kill it if it takes too long.

    Args:
        archive: Whose keeper.
        keeper: From `open_peer`.

    Raises:
        KeeperStuck: Some are left even so.
    """
    begun = time.monotonic()
    while (lock := try_lock(archive)) is None:
        waited = time.monotonic() - begun
        if waited > GONE_S:
            raise KeeperStuck("A process of the keeper is still there.")
        if waited > GONE_S / 2:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(keeper, signal.SIGKILL)
        time.sleep(POLL_S)
    os.close(lock)
