# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a dossier's files come from: a folder, a ZIP file, or memory.

A container lists what is there and reads it; it judges nothing. Links are listed as such and never followed.
Spec: spec/08-dossier.md §8.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from sviedka.core.base.errors import Malformed, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BLOCK_BYTES: Final = 1 << 20
MAX_ENTRIES: Final = 150_000
"""Files and folders, listed before anything else is known: 100,000 files, and the folders that many can need."""


class ContainerMalformed(Malformed):
    """Not a folder, nor a ZIP file that can be read in only one way."""

    code = "malformed.container"
    hint = "Unpack the dossier into an empty folder with another program and verify the folder."


class DossierUnreadable(Unavailable):
    """The disk or the network did not give the bytes. Nothing is known of the dossier."""

    code = "unavailable.dossier"
    hint = "Copy the dossier to this computer and try again."


class DossierAbsent(DossierUnreadable):
    """There is nothing at the place given."""

    code = "unavailable.dossier-absent"
    hint = "Look at the spelling of the path."


class EntryDamaged(Malformed):
    """A packed file that does not unpack exactly to its stated size."""

    code = "malformed.container-entry"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file. `start` and `stored_bytes` say where it lies in a ZIP file; `deflated` how."""

    path: str
    size_bytes: int
    is_regular: bool = True
    start: int = 0
    stored_bytes: int = 0
    deflated: bool = False


class Container(Protocol):
    """What the verifier needs of a source. It can be handed to another process."""

    def entries(self) -> tuple[Entry, ...]:
        """List every file and link, folders left out.

        Raises:
            ContainerMalformed: The container cannot be read, or only in ways that readers disagree on.
            DossierUnreadable: The bytes do not come.
        """
        ...

    def blocks(self, entry: Entry, *, mapped: bool = False) -> Iterator[memoryview | bytes]:
        """Read a file in pieces of about 1 MiB; each piece is only valid until the next one.

        Args:
            entry: Which.
            mapped: The pieces may be the disk's own pages, which spares copying them. A disk that fails then ends the
                process, so that only a process whose end somebody notices may ask for it.

        Raises:
            EntryDamaged: It does not unpack to its stated size.
            DossierUnreadable: The bytes do not come.
        """
        ...


@dataclass(frozen=True, slots=True)
class MemoryContainer:
    """Files held in memory, by path."""

    files: Mapping[str, bytes]

    def entries(self) -> tuple[Entry, ...]:
        """List the files."""
        return tuple(Entry(path=path, size_bytes=len(data)) for path, data in self.files.items())

    def blocks(self, entry: Entry, *, mapped: bool = False) -> Iterator[memoryview | bytes]:
        """Read a file in one piece."""
        del mapped
        yield self.files[entry.path]


def read_entry(container: Container, entry: Entry) -> bytes:
    """Return a whole file; a damaged one reads as empty (spec §8.1). The caller has checked its size."""
    try:
        return b"".join(bytes(block) for block in container.blocks(entry))
    except EntryDamaged:
        return b""


def hash_entry(container: Container, entry: Entry, *, mapped: bool = False) -> bytes:
    """Return a file's SHA-256; a damaged file's is that of no bytes. `mapped`: see `Container.blocks`."""
    digest = sha256()
    try:
        for block in container.blocks(entry, mapped=mapped):
            digest.update(block)
    except EntryDamaged:
        return sha256().digest()
    return digest.digest()
