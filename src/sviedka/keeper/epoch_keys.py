# SPDX-License-Identifier: AGPL-3.0-or-later
"""Epoch keys: the month's key that slips and cells are wrapped to.

An epoch's file is an age file to the vault and to recovery, and what is in it is an identity file as `age -i` takes
it, so that recovery needs no program of ours. A comment line in it authenticates name and key under the vault
key: age hides content but does not say who wrote it, and whoever could write into the folder would else put a key of
their own in the next month's place and read everything sealed in it. Spec: spec/07-keys.md §4.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_keys import Recipient, X25519Identity, format_identity, parse_identity
from sviedka.keeper.errors import EpochGone, KeysDisagree
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.sealing import seal_small
from sviedka.vault.durable import AlreadyThere, write_new
from sviedka.vault.entropy import random_bytes
from sviedka.vault.epoch_names import SERIES, read_floor, used_names
from sviedka.vault.epochs import order_of
from sviedka.vault.layout import NameRefused, parse_epoch_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sviedka.vault.layout import Archive

KEY_FILE_MODE: Final = 0o400
_DOMAIN: Final = b"sviedka/epoch/1\n"
_FILE: Final = re.compile(rb"# sviedka epoch ([0-9.-]{9,12})\n# mac ([0-9a-f]{64})\n(AGE-SECRET-KEY-1[A-Z0-9]{58})\n")


def first_epoch(now: datetime, series: int = 0) -> str:
    """Return the name of a desk's first epoch of the month of `now`."""
    return f"{now:%Y-%m}.{series * SERIES + 1}"


def own_epochs(names: Iterable[str], series: int) -> list[str]:
    """Return those epochs that this desk began, oldest first: no two desks give one name to two keys."""
    return sorted((name for name in names if series_of(name) == series), key=epoch_order)


def series_of(name: str) -> int:
    """Return which desk's running numbers an epoch has: 0 for the founding one's."""
    return epoch_order(name)[1] // SERIES


