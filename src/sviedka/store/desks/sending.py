# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk puts where the others find it: its log up to the signed head, and what its statements are read with.

    <place>/<desk>/packs/<desk>/…, objects/…, slips/…, cells/…, keys/epochs/…     as in the archive
    <place>/<desk>/logs/<desk>/checkpoint                                          last: what it covers is there

Nothing in it opens without the archive's vault key. What was taken back here goes there at the next export: slips, cells
and keys of epochs that this archive has no more are overwritten and removed. Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.anchor.published import frozen_sizes, newest_checkpoint
from sviedka.core.base.ids import parse_origin
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.store.checkpointing import NothingStated
from sviedka.store.desks.own_head import refuse_beneath_own_head
from sviedka.vault.disk_errors import translating
from sviedka.vault.packs import list_packs
from sviedka.vault.replica.contents import walk
from sviedka.vault.replica.store import LARGE_BYTES, Copy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.keylist import Successor
    from sviedka.keeper.client import Keeper
    from sviedka.store.desks.meeting import MeetingPlace
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.store import ReplicaStore

_TOGETHER: Final = 256
_OURS: Final = re.compile(
    r"(?:slips|cells)/[0-9]{4}-.+\Z|keys/epochs/[0-9.-]+\.age\Z|objects/[0-9a-f]{2}/[0-9a-f]{64}\Z"
)
_CELL: Final = re.compile(r"cells/[^/]+/[0-9a-f]{2}/([0-9a-f]{32})\Z")
_STOPS: Final = re.compile(r"packs/|keys/epochs/")
"""Of these one that was changed stops the import; of all else it is named and left, and comes anew once it was removed there."""

_TAKEN_AWAY: Final = ("slips/", "cells/", "keys/epochs/")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What lies there now: statements under the head, files put, files taken away."""

    statements: int
    files: int
    removed: int


def send(archive: Archive, keeper: Keeper, place: MeetingPlace, progress: Progress | None = None) -> Sent:
    """Put this desk's log up to its newest signed head where the others find it, with what it is read with.

    Args:
        archive: Whose.
        keeper: Says which desk this is.
        place: Is there; the other desks reach it too. Safe to repeat, and to be cut short.
        progress: Told files.

    Raises:
        NothingStated: There is no signed head yet.
        OwnHeadAhead: This desk has put a larger head there, or one of another history. Nothing there is touched.
        ReplicaUnreachable, ReplicaDenied, ReplicaUnfit: The place is not there, or not fit.
        DiskFull, ReadOnly, DiskError: The head there is still the one before.
    """
    desk = parse_origin(keeper.facts().origin)[1]
    head = newest_checkpoint(archive, desk)
    if head is None:
        raise NothingStated("There is no signed head yet that others could check.")
    store = place.store(desk)
    refuse_beneath_own_head(archive, keeper, store, _head_name(desk), head)
    names = [*_packs(archive, desk, head.size), *_shared(archive)]
    there = {*store.list("")}
    files = _bring(archive, store, names, there, progress)
    gone = sorted({name for name in there if name.startswith(_TAKEN_AWAY)} - set(names))
    for name in gone:
        store.remove(name)
    store.replace(_head_name(desk), head.data)
    keylist = read_keylist(archive)
    before = sum(_send_closed(archive, place, one) for one in keylist.closed_before(f"{keylist.archive}/{desk}"))
    return Sent(statements=head.size, files=files + before, removed=len(gone))


def _bring(
    archive: Archive,
    store: ReplicaStore,
    names: Sequence[str],
    there: Collection[str],
    progress: Progress | None = None,
) -> int:
    """Put what is missing there, and anew what was changed there and would stop every import; return how many."""
    missing = [name for name in names if name not in there]
    for start in range(0, len(missing), _TOGETHER):
        part = missing[start : start + _TOGETHER]
        store.put_new([_copy(archive, name) for name in part])
        if progress is not None:
            progress(len(part))
    return len(missing) + _mend(archive, store, [name for name in names if name in there and _STOPS.match(name)])


def _mend(archive: Archive, store: ReplicaStore, names: Sequence[str]) -> int:
    """Put anew what is read back as other bytes than it has here: whoever writes there may change a bit of it."""
    mended = 0
    for name, sha256 in store.digests(names):
        copy = _copy(archive, name)
        if copy.sha256 != sha256:
            store.mend(copy)
            mended += 1
    return mended


def _head_name(desk: str) -> str:
    return f"logs/{desk}/checkpoint"


def _send_closed(archive: Archive, place: MeetingPlace, successor: Successor) -> int:
    """Put a closed log there up to the newest head within what is held, unless the desk itself has put one; count files."""
    desk = parse_origin(successor.closed)[1]
    size = max((known for known in frozen_sizes(archive, desk) if known <= successor.held.size), default=0)
    if size == 0:
        return 0
    store = place.store(desk)
    there = {*store.list("")}
    names = [name for name in _packs(archive, desk, size) if name in there or _head_name(desk) not in there]
    files = _bring(archive, store, names, there)
    if _head_name(desk) not in there:
        with translating():
            head = archive.frozen_checkpoint(desk, size).read_bytes()
        store.replace(_head_name(desk), head)
    return files


def _packs(archive: Archive, desk: str, size: int) -> Iterator[str]:
    for first in list_packs(archive, desk):
        if first < size:
            yield f"packs/{desk}/{archive.pack(desk, first).name}"


def _shared(archive: Archive) -> Iterator[str]:
    for top in ("keys", "cells", "slips", "objects"):
        for name in walk(archive.root / top, top):
            if _OURS.match(name) and not _is_half(archive, name):
                yield name


def _is_half(archive: Archive, name: str) -> bool:
    """Tell whether a cell is the keeper's half of an identity's: what is stated under its name does not open with that."""
    found = _CELL.match(name)
    return found is not None and archive.seat_cells(found[1]).exists()


def _copy(archive: Archive, name: str) -> Copy:
    path = archive.root / name
    with translating():
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGE_BYTES else None
        if data is not None:
            digest = hashlib.sha256(data).hexdigest()
        else:
            with path.open("rb", buffering=0) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Copy(name=name, sha256=digest, data=data, path=path, size_bytes=size)
