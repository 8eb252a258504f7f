# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes spec/vectors/sealed: sealed disclosures to open, one failure each. Sealed here as the page says, not by our code.

Usage: python tools/vectors_sealed.py [--check]
"""

from __future__ import annotations

import sys
from hashlib import sha256, shake_128

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from forged_statements import compact, url64
from vectors_form import FILES, vector, write

TOPIC = "sealed"
JTI, OTHER_JTI = "01" * 16, "02" * 16
A, B, C = "0a" * 16, "0b" * 16, "0c" * 16
KEYS = {A: bytes([0x11]) * 32, B: bytes([0x22]) * 32, C: bytes([0x33]) * 32}
ONE, TWO, THREE = (url64(shake_128(word).digest(40)) for word in (b"one", b"two", b"three"))
MALFORMED, NOT_CANONICAL = "malformed.sealed-disclosures", "malformed.not-canonical"


def box(plain: bytes, *cells: str, jti: str = JTI, keys: dict[str, bytes] = KEYS) -> bytes:
    """Seal under each cell in turn, the last first."""
    for depth, cell in enumerate(reversed(cells)):
        nonce = shake_128(cell.encode() + bytes([depth]) + plain).digest(16)
        key = HKDF(SHA256(), 32, salt=nonce, info=b"sviedka/disclosures/1\n" + jti.encode()).derive(keys[cell])
        plain = nonce + ChaCha20Poly1305(key).encrypt(bytes(12), plain, None)
    return plain


def padded(*disclosures: str) -> bytes:
    """Return a group's plaintext."""
    plain = compact(list(disclosures))
    return plain + b" " * (-len(plain) % 256)


def group(cells: list[str], sealed: bytes) -> dict[str, object]:
    """Return a group as it is written."""
    return {"cells": cells, "sealed": url64(sealed)}


def whole(*groups: dict[str, object]) -> bytes:
    """Return sealed disclosures."""
    return compact({"groups": list(groups), "v": 1})


FIRST = group([A], box(padded(ONE, TWO), A))
BOTH = group([A, B], box(padded(THREE), A, B))


def opens(sentence: str, sealed: bytes, held: tuple[str, ...], *groups: tuple[list[str], list[str] | None]) -> None:
    """Add a vector to accept: what each group shows, `None` where it is withheld."""
    shown = [{"cells": cells, "disclosures": texts or [], "withheld": texts is None} for cells, texts in groups]
    vector(TOPIC, sentence, "sealed", _given(sealed, held), groups=shown)


def fails(sentence: str, sealed: bytes, code: str, held: tuple[str, ...] = (A, B, C), enc: bytes | None = None) -> None:
    """Add a vector to reject."""
    vector(TOPIC, sentence, "sealed", _given(sealed, held, enc), code=code)


def main() -> int:
    """Write the vectors, or with --check say which files differ."""
    both = whole(FIRST, BOTH)
    opens("all keys are held", both, (A, B), ([A], [ONE, TWO]), ([A, B], [THREE]))
    opens("a group about two needs both keys", both, (A,), ([A], [ONE, TWO]), ([A, B], None))
    opens("no key is held", both, (), ([A], None), ([A, B], None))
    exact = "x" * 252
    opens("a group that fills its padding exactly", whole(group([A], box(padded(exact), A))), (A,), ([A], [exact]))
    three = whole(group([A, B, C], box(padded(ONE), A, B, C)))
    opens("a group about three is nested three deep", three, (A, B, C), ([A, B, C], [ONE]))

    fails("not the bytes that the statement names", both, "refuted.sealed-disclosures", enc=bytes(32))
    fails("sealed for another statement", whole(group([A], box(padded(ONE), A, jti=OTHER_JTI))), "refuted.sealed-group")
    fails(
        "sealed under another key", whole(group([A], box(padded(ONE), A, keys={A: bytes(32)}))), "refuted.sealed-group"
    )
    fails("nested in the wrong order", whole(group([A, B], box(padded(ONE), B, A))), "refuted.sealed-group")
    sealed = bytearray(box(padded(ONE), A))
    sealed[40] ^= 1
    fails("a bit of a sealing is flipped", whole(group([A], bytes(sealed))), "refuted.sealed-group")
    fails("groups are not sorted", whole(BOTH, FIRST), MALFORMED)
    fails("two groups are under the same cells", whole(FIRST, FIRST), MALFORMED)
    fails("the cells of a group are not sorted", whole(group([B, A], box(padded(ONE), B, A))), MALFORMED)
    fails("a cell stands twice in a group", whole(group([A, A], box(padded(ONE), A, A))), MALFORMED)
    fails("a group has no cells", whole(group([], padded(ONE))), MALFORMED)
    fails("there are no groups", whole(), MALFORMED)
    fails("a group has a member more", whole(FIRST | {"note": ""}), MALFORMED)
    fails("the version is 2", compact({"groups": [FIRST], "v": 2}), MALFORMED)
    fails("a sealing is shorter than its padding", whole(group([A], box(padded(ONE)[:-1], A))), MALFORMED)
    fails("a group is padded further than it need be", whole(group([A], box(padded(ONE) + b" " * 256, A))), MALFORMED)
    fails("a group is padded with zeros", whole(group([A], box(padded(ONE).replace(b" ", b"\0"), A))), MALFORMED)
    fails("a group is empty", whole(group([A], box(b"[]".ljust(256), A))), MALFORMED)
    fails("a group holds a number", whole(group([A], box(b"[1]".ljust(256), A))), MALFORMED)
    fails("a group is not canonical", whole(group([A], box(f'[ "{ONE}"]'.encode().ljust(256), A))), MALFORMED)
    fails("a line feed stands behind", whole(FIRST) + b"\n", NOT_CANONICAL)
    fails("a space stands behind a comma", whole(FIRST).replace(b',"v"', b', "v"'), NOT_CANONICAL)
    fails(
        "unused bits of a sealing are set",
        whole(BOTH).replace(BOTH["sealed"][-1:].encode() + b'"}', _next(BOTH)),
        NOT_CANONICAL,
    )
    fails("not JSON", b"{", "malformed")
    fails("over a megabyte", whole(FIRST) + b" " * 1_048_576, "malformed.too-large")
    return write(FILES, sys.argv[1:])


def _given(sealed: bytes, held: tuple[str, ...], enc: bytes | None = None) -> dict[str, object]:
    digest = sha256(sealed).digest() if enc is None else enc
    keys = {cell: KEYS[cell].hex() for cell in held}
    text = sealed.decode("ascii")
    if len(text) > 100_000:  # a large one is described: text, then so many spaces
        return {"cell_keys": keys, "enc": digest.hex(), "jti": JTI, "sealed": text.rstrip(), "spaces": text.count(" ")}
    return {"cell_keys": keys, "enc": digest.hex(), "jti": JTI, "sealed": text}


def _next(of: dict[str, object]) -> bytes:
    """Return the end of a sealing whose last character has its lowest unused bit set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = str(of["sealed"])[-1]
    return alphabet[alphabet.index(last) | 1].encode() + b'"}'


if __name__ == "__main__":
    sys.exit(main())
