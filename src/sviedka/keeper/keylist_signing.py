# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the offline folder is: the root signs the key list that follows from a proposal.

The folder remembers the list it signed last, before the list leaves. So it continues one history only: a proposal that
rests on an older list, or on another one, is refused. Asked again for what it has just signed, it gives the same bytes.
Spec: spec/04-log.md §7.4, spec/07-keys.md §9.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.seal.keylist import (
    KeyList,
    KeylistBroken,
    format_keylist,
    format_keylist_text,
    parse_keylist,
    verify_keylist,
)
from sviedka.core.seal.keylist_proposal import next_keylist
from sviedka.core.seal.note import VerifierKey, sign_note
from sviedka.core.seal.seat_history import find_second_seat
from sviedka.keeper.errors import KeysDisagree, KeysMissing
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.identity_errors import SeatHeldBefore
from sviedka.keeper.offline_folder import ROOT_NAME
from sviedka.keeper.older_lists import read_older
from sviedka.keeper.wrapping import MAX_FILE_BYTES, parse_wrapped, unwrap_secret
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sviedka.core.seal.keylist_proposal import Proposal

LAST_NAME: Final = "keylist"
"""The list that this folder signed last. A folder without it has signed none but the first, at founding."""

OLDER_NAME: Final = "keylists"
"""The folder of all lists that were continued here, each under its number: who held which seat."""

_MOST_BYTES: Final = 2 * 1024 * 1024


def sign_keylist(offline: Path, proposal: Proposal, passphrase: bytearray, *, now: datetime) -> bytes:
    """Return the next key list, signed by the root and remembered. Wipes the passphrase.

    Untrusted: `proposal`. The caller has shown its lines to whoever holds the root.

    Args:
        offline: The folder that `init` made, with `root.json`.
        proposal: What is to change.
        passphrase: Opens the root.
        now: When, aware UTC.

    Raises:
        WrongPassphrase: It does not open the root.
        KeysMissing: No root lies in this folder.
        KeysDisagree: The root is another archive's.
        SignatureRefuted, KeyUnknown: The list that is to be continued is not by this root.
        KeylistBroken: It is not the list that this root signed last.
        KeylistMalformed: What is wanted cannot stand in a list.
        KeylistMissing: The folder has not all lists that were signed before; who held a seat cannot be told.
        SeatHeldBefore: It gives a seat to somebody who has, or had, the key of another one.
        DiskFull, ReadOnly, DiskError: It cannot be remembered; nothing was signed.
    """
    try:
        root_key, root = _open_root(offline, passphrase)
    finally:
        wipe(passphrase)
    if root_key.name != f"{proposal.before.archive}/root":
        raise KeysDisagree("The root in this folder is another archive's.")
    verify_keylist(proposal.before, root_key)
    with _alone(offline):
        return _sign_next(offline, proposal, root_key, root, now)


def _sign_next(
    offline: Path, proposal: Proposal, root_key: VerifierKey, root: Ed25519PrivateKey, now: datetime
) -> bytes:
    last = _read_last(offline, root_key)
    if last is not None and _answers(last, proposal):
        return last.data
    _require_newest(last, proposal.before)
    keylist = next_keylist(proposal, issued=now.replace(microsecond=0))
    _require_one_seat_each(keylist, proposal.before, read_older(offline / OLDER_NAME, proposal.before))
    signed = format_keylist(keylist, sign_note(format_keylist_text(keylist), name=root_key.name, private_key=root))
    # Only the list that was continued: it was issued, and after a kill before the next line the new one was not.
    replace(offline / OLDER_NAME / str(proposal.before.number), proposal.before.data)
    replace(offline / LAST_NAME, signed)
    return signed


@contextmanager
def _alone(offline: Path) -> Iterator[None]:
    """Sign one list at a time: two at once would both continue the last, and two lists of one number are a fork."""
    with translating():
        handle = os.open(offline, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open_root(offline: Path, passphrase: bytearray) -> tuple[VerifierKey, Ed25519PrivateKey]:
    try:
        with (offline / ROOT_NAME).open("rb") as file:
            wrapped = parse_wrapped(file.read(MAX_FILE_BYTES + 1))
    except OSError as reason:
        raise KeysMissing("There is no {name} in the offline folder.", name=ROOT_NAME) from reason
    seed = unwrap_secret(wrapped, passphrase)
    root = Ed25519PrivateKey.from_private_bytes(seed)
    wipe(seed)
    key = VerifierKey(name=f"{wrapped.bound.get('archive')}/root", public=root.public_key().public_bytes_raw())
    if wrapped.what != "root" or wrapped.bound.get("vkey") != key.vkey:
        raise KeysDisagree("The offline folder's {name} does not hold an archive root.", name=ROOT_NAME)
    return key, root


def _read_last(offline: Path, root: VerifierKey) -> KeyList | None:
    try:
        with (offline / LAST_NAME).open("rb") as file:
            last = parse_keylist(file.read(_MOST_BYTES))
    except FileNotFoundError:
        return None
    except OSError as reason:
        raise KeysMissing("The offline folder's {name} cannot be read.", name=LAST_NAME) from reason
    verify_keylist(last, root)
    return last


def _require_one_seat_each(new: KeyList, before: KeyList, older: list[KeyList]) -> None:
    """Whoever handed a seat over may have kept its key: with another seat they would be two people by themselves."""
    found = find_second_seat(new, before, older)
    if found is not None:
        raise SeatHeldBefore(
            "Whoever is to hold seat {number} has, or had, the key of seat {other}.", number=found[0], other=found[1]
        )


def _answers(last: KeyList, proposal: Proposal) -> bool:
    """Tell whether the list signed last is what this very proposal asks for: its answer was lost on the way."""
    if last.previous != proposal.before.digest:
        return False
    wanted = next_keylist(proposal, issued=last.issued)
    return format_keylist_text(wanted) == format_keylist_text(last)


def _require_newest(last: KeyList | None, before: KeyList) -> None:
    if last is None:
        if before.number != 1:
            raise KeylistBroken(
                "Key list {number} is to be continued, but the offline folder does not know it.", number=before.number
            )
    elif last.data != before.data:
        raise KeylistBroken(
            "Key list {before} is to be continued, but the root signed list {last} last.",
            before=before.number,
            last=last.number,
        )
