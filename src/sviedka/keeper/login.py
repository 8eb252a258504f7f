# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a passphrase to a keyring, each step checking the next (spec/07-keys.md §1).

    passphrase -> vault key, and bound to it: archive, root, recovery
    root       -> key list -> which log, statement and user keys are this archive's
    vault key  -> desk keys, epochs, and through them cells
    passphrase -> the user's own key (the same one, unless the user chose another)

Both passphrases are wiped here, whatever happens.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.ids import UserId, is_id
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_keys import X25519Identity, parse_recipient
from sviedka.core.seal.keylist import KeyNotListed, UserKey, parse_keylist, verify_keylist
from sviedka.core.seal.note import VerifierKey, parse_vkey
from sviedka.core.seal.statement import format_kid
from sviedka.keeper.asserted import Assertions
from sviedka.keeper.cell_keys import CellKeys
from sviedka.keeper.config import read_config
from sviedka.keeper.derivation import EPOCHS, derive_from_vault
from sviedka.keeper.epoch_keys import EpochKeys
from sviedka.keeper.errors import KeyFileDamaged, KeysDisagree, KeysMissing, UserRevoked, UserUnknown
from sviedka.keeper.heads import Heads
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.identity_journal import IdentityJournal
from sviedka.keeper.keyring import Keyring
from sviedka.keeper.openings import Openings
from sviedka.keeper.recovery_copy import keep_for_recovery
from sviedka.keeper.wrapping import parse_wrapped, unwrap_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from sviedka.core.seal.keylist import KeyList
    from sviedka.keeper.config import KeeperConfig
    from sviedka.vault.layout import Archive

SEED_BYTES = 32
MOST_KEY_FILE_BYTES = 4 * 1024 * 1024
"""More than the largest that any reader of key files takes."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a passphrase opens: two secrets of 32 bytes, and what the vault key's file vouches for.

    Attributes:
        actor: Who logged in.
        vault: The vault identity.
        user: The Ed25519 seed of `actor`.
        recovery: The recovery key's public half (`age1…`).
        root: The archive root's public half (a vkey).
    """

    actor: UserId
    vault: bytearray = field(repr=False)
    user: bytearray = field(repr=False)
    recovery: str
    root: str


def open_keyring(
    archive: Archive,
    passphrase: bytearray,
    *,
    clock: Callable[[], datetime],
    user: str | None = None,
    user_passphrase: bytearray | None = None,
) -> Keyring:
    """Open everything that `passphrase` opens, in this very process. Wipes both passphrases.

    The keeper itself does the two halves in two processes: `open_secrets`, `assemble_keyring`.

    Args:
        archive: Which.
        passphrase: Opens the vault key, and the user's unless `user_passphrase` does.
        clock: Gives the time, aware UTC.
        user: Who logs in; may be left out while the archive has one user.
        user_passphrase: The user's own, if it is not the archive's.

    Raises:
        Failure: As `open_secrets` and `assemble_keyring`.
    """
    opened = open_secrets(archive, passphrase, user=user, user_passphrase=user_passphrase)
    return assemble_keyring(archive, opened, clock=clock)


def open_secrets(
    archive: Archive, passphrase: bytearray, *, user: str | None = None, user_passphrase: bytearray | None = None
) -> Opened:
    """Open vault key and user's key. Wipes both passphrases; their copies in libraries end with the process.

    Args:
        archive: Which.
        passphrase: Opens the vault key, and the user's unless `user_passphrase` does.
        user: Who logs in; may be left out while the archive has one user.
        user_passphrase: The user's own, if it is not the archive's.

    Raises:
        WrongPassphrase: Either passphrase is wrong.
        UserUnknown: Nobody to log in.
        KeysDisagree, KeyFileDamaged: The folder's keys do not fit together.
        KeysMissing: A key file is not there or cannot be read.
        DiskFull, ReadOnly, DiskError: The vault key's copy for recovery was missing, and could not be made.
    """
    own = passphrase if user_passphrase is None else user_passphrase
    try:
        vault, bound = _open_vault(archive, read_config(archive), passphrase)
        keep_for_recovery(archive, vault, bound)  # an archive from before there was such a copy
        actor = _choose_user(archive, user)
        seed = open_user(archive, actor, own)
    finally:
        wipe(passphrase, own)
    return Opened(actor=actor, vault=vault, user=seed, recovery=bound["recovery"], root=bound["root"])


