# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a place on disk to a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.verify.container import Container, DossierAbsent

if TYPE_CHECKING:
    from pathlib import Path


def open_container(source: Path) -> Container:
    """Return the container at `source`, a folder or a ZIP file.

    Raises:
        DossierAbsent: There is nothing at `source`.
    """
    # Imported here: a folder needs no ZIP reader, and starting up counts.
    if source.is_dir():
        from sviedka.verify.folder import FolderContainer  # noqa: PLC0415

        return FolderContainer(source)
    if not source.exists():
        raise DossierAbsent("There is no file or folder at the place given.")
    from sviedka.verify.zip_file import ZipContainer  # noqa: PLC0415

    return ZipContainer(source)
