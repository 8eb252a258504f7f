# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files and folders that a person names, looked at before any work is done with them.

What a mistyped path means is said here, before a key is asked for anything or a statement is admitted. Somebody may
still move the file in between; then the room that opens it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive


class NotThere(Unavailable):
    """What was named to be read is not a file that can be read."""

    code = "unavailable.no-such-file"
    hint = "Nothing was changed. Look at the path that you typed."


class PlaceNotFit(Unavailable):
    """What was named to be written cannot be written there."""

    code = "unavailable.place"
    hint = "Nothing was changed. Name another place with -o."


class InsideArchive(Unavailable):
    """The archive's own folder holds nothing but what the archive writes there itself."""

    code = "unavailable.inside-archive"
    hint = "Nothing was changed. Name a place outside the archive."


def readable_file(path: Path) -> Path:
    """Return `path`, a file that can be opened.

    Raises:
        NotThere: There is none, it is a folder, or it may not be read.
    """
    if path.is_dir():
        raise NotThere("{path} is a folder, not a file.", path=str(path))
    try:
        path.open("rb").close()
    except FileNotFoundError as reason:
        raise NotThere("There is no file {path}.", path=str(path)) from reason
    except OSError as reason:
        raise NotThere("The file {path} cannot be read.", path=str(path)) from reason
    return path


def free_place(path: Path, *, archive: Archive | None = None) -> Path:
    """Return `path`, where something new can be written: nothing is there, its folder is, and it is not in `archive`.

    Raises:
        PlaceNotFit: Something is there already, or its folder is not.
        InsideArchive: It lies in the archive's own folder.
    """
    if path.exists() or path.is_symlink():
        raise PlaceNotFit("{path} is already there; it was left as it is.", path=str(path))
    if not path.parent.is_dir():
        raise PlaceNotFit("There is no folder {path}.", path=str(path.parent))
    if archive is not None:
        _refuse_inside(path, archive)
    return path


def outside(path: Path, archive: Archive) -> Path:
    """Return `path`, which neither lies in the archive nor holds it.

    Raises:
        InsideArchive: It does. An archive that seals its own database and keys would grow with every run.
    """
    _refuse_inside(path, archive)
    if archive.root.resolve().is_relative_to(path.resolve()):
        raise InsideArchive("The archive itself lies in {path}.", path=str(path))
    return path


def _refuse_inside(path: Path, archive: Archive) -> None:
    if path.resolve().is_relative_to(archive.root.resolve()):
        raise InsideArchive("{path} lies in the archive's own folder.", path=str(path))


def read_at_most(path: Path, most: int) -> bytes:
    """Return the bytes of a file, one more than `most` at the most: whoever parses them refuses that."""
    with readable_file(path).open("rb") as file:
        return file.read(most + 1)