def assemble_keyring(archive: Archive, opened: Opened, *, clock: Callable[[], datetime]) -> Keyring:
    """Go from the two secrets to all keys. Takes the secrets over: `Keyring.wipe` wipes the vault's.

    Raises:
        KeysDisagree, KeyFileDamaged: The folder's keys do not fit together.
        UserRevoked: The key list no longer stands for this user.
        KeysMissing: A key file is not there or cannot be read.
    """
    config = read_config(archive)
    root = parse_vkey(opened.root)
    keylist = read_verified_keylist(archive, config, root)
    user_key = _check_user(keylist, opened.actor, _ed25519(opened.user))
    vault = X25519Identity.from_bytes(opened.vault)
    log_key, statement_key = open_desk(archive, config, keylist, vault)
    epochs = open_epochs(archive, vault, opened.recovery, config.epoch_series)
    return Keyring(
        archive=archive,
        config=config,
        actor=opened.actor,
        vault=vault,
        statement_key=statement_key,
        user_key=user_key,
        root=root,
        keylist=keylist,
        epochs=epochs,
        cells=CellKeys(archive, epochs),
        heads=Heads(archive, origin=config.origin, key=log_key),
        openings=Openings(archive.run / "openings", per_hour=config.openings_per_hour, now=clock()),
        assertions=Assertions(archive.run / "assertions", per_hour=config.assertions_per_hour, now=clock()),
        identities=IdentityJournal(archive, config.desk),
        clock=clock,
    )


def open_user(archive: Archive, actor: UserId, passphrase: bytearray) -> bytearray:
    """Return a user's Ed25519 seed, which the caller wipes. In a process that ends soon: copies stay in libraries.

    Raises:
        WrongPassphrase: It does not open the key.
        KeysDisagree, KeyFileDamaged, KeysMissing: It is another's, was changed, or is not there.
    """
    wrapped = parse_wrapped(_read(archive.user_key(actor)))
    seed = unwrap_secret(wrapped, passphrase)
    if wrapped.what != "user" or wrapped.bound.get("user") != actor:
        raise KeysDisagree("The key of user {user} is another's.", user=actor)
    return seed


def _open_vault(archive: Archive, config: KeeperConfig, passphrase: bytearray) -> tuple[bytearray, Mapping[str, str]]:
    wrapped = parse_wrapped(_read(archive.vault_key))
    secret = unwrap_secret(wrapped, passphrase)
    recipient = X25519Identity.from_bytes(bytearray(secret)).recipient().text
    expected = {"archive": config.archive, "recipient": recipient}
    if wrapped.what != "vault" or not expected.items() <= wrapped.bound.items():
        raise KeysDisagree("The vault key in this folder is another archive's.")
    if wrapped.bound.get("archive_cell") != config.archive_cell:
        # Facts about nobody would go under a person's cell, and be gone with it.
        raise KeysDisagree("sviedka.toml names another archive_cell than this archive was founded with.")
    if not {"recovery", "root"} <= wrapped.bound.keys():
        raise KeyFileDamaged("The vault key's file does not say which root and recovery key belong to it.")
    return secret, wrapped.bound


def read_verified_keylist(archive: Archive, config: KeeperConfig, root: VerifierKey) -> KeyList:
    """Return the folder's key list, signed by `root`; raise `KeysDisagree` if it is another archive's."""
    keylist = parse_keylist(_read(archive.keylist))
    verify_keylist(keylist, root)
    if keylist.archive != config.archive:
        raise KeysDisagree("The key list in this folder is another archive's.")
    return keylist


