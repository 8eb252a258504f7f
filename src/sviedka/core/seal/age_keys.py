# SPDX-License-Identifier: AGPL-3.0-or-later
"""age's X25519 keys: how they are held, and their one spelling in Bech32.

Secrets are `bytearray` here and are wiped after use. Only this spelling is read: recipients in lower case,
identities in upper case, checksum right, unused bits zero. Source: C2SP age, "X25519 recipient stanza"; BIP 173.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sviedka.core.base.errors import Malformed

KEY_BYTES: Final = 32
_ALPHABET: Final = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # BIP 173
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_RECIPIENT_PREFIX: Final = b"age"
_IDENTITY_PREFIX: Final = b"age-secret-key-"
_CHECKSUM_SYMBOLS: Final = 6
_TEXT_BYTES: Final = 52  # 256 bits in symbols of 5


class KeyMalformed(Malformed):
    """Text that is not an age key in its one spelling. The text is never repeated: it may be a secret."""

    code = "malformed.age-key"
    hint = "A recipient begins with age1, an identity with AGE-SECRET-KEY-1; look for a letter lost in copying."


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A public X25519 key that a file key may be wrapped to.

    Attributes:
        public: 32 bytes.
    """

    public: bytes

    @property
    def text(self) -> str:
        """The key as `age1…`, 62 characters."""
        return _encode(_RECIPIENT_PREFIX, self.public).decode("ascii")


class X25519Identity:
    """A private X25519 key, held until `wipe`. Its text and its bytes never show in `repr`."""

    __slots__ = ("_key", "_public", "_secret")

    def __init__(self, secret: bytearray) -> None:
        """Take over `secret`: `wipe` will wipe this very buffer."""
        if len(secret) != KEY_BYTES:
            raise KeyMalformed("An age identity is made of exactly 32 bytes.")
        self._secret = secret
        self._key: X25519PrivateKey | None = X25519PrivateKey.from_private_bytes(secret)
        self._public = self._key.public_key().public_bytes_raw()

    @classmethod
    def from_bytes(cls, secret: bytearray) -> Self:
        """Make an identity of 32 secret bytes and take the buffer over; `wipe` wipes it.

        Raises:
            KeyMalformed: Not 32 bytes.
        """
        return cls(secret)

    def recipient(self) -> Recipient:
        """Return the public half. Works after `wipe` too."""
        return Recipient(public=self._public)

    def agree(self, share: bytes) -> bytes:
        """Return the X25519 secret shared with `share` (untrusted, 32 bytes).

        Raises:
            KeyMalformed: `share` is a point of low order, so that the secret would be all zero.
            ValueError: The identity was wiped.
        """
        if self._key is None:
            raise ValueError("this identity was wiped")
        try:
            return self._key.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError as reason:
            # C2SP age: an all-zero shared secret MUST be refused; the library does not return one (RFC 7748 §6.1)
            raise KeyMalformed("A key share leads to an all-zero secret; nobody honest makes one.") from reason

    def secret_bytes(self) -> bytearray:
        """Return a copy of the 32 secret bytes, for wrapping; the caller wipes it."""
        if self._key is None:
            raise ValueError("this identity was wiped")
        return bytearray(self._secret)

    def wipe(self) -> None:
        """Overwrite the secret and let go of the library's copy, which overwrites its own."""
        self._secret[:] = bytes(len(self._secret))
        self._key = None

    def __repr__(self) -> str:
        return f"X25519Identity(recipient={self.recipient().text})"


def parse_recipient(text: str) -> Recipient:
    """Read `age1…`; raise `KeyMalformed` for anything but its one spelling. Untrusted: `text`."""
    letters = _ascii(text)
    if letters != letters.lower():
        raise KeyMalformed("An age recipient is written in lower case.")
    return Recipient(public=bytes(_decode(_RECIPIENT_PREFIX, letters)))


def parse_identity(text: str | bytes | bytearray) -> X25519Identity:
    """Read `AGE-SECRET-KEY-1…`; raise `KeyMalformed` for anything but its one spelling.

    Untrusted: `text`. Prefer a `bytearray`, which the caller can wipe.
    """
    letters = _ascii(text)
    lower = letters.lower()
    try:
        if letters != letters.upper():
            raise KeyMalformed("An age identity is written in upper case.")
        return X25519Identity(_decode(_IDENTITY_PREFIX, lower))
    finally:
        letters[:] = bytes(len(letters))
        lower[:] = bytes(len(lower))


def format_identity(identity: X25519Identity) -> bytearray:
    """Return `AGE-SECRET-KEY-1…` (74 ASCII bytes) in a buffer that the caller wipes."""
    secret = identity.secret_bytes()
    try:
        return _encode(_IDENTITY_PREFIX, secret).upper()
    finally:
        secret[:] = bytes(len(secret))


def derive_key(secret: bytes | bytearray, *, salt: bytes, info: bytes) -> bytearray:
    """Return 32 bytes of HKDF-SHA-256 (RFC 5869), as age derives all its keys; the caller wipes them."""
    key = bytearray(32)
    HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive_into(secret, key)
    return key


def _ascii(text: str | bytes | bytearray) -> bytearray:
    try:
        return bytearray(text.encode("ascii") if isinstance(text, str) else text)
    except UnicodeEncodeError as reason:
        raise KeyMalformed("An age key is plain ASCII text.") from reason


def _encode(prefix: bytes, data: bytes | bytearray) -> bytearray:
    symbols = _regroup(data, 8, 5, pad=True)
    check = _checksum([*_expand(prefix), *symbols, *([0] * _CHECKSUM_SYMBOLS)]) ^ 1
    symbols += [check >> 5 * (5 - place) & 31 for place in range(_CHECKSUM_SYMBOLS)]
    return bytearray(prefix + b"1") + bytearray(_ALPHABET[symbol] for symbol in symbols)


def _decode(prefix: bytes, text: bytearray) -> bytearray:
    head = prefix + b"1"
    if not text.startswith(head) or len(text) != len(head) + _TEXT_BYTES + _CHECKSUM_SYMBOLS:
        raise KeyMalformed("This is not an age key: wrong beginning or wrong length.")
    symbols = [_ALPHABET.find(letter) for letter in text[len(head) :]]
    if -1 in symbols or _checksum([*_expand(prefix), *symbols]) != 1:
        raise KeyMalformed("This age key has a letter that is wrong.")
    return bytearray(_regroup(symbols[:-_CHECKSUM_SYMBOLS], 5, 8, pad=False))


def _expand(prefix: bytes) -> list[int]:
    return [*(letter >> 5 for letter in prefix), 0, *(letter & 31 for letter in prefix)]


def _checksum(symbols: list[int]) -> int:
    check = 1
    for symbol in symbols:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ symbol
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def _regroup(values: bytes | bytearray | list[int], width_in: int, width_out: int, *, pad: bool) -> list[int]:
    held = bits = 0
    groups = []
    for value in values:
        held = held << width_in | value
        bits += width_in
        while bits >= width_out:
            bits -= width_out
            groups.append(held >> bits & (1 << width_out) - 1)
        held &= (1 << bits) - 1
    if pad and bits:
        groups.append(held << width_out - bits & (1 << width_out) - 1)
    elif not pad and held:
        raise KeyMalformed("This age key has bits set that mean nothing.")
    return groups
