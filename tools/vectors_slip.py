# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes spec/vectors/slip: slips, the payload that each was made for, and what opening one for a payload answers.

    python tools/vectors_slip.py           write them
    python tools/vectors_slip.py --check   compare with what is there

Uses no code of `sviedka`. Every header bears the right MAC over what it says, the faulty ones too.
"""

from __future__ import annotations

import hmac
import sys
from hashlib import sha256

from age_maker import FILE_KEY, b64, header, hkdf, payload, public, x25519
from vectors_form import FILES, vector, write
from vectors_form import b64 as padded

IDENTITY = bytes([0x11]) * 32
KIND = b"sviedka/payload/1"
SALT = bytes([0x55]) * 16
PAYLOAD = payload(b"sviedka test vector\n")
DIGEST = sha256(PAYLOAD).digest()


def binding(digest: bytes = DIGEST, *, salt: bytes = SALT, file_key: bytes = FILE_KEY) -> bytes:
    """Return what binds a file key to a payload."""
    return hmac.digest(hkdf(file_key, salt, KIND), digest, "sha256")


def bound(bound_to: bytes | None = None, *, salt: bytes = SALT, body: bytes = b"\n", more: bytes = b"") -> bytes:
    """Return the stanza."""
    return b"-> " + KIND + b" " + b64(salt) + b" " + b64(bound_to or binding(salt=salt)) + more + b"\n" + body


def slip(*stanzas: bytes, seed: int = 0x22) -> bytes:
    """Return a slip to the identity with these stanzas behind its own."""
    return header(x25519(public(IDENTITY), ephemeral=bytes([seed]) * 32), *stanzas)


def add(sentence: str, data: bytes, *, digest: bytes = DIGEST, code: str | None = None) -> None:
    """Add a vector."""
    given = {"slip": padded(data), "identity": IDENTITY.hex(), "payload_sha256": digest.hex()}
    answers = {"file_key": FILE_KEY.hex()} if code is None else {"code": code}
    vector("slip", sentence, "slip", given, **answers)


def make() -> None:
    """Make all of them."""
    foreign, malformed = "refuted.slip", "malformed.age-header"
    other = sha256(PAYLOAD + b"\0").digest()
    add("the worked slip", slip(bound()))
    add("another deposit of the same bytes has a salt of its own", slip(bound(salt=bytes([0x66]) * 16), seed=0x23))
    add("a stanza of an unknown kind beside the binding is passed over", slip(b"-> grease\n\n", bound()))
    add("a slip of another payload", slip(bound()), digest=other, code=foreign)
    add("a slip that is bound to no payload", slip(), code=foreign)
    add("a slip that is bound twice", slip(bound(), bound()), code=foreign)
    add("a binding under another salt", slip(bound(binding(), salt=bytes(16))), code=foreign)
    add("a binding by another file key", slip(bound(binding(file_key=bytes(16)))), code=foreign)
    add("a binding with a body", slip(bound(body=b"AAAA\n")), code=foreign)
    add("a binding with one word more", slip(bound(more=b" more")), code=foreign)
    add("a binding of another version", slip(bound().replace(b"/1 ", b"/2 ")), code=foreign)
    whole = slip(bound())
    changed = whole.replace(b64(SALT), b64(bytes([0x54]) * 16))
    add("a binding that was changed after the slip was made", changed, code="refuted.age-header")
    add("a slip with something behind it", whole + b"\n", code=malformed)
    add("a slip without its last line", whole[: whole.rindex(b"---")], code=malformed)


if __name__ == "__main__":
    make()
    sys.exit(write(FILES, sys.argv[1:]))
