# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new archive: all its keys, in an order that leaves either no archive or a whole one.

    1  a marker in the new folder and in the offline folder
    2  offline folder: archive root under the passphrase; shares of root and recovery
    3  archive folder: vault key, user's key, key list, desk keys, first epoch, archive cell, empty head
    4  sviedka.toml: from here on it is an archive
    5  the markers go

A founding that was cut short before step 4 leaves folders that bear the marker and hold nothing that anybody uses; the
next one sweeps them and begins again. Spec: spec/07-keys.md §9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.ids import CellId, UserId, parse_origin
from sviedka.core.seal.keylist import UserKey
from sviedka.keeper.cell_keys import CellKeys
from sviedka.keeper.config import LOCK_AFTER_MINUTES, KeeperConfig, format_config
from sviedka.keeper.derivation import EPOCHS, derive_from_vault
from sviedka.keeper.epoch_keys import KEY_FILE_MODE, EpochKeys
from sviedka.keeper.founding_keys import FoundingKeys
from sviedka.keeper.founding_place import FoundingPlace
from sviedka.keeper.heads import empty_head, head_record, openings_record
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.offline_folder import write_offline_folder
from sviedka.keeper.open_records import EMPTY_JOURNAL
from sviedka.keeper.recovery_copy import keep_for_recovery
from sviedka.keeper.sealing import seal_small
from sviedka.keeper.user_keys import write_user_key
from sviedka.keeper.wrapping import FULL_COST, SALT_BYTES, KdfCost, wrap_secret
from sviedka.vault.clock import now as read_clock
from sviedka.vault.durable import replace, write_new
from sviedka.vault.entropy import random_bytes
from sviedka.vault.layout import Archive

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Founded:
    """A new archive.

    Attributes:
        archive: Its folder.
        offline_dir: The folder with root and shares, which leaves the office.
        origin: The name of its desk's log.
        root: The root's public key as strangers pin it (a vkey).
        recovery: The public recovery key (`age1…`).
        actor: The first user.
        archive_cell: The cell of facts about nobody.
        epoch: The first epoch.
    """

    archive: Archive
    offline_dir: Path
    origin: str
    root: str
    recovery: str
    actor: UserId
    archive_cell: CellId
    epoch: str


def found_archive(
    folder: Path,
    *,
    archive_name: str,
    desk: str,
    passphrase: bytearray,
    offline_dir: Path | None = None,
    user_passphrase: bytearray | None = None,
    cost: KdfCost = FULL_COST,
    lock_after_minutes: int = LOCK_AFTER_MINUTES,
) -> Founded:
    """Make a new archive in `folder`, which is empty or not there yet. The passphrases are not wiped here.

    Args:
        folder: For the archive.
        archive_name: First half of every origin: lower-case letters, digits, dots, dashes.
        desk: The first desk's name.
        offline_dir: Where root and shares go; by default `<folder>.offline`.
        user_passphrase: The first user's own; by default the archive's.
        passphrase: Opens vault and root.
        cost: Price of a guess at a passphrase.
        lock_after_minutes: Written into `sviedka.toml`.

    Raises:
        ArchiveThere: There is an archive in `folder`; nothing was changed.
        FolderNotEmpty: One of the folders holds something else; nothing was changed.
        Malformed: A name that no log can have.
        DiskFull, ReadOnly, DiskError: No archive was made; run it again.
    """
    parse_origin(f"{archive_name}/{desk}")
    offline = offline_dir if offline_dir is not None else folder.with_name(folder.name + ".offline")
    keys = FoundingKeys(archive=archive_name, desk=desk)
    try:
        with FoundingPlace(folder.absolute(), offline.absolute()) as place:
            write_offline_folder(offline, keys, passphrase, cost=cost)
            own = passphrase if user_passphrase is None else user_passphrase
            founded = _write_archive(place, keys, passphrase, own, cost=cost, now=read_clock())
            config = KeeperConfig(
                archive=archive_name,
                desk=desk,
                archive_cell=founded.archive_cell,
                lock_after_minutes=lock_after_minutes,
            )
            replace(founded.archive.config, format_config(config))
    finally:
        keys.wipe()
    return founded


def _write_archive(
    place: FoundingPlace, keys: FoundingKeys, passphrase: bytearray, own: bytearray, *, cost: KdfCost, now: datetime
) -> Founded:
    """Write everything but `sviedka.toml`."""
    archive = Archive(root=place.folder)
    vault = keys.vault.recipient()
    keylist = keys.sign_first_keylist(now)
    first = UserKey(user=keys.user_id, key=keys.user_key)
    write_user_key(archive, keys.archive, first, keys.user, own, cost)
    write_new(archive.keylist, keylist)
    seeds = keys.log + keys.statements
    write_new(archive.desk_keys, seal_small(seeds, (vault,)), mode=KEY_FILE_MODE)
    wipe(seeds)
    replace(
        head_record(archive, keys.desk),
        empty_head(origin=keys.origin, key=Ed25519PrivateKey.from_private_bytes(keys.log)),
    )
    replace(openings_record(archive, keys.desk), EMPTY_JOURNAL)
    epochs = _epochs(archive, keys)
    epoch, _ = epochs.current(now)
    (cell,) = CellKeys(archive, epochs).make(1, find_epoch=lambda: epochs.current(now))
    epochs.wipe()
    _write_vault_key(archive, keys, passphrase, cost, cell)
    return Founded(
        archive=archive,
        offline_dir=place.offline,
        origin=keys.origin,
        root=keys.root_key.vkey,
        recovery=keys.recovery.recipient().text,
        actor=keys.user_id,
        archive_cell=cell,
        epoch=epoch,
    )


def _write_vault_key(
    archive: Archive, keys: FoundingKeys, passphrase: bytearray, cost: KdfCost, archive_cell: CellId
) -> None:
    bound = {
        "archive": keys.archive,
        "archive_cell": archive_cell,
        "recipient": keys.vault.recipient().text,
        "recovery": keys.recovery.recipient().text,
        "root": keys.root_key.vkey,
    }
    secret = keys.vault.secret_bytes()
    keep_for_recovery(archive, secret, bound)
    data = wrap_secret(secret, passphrase, what="vault", bound=bound, cost=cost, salt=random_bytes(SALT_BYTES))
    wipe(secret)
    write_new(archive.vault_key, data, mode=KEY_FILE_MODE)


def _epochs(archive: Archive, keys: FoundingKeys) -> EpochKeys:
    secret = keys.vault.secret_bytes()
    mac_key = derive_from_vault(secret, EPOCHS)
    wipe(secret)
    return EpochKeys(archive, vault=keys.vault, recovery=keys.recovery.recipient(), mac_key=mac_key)
