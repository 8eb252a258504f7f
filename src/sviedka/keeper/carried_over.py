# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether all that an epoch's key opens here is opened, to the same, by keys of other epochs: the key may go then.

Asked of another desk's epoch, which that desk ended. Its word is not enough to destroy a key by: each slip and cell that lives here
under it is opened, and so is what lies under the same name in another epoch. What no longer opens under the old key is not lost with it.
Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_header import MAX_SLIP_BYTES
from sviedka.core.seal.slip import open_held
from sviedka.keeper.errors import EpochGone
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.rewrap import living
from sviedka.vault.cells import MAX_CELL_BYTES
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sviedka.core.seal.age_keys import X25519Identity
    from sviedka.vault.layout import Archive

    _Open = Callable[[bytes, X25519Identity], bytearray]

_MOST_BYTES: Final = max(MAX_SLIP_BYTES, MAX_CELL_BYTES)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found of one epoch.

    Attributes:
        slips: Names of slips that may lose this epoch's key. cells: of cells.
        left: Names of what may not yet.
        relied_on: Epochs whose keys open what may.
    """

    slips: frozenset[str]
    cells: frozenset[str]
    left: frozenset[str]
    relied_on: frozenset[str]


def look_carried_over(
    archive: Archive, epoch: str, among: Sequence[str], identity_of: Callable[[str], X25519Identity]
) -> Looked:
    """Open everything that lives in `epoch`, and the same in the epochs `among`, whose keys stay.

    Args:
        archive: Whose.
        epoch: Of another desk. If its key is gone already, what lies in it has to open by another one all the same.
        among: Each has its key here.
        identity_of: Gives the key of an epoch, or raises `EpochGone`.

    Raises:
        DiskError: Something cannot be read: nothing is known of it.
    """
    old = _identity(identity_of, epoch)
    keys = {one: identity_of(one) for one in among}
    safe, left, relied_on = (set[str](), set[str]()), set[str](), set[str]()
    for store, names, open_it in ((archive.slips, safe[0], open_held), (archive.cells, safe[1], decrypt_secret)):
        for name in living(store, epoch):
            held = _held(open_it, _path(store, epoch, name), old)
            found = {one for one, key in keys.items() if _holds(open_it, _path(store, one, name), key, held)}
            may_go = bool(found) or (held is None and old is not None)
            (names if may_go else left).add(name)
            relied_on |= found
            wipe(held or bytearray())
    return Looked(
        slips=frozenset(safe[0]), cells=frozenset(safe[1]), left=frozenset(left), relied_on=frozenset(relied_on)
    )


def _identity(identity_of: Callable[[str], X25519Identity], epoch: str) -> X25519Identity | None:
    try:
        return identity_of(epoch)
    except EpochGone:
        return None


def _holds(open_it: _Open, path: Path, identity: X25519Identity, held: bytearray | None) -> bool:
    """Tell whether a file opens, and to what was `held` before, if that is known."""
    found = _held(open_it, path, identity)
    try:
        return found is not None and (held is None or hmac.compare_digest(found, held))
    finally:
        wipe(found or bytearray())


def _held(open_it: _Open, path: Path, identity: X25519Identity | None) -> bytearray | None:
    """Return what a file holds, which the caller wipes; None if it is not there or does not open."""
    if identity is None:
        return None
    with translating():
        try:
            with path.open("rb", buffering=0) as file:
                data = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return None
    try:
        return open_it(data, identity)
    except Failure:
        return None


def _path(store: Path, epoch: str, name: str) -> Path:
    return store / epoch / name[:2] / name
