# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of signing keys as C2SP signed notes write them: the *vkey*.

A key is known by its name **and** its key id, the first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key). The id is
short and only tells keys apart; trust comes from the whole public key, which the reader was given. Private keys do not
occur here. Spec: spec/04-log.md §2. Source: C2SP signed-note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, NotCanonical, UnknownVersion

ED25519: Final = 0x01
"""Signature type of a plain Ed25519 note signature (C2SP signed-note)."""

COSIGNATURE_V1: Final = 0x04
"""Signature type of a timestamped Ed25519 cosignature (C2SP tlog-cosignature)."""

PUBLIC_BYTES: Final = 32
MAX_NAME_CHARS: Final = 255

# White_Space of Unicode 15, spelt out: languages differ in what their own classes hold.
_SPACES: Final = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
)
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}\Z")


class KeyMalformed(Malformed):
    """A verifier key that is not `<name>+<8 hexadecimal digits>+<base64>`, or whose id is another key's."""

    code = "malformed.key"
    hint = "Copy the key again, whole, from where it was published."


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifierKey:
    """A public key that signs notes.

    Attributes:
        name: Key name: 1 to 255 characters without Unicode spaces, control characters or `+`.
        key_type: `ED25519` or `COSIGNATURE_V1`.
        public: The Ed25519 public key, 32 bytes.
    """

    name: str
    key_type: int = ED25519
    public: bytes

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if self.key_type not in (ED25519, COSIGNATURE_V1):
            raise UnknownVersion("Keys of signature type {kind} are not known here.", kind=self.key_type)
        if len(self.public) != PUBLIC_BYTES:
            raise KeyMalformed("An Ed25519 public key has 32 bytes; this one has {size}.", size=len(self.public))

    @property
    def key_id(self) -> str:
        """The key id: 8 lower-case hexadecimal digits."""
        material = self.name.encode() + b"\n" + bytes((self.key_type,)) + self.public
        return sha256(material).hexdigest()[:8]

    @property
    def kid(self) -> str:
        """Name and key id as revocations write them: `<name>+<8 hexadecimal digits>`."""
        return f"{self.name}+{self.key_id}"

    @property
    def vkey(self) -> str:
        """The whole key as text: `<name>+<8 hexadecimal digits>+<base64(type ‖ public key)>`."""
        return f"{self.kid}+{encode_base64(bytes((self.key_type,)) + self.public)}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether `signature` (64 bytes of Ed25519) over `message` is by this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def check_key_name(name: str) -> None:
    """Raise `KeyMalformed` if `name` cannot be a key name (C2SP signed-note)."""
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise KeyMalformed("A key name has 1 to {most} characters.", most=MAX_NAME_CHARS)
    if any(char in _SPACES or char == "+" or char < " " or "\ud800" <= char <= "\udfff" for char in name):
        raise KeyMalformed("A key name holds no spaces, control characters or plus signs.")


def check_key_id(text: str) -> None:
    """Raise `KeyMalformed` if `text` is not 8 lower-case hexadecimal digits."""
    if not _KEY_ID.match(text):
        raise KeyMalformed("A key id is 8 lower-case hexadecimal digits.")


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key.

    Untrusted: `text`. The id in it is recomputed and must agree.

    Raises:
        KeyMalformed: Not three parts, a bad name, an id that does not belong to the key, a wrong length.
        UnknownVersion: A signature type other than 0x01 and 0x04.
    """
    name, first, rest = text.partition("+")
    key_id, second, encoded = rest.partition("+")
    if not first or not second:
        raise KeyMalformed("A verifier key is written <name>+<key id>+<base64>.")
    check_key_name(name)
    check_key_id(key_id)
    try:
        material = decode_base64(encoded)
    except NotCanonical as reason:
        raise KeyMalformed("The last part of a verifier key is standard base64; this one is not.") from reason
    if not material:
        raise KeyMalformed("A verifier key without a key in it.")
    key = VerifierKey(name=name, key_type=material[0], public=material[1:])
    if key.key_id != key_id:
        raise KeyMalformed("The key id {key_id} does not belong to the key beside it.", key_id=key_id)
    return key
