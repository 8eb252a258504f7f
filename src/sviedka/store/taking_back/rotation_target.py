# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which epoch a rotation carries to, and from which: the one that a rotation which was cut short had begun, or a new one.

The mark of a rotation (`keys/epochs/rotation`) names it before its key is made, so that whoever is next goes on with the
same. A name is never given to a second key. Spec: spec/06-vault.md §8, spec/07-keys.md §4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.keeper.config import read_config
from sviedka.keeper.epoch_keys import epoch_order, name_to_begin, own_epochs
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import remove, write_new
from sviedka.vault.epoch_names import used_names
from sviedka.vault.epochs import list_epochs
from sviedka.vault.layout import parse_epoch_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive


def choose_target(keys: JobKeys, begun: Collection[str]) -> str:
    """Return the epoch that all goes to, marked and with a key, durably.

    Args:
        keys: Make the key of a new epoch.
        begun: Names that the log says were given; untrusted, one that is made up leaves out a number.

    Raises:
        Malformed: The mark names no epoch that can have begun.
        DiskFull, ReadOnly, DiskError: Nothing old was touched.
    """
    archive = keys.archive
    marked = read_mark(archive)
    if marked is not None and not epochs_before(archive, marked):
        remove(archive.rotation)  # all was done but this
        marked = None
    following = _following(archive, begun, besides=marked)
    if marked is not None and epoch_order(marked) > epoch_order(following):
        raise Malformed("The mark of a rotation names an epoch that cannot have begun yet.")
    if marked is not None and archive.epoch_key(marked).exists():
        return marked
    if marked is not None:  # its key was not made yet, or is lost: then no second one gets its name
        remove(archive.rotation)
        following = _following(archive, begun)
    write_new(archive.rotation, f"{following}\n".encode("ascii"))
    keys.make_epoch(following)
    return following


def epochs_before(archive: Archive, target: str) -> tuple[str, ...]:
    """Return every epoch of this desk before `target` that has a key or a folder, newest first."""
    names = _epochs_of(archive)
    return tuple(name for name in reversed(names) if epoch_order(name) < epoch_order(target))


def read_mark(archive: Archive) -> str | None:
    """Return the epoch that a rotation under way carries to; None if none is. Raises `NameRefused`, `DiskError`."""
    with translating():
        try:
            return parse_epoch_name(archive.rotation.read_text("ascii", "replace").removesuffix("\n"))
        except FileNotFoundError:
            return None


def _following(archive: Archive, begun: Collection[str], besides: str | None = None) -> str:
    """Return the name of the epoch to begin, as if `besides` had not begun."""
    names = [name for name in _epochs_of(archive) if name != besides]
    used = {*used_names(archive), *begun} - {besides}
    series = read_config(archive).epoch_series
    return name_to_begin(archive, names[-1] if names else None, now(), series, used)


def _epochs_of(archive: Archive) -> list[str]:
    """Return every epoch of this desk that has a key or a folder, oldest first. Another desk ends its own."""
    keys = {path.stem for path in archive.epochs.glob("*.age")}
    folders = {name for store in (archive.slips, archive.cells) for name in list_epochs(store)}
    return own_epochs({parse_epoch_name(name) for name in keys | folders}, read_config(archive).epoch_series)
