# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips and cells as files: each durable together with a line that says what its bytes are.

They bear no digest in their names, and without a key a changed bit in one could not be seen. So whatever is put in one
go brings a list of its own, `sums/<random name>`, in the form of `sha256sum`. A removal leaves a mark, `removed/<name>`:
so that what is missing can be told from what was taken back. Lists and marks go with their epoch's folder.
"""

from __future__ import annotations

import contextlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.vault.claims import TEMPORARY_PREFIX, claim
from sviedka.vault.disk_errors import AlreadyThere, translating
from sviedka.vault.durable import GroupCommit, make_folder, remove, write_new
from sviedka.vault.fan import prepare_fan, scratch_of
from sviedka.vault.group_commit import OPEN_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SUMS_NAME: Final = "sums"
REMOVED_NAME: Final = "removed"
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([0-9a-f]{2}/[0-9a-f]{32}(?:/[1-4]-[2-5])?)\n")


class ListMalformed(Malformed):
    """A list of slips or cells with a line that is not a digest, two spaces and a name."""

    code = "malformed.list"
    hint = "Compare the list with the other key place's."


def put_listed(
    store: Path,
    folder: Path,
    files: dict[str, bytes],
    *,
    group: GroupCommit | None,
    enter: Callable[[GroupCommit], None] = lambda _group: None,
) -> None:
    """Put small new files and their list: durable on return, or with their `group`.

    Args:
        store: `slips` or `cells`; temporaries lie in it.
        folder: What the names are relative to: the epoch's folder, or `cells/seats`.
        files: Content by name, `ab/<identifier>` or deeper.
        group: Takes them; None makes a group for them alone.
        enter: Told the group first: has it hold what the files must not outlive, or refuses.

    Raises:
        AlreadyThere: A name exists; nothing was put.
        DiskFull, ReadOnly, DiskError: Nothing is kept.
    """
    if group is None:
        with GroupCommit(scratch_of(store)) as own:
            put_listed(store, folder, files, group=own, enter=enter)
            own.commit()
        return
    enter(group)
    prepare_fan(folder)
    base = str(folder)
    for name, data in files.items():
        if name.count("/") > 1:
            make_folder((folder / name).parent)
        group.add(f"{base}/{name}", data)
        group.list_sum(f"{base}/{SUMS_NAME}", name, data)


def remove_listed(folder: Path, name: str) -> None:
    """Take a file away and leave a mark that it was; durable on return, and no error if it is gone already.

    The mark comes first: a kill between the two leaves a file that is known to be on its way out.
    """
    with contextlib.suppress(AlreadyThere):
        write_new(folder / REMOVED_NAME / name.split("/")[1], b"")
    remove(folder / name)


@dataclass(frozen=True, kw_only=True)
class SumList:
    """One list as it lies there.

    Attributes:
        name: Its file name in `sums`.
        sums: Digests (hex) by file name.
        is_open: The group it belongs to may not have been completed; a name in it that is missing was never
            acknowledged.
        failure: Why it cannot be read as a list; its sums are then empty.
    """

    name: str
    sums: dict[str, str]
    is_open: bool
    failure: ListMalformed | None = None


def read_sums(folder: Path) -> Iterator[SumList]:
    """Yield each list of `folder`.

    Raises:
        DiskError: One cannot be read.
    """
    for name in _names(folder / SUMS_NAME):
        with translating():
            try:
                data = (folder / SUMS_NAME / name).read_bytes()
            except FileNotFoundError:  # closed, and so renamed, since its name was read
                continue
        is_open = name.endswith(OPEN_SUFFIX)
        try:
            yield SumList(name=name, sums=parse_list(data), is_open=is_open)
        except ListMalformed as failure:
            yield SumList(name=name, sums={}, is_open=is_open, failure=failure)


def close_lists(folder: Path) -> int:
    """Close the lists that nobody holds any more: keep the lines of what is there. Return how many were closed.

    Raises:
        ListMalformed: An open list was changed.
        DiskFull, ReadOnly, DiskError: It stays open.
    """
    closed = 0
    for name in _names(folder / SUMS_NAME):
        if name.endswith(OPEN_SUFFIX):
            closed += _close_list(folder, folder / SUMS_NAME / name)
    return closed


def _close_list(folder: Path, path: Path) -> bool:
    with translating():
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return False
        try:
            if not claim(handle):
                return False
            sums = parse_list(path.read_bytes())
            lines = [f"{digest}  {name}\n" for name, digest in sums.items() if (folder / name).is_file()]
            with suppress(AlreadyThere):
                write_new(path.with_suffix(""), "".join(lines).encode("ascii"))
            remove(path)
        finally:
            os.close(handle)
    return True


def parse_list(data: bytes) -> dict[str, str]:
    """Read one list: digests (hex) by name. Untrusted: `data`. Raises `ListMalformed`."""
    text = data.decode("latin-1")
    found = _LINE.findall(text)
    sums = {name: digest for digest, name in found}
    if "".join(f"{digest}  {name}\n" for digest, name in found) != text or len(sums) != len(found):
        raise ListMalformed("A list of slips or cells is not in the one form of such a list.")
    return sums


def read_removed(folder: Path) -> frozenset[str]:
    """Return the identifiers of what was taken away on purpose."""
    return frozenset(_names(folder / REMOVED_NAME))


def _names(folder: Path) -> list[str]:
    with translating():
        try:
            return sorted(name for name in os.listdir(folder) if not name.startswith(TEMPORARY_PREFIX))  # noqa: PTH208
        except FileNotFoundError:
            return []
