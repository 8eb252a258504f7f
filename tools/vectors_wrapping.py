# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes spec/vectors/wrapping and spec/vectors/epoch: secrets under a passphrase, and the files of epochs.

No code of `sviedka` is used: what is written here follows spec/07-keys.md §2 and §4.

    python tools/vectors_wrapping.py           write them
    python tools/vectors_wrapping.py --check   compare with what is there
"""

from __future__ import annotations

import hmac
import json
import sys
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from vectors_form import FILES, b64, vector, write

PASSPHRASE = "дзевяць шэрых чапляў".encode()
SECRET = bytes(range(32))
SALT = bytes(range(100, 116))
KDF = {"lanes": 1, "memory_kib": 64, "name": "argon2id", "passes": 1, "salt": b64(SALT)}
BOUND = {
    "archive": "archive.example",
    "recipient": "age13aqvttdk3ujkyjh9kg2w5an6dmy5mq5a84a4uxk3hfhnugfc9p0sy5p2wh",
    "recovery": "age17w8w3nnsdzv6k4x7q6kqm5rd7q3w5m4u8z2v0p9c5f6t8y0d3scqzzzzzz",
    "root": "archive.example/root+84dc2555+Af0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY",
}
BAD = "malformed.wrapped-key"
ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def canonical(value: object) -> bytes:
    """Return canonical JSON of what is plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def summed(document: dict) -> bytes:
    """Return the file of a document, with its checksum."""
    return canonical(document | {"sha256": sha256(canonical(document)).hexdigest()})


def sealed(passphrase: bytes = PASSPHRASE, what: str = "vault", kdf: dict | None = None, **changes: object) -> dict:
    """Return a document sealed as it says, with `changes` made after sealing."""
    kdf = KDF | (kdf or {})
    header = {"bound": BOUND, "cipher": "chacha20-poly1305", "kdf": kdf, "v": 1, "what": what}
    key = Argon2id(
        salt=SALT, length=32, iterations=kdf["passes"], lanes=kdf["lanes"], memory_cost=kdf["memory_kib"]
    ).derive(passphrase)
    return header | {"sealed": b64(ChaCha20Poly1305(key).encrypt(bytes(12), SECRET, canonical(header)))} | changes


def wrapping() -> None:
    """Make the vectors of §2."""

    def accept(sentence: str, document: dict, passphrase: bytes = PASSPHRASE) -> None:
        given = {"file": b64(summed(document)), "passphrase": b64(passphrase)}
        answers = {"secret": SECRET.hex(), "what": document["what"], "bound": BOUND}
        vector("wrapping", sentence, "wrapping", given, **answers)

    def reject(sentence: str, data: bytes, code: str, passphrase: bytes = PASSPHRASE) -> None:
        vector("wrapping", sentence, "wrapping", {"file": b64(data), "passphrase": b64(passphrase)}, code=code)

    accept("a vault key under a passphrase", sealed())
    accept("a user's key under the same passphrase", sealed(what="user"))
    accept("a passphrase of one byte", sealed(b"x"), b"x")
    accept("a passphrase that ends in a line feed", sealed(PASSPHRASE + b"\n"), PASSPHRASE + b"\n")
    accept("several lanes and passes", sealed(kdf={"lanes": 4, "passes": 3, "memory_kib": 32}))

    reject("a wrong passphrase", summed(sealed()), "withheld.wrong-passphrase", b"another")
    reject("a passphrase with a line feed too many", summed(sealed()), "withheld.wrong-passphrase", PASSPHRASE + b"\n")
    forged = "withheld.wrong-passphrase"
    reject("another recovery key put in afterwards", summed(sealed(bound=BOUND | {"recovery": "age1x"})), forged)
    reject("a user's key made a vault key afterwards", summed(sealed(what="user") | {"what": "vault"}), forged)
    reject("a cheaper cost put in afterwards", summed(sealed(kdf={"passes": 2}) | {"kdf": KDF}), forged)
    reject("a ciphertext of another file", summed(sealed(sealed=sealed(b"x")["sealed"])), forged)
    whole = summed(sealed())
    reject("one digit of the checksum changed", whole.replace(b'"sha256":"', b'"sha256":"0', 1), "refuted.key-file")
    reject(
        "one letter of the archive's name changed", whole.replace(b"archive.ex", b"archive.ey", 1), "refuted.key-file"
    )
    for name, value in (
        ("more memory than two gibibytes", {"memory_kib": 2 * 1024 * 1024 + 1}),
        ("less memory than its lanes need", {"memory_kib": 15, "lanes": 2}),
        ("no pass at all", {"passes": 0}),
        ("seventeen passes", {"passes": 17}),
        ("seventeen lanes", {"lanes": 17, "memory_kib": 1024}),
        ("a cost written as text", {"memory_kib": "64"}),
        ("a salt of fifteen bytes", {"salt": b64(SALT[:15])}),
        ("a salt that is not base64", {"salt": "not base64"}),
    ):
        reject(name, summed(sealed() | {"kdf": KDF | value}), BAD)
    reject("a cost with a member too many", summed(sealed() | {"kdf": KDF | {"secret": ""}}), BAD)
    reject("a member too many", summed(sealed() | {"note": ""}), BAD)
    reject("a member missing", summed({k: v for k, v in sealed().items() if k != "bound"}), BAD)
    reject("a bound fact that is no text", summed(sealed(bound=BOUND | {"number": 7})), BAD)
    reject("a ciphertext a byte short", summed(sealed(sealed=b64(bytes(47)))), BAD)
    reject(
        "another way of stretching", summed(sealed() | {"kdf": KDF | {"name": "scrypt"}}), "malformed.unknown-version"
    )
    reject("another cipher", summed(sealed(cipher="aes-256-gcm")), "malformed.unknown-version")
    reject("a later version", summed(sealed(v=2)), "malformed.unknown-version")
    reject("spaces in the json", whole.replace(b":", b": ", 1), "malformed.not-canonical")
    reject("a file that is not json", b"age-encryption.org/v1\n", "malformed")
    reject("a file that is a list", b"[]", BAD)
    reject("a file over the cap", whole + b" " * 8192, "malformed.too-large")