def next_epoch(newest: str | None, now: datetime, series: int = 0) -> str:
    """Return the name of the epoch that a rotation at `now` begins: after `newest`, whatever the clock says."""
    if newest is None or epoch_order(newest)[0] < f"{now:%Y-%m}":
        return first_epoch(now, series)
    month, number = epoch_order(newest)
    if number % SERIES == SERIES - 1:  # the next number is another desk's
        year, _, following = month.partition("-")
        return first_epoch(datetime(int(year) + int(following) // 12, int(following) % 12 + 1, 1, tzinfo=UTC), series)
    return parse_epoch_name(f"{month}.{number + 1}")


def name_to_begin(archive: Archive, newest: str | None, now: datetime, series: int, used: Iterable[str]) -> str:
    """Return what `next_epoch` does, beyond every name of its month that is given away.

    A name of a later month counts for nothing: made up, it would have the epochs stay in that month.

    Args:
        archive: Says which names a restore has left out.
        newest: The newest epoch of this desk.
        now: The time.
        series: Of this desk.
        used: Names that were given before, by whatever desk. Need not be trusted: one that is made up leaves out a number.
    """
    given = {*own_epochs(used, series), *read_floor(archive, series)}
    name = next_epoch(newest, now, series)
    while beyond := [one for one in given if one[:7] == name[:7] and epoch_order(one) >= epoch_order(name)]:
        name = next_epoch(max(beyond, key=epoch_order), now, series)
    return name


def epoch_order(name: str) -> tuple[str, int]:
    """Return what epochs are sorted by: month, then running number as a number."""
    return order_of(parse_epoch_name(name))


class EpochKeys:
    """The epoch keys of one archive, opened one by one as they are needed."""

    def __init__(
        self, archive: Archive, *, vault: X25519Identity, recovery: Recipient, mac_key: bytearray, series: int = 0
    ) -> None:
        """Hold the vault identity (not copied) and `mac_key`, which `wipe` wipes. `series`: of the epochs begun here."""
        self._archive = archive
        self._series = series
        self._vault = vault
        self._recovery = recovery
        self._mac_key = mac_key
        self._opened: dict[str, X25519Identity] = {}

    def names(self) -> tuple[str, ...]:
        """Return the epochs whose keys lie in the folder, oldest first."""
        found = (_name_of(path) for path in self._archive.epochs.glob("*.age"))
        return tuple(sorted((name for name in found if name is not None), key=epoch_order))

    def own(self) -> list[str]:
        """Return those of them that this desk began, oldest first."""
        return own_epochs(self.names(), self._series)

    def current(self, now: datetime) -> tuple[str, Recipient]:
        """Return the epoch that new slips and cells belong to, made durable first when the month has turned.

        A clock that went back begins nothing: the newest epoch stays.

        Raises:
            KeysDisagree: The newest epoch's file was not written by a keeper of this archive.
            DiskFull, ReadOnly, DiskError: The new epoch could not be written; nothing was sealed to it.
        """
        names = self.own()
        newest = names[-1] if names else None
        if newest is None or epoch_order(newest)[0] < f"{now:%Y-%m}":
            newest = name_to_begin(self._archive, newest, now, self._series, used_names(self._archive))
            self.make(newest)
        return newest, self.identity(newest).recipient()

    def make(self, name: str) -> None:
        """Make a new epoch's key and write it durably. If another keeper was first, its key stands."""
        identity = X25519Identity.from_bytes(bytearray(random_bytes(32)))
        content = self._format(name, identity)
        try:
            data = seal_small(content, (self._vault.recipient(), self._recovery))
            write_new(self._archive.epoch_key(name), data, mode=KEY_FILE_MODE)
        except AlreadyThere:
            return
        finally:
            wipe(content)
            identity.wipe()

    def identity(self, name: str) -> X25519Identity:
        """Return an epoch's identity; it stays in memory until `wipe`, or until its file is gone: destroyed.

        Raises:
            EpochGone: No key of that epoch is here: destroyed at a rotation, or lost.
            KeysDisagree: The file is not this archive's, or not this epoch's.
        """
        if name in self._opened and not self._archive.epoch_key(name).exists():
            self._opened.pop(name).wipe()
        if name not in self._opened:
            self._opened[name] = self._open(name)
        return self._opened[name]

    def verify(self, name: str, data: bytes) -> Recipient:
        """Look whether these bytes can be the file of an epoch, before they are it; return what is sealed to.

        Untrusted: `data`.

        Raises:
            KeysDisagree, Malformed, Refuted: They are not this archive's, or not this epoch's, or no key at all.
        """
        identity = self._parse(name, data)
        try:
            return identity.recipient()
        finally:
            identity.wipe()

    def wipe(self) -> None:
        """Forget every key."""
        for identity in self._opened.values():
            identity.wipe()
        self._opened.clear()
        wipe(self._mac_key)

    def _open(self, name: str) -> X25519Identity:
        try:
            data = self._archive.epoch_key(name).read_bytes()
        except FileNotFoundError as reason:
            raise EpochGone("The key of epoch {epoch} is not here.", epoch=name) from reason
        return self._parse(name, data)

    def _parse(self, name: str, data: bytes) -> X25519Identity:
        content = decrypt_secret(data, self._vault)
        try:
            return self._read(name, content)
        finally:
            wipe(content)

    def _read(self, name: str, content: bytearray) -> X25519Identity:
        found = _FILE.fullmatch(content)
        if found is None:
            raise Malformed("The file of epoch {epoch} does not hold an epoch's key.", epoch=name)
        identity = parse_identity(bytearray(found[3]))
        right = self._mac(name, identity.recipient()).hex().encode()
        if found[1] != name.encode() or not hmac.compare_digest(bytes(found[2]), right):
            identity.wipe()
            raise KeysDisagree("The key of epoch {epoch} was not written by this archive's keeper.", epoch=name)
        return identity

    def _format(self, name: str, identity: X25519Identity) -> bytearray:
        text = format_identity(identity)
        mac = self._mac(name, identity.recipient()).hex()
        content = bytearray(f"# sviedka epoch {name}\n# mac {mac}\n".encode()) + text + b"\n"
        wipe(text)
        return content

    def _mac(self, name: str, recipient: Recipient) -> bytes:
        signed = _DOMAIN + name.encode() + b"\n" + recipient.text.encode() + b"\n"
        return hmac.digest(self._mac_key, signed, hashlib.sha256)


def _name_of(path: Path) -> str | None:
    try:
        return parse_epoch_name(path.stem)
    except NameRefused:
        return None
