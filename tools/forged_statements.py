# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements that no honest desk writes, signed all the same: raw material for vectors and tests.

Everything is fixed (keys, salts, time), so that the same vectors come out on every run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.seal.statement import Composed, Disclose, Draft, Segment, Text, compose, format_kid

DESK = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AUTHOR = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
DESK_PUBLIC = DESK.public_key().public_bytes_raw()
AUTHOR_PUBLIC = AUTHOR.public_key().public_bytes_raw()
ORIGIN = "archive.example/minsk-1"
KID = format_kid(ORIGIN, DESK_PUBLIC)

JTI, CASE, SUBJECT, HEAD = "01" * 16, "02" * 16, "03" * 16, "04" * 16
USER, PERSON = "05" * 16, "06" * 16
ARCHIVE_CELL, PERSON_CELL, OTHER_CELL = "0a" * 16, "0b" * 16, "0c" * 16
CELL_KEYS = {ARCHIVE_CELL: b"\x11" * 32, PERSON_CELL: b"\x22" * 32, OTHER_CELL: b"\x33" * 32}
AT = datetime(2026, 11, 21, 22, 53, tzinfo=UTC)
DAY = 1_795_219_200

PARTS: tuple[Disclose | Text, ...] = (
    Disclose(name="predicate", value="number of people in the cell", cells=(ARCHIVE_CELL,)),
    Disclose(name="value", value=36, cells=(PERSON_CELL,)),
    Text(
        name="text",
        segments=(
            Segment(text="Нас было трыццаць шэсць.", cells=(PERSON_CELL,)),  # noqa: RUF001  # Belarusian
            Segment(text="He stood beside me.", cells=(OTHER_CELL, PERSON_CELL)),
            Segment(text="The cell has two windows.", cells=(ARCHIVE_CELL,)),
        ),
    ),
    Disclose(name="citation.1", value="07" * 16, cells=(ARCHIVE_CELL,)),
)


def entropy(count: int) -> bytes:
    """Return `count` bytes that look random and are the same each time: SHAKE-128 of a fixed word."""
    return hashlib.shake_128(b"sviedka statement vectors").digest(count)


def honest(**changes: object) -> Composed:
    """Return a statement as `compose` writes it."""
    facts: dict[str, Any] = {
        "jti": JTI,
        "case": CASE,
        "type": "claim/1",
        "subject": SUBJECT,
        "heads": (HEAD,),
        "at": AT,
        "parts": PARTS,
        "archive_cell": ARCHIVE_CELL,
    }
    return compose(
        Draft(**(facts | changes)),  # type: ignore[arg-type]
        origin=ORIGIN,
        desk_key=DESK,
        desk_kid=KID,
        author=USER,  # type: ignore[arg-type]  # fixed words stand in for identifiers here
        author_key=AUTHOR,
        cell_keys=CELL_KEYS,  # type: ignore[arg-type]
        entropy=entropy,
    )


def shown(composed: Composed) -> list[str]:
    """Return all disclosures of a statement."""
    return [text for group in composed.groups for text in group.disclosures]


def url64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def salt(number: int) -> str:
    """Return a fixed salt."""
    return url64(hashlib.sha256(b"salt %d" % number).digest()[:16])


def digest(disclosure: str) -> str:
    """Return a disclosure's digest, or anything's that stands in for one."""
    return url64(hashlib.sha256(disclosure.encode("utf-8")).digest())


def decoys(count: int, start: int = 0) -> list[str]:
    """Return digests of nothing."""
    return [digest(f"decoy {number}") for number in range(start, start + count)]


def raw(array: object) -> str:
    """Return a disclosure of anything, in compact JSON as Python spells it."""
    return url64(json.dumps(array, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def compact(value: object) -> bytes:
    """Return JSON with sorted keys and no spaces: canonical as far as these vectors go."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def sign(header: object, payload: object, key: Ed25519PrivateKey = DESK) -> str:
    """Return a JWT over any header and payload: objects, or the exact bytes."""
    spelt = [url64(part if isinstance(part, bytes) else compact(part)) for part in (header, payload)]
    return sign_spelt(*spelt, key=key)


def sign_spelt(header: str, payload: str, key: Ed25519PrivateKey = DESK) -> str:
    """Return a JWT over two parts as they are written."""
    signing_input = f"{header}.{payload}"
    return f"{signing_input}.{url64(key.sign(signing_input.encode('ascii')))}"


def header(**changes: object) -> dict[str, object]:
    """Return an honest header with changes; a change to `None` leaves the member out."""
    return _without_none({"alg": "EdDSA", "kid": KID, "typ": "sviedka+sd-jwt"} | changes)


def payload(digests: list[str], **changes: object) -> dict[str, object]:
    """Return an honest payload over these digests with changes; a change to `None` leaves the member out."""
    honest_members = {
        "_sd": digests,
        "_sd_alg": "sha-256",
        "enc": url64(bytes(32)),
        "iat": DAY,
        "iss": ORIGIN,
        "jti": JTI,
        "vct": "sviedka/statement/1",
    }
    return _without_none(honest_members | changes)


def stating(*disclosures: str) -> str:
    """Return a JWT, signed by the desk, that vouches for these disclosures, filled up with decoys to 16."""
    digests = [digest(disclosure) for disclosure in disclosures]
    return sign(header(), payload(sorted(digests + decoys(16 - len(digests)))))


def _without_none(members: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}