def bech32(prefix: str, data: bytes) -> str:
    """Return data in Bech32 (BIP 173), as age spells keys."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    symbols = [int(bits[place : place + 5], 2) for place in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for symbol in [*expanded, *symbols, 0, 0, 0, 0, 0, 0]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ symbol
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> place & 1 else 0
    check ^= 1
    symbols += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(ALPHABET[symbol] for symbol in symbols)


def recipient_of(secret: bytes) -> str:
    """Return the public half of an X25519 secret as age spells it."""
    return bech32("age", X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw())


def epoch_file(secret: bytes, name: str, vault: bytes = SECRET, *, mac_of: str | None = None) -> bytes:
    """Return the content of an epoch's file; `mac_of` names another epoch for the MAC."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"sviedka/epochs/1").derive(vault)
    signed = f"sviedka/epoch/1\n{mac_of or name}\n{recipient_of(secret)}\n".encode()
    mac = hmac.digest(key, signed, "sha256").hex()
    return f"# sviedka epoch {name}\n# mac {mac}\n{bech32('age-secret-key-', secret).upper()}\n".encode()


def epochs() -> None:
    """Make the vectors of §4."""
    secret, name = bytes(range(32, 64)), "2026-11.1"
    right = epoch_file(secret, name)

    def check(sentence: str, content: bytes, **expect: object) -> None:
        vector("epoch", sentence, "epoch", {"content": b64(content), "vault": SECRET.hex(), "epoch": name}, **expect)

    check("an epoch's key by a holder of the vault key", right, recipient=recipient_of(secret))
    other = "refuted.keys-disagree"
    check("an epoch's key by somebody without the vault key", epoch_file(secret, name, bytes(32)), code=other)
    check("another key under a mac that was made for one", right[:97] + epoch_file(SECRET, name)[97:], code=other)
    check("the key of another epoch under this one's name", epoch_file(secret, "2026-12.1"), code=other)
    check("another epoch's mac under this one's name", epoch_file(secret, name, mac_of="2026-12.1"), code=other)
    check("a mac of zeros", right.replace(right[32:96], b"0" * 64), code=other)
    check("no mac", right.replace(b"# mac " + right[32:96] + b"\n", b""), code="malformed")
    check("a mac in capitals", right.replace(right[32:96], right[32:96].upper()), code="malformed")
    check("no line feed at the end", right[:-1], code="malformed")
    check("a line too many", right + b"\n", code="malformed")
    check("a carriage return", right.replace(b"\n", b"\r\n"), code="malformed")
    check("a letter of the key changed", right[:-3] + bytes((right[-3] ^ 1,)) + right[-2:], code="malformed.age-key")
    check("nothing", b"", code="malformed")


def main(arguments: list[str]) -> int:
    """Write every vector, or compare with what is there."""
    wrapping()
    epochs()
    return write(FILES, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
