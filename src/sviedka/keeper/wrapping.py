# SPDX-License-Identifier: AGPL-3.0-or-later
"""A secret of 32 bytes under a passphrase: how the vault key, the archive root, each user's key and each seat's rest on disk.

Argon2id (RFC 9106) stretches the passphrase; ChaCha20-Poly1305 seals the secret and binds everything else in the file
to it: the cost, the salt, what the secret is and which public facts belong to it. So the vault key's file is also where
a reader who knows the passphrase learns, unforgeably, which root and which recovery key the archive has.
A checksum tells a damaged file from a wrong passphrase. Spec: spec/07-keys.md §2.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import NotCanonical, UnknownVersion
from sviedka.core.base.wiping import wipe
from sviedka.keeper.errors import KeyFileDamaged, NotEnoughMemory, WrappedMalformed, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET_BYTES: Final = 32
SALT_BYTES: Final = 16
MAX_FILE_BYTES: Final = 8_192
MAX_MEMORY_KIB: Final = 2 * 1024 * 1024
"""2 GiB: a file may not make its reader take more (a stolen and returned disk could carry one that tries)."""

MAX_PASSES: Final = 16
MAX_LANES: Final = 16
_NONCE: Final = bytes(12)  # each key seals once: its salt is fresh
_MEMBERS: Final = frozenset({"bound", "cipher", "kdf", "sealed", "sha256", "v", "what"})
_KDF_MEMBERS: Final = frozenset({"lanes", "memory_kib", "name", "passes", "salt"})


@dataclass(frozen=True, kw_only=True)
class KdfCost:
    """What one guess at the passphrase costs.

    Attributes:
        memory_kib: Memory, 8 per lane to `MAX_MEMORY_KIB`.
        passes: Rounds over it, 1 to `MAX_PASSES`.
        lanes: Parallel lanes, 1 to `MAX_LANES`.
    """

    memory_kib: int = 256 * 1024
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        fits = 1 <= self.lanes <= MAX_LANES and 8 * self.lanes <= self.memory_kib <= MAX_MEMORY_KIB
        if not fits or not 1 <= self.passes <= MAX_PASSES:
            raise WrappedMalformed("The cost written beside a wrapped key is out of bounds.")


FULL_COST: Final = KdfCost()
"""256 MiB, three passes: about a second a guess on an office machine."""

DEMONSTRATION_COST: Final = KdfCost(memory_kib=8 * 1024, passes=1)
"""Fast and weak: for demonstrations and tests, never for people's words."""


@dataclass(frozen=True, kw_only=True)
class Wrapped:
    """A wrapped secret as read: nothing in it is trusted before `unwrap_secret`.

    Attributes:
        what: What the secret is: `vault`, `root`, `user` or `seat`.
        bound: Public facts sealed together with the secret.
        cost: The price of stretching.
        salt: 16 bytes.
        sealed: The secret's ciphertext and tag, 48 bytes.
    """

    what: str
    bound: Mapping[str, str]
    cost: KdfCost
    salt: bytes
    sealed: bytes


def wrap_secret(
    secret: bytearray, passphrase: bytearray, *, what: str, bound: Mapping[str, str], cost: KdfCost, salt: bytes
) -> bytes:
    """Return the file that holds `secret` (32 bytes) under `passphrase`. Neither buffer is wiped here.

    Args:
        secret: The 32 bytes.
        passphrase: Any bytes.
        what: `vault`, `root`, `user` or `seat`.
        bound: Public facts that a reader can trust once the passphrase has opened the file.
        cost: Price of a guess.
        salt: 16 fresh random bytes; a salt used twice would seal two secrets under one key and nonce.
    """
    if len(secret) != SECRET_BYTES or len(salt) != SALT_BYTES:
        raise ValueError("a wrapped secret has 32 bytes and its salt 16")
    header = _header(what=what, bound=bound, cost=cost, salt=salt)
    key = _stretch(passphrase, cost=cost, salt=salt)
    try:
        sealed = ChaCha20Poly1305(key).encrypt(_NONCE, secret, encode_canonical(header))
    finally:
        wipe(key)
    document: dict[str, Json] = {**header, "sealed": encode_base64(sealed)}
    return encode_canonical({**document, "sha256": _checksum(document)})


