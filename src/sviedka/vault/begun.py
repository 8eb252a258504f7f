# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a deposit has begun: the items that it puts slips for, written down before the first slip is put.

A deposit that is cut between slips and statements leaves slips of which no statement tells, so that nobody could take
them back. That no statement names a slip proves nothing by itself: its pack may come later, from another desk or
place. The list proves it, because it stays on this disk: whoever made it is gone, and only they would have stated what
is in it. A list is claimed (`flock`) while its deposit lives, and removed once all is stated. Spec: spec/06-vault.md §3.7.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.core.base.ids import parse_id
from sviedka.vault.claims import claim, create_claimed
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import remove, sync_folder, write_all
from sviedka.vault.entropy import new_id
from sviedka.vault.fan import scratch_of
from sviedka.vault.layout import SCRATCH_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sviedka.vault.layout import Archive

_NAME: Final = re.compile(r"(begun|cut)-[0-9a-f]{32}\Z")
_LINE: Final = re.compile(rb"^([0-9a-f]{32})\n", re.MULTILINE)
_CUT: Final = "cut-"


class DepositCut(Unavailable):
    """A deposit was taken for one that was cut, and what it had put is removed: its machine slept, or its locks do not hold."""

    code = "unavailable.deposit-cut"
    hint = "Nothing that was kept is lost. Seal again what was not acknowledged."


class BegunDeposit:
    """The list of one deposit. Claimed by this process until `end` or `close`; one thread at a time adds to it."""

    def __init__(self, archive: Archive) -> None:
        """Write nothing yet."""
        self._archive = archive
        self._handle: int | None = None
        self.name = new_id()

    def add(self, items: Iterable[str]) -> None:
        """Write down `items`, durably, before a slip of any of them is put.

        Raises:
            DiskFull, ReadOnly, DiskError: No slip of them may be put.
        """
        data = "".join(f"{parse_id(item)}\n" for item in items).encode("ascii")
        with translating():
            if data and self._handle is None:
                self._begin(data)
            elif self._handle is not None:
                _fill(self._handle, data)

    def require(self) -> None:
        """Raise `DepositCut` if what was written down has been given up."""
        if self._handle is not None:
            require_begun(self._archive, self.name)

    def end(self) -> None:
        """All that was written down is stated: remove the list. One that a power cut brings back holds nothing unnamed."""
        if self._handle is not None:
            with suppress(OSError):
                _path(self._archive, self.name).unlink()
        self.close()

    def close(self) -> None:
        """Give up the claim. What is not stated by now is for whoever starts next to remove."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _begin(self, data: bytes) -> None:
        scratch = scratch_of(self._archive.slips)
        handle, temporary = create_claimed(scratch)
        try:
            _fill(handle, data)
            temporary.rename(_path(self._archive, self.name))
            sync_folder(scratch)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle


def require_begun(archive: Archive, name: str) -> None:
    """Make sure that a deposit was not given up; what is put while `keep_epochs` holds is then found by who gives it up later.

    Raises:
        DepositCut: It was, or never was.
    """
    if not _path(archive, name).exists():
        raise DepositCut("This sealing was given up, and what it had put is removed.")


def has_cut(archive: Archive) -> bool:
    """Tell whether there is a list that no living deposit claims."""
    return any(path.name.startswith(_CUT) or not _is_claimed(path) for path in _lists(archive))


def give_up_cut(archive: Archive) -> tuple[Path, ...]:
    """Give up every deposit that nobody claims, so that nothing more is put or stated for it; return all lists of such.

    The caller holds the admission lock, reads the lists, and removes them when what they leave behind is gone.
    """
    for path in _lists(archive):
        if not path.name.startswith(_CUT) and not _is_claimed(path):
            with translating():
                path.rename(path.with_name(_CUT + path.name.partition("-")[2]))
    return tuple(path for path in _lists(archive) if path.name.startswith(_CUT))


def forget_cut(path: Path) -> None:
    """Remove the list of a deposit of which nothing is left; durable on return."""
    remove(path)


def read_items(path: Path) -> set[str]:
    """Return the items of a list; of a torn last line no slip was put. Empty if it is gone."""
    with translating():
        try:
            return {item.decode("ascii") for item in _LINE.findall(path.read_bytes())}
        except FileNotFoundError:
            return set()


def items_under_way(archive: Archive) -> set[str]:
    """Return what deposits that live have put slips for, stated or not."""
    return {
        item
        for path in _lists(archive)
        if not path.name.startswith(_CUT) and _is_claimed(path)
        for item in read_items(path)
    }


def _path(archive: Archive, name: str) -> Path:
    return archive.slips / SCRATCH_NAME / f"begun-{parse_id(name)}"


def _lists(archive: Archive) -> Iterator[Path]:
    folder = archive.slips / SCRATCH_NAME
    with translating():
        try:
            names = sorted(name for name in os.listdir(folder) if _NAME.match(name))  # noqa: PTH208
        except FileNotFoundError:
            return
    yield from (folder / name for name in names)


def _is_claimed(path: Path) -> bool:
    with translating():
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return True  # ended just now: by the deposit itself, which had stated all of it
        try:
            return not claim(handle)
        finally:
            os.close(handle)


def _fill(handle: int, data: bytes) -> None:
    write_all(handle, data)
    os.fsync(handle)
