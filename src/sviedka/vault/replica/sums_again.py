# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk's list of packs, made again when it is damaged: only from lines that somebody vouched for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.vault.disk_errors import translating
from sviedka.vault.pack_sums import PACK_NAME, hash_file

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.atlas import Atlas

_LINE: Final = re.compile(rb"^([0-9a-f]{64})  ([0-9]{12}\.age)$", re.MULTILINE)


def lines_again(archive: Archive, atlas: Atlas, desk: str) -> bytes | None:
    """Return the whole list, or None if a pack that is here has no line that a replica or the old list vouches for.

    A line of the old list counts only if the pack is what it says: a flipped bit in a line is not taken over. What a replica
    alone says counts last, and only of a pack that is here as it says.
    """
    sums, told = _sums(atlas, desk, told=False), _sums(atlas, desk, told=True)
    old = {name.decode(): digest.decode() for digest, name in _LINE.findall(_read(archive, desk))}
    for path in sorted(archive.desk_packs(desk).glob("*.age")):
        if not PACK_NAME.match(path.name) or path.name in sums:
            continue
        digest = hash_file(path)
        if digest not in {old.get(path.name), told.get(path.name)}:
            return None
        sums[path.name] = digest
    return b"".join(f"{digest}  {name}\n".encode("ascii") for name, digest in sorted(sums.items()))


def _sums(atlas: Atlas, desk: str, *, told: bool) -> dict[str, str]:
    """Return the digests by name of pack that were confirmed first, or of what is only told, that were told first."""
    prefix = f"packs/{desk}/"
    found = (good for name, goods in atlas.goods.items() if name.startswith(prefix) for good in reversed(goods))
    return {good.name[len(prefix) :]: good.sha256 for good in found if good.told == told}


def _read(archive: Archive, desk: str) -> bytes:
    path = archive.pack_sums(desk)
    with translating():
        return path.read_bytes() if path.is_file() else b""
