# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which names of epochs are given away, so that no two keys ever have one name.

An archive that was restored may have begun epochs of which its copies know nothing, while another desk has their keys
and what lies in them. So restoring leaves out a block of numbers: `keys/epochs/floor`, one name, above which the next epoch
of that month has to lie. It is no secret and nothing rests on it but this; it is copied nowhere. Spec: spec/07-keys.md §4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import replace
from sviedka.vault.epochs import list_epochs, order_of
from sviedka.vault.layout import is_epoch_name

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.vault.layout import Archive

SERIES: Final = 1_000
"""Running numbers that one desk has in a month: the founding desk 1 to 999, the next one 1,001 to 1,999."""

_LEFT_OUT: Final = 100
"""More rotations than anybody starts between two copyings."""

_MOST_NAME_BYTES: Final = 64


def used_names(archive: Archive) -> set[str]:
    """Return every epoch, of whatever desk, that has a key here, the record of an end, or a folder of slips or cells."""
    with translating():
        paths = list(archive.epochs.iterdir()) if archive.epochs.is_dir() else []
    kept = {path.stem for path in paths if path.suffix in {".age", ".ended"} and is_epoch_name(path.stem)}
    return kept | {name for store in (archive.slips, archive.cells) for name in list_epochs(store)}


def leave_out(archive: Archive, now: datetime) -> None:
    """Write the floor: no epoch that a lost office may have begun lies above it. Called by whoever restores.

    It rises with the hours of the month, so that a second restore, from copies that know nothing of the first, leaves
    out what the first office began.
    """
    used = used_names(archive)
    month = max([f"{now:%Y-%m}", *(order_of(name)[0] for name in used)])
    numbers = [number % SERIES for of, number in map(order_of, used) if of == month]
    hours = (now.day - 1) * 24 + now.hour if month == f"{now:%Y-%m}" else 0
    number = min(max(hours, *numbers, 0) + _LEFT_OUT, SERIES - 1)
    replace(archive.epoch_floor, f"{month}.{number}\n".encode("ascii"))


def read_floor(archive: Archive, series: int) -> set[str]:
    """Return the floor in the running numbers of one desk; nothing if the archive was not restored, or it is no name."""
    with translating():
        try:
            with archive.epoch_floor.open("rb") as file:
                text = file.read(_MOST_NAME_BYTES).decode("ascii", "replace").removesuffix("\n")
        except FileNotFoundError:
            return set()
    if not is_epoch_name(text):
        return set()
    month, number = order_of(text)
    return {f"{month}.{series * SERIES + number % SERIES}"}
