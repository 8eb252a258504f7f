# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where everything lies in an archive's folder (spec/06-vault.md §1), and how the folder is found.

Names that came from outside (identifiers, digests, desks, epochs) are checked here before they become part of a
path, so that no caller can be led out of the folder.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Unavailable
from sviedka.core.base.ids import parse_id
from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_NAME: Final = "sviedka.toml"
ENVIRONMENT_NAME: Final = "SVIEDKA_ARCHIVE"
RESTORING_NAME: Final = "RESTORING"
"""Lies in a folder that is being restored into, until the heads that are known are remembered and the log is settled."""

SCRATCH_NAME: Final = ".tmp"
"""Folder for files that have no name yet; whatever is in it at start was never acknowledged."""

_EPOCH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\.[1-9][0-9]{0,3}\Z")
_DESK: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z")
_WORD: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?\Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")
_MOST_LEAVES: Final = 10**12


class ArchiveNotFound(Unavailable):
    """No archive in the folder that was named, nor above the working folder."""

    code = "unavailable.archive-not-found"
    hint = "Name the archive's folder with --archive, or make one with sviedka init."


class RestoreCut(Unavailable):
    """A restore into this folder has not ended, and what was signed before the loss may not be known here yet."""

    code = "unavailable.restore-cut"
    hint = "Run the same sviedka restore into this folder again; what was fetched stays."


class NameRefused(Malformed):
    """A name that may not become part of a path."""

    code = "malformed.name"


def parse_epoch_name(text: str) -> str:
    """Return `text` if it names an epoch (`2026-11.1`: month, running number from 1); raise `NameRefused` if not."""
    return _matching(_EPOCH, text, "an epoch")


def is_epoch_name(text: str) -> bool:
    """Tell whether `text` names an epoch."""
    return _EPOCH.match(text) is not None


