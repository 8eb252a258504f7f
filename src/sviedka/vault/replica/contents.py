# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which files of an archive go where (spec/06-vault.md §7.1).

A replica of payloads gets what opens nothing by itself; a place of keys gets slips, cells and wrapped keys. What may
still change (a head that gathers cosignatures, the state of a stamp) goes to a replica of payloads under a name that
holds its digest, because nothing is overwritten there.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.vault.claims import TEMPORARY_PREFIX
from sviedka.vault.disk_errors import translating
from sviedka.vault.group_commit import OPEN_SUFFIX
from sviedka.vault.layout import CONFIG_NAME, SCRATCH_NAME
from sviedka.vault.listed import REMOVED_NAME, SUMS_NAME
from sviedka.vault.packs import list_desks
from sviedka.vault.replica.heads import listed_packs
from sviedka.vault.replica.registry import KEYS, PAYLOADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.journal import Record

CHANGING: Final = "changing"
"""First part of the stored name of a file that may change: `changing/<sha256>/<name in the archive>`."""

_HERE_ONLY: Final = frozenset({"keys/epochs/rotation", "keys/epochs/floor"})
"""That a rotation goes on here and now: brought back later, it would lead the next one into an old epoch. And which names a
restore has left out here: each writes its own, whatever a place may say."""

_CHANGING: Final = re.compile(r"changing/([0-9a-f]{64})/(.+)\Z")
_ONCE: Final = re.compile(r"logs/[^/]+/(?:tile|checkpoints)/.+\Z|keys/keylists/.+\Z")
_PAYLOAD: Final = re.compile(r"objects/[0-9a-f]{2}/([0-9a-f]{64})\Z")
_OF: Final = {
    PAYLOADS: re.compile(
        r"objects/([0-9a-f]{2})/\1[0-9a-f]{62}\Z|packs/[^/]+/[0-9]{12}\.age\Z|logs/|stamps/"
        r"|keys/(?:keylist\Z|keylists/|authorities/)"
    ),
    KEYS: re.compile(r"(?:keys|slips|cells)/"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file of the archive that belongs into a replica.

    Attributes:
        path: Where it lies.
        name: Its path in the archive's folder.
        sha256: What its bytes have to be, if anything but the file itself says so: a payload's name, a pack's line.
        once: Written once, never changed.
    """

    path: Path
    name: str
    sha256: str | None
    once: bool


def payload_sources(archive: Archive) -> Iterator[Source]:
    """Yield what a replica of payloads holds: statements first, since they say what else there has to be."""
    for desk in list_desks(archive):
        yield from _packs(archive, desk)
    for top in ("logs", "stamps"):
        for name in walk(archive.root / top, top):
            yield Source(path=archive.root / name, name=name, sha256=None, once=bool(_ONCE.match(name)))
    for name in walk(archive.keys, "keys"):
        if name == "keys/keylist" or name.startswith(("keys/keylists/", "keys/authorities/")):
            yield Source(path=archive.root / name, name=name, sha256=None, once=bool(_ONCE.match(name)))
    for name in walk(archive.objects, "objects"):  # marks of removal are no payloads
        found = _PAYLOAD.match(name)
        if found:
            yield Source(path=archive.root / name, name=name, sha256=found[1], once=True)


def key_sources(archive: Archive) -> Iterator[str]:
    """Yield the names of what a place of keys holds: the configuration, wrapped keys, slips and cells with their lists."""
    if archive.config.is_file():
        yield CONFIG_NAME
    for top in ("keys", "cells", "slips"):
        for name in walk(archive.root / top, top):
            if not name.endswith(OPEN_SUFFIX) and name not in _HERE_ONLY:
                yield name


def is_changing_key(name: str) -> bool:
    """Tell whether a file of a place of keys may be replaced: all but slips, cells, their lists and marks."""
    return not name.startswith(("slips/", "cells/"))


def belongs(name: str, holds: str) -> bool:
    """Tell whether a file of this name has its copies in a replica that holds `payloads`, or `keys`.

    Whoever writes a replica can name anything in it; nothing else is ever brought here from it.
    """
    return _OF[holds].match(name) is not None and name not in _HERE_ONLY


def may_be_good(name: str, sha256: str, holds: str) -> bool:
    """Tell whether a file of this name and digest can be a good copy: that of a payload is its name."""
    return belongs(name, holds) and (not name.startswith("objects/") or name.endswith(f"/{sha256}"))


def is_list(name: str) -> bool:
    """Tell whether this is a list of slips or cells that were put."""
    return name.startswith(("slips/", "cells/")) and f"/{SUMS_NAME}/" in name


def is_mark(name: str) -> bool:
    """Tell whether this is a mark that a slip or cell was removed: an empty file, which anybody can make."""
    return name.startswith(("slips/", "cells/")) and f"/{REMOVED_NAME}/" in name


def stored_name(source: Source, sha256: str) -> str:
    """Return the name that a source has in a replica of payloads."""
    return source.name if source.once else f"{CHANGING}/{sha256}/{source.name}"


def original_name(stored: str) -> str:
    """Return the path in an archive's folder of what is stored under `stored`."""
    found = _CHANGING.match(stored)
    return found[2] if found else stored


def newest_files(records: Iterable[Record]) -> dict[str, str]:
    """Return the digests, by stored name, of what records confirmed: of a file that changes its newest version."""
    newest = {original_name(name): (name, sha256) for one in records for name, sha256 in one.files.items()}
    return dict(newest.values())


def walk(folder: Path, base: str) -> Iterator[str]:
    """Yield every file's path, beginning with `base`, in order; temporaries left out, links not followed."""
    with translating():
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            if entry.name.startswith(TEMPORARY_PREFIX) or entry.name == SCRATCH_NAME:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from walk(folder / entry.name, f"{base}/{entry.name}")
            elif entry.is_file(follow_symlinks=False):
                yield f"{base}/{entry.name}"


def _packs(archive: Archive, desk: str) -> Iterator[Source]:
    """Yield the packs that have their line: one without is not acknowledged yet."""
    for name, sha256 in listed_packs(archive, desk).items():
        path = archive.desk_packs(desk) / name
        yield Source(path=path, name=f"packs/{desk}/{name}", sha256=sha256, once=True)
