# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checkpoints: the signed head of a log.

A checkpoint is a note of exactly three lines: origin, size, root. The origin is the name of the key that signs it, so
that a log's identity and its key cannot drift apart. Extension lines, which C2SP allows and advises against, are
refused: nobody could audit them. Spec: spec/04-log.md §3.
Source: C2SP tlog-checkpoint. Vectors: spec/vectors/checkpoint/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, NotCanonical, Refuted
from sviedka.core.seal.merkle_proof import HASH_BYTES, MAX_SIZE
from sviedka.core.seal.note import Note, VerifierKey, format_note, parse_note, sign_note, verify_note
from sviedka.core.seal.note_key import KeyMalformed, check_key_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_DECIMAL: Final = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")


class CheckpointMalformed(Malformed):
    """A note that is not a checkpoint of three lines."""

    code = "malformed.checkpoint"
    hint = "This is not the head of a log as Sviedka writes it; fetch the checkpoint again."


class OriginRefuted(Refuted):
    """A checkpoint of another log than the one that was asked about."""

    code = "refuted.origin"
    hint = "Somebody put the checkpoint of one log in the place of another's."


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """The head of a log, as read: not yet verified.

    Attributes:
        origin: Name of the log, and of the key that signs it.
        size: Number of leaves, 0 to 2**63 - 1.
        root: Root hash, 32 bytes.
        note: The note it was read from.
    """

    origin: str
    size: int
    root: bytes
    note: Note

    @property
    def data(self) -> bytes:
        """The bytes of the note, every signature included."""
        return self.note.data

    def frozen(self) -> bytes:
        """Return the note with its first line by the log's own name only: the bytes that are stamped.

        Cosignatures come later and would change the digest (spec/05-time.md §1).

        Raises:
            CheckpointMalformed: No line bears the log's name, or several do: which was stamped is then not decided.
        """
        own = [signature.line for signature in self.note.signatures if signature.name == self.origin]
        if len(own) != 1:
            raise CheckpointMalformed("A checkpoint bears its log's own signature exactly once; this one does not.")
        return format_note(self.note.text, own)

    def digest(self) -> bytes:
        """Return SHA-256 of the frozen bytes: what time authorities stamp."""
        return sha256(self.frozen()).digest()


def format_checkpoint_text(*, origin: str, size: int, root: bytes) -> str:
    """Return the three lines that a log signs.

    Raises:
        CheckpointMalformed: A root that has not 32 bytes, a size that is negative or over 2**63 - 1, a bad origin.
    """
    if len(root) != HASH_BYTES or not 0 <= size <= MAX_SIZE:
        raise CheckpointMalformed("A checkpoint holds a size from 0 to 2**63 - 1 and a root of 32 bytes.")
    _check_origin(origin)
    return f"{origin}\n{size}\n{encode_base64(root)}\n"


def sign_checkpoint(*, origin: str, size: int, root: bytes, private_key: Ed25519PrivateKey) -> bytes:
    """Return a checkpoint signed by the log's key, whose name is the origin.

    Pure: whoever calls this has checked that the tree continues the last one signed (spec/04-log.md §3.2).
    """
    text = format_checkpoint_text(origin=origin, size=size, root=root)
    return format_note(text, [sign_note(text, name=origin, private_key=private_key)])


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint.

    Untrusted: `data`; the result is unverified.

    Raises:
        CheckpointMalformed: Not three lines, a number not in its one spelling, a root that has not 32 bytes.
        NoteMalformed, TooLarge: Not a note.
    """
    note = parse_note(data)
    lines = note.text[:-1].split("\n")
    if len(lines) != 3:
        raise CheckpointMalformed("A checkpoint has three lines: origin, size and root. Extensions are refused.")
    origin, size, encoded_root = lines
    _check_origin(origin)
    try:
        root = decode_base64(encoded_root)
    except NotCanonical as reason:
        raise CheckpointMalformed("The root in a checkpoint is not base64 in its one spelling.") from reason
    if len(root) != HASH_BYTES:
        raise CheckpointMalformed("The root in a checkpoint does not have 32 bytes.")
    return Checkpoint(origin=origin, size=parse_size(size), root=root, note=note)


def verify_checkpoint(checkpoint: Checkpoint, keys: Iterable[VerifierKey], *, origin: str | None = None) -> VerifierKey:
    """Check that the log itself signed this checkpoint; return its key.

    Untrusted: `checkpoint`. Trusted: `keys`, the log keys that the caller pins, and `origin`, the log it asks about
    (None accepts any log among `keys`). Only a key whose name is the checkpoint's origin can sign it.

    Raises:
        OriginRefuted: A checkpoint of another log than `origin`.
        SignatureRefuted, KeyUnknown: As `verify_note`.
    """
    if origin is not None and checkpoint.origin != origin:
        raise OriginRefuted("This is a checkpoint of another log than {origin}.", origin=origin)
    return verify_note(checkpoint.note, [key for key in keys if key.name == checkpoint.origin])[0]


def parse_size(text: str) -> int:
    """Read a size or position: ASCII decimal without leading zeros, at most 2**63 - 1."""
    if not _DECIMAL.match(text) or int(text) > MAX_SIZE:
        raise CheckpointMalformed("A size is written in decimal without leading zeros, up to 2**63 - 1.")
    return int(text)


def _check_origin(origin: str) -> None:
    try:
        check_key_name(origin)
    except KeyMalformed as reason:
        raise CheckpointMalformed("The first line of a checkpoint is the name of its log's key.") from reason
