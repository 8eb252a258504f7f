# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every place that holds copies can do, whether a folder or a bucket (spec/06-vault.md §7).

Small on purpose: put what is new, read it back, list, replace and remove. Nothing is believed to be there because it
was put there: the digest of what is read back decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from sviedka.core.base.phrases import Phrase
from sviedka.vault.layout import NameRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

LARGE_BYTES: Final = 8_388_608
"""A file of more is copied as a stream; smaller ones are held in memory and travel in groups."""

MAX_SMALL_BYTES: Final = 268_435_456
"""Of a file that is read whole from a replica: a pack has at most this."""

_NAME: Final = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,127}/){0,11}[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One file on its way.

    Attributes:
        name: Where it will be, relative to the replica.
        sha256: Of its bytes, hexadecimal, as the archive vouches for them.
        data: All of it, or None for a large file.
        path: Where a large file lies.
        size_bytes: Of its bytes.
    """

    name: str
    sha256: str
    data: bytes | None
    path: Path
    size_bytes: int


class Locks(Protocol):
    """The locks of a place that lets nobody take away what was put there. Raises as a `ReplicaStore` does."""

    span: timedelta
    """How long each object has to be locked."""

    def now(self, name: str) -> datetime:
        """Return what time it is there, from the answer about `name`; `ReplicaUnreachable` if that is no time."""

    def ends(self, names: Sequence[str]) -> dict[str, datetime]:
        """Return when the first lock ends of what lies under each name, what somebody hid too; long past if nothing does."""

    def lengthen(self, names: Iterable[str], until: datetime) -> None:
        """Lock all that lies under these names until then; what is gone is passed over.

        Raises:
            ReplicaDenied: The credentials may not.
        """


class ReplicaStore(Protocol):
    """A place that holds copies. Every method raises `ReplicaUnreachable` or `ReplicaDenied` when it cannot."""

    def probe(self) -> None:
        """Look whether the place can be what it is registered as; raise `ReplicaUnfit` if it cannot."""

    def vouch(self, name: str) -> None:
        """Look whether what was just put is protected as registered, and alone under its name.

        Raises:
            ReplicaUnfit: It is not protected.
            ReplicaDiffers: Somebody else has put something under that name.
        """

    def locks(self) -> Locks | None:
        """Return the locks of what lies there; None where nothing is locked. Nothing is asked yet."""

    def put_new(self, copies: Sequence[Copy]) -> None:
        """Put those whose names are free, durable on return; a name that is taken is left as it is."""

    def replace(self, name: str, data: bytes) -> None:
        """Put a small file in place of what has its name: the old or the new afterwards, whole."""

    def mend(self, copy: Copy) -> None:
        """Put a good copy, of any size, in place of a damaged or missing one: the old or the new afterwards, whole."""

    def digests(self, names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        """Yield each name with the SHA-256 (hexadecimal) of what is read back; None where nothing is there."""

    def get(self, name: str) -> bytes | None:
        """Return a small file (up to `MAX_SMALL_BYTES`), None if it is not there."""

    def fetch(self, name: str, target: Path) -> str | None:
        """Write a file of any size to the new file `target`, not durable; return its SHA-256, None if it is not there."""

    def get_all(self, name: str) -> tuple[bytes, ...]:
        """As `get`, but everything that was put under the name, oldest first, where the place keeps versions."""

    def keeps_all(self, name: str) -> bool:
        """Tell whether `get_all` returns whatever was ever put under the name, because nobody can take it away."""

    def fetch_hidden(self, name: str, target: Path, sha256: str) -> bool:
        """Write a version with this digest that lies beneath others, or a delete marker; tell whether there was one.

        On False, `target` is not there.
        """

    def list(self, prefix: str) -> Iterator[str]:
        """Yield every name under a folder (`""` for all), in any order; temporaries left out."""

    def remove(self, name: str) -> None:
        """Take a file away; no error if it is not there. Refused by a store under object lock."""


def check_name(name: str) -> str:
    """Return `name` if it can be one in a replica; raise `NameRefused` for what could lead out of it."""
    if not _NAME.match(name):
        raise NameRefused("This cannot be the name of {kind} in an archive's folder.", kind=Phrase("a copy"))
    return name
