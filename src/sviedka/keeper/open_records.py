# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records of openings that no signed head covers yet: the keeper's own memory, so that none can go missing in silence.

A desk could put a record into a pack, be given the key, and take the pack away again. So the keeper keeps the place and
the leaf hash of every record that it went by, durable before the key leaves, and signs no further head of that log
unless each of them is proven to stand in it. Once a head covers them, the log itself remembers.
Spec: spec/07-keys.md §6, §7.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted
from sviedka.core.seal.merkle_proof import verify_inclusion
from sviedka.keeper.errors import HeadRefused, OpeningMissing
from sviedka.vault.durable import append_line, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EMPTY_JOURNAL: Final = b"sviedka/openings/1\n"
"""What founding writes, and what stays when a head covers all records."""

_LINE: Final = re.compile(r"(0|[1-9][0-9]{0,11}) ([0-9a-f]{64})\Z")
_MOST_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRecord:
    """A statement that a key was given for: its place in the desk's log, and its leaf hash (32 bytes)."""

    leaf_index: int
    leaf: bytes

    @property
    def line(self) -> str:
        """The journal's line, without line feed."""
        return f"{self.leaf_index} {self.leaf.hex()}"


class OpenRecords:
    """The journal of one desk's records that its next head has to cover."""

    def __init__(self, journal: Path) -> None:
        """Remember in `journal`, which founding makes."""
        self._journal = journal
        self._kept: dict[OpenRecord, None] | None = None

    def indexes(self) -> tuple[int, ...]:
        """Return the places that the next head has to be proven to hold, ascending.

        Raises:
            HeadRefused: The journal is missing or is not what this keeper wrote.
        """
        return tuple(sorted({record.leaf_index for record in self._records()}))

    def remember(self, *found: OpenRecord) -> None:
        """Keep records, durably.

        Raises:
            HeadRefused: The journal is missing or is not what this keeper wrote; nothing is opened then.
            DiskFull, ReadOnly, DiskError: It is not kept.
        """
        records = self._records()
        for record in found:
            if record in records:
                continue
            append_line(self._journal, record.line)
            records[record] = None

    def check(self, proofs: Mapping[int, tuple[bytes, ...]], *, size: int, root: bytes) -> None:
        """Refuse a head that does not hold every record kept, each at its place.

        Untrusted: everything.

        Args:
            proofs: By place in the log, an inclusion proof in exactly the tree of `size` leaves with this `root`.
            size: Leaves in the tree.
            root: Its root, 32 bytes.

        Raises:
            OpeningMissing: A record has no proof, or one that does not prove it.
            HeadRefused: The journal is missing or is not what this keeper wrote.
        """
        for record in self._records():
            index, proof = record.leaf_index, proofs.get(record.leaf_index)
            if proof is None:
                raise OpeningMissing("An opening that the keeper recorded is missing from the log.")
            try:
                verify_inclusion(leaf=record.leaf, index=index, size=size, proof=proof, root=root)
            except (Refuted, Malformed) as reason:
                raise OpeningMissing("An opening that the keeper recorded is missing from the log.") from reason

    def drop(self) -> None:
        """Forget all, durably: a head that was signed holds them."""
        if self._records():
            replace(self._journal, EMPTY_JOURNAL)
            self._kept = {}

    def _records(self) -> dict[OpenRecord, None]:
        """Return what is kept. The file is read once: what is done to it later does not change what we remember."""
        if self._kept is None:
            self._kept = self._read()
        return self._kept

    def _read(self) -> dict[OpenRecord, None]:
        try:
            descriptor = os.open(self._journal, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError as reason:
            raise HeadRefused("The record of openings is missing.") from reason
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise HeadRefused("The record of openings was changed.")
            data = _read_all(descriptor)
        finally:
            os.close(descriptor)
        records, whole = parse_journal(data)
        if whole != len(data):  # cut off by a kill: no key was given for it, and the next line must not join it
            replace(self._journal, data[:whole])
        return dict.fromkeys(records)


def parse_journal(data: bytes) -> tuple[tuple[OpenRecord, ...], int]:
    """Return the records of a journal, and how many of its bytes are whole lines.

    Untrusted: `data`.

    Raises:
        HeadRefused: Not such a journal, or one with a line of another shape.
    """
    end = data.rfind(b"\n") + 1
    first, *lines = data[:end].decode("ascii", "replace").split("\n")
    matches = [_LINE.match(line) for line in lines[:-1]]
    if f"{first}\n".encode() != EMPTY_JOURNAL or None in matches or len(data) > _MOST_BYTES:
        raise HeadRefused("The record of openings was changed.")
    found = (OpenRecord(leaf_index=int(m[1]), leaf=bytes.fromhex(m[2])) for m in matches if m is not None)
    return tuple(found), end


def _read_all(descriptor: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read(_MOST_BYTES + 1)
