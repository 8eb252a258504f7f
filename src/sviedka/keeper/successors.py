# SPDX-License-Identifier: AGPL-3.0-or-later
"""A log that lost its end is followed by another: its keys are made, the root lists it, and the folder goes on under it.

The new keys lie in `keys/successor/<desk>` until a key list names them. Taking over puts them in the place of the old
ones, which are destroyed: whatever turns up later of the closed log, nobody here signs for it again. Each step can be
repeated after a kill. Spec: spec/07-keys.md §9.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Withheld
from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.checkpoint import verify_checkpoint
from sviedka.core.seal.keylist_lines import Head, Successor
from sviedka.keeper.closed_logs import read_closed
from sviedka.keeper.config import read_config
from sviedka.keeper.desk_founding import check_listed, make_desk_keys
from sviedka.keeper.errors import DeskListed, KeysDisagree
from sviedka.keeper.heads import head_record, openings_record, read_head
from sviedka.keeper.identity_journal import identities_record
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.keeper.older_lists import keep_older
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import make_folder, replace, sync_folder, write_new
from sviedka.vault.layout import Archive

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.seal.age_keys import Recipient
    from sviedka.core.seal.keylist import KeyList
    from sviedka.keeper.config import KeeperConfig

_LINES: Final = "lines"
_DESK: Final = re.compile(rb'(?m)^desk = "[^"\n]*"')


class LogGoesOn(Withheld):
    """A log that lost nothing needs no other in its place."""

    code = "withheld.log-goes-on"
    hint = "Only a log that a restore has closed is succeeded: docs/howto/lose-an-office.md."


def found_successor(archive: Archive, vault: Recipient, desk: str, held: Head) -> tuple[str, ...]:
    """Make the keys of the log that goes on; return the lines that the root has to list. Safe to repeat.

    Args:
        archive: Restored; its log is closed.
        vault: Its vault, as the unlocked keeper names it.
        desk: The new name of this desk.
        held: What is there of the closed log, its root worked out from the statements.

    Raises:
        LogGoesOn: The log is not closed, or what was lost was found again.
        DeskListed: The key list names a desk of that name, or a successor already.
        HeadRefused, SignatureRefuted, KeyUnknown: What is remembered of the last head is not the log's.
        Malformed: A name that no desk can have.
        DiskFull, ReadOnly, DiskError: Nothing was made.
    """
    config, keylist = read_config(archive), read_keylist(archive)
    origin = f"{config.archive}/{desk}"
    parse_origin(origin)
    closed = read_closed(archive, config.desk)
    if closed is None or held.size >= closed.known:
        raise LogGoesOn("The log of desk {desk} is not closed.", desk=config.desk)
    if keylist.find_successor(config.origin) or any(entry.origin == origin for entry in keylist.desk_keys):
        raise DeskListed("The key list names this desk already, or another one that goes on after the closed log.")
    known = read_head(archive, config.desk)
    verify_checkpoint(known, [keylist.log_key(config.origin)], origin=config.origin)
    successor = Successor(origin=origin, closed=config.origin, known=Head(size=known.size, root=known.root), held=held)
    return (*_own_lines(archive, vault, desk, origin), successor.line)


def take_over(archive: Archive, new: KeyList) -> Successor:
    """Let the folder go on as the desk whose log succeeds its closed one. Safe to repeat. It is locked.

    Args:
        archive: Restored, its log closed, its successor's keys made.
        new: The list that names the successor; that the root signed it was checked.

    Raises:
        KeysDisagree: It names no successor of this log, or one whose keys are not here.
        DiskFull, ReadOnly, DiskError: Run it again.
    """
    config = read_config(archive)
    successor = new.find_successor(config.origin)
    if successor is None:
        raise KeysDisagree("The key list names no log that goes on after this one.")
    desk = parse_origin(successor.origin)[1]
    made = _waiting(archive, desk)
    if not made.desk_keys.is_file() or set(_read_lines(made)) - {entry.line for entry in new.desk_keys}:
        raise KeysDisagree("The keys of the log that goes on are not here.")
    _put_into_force(archive, new)
    _put_records(archive, made, config, desk)
    replace(archive.desk_keys, _read(made.desk_keys))  # from here on nobody signs for the closed log
    replace(archive.config, _DESK.sub(f'desk = "{desk}"'.encode("ascii"), _read(archive.config), count=1))
    forget_waiting(archive)
    return successor


def forget_waiting(archive: Archive) -> None:
    """Remove keys that were made for a successor and are in force now, or never will be."""
    with translating():
        shutil.rmtree(archive.keys / "successor", ignore_errors=True)
        sync_folder(archive.keys)


def join_list(archive: Archive, data: bytes) -> tuple[KeyList, Successor | None]:
    """Put the list that names this desk, or the one that goes on after it, into force; return it and that.

    Untrusted: `data`.

    Raises:
        SignatureRefuted, KeyUnknown, KeylistBroken, KeysDisagree: As `desk_founding.join` and `take_over`.
    """
    new = check_listed(archive, data)
    if new.find_successor(read_config(archive).origin) is not None:
        return new, take_over(archive, new)
    _put_into_force(archive, new)
    forget_waiting(archive)
    return new, None


def _put_into_force(archive: Archive, new: KeyList) -> None:
    before = read_keylist(archive)
    if before.number < new.number:  # not when this is repeated
        keep_older(archive, before)
    replace(archive.keylist, new.data)


def _own_lines(archive: Archive, vault: Recipient, desk: str, origin: str) -> tuple[str, ...]:
    """Return the lines of the new desk's two keys, which are made unless they are there."""
    made = _waiting(archive, desk)
    if not (made.root / _LINES).is_file():  # or a making that was cut short
        with translating():
            shutil.rmtree(made.root, ignore_errors=True)
        make_folder(made.keys)
        lines = make_desk_keys(made, vault, desk, origin)
        write_new(made.root / _LINES, "".join(f"{line}\n" for line in lines).encode("ascii"))
    return _read_lines(made)


def _put_records(archive: Archive, made: Archive, config: KeeperConfig, desk: str) -> None:
    """Give the new desk its empty head and journal, and what the old one remembers of identities that were opened."""
    records = [(head_record(made, desk), head_record(archive, desk))]
    records += [(openings_record(made, desk), openings_record(archive, desk))]
    records += [(identities_record(archive, config.desk), identities_record(archive, desk))]
    for source, target in records:
        with translating():
            there = source.is_file()
        if there:
            with suppress(AlreadyThere):
                write_new(target, _read(source))


def _waiting(archive: Archive, desk: str) -> Archive:
    return Archive(root=archive.keys / "successor" / archive.log(desk).name)


def _read_lines(made: Archive) -> tuple[str, ...]:
    return tuple(_read(made.root / _LINES).decode("ascii").splitlines())


def _read(path: Path) -> bytes:
    with translating():
        return path.read_bytes()
