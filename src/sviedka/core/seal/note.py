# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed notes: a few lines of text and, below them, who signed it.

One format for checkpoints, the key list and the seal of a dossier, so that existing tools check all three. The text of
a note is worth nothing until `verify_note` has passed. Reading accepts one spelling only: a parsed note written again
gives the same bytes. Spec: spec/04-log.md §2. Source: C2SP signed-note. Vectors: spec/vectors/note/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, NotCanonical, Refuted, TooLarge, Unproven
from sviedka.core.seal.note_key import (
    COSIGNATURE_V1,
    ED25519,
    KeyMalformed,
    VerifierKey,
    check_key_name,
    parse_vkey,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "COSIGNATURE_V1",
    "ED25519",
    "KeyMalformed",
    "KeyUnknown",
    "Note",
    "NoteMalformed",
    "NoteSignature",
    "SignatureRefuted",
    "VerifierKey",
    "format_note",
    "parse_note",
    "parse_signature_line",
    "parse_vkey",
    "sign_note",
    "verify_note",
]

MAX_TEXT_BYTES: Final = 65_536
MAX_SIGNATURES: Final = 64
MAX_LINE_BYTES: Final = 8_192
"""A signature line; post-quantum ones reach nearly 5 kB (C2SP signed-note)."""

_DASH: Final = "\u2014 "
_ID_BYTES: Final = 4


class NoteMalformed(Malformed):
    """Bytes that are not a signed note in its one spelling."""

    code = "malformed.note"
    hint = "The file was damaged or edited; fetch it again from where it came."


class SignatureRefuted(Refuted):
    """A signature by a key that we know does not fit the text."""

    code = "refuted.signature"
    hint = "The text was changed after it was signed, or somebody else signed it in this name."


class KeyUnknown(Unproven):
    """No signature is by a key that the reader was told to trust."""

    code = "unproven.key-unknown"
    hint = "Ask the origin, by another way than this file, which key it signs with."


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteSignature:
    """One signature line: key name, key id (8 hexadecimal digits) and signature bytes."""

    name: str
    key_id: str
    signature: bytes

    @property
    def line(self) -> str:
        """The signature line with its line feed."""
        return f"{_DASH}{self.name} {encode_base64(bytes.fromhex(self.key_id) + self.signature)}\n"

    def claims(self, key: VerifierKey) -> bool:
        """Tell whether this line says that it is by `key`: name and id both match."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A note as read: not yet verified. `text` ends with a line feed."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def data(self) -> bytes:
        """The bytes of the note."""
        return format_note(self.text, [signature.line for signature in self.signatures])


def format_note(text: str, lines: Iterable[str]) -> bytes:
    """Return the bytes of a note: text, an empty line, signature lines (each with its line feed)."""
    return f"{text}\n{''.join(lines)}".encode()


def parse_note(data: bytes) -> Note:
    """Read a signed note.

    Untrusted: `data`; the result is unverified. At most 64 KiB of text and 64 signatures.

    Raises:
        NoteMalformed: Not UTF-8, control characters, no blank line, no or bad signature lines.
        TooLarge: Over a cap.
    """
    if len(data) > MAX_TEXT_BYTES + MAX_SIGNATURES * MAX_LINE_BYTES:
        raise TooLarge("A note of {size} bytes is longer than any that is accepted.", size=len(data))
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise NoteMalformed("A note is UTF-8 text; this is not.") from reason
    if any(char < " " and char != "\n" for char in whole):
        raise NoteMalformed("A note holds no control characters but line feeds; this one does.")
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise NoteMalformed("A note is text, an empty line and signature lines; a part is missing.")
    text += "\n"
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise TooLarge("A note's text has at most {most} bytes.", most=MAX_TEXT_BYTES)
    lines = below[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise TooLarge("A note has at most {most} signatures.", most=MAX_SIGNATURES)
    return Note(text=text, signatures=tuple(parse_signature_line(line + "\n") for line in lines))


def parse_signature_line(line: str) -> NoteSignature:
    """Read one signature line with its line feed; raise `NoteMalformed` if it is none."""
    if not line.startswith(_DASH) or not line.endswith("\n"):
        raise NoteMalformed("A signature line begins with an em dash and a space and ends with a line feed.")
    name, space, encoded = line[len(_DASH) : -1].partition(" ")
    try:
        check_key_name(name)
        blob = decode_base64(encoded)
    except (KeyMalformed, NotCanonical) as reason:
        raise NoteMalformed("A signature line is an em dash, a key name and base64; this one is not.") from reason
    if not space or len(blob) <= _ID_BYTES:
        raise NoteMalformed("A signature line without a signature.")
    return NoteSignature(name=name, key_id=blob[:_ID_BYTES].hex(), signature=blob[_ID_BYTES:])


def sign_note(text: str, *, name: str, private_key: Ed25519PrivateKey) -> str:
    """Sign `text` and return the signature line, with its line feed, for `format_note`.

    Raises:
        NoteMalformed: A text that no reader would accept: without final line feed, empty, with control characters.
        KeyMalformed: A name that cannot be a key name.
    """
    _check_text(text)
    key = VerifierKey(name=name, public=private_key.public_key().public_bytes_raw())
    return NoteSignature(name=name, key_id=key.key_id, signature=private_key.sign(text.encode())).line


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Check every signature by a key that we know; return those keys, in the order of the signatures.

    Untrusted: `note`. Trusted: `keys`, plain Ed25519 ones. Lines by other keys are ignored: their names prove nothing.
    Should two known keys share name and id, the line may be by either.

    Raises:
        SignatureRefuted: A line with name and id of a known key that this key did not make.
        KeyUnknown: No line is by a known key.
    """
    known = tuple(keys)
    if any(key.key_type != ED25519 for key in known):
        raise ValueError("cosignature keys are checked by cosignature.verify_cosignatures")
    found: dict[VerifierKey, None] = {}
    for signature in note.signatures:
        candidates = [key for key in known if signature.claims(key)]
        signer = next((key for key in candidates if key.signed(note.text.encode(), signature.signature)), None)
        if signer is not None:
            found[signer] = None
        elif candidates:
            raise SignatureRefuted("The signature of key {kid} does not fit the text.", kid=candidates[0].kid)
    if not found:
        raise KeyUnknown("None of {count} signatures is by a key that you trust.", count=len(note.signatures))
    return tuple(found)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise NoteMalformed("The text of a note ends with a line feed and holds no other control characters.")
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise TooLarge("A note's text has at most {most} bytes.", most=MAX_TEXT_BYTES)
