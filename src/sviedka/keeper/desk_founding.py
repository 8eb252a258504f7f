# SPDX-License-Identifier: AGPL-3.0-or-later
"""A further desk of an archive: a folder of its own, with keys of its own that the root has yet to list.

It gets what every desk of the archive has: the vault key under the archive's passphrase, the users' keys, the keys of
epochs, the cells. Its own are the two keys that sign its log and its statements, sealed to the vault. Until a key list
names them, nobody can unlock it. Spec: spec/07-keys.md §9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.keylist import DeskKey, KeyList, KeylistBroken, parse_keylist, verify_keylist
from sviedka.core.seal.note import VerifierKey, parse_vkey
from sviedka.keeper.config import MAX_SERIES, format_config, read_config
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.keeper.errors import DeskListed, FolderNotEmpty, KeysDisagree, KeysMissing
from sviedka.keeper.heads import empty_head, head_record, openings_record
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.keeper.open_records import EMPTY_JOURNAL
from sviedka.keeper.sealing import seal_small
from sviedka.keeper.wrapping import MAX_FILE_BYTES, parse_wrapped
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, write_new
from sviedka.vault.durable import replace as replace_file
from sviedka.vault.entropy import random_bytes
from sviedka.vault.layout import Archive
from sviedka.vault.replica.contents import walk

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.seal.age_keys import Recipient


@dataclass(frozen=True, kw_only=True)
class NewDesk:
    """A desk that is not listed yet: its folder, the name of its log, and the lines that the root has to list."""

    archive: Archive
    origin: str
    lines: tuple[str, str]


def found_desk(archive: Archive, vault: Recipient, desk: str, folder: Path) -> NewDesk:
    """Make a further desk in `folder`, which is empty or not there yet.

    Args:
        archive: The desk that it is made at.
        vault: The archive's vault, as the unlocked keeper names it.
        desk: The new desk's name.
        folder: Is carried to where the desk will be.

    Raises:
        DeskListed: The key list names a desk of that name, or as many desks as there can be.
        FolderNotEmpty: Something lies in the folder; nothing was changed.
        Malformed: A name that no desk can have.
        DiskFull, ReadOnly, DiskError: No desk was made: without its `sviedka.toml` the folder is nothing.
    """
    config, keylist = read_config(archive), read_keylist(archive)
    origin = f"{config.archive}/{desk}"
    parse_origin(origin)
    series = _free_series(keylist, origin)
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty("The folder for the new desk is not empty.")
    new = Archive(root=folder.absolute())
    _copy_shared(archive, new)
    lines = make_desk_keys(new, vault, desk, origin)
    config = replace(config, desk=desk, epoch_series=series)
    replace_file(new.config, format_config(config))
    return NewDesk(archive=new, origin=origin, lines=lines)


def check_listed(archive: Archive, data: bytes) -> KeyList:
    """Return the key list `data`, by this archive's root, naming this desk, and no older than the one that is here.

    Untrusted: `data`. What it is checked against is what the folder says of its root; unlocking checks that.

    Raises:
        SignatureRefuted, KeyUnknown: Not signed by this archive's root.
        KeysDisagree: It does not name this desk.
        KeylistBroken: It is older than the list that is there.
    """
    config, before, new = read_config(archive), read_keylist(archive), parse_keylist(data)
    with translating():
        root = parse_vkey(parse_wrapped(archive.vault_key.read_bytes()[: MAX_FILE_BYTES + 1]).bound.get("root", ""))
    verify_keylist(new, root)
    if {entry.role for entry in _keys_of(new, config.origin)} != {"log", "statements"}:
        raise KeysDisagree("The key list does not name this desk's keys.")
    if new.number < before.number or (new.number == before.number and new.data != before.data):
        raise KeylistBroken("Key list {number} is older than the one that is here.", number=new.number)
    return new


def _free_series(keylist: KeyList, origin: str) -> int:
    origins = {entry.origin for entry in keylist.entries if isinstance(entry, DeskKey)}
    if origin in origins or len(origins) > MAX_SERIES:
        raise DeskListed("The key list names this desk already, or has no room for a further one.")
    return len(origins)


def _copy_shared(archive: Archive, new: Archive) -> None:
    """Copy what every desk has. Slips and payloads come with the first exchange; identities stay where they are."""
    make_folder(new.root)
    if not archive.vault_key.is_file():
        raise KeysMissing("The key file {name} cannot be read.", name=archive.vault_key.name)
    names = [name for name in walk(archive.keys, "keys") if name.startswith(_SHARED)]
    names += [name for name in walk(archive.cells, "cells") if not name.startswith("cells/seats/")]
    for name in names:
        with translating():
            data = (archive.root / name).read_bytes()
        make_folder((new.root / name).parent)
        write_new(new.root / name, data, mode=KEY_FILE_MODE)


_SHARED = (
    "keys/vault.json",
    "keys/vault-recovery.age",
    "keys/keylist",  # the older ones in keys/keylists too
    "keys/users/",
    "keys/epochs/",
    "keys/authorities/",
)


def make_desk_keys(new: Archive, vault: Recipient, desk: str, origin: str) -> tuple[str, str]:
    """Make a desk's two keys, its empty head and journal; return the lines that the root has to list."""
    seeds = bytearray(random_bytes(64))
    try:
        log, statements = (Ed25519PrivateKey.from_private_bytes(seeds[start : start + 32]) for start in (0, 32))
        write_new(new.desk_keys, seal_small(seeds, (vault,)), mode=KEY_FILE_MODE)
    finally:
        wipe(seeds)
    make_folder(head_record(new, desk).parent)
    replace_file(head_record(new, desk), empty_head(origin=origin, key=log))
    replace_file(openings_record(new, desk), EMPTY_JOURNAL)
    public = (
        VerifierKey(name=origin, public=log.public_key().public_bytes_raw()),
        VerifierKey(name=f"{origin}/statements", public=statements.public_key().public_bytes_raw()),
    )
    first, second = (
        DeskKey(origin=origin, role=role, key=key).line for role, key in zip(("log", "statements"), public, strict=True)
    )
    return first, second


def _keys_of(keylist: KeyList, origin: str) -> list[DeskKey]:
    return [entry for entry in keylist.entries if isinstance(entry, DeskKey) and entry.origin == origin]