def parse_wrapped(data: bytes) -> Wrapped:
    """Read a wrapped secret.

    Untrusted: `data`.

    Raises:
        WrappedMalformed, NotCanonical, TooLarge, UnknownVersion: Not such a file, or a cost out of bounds.
        KeyFileDamaged: Such a file, but changed since it was written.
    """
    document = parse_canonical(data, max_bytes=MAX_FILE_BYTES)
    if not isinstance(document, dict) or set(document) != _MEMBERS:
        raise WrappedMalformed("This is not a wrapped key.")
    if document["v"] != 1 or document["cipher"] != "chacha20-poly1305":
        raise UnknownVersion("A key wrapped in a way that this version does not know.")
    checksum = document.pop("sha256")
    if checksum != _checksum(document):
        raise KeyFileDamaged("A file with a wrapped key was changed since it was written.")
    return _read(document)


def unwrap_secret(wrapped: Wrapped, passphrase: bytearray) -> bytearray:
    """Return the secret, 32 bytes in a buffer that the caller wipes. Afterwards `wrapped.bound` can be trusted.

    Takes the whole cost before it can say anything, whatever the passphrase.

    Raises:
        WrongPassphrase: It does not open, or the file was made anew by somebody who does not know the passphrase.
        NotEnoughMemory: The stretching needs more than there is.
    """
    header = _header(what=wrapped.what, bound=wrapped.bound, cost=wrapped.cost, salt=wrapped.salt)
    key = _stretch(passphrase, cost=wrapped.cost, salt=wrapped.salt)
    secret = bytearray(SECRET_BYTES)
    try:
        ChaCha20Poly1305(key).decrypt_into(_NONCE, wrapped.sealed, encode_canonical(header), secret)
    except InvalidTag as reason:
        raise WrongPassphrase("This passphrase does not open the key.") from reason
    finally:
        wipe(key)
    return secret


def _stretch(passphrase: bytearray, *, cost: KdfCost, salt: bytes) -> bytearray:
    key = bytearray(SECRET_BYTES)
    try:
        # RFC 9106 §3.1: tag length 32, no secret, no associated data
        Argon2id(
            salt=salt, length=SECRET_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
        ).derive_into(passphrase, key)  # type: ignore[arg-type]  # takes any buffer; typed as bytes
    except MemoryError as reason:
        raise NotEnoughMemory("Opening this key takes {size} MiB of memory.", size=cost.memory_kib // 1024) from reason
    return key


def _header(*, what: str, bound: Mapping[str, str], cost: KdfCost, salt: bytes) -> dict[str, Json]:
    kdf: dict[str, Json] = {
        "lanes": cost.lanes,
        "memory_kib": cost.memory_kib,
        "name": "argon2id",
        "passes": cost.passes,
        "salt": encode_base64(salt),
    }
    return {"bound": dict(bound), "cipher": "chacha20-poly1305", "kdf": kdf, "v": 1, "what": what}


def _checksum(document: dict[str, Json]) -> str:
    return hashlib.sha256(encode_canonical(document)).hexdigest()


def _read(document: dict[str, Json]) -> Wrapped:
    kdf, bound, what = document["kdf"], document["bound"], document["what"]
    if not isinstance(kdf, dict) or set(kdf) != _KDF_MEMBERS or not isinstance(bound, dict):
        raise WrappedMalformed("A part of a wrapped key is missing or not of its kind.")
    if kdf["name"] != "argon2id":
        raise UnknownVersion("A key stretched in a way that this version does not know.")
    texts = {name: value for name, value in bound.items() if isinstance(value, str)}
    if len(texts) != len(bound) or not isinstance(what, str):
        raise WrappedMalformed("What is bound to a wrapped key is text.")
    cost = KdfCost(memory_kib=_count(kdf["memory_kib"]), passes=_count(kdf["passes"]), lanes=_count(kdf["lanes"]))
    salt = _exactly(kdf["salt"], SALT_BYTES)
    return Wrapped(what=what, bound=texts, cost=cost, salt=salt, sealed=_exactly(document["sealed"], SECRET_BYTES + 16))


def _count(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrappedMalformed("The cost written beside a wrapped key is not a number.")
    return value


def _exactly(value: Json, size: int) -> bytes:
    try:
        data = decode_base64(value) if isinstance(value, str) else b""
    except NotCanonical as reason:
        raise WrappedMalformed("Salt and ciphertext of a wrapped key are base64.") from reason
    if len(data) != size:
        raise WrappedMalformed("Salt or ciphertext of a wrapped key has the wrong length.")
    return data
