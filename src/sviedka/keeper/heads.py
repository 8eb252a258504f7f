# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keeper's own memory of the last head it signed, and the refusal to contradict it.

A log that shows two different pasts is what cosigners and readers look for; the desk's own keeper is the first who
will not take part in one. The record is written durably *before* a signature leaves, so that a keeper killed in between
has signed nothing that it does not remember; asked again for the same head it gives the same signature. A record
that is missing or damaged refuses: it does not mean "nothing was signed". Spec: spec/07-keys.md §7.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Unproven
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint, verify_checkpoint
from sviedka.core.seal.merkle_proof import verify_consistency
from sviedka.core.seal.note import VerifierKey
from sviedka.keeper.errors import HeadRefused
from sviedka.keeper.open_records import OpenRecords
from sviedka.vault.durable import replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from sviedka.vault.layout import Archive

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962 §2.1)."""

_MOST_BYTES: Final = 1024 * 1024  # more than any note has


def head_record(archive: Archive, desk: str) -> Path:
    """Return where the last signed head of a desk's log is remembered."""
    return archive.keys / "heads" / archive.log(desk).name


def openings_record(archive: Archive, desk: str) -> Path:
    """Return where the openings are remembered that the next head of a desk's log has to cover."""
    return archive.keys / "heads" / f"{archive.log(desk).name}.openings"  # no desk has a dot in its name


def read_head(archive: Archive, desk: str) -> Checkpoint:
    """Return the last signed head as it is remembered; whether it is genuine, only its signature tells.

    Raises:
        HeadRefused: The record is missing, or is no head.
    """
    try:
        descriptor = os.open(head_record(archive, desk), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return parse_checkpoint(file.read(_MOST_BYTES))
    except FileNotFoundError as reason:
        raise HeadRefused("The record of the last signed head is missing.") from reason
    except Malformed as reason:
        raise HeadRefused("The record of the last signed head was changed.") from reason


class Heads:
    """Signs the heads of one desk's log, each a continuation of the last."""

    def __init__(self, archive: Archive, *, origin: str, key: Ed25519PrivateKey) -> None:
        """Sign for `origin`, `<archive>/<desk>`, with the log's key."""
        self._archive = archive
        self._desk = desk = origin.partition("/")[2]
        self._record = head_record(archive, desk)
        self.open_records = OpenRecords(openings_record(archive, desk))
        self._origin = origin
        self._key = key

    def last(self) -> Checkpoint:
        """Return the last head that was signed; its signature was checked.

        Raises:
            HeadRefused: The record is missing, or is not what this keeper wrote.
        """
        own = VerifierKey(name=self._origin, public=self._key.public_key().public_bytes_raw())
        head = read_head(self._archive, self._desk)
        try:
            verify_checkpoint(head, [own], origin=self._origin)
        except (Malformed, Refuted, Unproven) as reason:
            raise HeadRefused("The record of the last signed head was changed.") from reason
        return head

    def sign(
        self,
        *,
        size: int,
        root: bytes,
        consistency: tuple[bytes, ...],
        openings: Mapping[int, tuple[bytes, ...]] | None = None,
    ) -> bytes:
        """Sign a head that continues the last one, and remember it first.

        Untrusted: everything.

        Args:
            size: Leaves in the tree.
            root: Its root, 32 bytes.
            consistency: Proof from the last signed head to this one; empty if it is the same, or the last was empty.
            openings: For each of `open_records.indexes()`, an inclusion proof in this very tree.

        Raises:
            OpeningMissing: The record of an opening that happened does not stand in this tree.
            HeadRefused: The tree is smaller than one that was signed for, or has another past.
            ProofMalformed: The proof cannot lead from the last head to this one.
        """
        last = self.last()
        if size < last.size:
            raise HeadRefused(
                "A tree of {size} statements was to be signed after one of {last}.", size=size, last=last.size
            )
        same = size == last.size and root == last.root
        if not same:
            self._check_continues(last, size=size, root=root, consistency=consistency)
        self.open_records.check(openings or {}, size=size, root=root)
        note = last.data
        if not same:
            note = sign_checkpoint(origin=self._origin, size=size, root=root, private_key=self._key)
            replace(self._record, note)
        self.open_records.drop()  # last: after a kill before this, the same proofs are asked for once more
        return note

    @staticmethod
    def _check_continues(last: Checkpoint, *, size: int, root: bytes, consistency: tuple[bytes, ...]) -> None:
        if last.size == 0 and size > 0:
            return  # anything continues the empty tree
        try:
            verify_consistency(old_size=last.size, old_root=last.root, new_size=size, new_root=root, proof=consistency)
        except Refuted as reason:
            raise HeadRefused("The tree does not continue the one of {last} signed before.", last=last.size) from reason


def empty_head(*, origin: str, key: Ed25519PrivateKey) -> bytes:
    """Return the signed head of a log without statements: what a new desk remembers."""
    return sign_checkpoint(origin=origin, size=0, root=EMPTY_ROOT, private_key=key)