def _choose_user(archive: Archive, user: str | None) -> UserId:
    present = sorted(path.stem for path in archive.users.glob("*.json") if is_id(path.stem))
    if user is None:
        present = [one for one in present if one in _listed_users(archive)] or present
    if user is None and len(present) != 1:
        raise UserUnknown("{count} users have keys in this archive; say which one you are.", count=len(present))
    chosen = present[0] if user is None else user
    if chosen not in present:
        raise UserUnknown("No key of this user lies in the archive.")
    return UserId(chosen)


def _listed_users(archive: Archive) -> set[str]:
    """Return whom the key list names and has not taken back. It is not verified yet, and decides on no key."""
    keylist = parse_keylist(_read(archive.keylist))
    users = (entry for entry in keylist.entries if isinstance(entry, UserKey))
    return {entry.user for entry in users if keylist.revoked_at(entry.key) is None}


def _check_user(keylist: KeyList, actor: UserId, key: Ed25519PrivateKey) -> Ed25519PrivateKey:
    name = f"{keylist.archive}/user/{actor}"
    listed = VerifierKey(name=name, public=key.public_key().public_bytes_raw())
    if listed not in keylist.user_keys(actor):
        raise KeysDisagree("The key of user {user} is not in the key list.", user=actor)
    if keylist.revoked_at(listed) is not None:
        raise UserRevoked("The key of user {user} was taken back.", user=actor)
    return key


def open_desk(
    archive: Archive, config: KeeperConfig, keylist: KeyList, vault: X25519Identity
) -> tuple[Ed25519PrivateKey, Ed25519PrivateKey]:
    """Return the keys that sign log and statements, those that the list names; else raise `KeysDisagree`."""
    seeds = decrypt_secret(_read(archive.desk_keys), vault)
    try:
        if len(seeds) != 2 * SEED_BYTES:
            raise KeysDisagree("The desk's key file does not hold two keys.")
        log_key, statement_key = _ed25519(seeds[:SEED_BYTES]), _ed25519(seeds[SEED_BYTES:])
    finally:
        wipe(seeds)
    _check_desk(config, keylist, log_key, statement_key)
    return log_key, statement_key


def _check_desk(
    config: KeeperConfig, keylist: KeyList, log_key: Ed25519PrivateKey, statement_key: Ed25519PrivateKey
) -> None:
    """Refuse desk keys that the root did not list: age does not say who put them into the file."""
    log_public = log_key.public_key().public_bytes_raw()
    statement_public = statement_key.public_key().public_bytes_raw()
    try:
        listed_log = keylist.log_key(config.origin)
        listed_statement = keylist.statement_key(format_kid(config.origin, statement_public))
    except KeyNotListed as reason:
        raise KeysDisagree("The key list does not name this desk's keys.") from reason
    if listed_log.public != log_public or listed_statement.public != statement_public:
        raise KeysDisagree("This desk's keys are not those that the key list names.")
    if keylist.revoked_at(listed_log) or keylist.revoked_at(listed_statement):
        raise KeysDisagree("A key of this desk was taken back.")


def open_epochs(archive: Archive, vault: X25519Identity, recovery: str, series: int) -> EpochKeys:
    """Return the keys of epochs, each of which is believed by its MAC."""
    secret = vault.secret_bytes()
    mac_key = derive_from_vault(secret, EPOCHS)
    wipe(secret)
    return EpochKeys(archive, vault=vault, recovery=parse_recipient(recovery), mac_key=mac_key, series=series)


def _ed25519(seed: bytearray) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(seed)
    finally:
        wipe(seed)


def _read(path: Path) -> bytes:
    """Read a key file, of which no more is taken than any may have; a pipe in its place reads as empty."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(MOST_KEY_FILE_BYTES)
    except OSError as reason:
        raise KeysMissing("The key file {name} cannot be read.", name=path.name) from reason