@dataclass(frozen=True, kw_only=True)
class Archive:
    """One archive's folder. Makes paths; opens nothing.

    Attributes:
        root: The folder that holds `sviedka.toml`.
    """

    root: Path

    # --- configuration and keys

    @property
    def config(self) -> Path:
        """Name, desk, authorities and cosigners of this archive."""
        return self.root / CONFIG_NAME

    @property
    def keys(self) -> Path:
        """The folder of all wrapped keys."""
        return self.root / "keys"

    @property
    def keylist(self) -> Path:
        """The newest key list signed by the archive root."""
        return self.keys / "keylist"

    @property
    def keylists(self) -> Path:
        """The folder of the key lists that came before, each under its number."""
        return self.keys / "keylists"

    def keylist_numbered(self, number: int) -> Path:
        """An older key list."""
        return self.keylists / str(int(number))

    @property
    def vault_key(self) -> Path:
        """The vault identity, wrapped by the passphrase."""
        return self.keys / "vault.json"

    @property
    def vault_recovery(self) -> Path:
        """The vault identity a second time, sealed to the recovery key."""
        return self.keys / "vault-recovery.age"

    @property
    def users(self) -> Path:
        """The folder of the users' wrapped signing keys."""
        return self.keys / "users"

    def user_key(self, user_id: str) -> Path:
        """One user's signing key, wrapped by their passphrase."""
        return self.users / f"{parse_id(user_id)}.json"

    @property
    def desk_keys(self) -> Path:
        """The desk's keys, an age file to the vault."""
        return self.keys / "desk.age"

    @property
    def epochs(self) -> Path:
        """The folder of epoch keys."""
        return self.keys / "epochs"

    def epoch_key(self, epoch: str) -> Path:
        """One epoch's identity, an age file to the vault and to recovery."""
        return self.epochs / f"{parse_epoch_name(epoch)}.age"

    def epoch_end(self, epoch: str) -> Path:
        """The record that an epoch was ended: what lay in it is in a newer one, and its key is destroyed."""
        return self.epochs / f"{parse_epoch_name(epoch)}.ended"

    @property
    def rotation(self) -> Path:
        """The mark of a rotation that is under way: the name of the epoch that all is rewrapped to."""
        return self.epochs / "rotation"

    @property
    def epoch_floor(self) -> Path:
        """The name of an epoch above which the next one of its month lies, since this archive was restored."""
        return self.epochs / "floor"

    def authority_root(self, name: str) -> Path:
        """The pinned root certificate of a time authority."""
        return self.keys / "authorities" / f"{_matching(_WORD, name, 'a time authority')}.pem"

    # --- what is sealed

    @property
    def objects(self) -> Path:
        """The folder of payloads."""
        return self.root / "objects"

    def payload(self, sha256: bytes | str) -> Path:
        """A payload, named by the SHA-256 of its bytes."""
        name = sha256.hex() if isinstance(sha256, bytes) else sha256
        _matching(_DIGEST, name, "a payload")
        return Path(f"{self.root}/objects/{name[:2]}/{name}")

    @property
    def slips(self) -> Path:
        """The folder of slips, by epoch."""
        return self.root / "slips"

    def slip(self, epoch: str, item_id: str) -> Path:
        """The slip of one deposit in one epoch."""
        return Path(f"{self.root}/slips/{parse_epoch_name(epoch)}/{parse_id(item_id)[:2]}/{item_id}")

    @property
    def cells(self) -> Path:
        """The folder of cells: by epoch, and `seats` for identity and link cells."""
        return self.root / "cells"

    def cell(self, epoch: str, cell_id: str) -> Path:
        """A cell wrapped to one epoch."""
        return Path(f"{self.root}/cells/{parse_epoch_name(epoch)}/{parse_id(cell_id)[:2]}/{cell_id}")

    def seat_cell(self, cell_id: str, low: int, high: int) -> Path:
        """One copy of an identity or link cell, for the pair of seats `low` < `high` (1 to 5)."""
        if not 1 <= low < high <= 5:
            raise NameRefused("A pair of seats is two different numbers from 1 to 5, the lower first.")
        return self.seat_cells(cell_id) / f"{low}-{high}"

    def seat_cells(self, cell_id: str) -> Path:
        """The folder of all copies of an identity or link cell."""
        return Path(f"{self.root}/cells/seats/{parse_id(cell_id)[:2]}/{cell_id}")

    @property
    def seats(self) -> Path:
        """The folder of identity and link cells."""
        return self.cells / "seats"

    # --- what is stated

    @property
    def packs(self) -> Path:
        """The folder of packs, by desk."""
        return self.root / "packs"

    def desk_packs(self, desk: str) -> Path:
        """One desk's packs."""
        return self.packs / _matching(_DESK, desk, "a desk")

    def pack(self, desk: str, first_index: int) -> Path:
        """The pack whose first statement is leaf `first_index` of the desk's log."""
        if not 0 <= first_index < _MOST_LEAVES:
            raise NameRefused("A pack is named by a leaf index of at most twelve digits.")
        return self.desk_packs(desk) / f"{first_index:012d}.age"

    def pack_sums(self, desk: str) -> Path:
        """The append-only list of a desk's packs and their digests."""
        return self.desk_packs(desk) / "SHA256SUMS"

    def log(self, desk: str) -> Path:
        """The public part of a desk's log: the prefix under which tiles and checkpoint are served."""
        return self.root / "logs" / _matching(_DESK, desk, "a desk")

    def checkpoint(self, desk: str) -> Path:
        """The newest checkpoint of a desk, with cosignatures."""
        return self.log(desk) / "checkpoint"

    def frozen_checkpoint(self, desk: str, size: int) -> Path:
        """A checkpoint as signed by the log alone: the bytes that are stamped."""
        return self.log(desk) / "checkpoints" / str(int(size))

    def cosigned_checkpoint(self, desk: str, size: int) -> Path:
        """The same checkpoint with the cosignatures it has gathered."""
        return self.log(desk) / "cosigned" / str(int(size))

    def stamps(self, desk: str, size: int) -> Path:
        """The folder of everything that time authorities said about one frozen checkpoint."""
        return self.root / "stamps" / _matching(_DESK, desk, "a desk") / str(int(size))

    def stamp(self, desk: str, size: int, authority: str, suffix: str) -> Path:
        """One file of one authority: `tsq`, `tsr`, `chain.pem`, `crl.pem` or `state.json`."""
        name = _matching(_WORD, f"{_matching(_WORD, authority, 'a time authority')}.{suffix}", "a stamp")
        return self.stamps(desk, size) / name

    # --- what can be made again

    @property
    def database(self) -> Path:
        """The projections; rebuilt from the vault at any time."""
        return self.root / "database" / "projections.db"

    @property
    def database_salt(self) -> Path:
        """What the database's key is made from beside the vault key; destroyed when the database is to be unreadable."""
        return self.root / "database" / "salt"

    @property
    def database_cleaning(self) -> Path:
        """Says that the projections hold what is erased, and are to be destroyed and made anew."""
        return self.root / "database" / "cleaning"

    @property
    def run(self) -> Path:
        """Sockets, locks and temporaries of running processes (0700)."""
        return self.root / "run"

    @property
    def socket(self) -> Path:
        """The keeper's socket, where its path is short enough."""
        return self.run / "keeper.sock"

    @property
    def pid_file(self) -> Path:
        """The keeper's process number."""
        return self.run / "keeper.pid"

    def lock_file(self, name: str) -> Path:
        """A named lock of this machine's processes."""
        return self.run / f"{_matching(_WORD, name, 'a lock')}.lock"

    def shared_lock_file(self, name: str) -> Path:
        """A named lock of all machines that have mounted this folder: each has a `run/` of its own."""
        return self.root / "locks" / f"{_matching(_WORD, name, 'a lock')}.lock"

    @property
    def temporary(self) -> Path:
        """Scratch room of running processes; emptied at start."""
        return self.run / "tmp"


def find_archive(start: Path | None = None, *, environment: Mapping[str, str] | None = None) -> Archive:
    """Find the archive: the folder named, else `SVIEDKA_ARCHIVE`, else the nearest parent with `sviedka.toml`.

    Args:
        start: What the person named with `--archive`; only this folder is looked at.
        environment: Stands in for the process environment.

    Raises:
        ArchiveNotFound: There is none, or a folder on the way cannot be looked into.
        RestoreCut: A restore into it has not ended: what was signed before may be unknown here.
    """
    named = start
    if named is None:
        value = (os.environ if environment is None else environment).get(ENVIRONMENT_NAME)
        named = Path(value) if value else None
    here = Path.cwd()
    for folder in (named.absolute(),) if named is not None else (here, *here.parents):
        try:
            found = (folder / CONFIG_NAME).is_file()
        except OSError as reason:
            raise ArchiveNotFound("A folder where the archive may be cannot be looked into.") from reason
        if found and (folder / RESTORING_NAME).exists():
            raise RestoreCut("A restore into this folder was cut short.")
        if found:
            return Archive(root=folder)
    raise ArchiveNotFound("There is no archive here: no folder with {name} was found.", name=CONFIG_NAME)


def _matching(pattern: re.Pattern[str], text: str, kind: str) -> str:
    if not pattern.match(text):
        raise NameRefused("This cannot be the name of {kind} in an archive's folder.", kind=Phrase(kind))
    return text
