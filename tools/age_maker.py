# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes age files part by part, so that exactly one part can be made wrong. Uses no code of `sviedka`.

Every header that is meant to fail for its grammar still bears the right MAC over what it says, and every payload the right
keys, so that a reader which overlooks the one fault would accept the file. Source: C2SP age.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

VERSION = b"age-encryption.org/v1\n"
CHUNK = 65_536
FILE_KEY = bytes([0x33]) * 16
NONCE = bytes([0x44]) * 16
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def b64(data: bytes) -> bytes:
    """Return base64 without padding."""
    return base64.b64encode(data).rstrip(b"=")


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA-256 (RFC 5869)."""
    return hmac.digest(hmac.digest(salt or bytes(32), secret, "sha256"), info + b"\x01", "sha256")


def wrapped(body: bytes, *, columns: int = 64) -> bytes:
    """Return a stanza's body lines; the last is shorter than 64, if need be empty."""
    text = b64(body)
    lines = [text[at : at + columns] for at in range(0, len(text), columns)]
    if not lines or len(lines[-1]) == columns:
        lines.append(b"")
    return b"\n".join(lines) + b"\n"


def public(secret: bytes) -> bytes:
    """Return the public half of an X25519 secret."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def x25519_body(file_key: bytes, recipient: bytes, ephemeral: bytes) -> bytes:
    """Return the wrapped file key."""
    share = public(ephemeral)
    shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(X25519PublicKey.from_public_bytes(recipient))
    key = hkdf(shared, share + recipient, b"age-encryption.org/v1/X25519")
    return ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)


def x25519(recipient: bytes, *, ephemeral: bytes = bytes([0x22]) * 32, file_key: bytes = FILE_KEY) -> bytes:
    """Return a whole X25519 stanza."""
    share = b64(public(ephemeral))
    return b"-> X25519 " + share + b"\n" + wrapped(x25519_body(file_key, recipient, ephemeral))


def scrypt_body(passphrase: bytes, salt: bytes, factor: int, file_key: bytes = FILE_KEY) -> bytes:
    """Return the file key wrapped by a passphrase."""
    kdf = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=1 << factor, r=8, p=1)
    return ChaCha20Poly1305(kdf.derive(passphrase)).encrypt(bytes(12), file_key, None)


def mac(signed: bytes, file_key: bytes = FILE_KEY) -> bytes:
    """Return the MAC over a header up to and including its three dashes."""
    return hmac.digest(hkdf(file_key, b"", b"header"), signed, "sha256")


def header(*stanzas: bytes, version: bytes = VERSION, file_key: bytes = FILE_KEY) -> bytes:
    """Return a header with its MAC line."""
    signed = version + b"".join(stanzas) + b"---"
    return signed + b" " + b64(mac(signed, file_key)) + b"\n"


def chunk(data: bytes, number: int, *, final: bool, file_key: bytes = FILE_KEY, nonce: bytes = NONCE) -> bytes:
    """Return one sealed chunk."""
    key = hkdf(file_key, nonce, b"payload")
    return ChaCha20Poly1305(key).encrypt(number.to_bytes(11, "big") + bytes([final]), data, None)


def payload(plaintext: bytes, file_key: bytes = FILE_KEY, nonce: bytes = NONCE) -> bytes:
    """Return a whole payload."""
    parts = [plaintext[at : at + CHUNK] for at in range(0, max(1, len(plaintext)), CHUNK)]
    last = len(parts) - 1
    sealed = [
        chunk(part, number, final=number == last, file_key=file_key, nonce=nonce) for number, part in enumerate(parts)
    ]
    return nonce + b"".join(sealed)


def bech32(prefix: str, data: bytes) -> str:
    """Return `data` in Bech32 (BIP 173) under `prefix`, in lower case."""
    bits = "".join(f"{byte:08b}" for byte in data)
    symbols = [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]
    head = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = 1
    for symbol in [*head, *symbols, 0, 0, 0, 0, 0, 0]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ symbol
        for place, value in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= value if top >> place & 1 else 0
    symbols += [(check ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_BECH32[symbol] for symbol in symbols)


def identity_text(secret: bytes) -> str:
    """Return `AGE-SECRET-KEY-1…`."""
    return bech32("age-secret-key-", secret).upper()


def recipient_text(secret: bytes) -> str:
    """Return `age1…` of a secret."""
    return bech32("age", public(secret))


def sample(size: int) -> bytes:
    """Return `size` bytes that do not repeat and can be made again."""
    return hashlib.shake_256(b"sviedka age vector").digest(size)
