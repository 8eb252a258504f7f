# SPDX-License-Identifier: AGPL-3.0-or-later
"""Starting the keeper, and ending it: what `sviedka unlock` and `sviedka lock` do.

`unlock` returns when the keeper answers. Two at once are no harm: one starts it, the other finds it there. What a
killed keeper left behind is no harm either: the lock it held went with it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.keeper.client import Keeper
from sviedka.keeper.config import MAX_MINUTES, read_config
from sviedka.keeper.errors import ConfigMalformed, KeeperFailed, KeeperGone, KeeperStuck, Locked
from sviedka.keeper.frames import LENGTH_BYTES, MAX_HEADER_BYTES, parse_frame, parse_length
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.place import POLL_S, prepare_folder, try_lock
from sviedka.keeper.secret_pipe import write_secret
from sviedka.keeper.wire import parse_failure
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from sviedka.keeper.facts import KeeperStatus
    from sviedka.vault.layout import Archive

PATIENCE_S: Final = 60.0
"""How long another keeper may take to come or go before we give up; stretching a passphrase takes seconds."""


def unlock(
    archive: Archive,
    passphrase: bytearray,
    minutes: int | None = None,
    *,
    user: str | None = None,
    user_passphrase: bytearray | None = None,
) -> KeeperStatus:
    """Start the keeper, or find it there; return when it answers. Wipes the passphrases.

    Args:
        archive: Which.
        passphrase: Opens the vault key, and the user's unless `user_passphrase` does.
        minutes: Time without use after which it locks; None for what `sviedka.toml` says.
        user: Who logs in; may be left out while the archive has one user.
        user_passphrase: The user's own, if it is not the archive's.

    Raises:
        WrongPassphrase: It does not open the archive, or not the user's key.
        KeeperFailed, KeeperStuck: It could not be started.
        ConfigMalformed: `minutes` is not 1 to 1,440, or the configuration cannot be used.
    """
    idle = read_config(archive).lock_after_minutes if minutes is None else minutes
    own = user_passphrase if user_passphrase is not None else bytearray()
    try:
        if not 1 <= idle <= MAX_MINUTES:
            raise ConfigMalformed("A keeper locks after 1 to {most} minutes.", most=MAX_MINUTES)
        return _unlock(archive, [f"--archive={archive.root.absolute()}", f"--idle={idle}"], user, passphrase, own)
    finally:
        wipe(passphrase, own)


def lock(archive: Archive) -> None:
    """Lock: return when no process of the keeper is left. No error if there was none."""
    try:
        keeper = Keeper.connect(archive)
    except Locked:
        return
    keeper.lock()


def _unlock(
    archive: Archive, options: list[str], user: str | None, passphrase: bytearray, own: bytearray
) -> KeeperStatus:
    words = [*options, *([f"--user={user}"] if user is not None else [])]
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            with Keeper.connect(archive) as keeper:
                return replace(keeper.status(), already=True)
        except (Locked, KeeperGone):
            pass  # none, or one that was ended while it was asked
        if _is_free(archive):
            with contextlib.suppress(KeeperStuck):  # another one was faster by a hair: meet it
                return _start(archive, words, passphrase, own)
        time.sleep(POLL_S)
    raise KeeperStuck("A keeper of this archive is there and does not answer.")


def _is_free(archive: Archive) -> bool:
    with translating():
        prepare_folder(archive.run)
        descriptor = try_lock(archive)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def _start(archive: Archive, words: list[str], passphrase: bytearray, own: bytearray) -> KeeperStatus:
    # -P: the folder one happens to stand in is no place to import from
    command = [sys.executable, "-P", "-m", "sviedka.keeper.server", *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise KeeperFailed("The keeper could not be started.")
        with contextlib.suppress(BrokenPipeError):  # it has failed already and says why below
            write_secret(process.stdin.fileno(), passphrase)
            write_secret(process.stdin.fileno(), own)
        told = process.stdout.read()
    _check(told)
    with Keeper.connect(archive) as keeper:
        return keeper.status()


def _check(told: bytes) -> None:
    try:
        if len(told) < LENGTH_BYTES or parse_length(told) > MAX_HEADER_BYTES:
            raise KeeperFailed("The keeper ended before it could open the archive.")
        frame = parse_frame(bytearray(told[LENGTH_BYTES:]))
    except Malformed as reason:
        raise KeeperFailed("The keeper could not say how it went.") from reason
    if "error" in frame.header:
        raise parse_failure(frame.header["error"])
