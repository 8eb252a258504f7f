# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of a statement, before it is sealed and after it is read.

A statement is the issuer-signed part of an SD-JWT (RFC 9901) whose every content stands in salted disclosures.
Spec: spec/03-statement.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import CellId, StatementId, SubjectId, UserId

VCT: Final = "sviedka/statement/1"
TYP: Final = "sviedka+sd-jwt"
SIZES: Final = (16, 64, 256)
"""How many digests a list may have. Real ones are filled up with decoys, so that the number tells little."""

MAX_LEAF_BYTES: Final = 65_535
"""What a tlog-tiles entry bundle can hold (C2SP tlog-tiles, uint16 length)."""

MAX_DISCLOSURE_CHARS: Final = 32_768
"""A list of 256 digests takes 18,500; a paragraph of 4,000 characters of any script less than 22,000."""

MAX_DISCLOSURES: Final = 4_096
MAX_SEALED_BYTES: Final = 1_048_576
MAX_HEADS: Final = 256
MAX_CELLS: Final = 64
"""How deep one group may be nested: persons that one sentence is about."""

COMMON: Final = ("type", "subject", "heads", "at", "case", "author_sig")
"""The disclosures that every statement has, under the archive's cell."""

ASSERTION: Final = "assertion"
"""The disclosure in which somebody personally stands behind a statement whose type asks for it; under the archive's
cell too (spec/07-keys.md §13)."""

PAYLOAD: Final = ("_sd", "_sd_alg", "enc", "iat", "iss", "jti", "vct")
"""The members of the signed payload, all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch of text that is sealed, shown or withheld as one, under the cells of those it is about."""

    text: str
    cells: tuple[CellId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclose:
    """One named value, sealed as a whole under all of `cells`."""

    name: str
    value: Json
    cells: tuple[CellId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One named text. The list of its digests goes under the archive's cell, each segment under its own."""

    name: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What is to become a statement. `at` is aware UTC; `heads` are the subject's last statements known to the desk."""

    jti: StatementId
    case: SubjectId
    type: str
    subject: SubjectId
    heads: tuple[StatementId, ...]
    at: datetime
    parts: tuple[Disclose | Text, ...]
    archive_cell: CellId


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Disclosures sealed under the same cells. `withheld`: a key was not at hand, so that none is shown."""

    cells: tuple[CellId, ...]
    disclosures: tuple[str, ...]
    withheld: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """A finished statement: `jwt` is the log's leaf, `sealed` goes beside it into the pack."""

    jwt: bytes
    sealed: bytes
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementHead:
    """What the desk signed. Of the content it shows nothing but digests.

    Attributes:
        iat: Unix time of 00:00 UTC of the day.
        enc: SHA-256 of the sealed disclosures, 32 bytes.
        digests: 16, 64 or 256 base64url digests, sorted; some are decoys.
        signing_input: The bytes under `signature` (64 bytes).
    """

    iss: str
    jti: StatementId
    iat: int
    enc: bytes
    digests: tuple[str, ...]
    kid: str
    signing_input: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement with what was shown of it. `None` means withheld.

    Attributes:
        assertion: What stands in the disclosure of that name, not yet read; with its digest, or both None.
        fields: Every other disclosure by name; of a text, the list of the segments shown, in order.
        positions: For each text, where in it the shown segments stand: a gap before the last one was withheld.
        withheld: Digests without a disclosure: withheld ones and decoys, which nobody can tell apart.
    """

    head: StatementHead
    type: str | None
    subject: SubjectId | None
    heads: tuple[StatementId, ...] | None
    at: datetime | None
    case: SubjectId | None
    author: UserId | None
    author_signature: bytes | None
    author_digest: str | None
    assertion: Json = None
    assertion_digest: str | None = None
    fields: Mapping[str, Json]
    positions: Mapping[str, tuple[int, ...]]
    withheld: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CommonFacts:
    """What every statement tells, when none of it is withheld."""

    type: str
    subject: SubjectId
    heads: tuple[StatementId, ...]
    at: datetime
    case: SubjectId
