# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each statement by itself: form, issuer, signature, place in the log, disclosures, author (spec §8.11, step 12).

This is the part that runs on every core. A batch takes lines and gives back what the whole needs to know of them; the
verdict is made where all batches meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.core.base.errors import Failure, Malformed, Unproven
from sviedka.core.base.instants import unix_day
from sviedka.core.disclose.appearances import Traces, find_traces
from sviedka.core.disclose.dossier_lines import ProofLine, parse_proof_line
from sviedka.core.seal.asserting import verify_asserted
from sviedka.core.seal.assertion_errors import AssertionKeyUnknown
from sviedka.core.seal.merkle_proof import Inclusions, leaf_hash
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.quick_reading import read_shown
from sviedka.core.seal.statement import (
    Statement,
    StatementHead,
    verify_author,
    verify_signature,
)
from sviedka.core.seal.statement_shapes import MAX_DISCLOSURES
from sviedka.core.seal.succession import SUCCEEDED, SUCCESSION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.note import VerifierKey
    from sviedka.verify.signatures import StatementKey

MAX_LINE_BYTES: Final = 4_194_304
_ALLOWED: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~."
_KEPT: Final = ("item.sealed/", "consent.")
_NEEDED: Final = ("grants", "media_type", "person", "plain_sha256", "size_bytes")
"""Of those, what is asked for later. Everything that statements show, held at once, would be many times the file."""


Place = tuple[int, int]
"""Number of a log and of a head in it."""

HELD: Final = -1
"""In the place of a head's number: what the archive's root names as held of a closed log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """The root that a proof must lead to."""

    size: int
    root: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementContext:
    """What every statement is checked against; verified before.

    Attributes:
        origins: Origin by log number.
        roots: Root by (log number, head number); head 0 is the dossier's checkpoint, `HELD` what is held of a closed log.
        keys: Statement keys by `kid`.
        users: Keys of each user, with the time since when each counts as taken back.
        key_list: Where these keys are from, and the credentials by which people assert.
    """

    origins: Mapping[int, str]
    roots: Mapping[Place, Root]
    keys: Mapping[str, StatementKey]
    users: Mapping[str, tuple[tuple[VerifierKey, datetime | None], ...]]
    key_list: KeyList
    as_of: datetime


class CheckedStatement(NamedTuple):
    """What the whole needs to know of one good statement. A tuple, since thousands of them go from process to process.

    Attributes:
        line: Its line, from 1.
        withheld: Digests without a disclosure.
        revoked_at: Since when a key that signed it counts as taken back.
        author: Whether the author's signature was shown: `verified`, `unknown`, or not at all.
        assertion: Whether the person who must stand behind it did: `verified`, `unknown`, `missing`, `withheld` together
            with the author, or None where nobody must.
        fields: Of sealed items, consents and successions, those disclosed fields that are asked for later; else empty.
    """

    line: int
    jti: str
    log: int
    leaf_index: int
    withheld: int
    revoked_at: datetime | None
    author: str | None
    assertion: str | None
    traces: Traces | None
    fields: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What was found in some lines.

    Attributes:
        first_line: The number of the first of them.
        bad_statement, bad_proof: The first lines not in their form, if any; then nothing else was looked at.
        first_place, last_place: (log, leaf index) of the first and last proof that could be read.
        identifiers: `jti` and line of each statement.
        refuted: Code and line of each statement that something contradicts.
    """

    first_line: int
    bad_statement: int | None
    bad_proof: int | None
    first_place: tuple[int, int] | None
    last_place: tuple[int, int] | None
    identifiers: tuple[tuple[str, int], ...]
    refuted: tuple[tuple[str, int], ...]
    statements: tuple[CheckedStatement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    number: int
    head: StatementHead
    jwt: bytes
    disclosures: Sequence[str]
    place: ProofLine


class _StatementRefuted(Exception):  # carries the finding's code, never leaves this module
    pass


def check_batch(
    context: StatementContext, statements: Sequence[bytes], proofs: Sequence[bytes], *, first_line: int
) -> Batch:
    """Check consecutive lines of statements.txt and proofs.txt.

    Untrusted: both. `first_line` is the number of the first of them. Lines are without line feeds.
    """
    places, bad_proof = _parse_places(context, proofs, first_line)
    heads, bad_statement = _parse_statements(statements, first_line)
    ends = [(place.log, place.index) for place in (*places[:1], *places[-1:])]
    refuted: list[tuple[str, int]] = []
    checked: list[CheckedStatement] = []
    inclusions = {key: Inclusions(size=root.size, root=root.root) for key, root in context.roots.items()}
    if bad_proof is None and bad_statement is None:
        for offset, ((head, jwt, disclosures), place) in enumerate(zip(heads, places, strict=True)):
            line = _Line(number=first_line + offset, head=head, jwt=jwt, disclosures=disclosures, place=place)
            try:
                checked.append(_check(context, line, inclusions))
            except _StatementRefuted as reason:
                refuted.append((str(reason), line.number))
    return Batch(
        first_line=first_line,
        bad_statement=bad_statement,
        bad_proof=bad_proof,
        first_place=ends[0] if ends else None,
        last_place=ends[-1] if ends else None,
        identifiers=tuple((head.jti, number) for number, (head, _, _) in enumerate(heads, start=first_line)),
        refuted=tuple(refuted),
        statements=tuple(checked),
    )


def _parse_places(
    context: StatementContext, proofs: Sequence[bytes], first_line: int
) -> tuple[list[ProofLine], int | None]:
    places: list[ProofLine] = []
    for number, raw in enumerate(proofs, start=first_line):
        try:
            place = parse_proof_line(raw.decode("ascii"))
        except (Malformed, UnicodeDecodeError):
            return places, number
        before = places[-1] if places else None
        if (place.log, place.head) not in context.roots or (
            before is not None and (place.log, place.index) <= (before.log, before.index)
        ):
            return places, number
        places.append(place)
    return places, None


def _parse_statements(
    lines: Sequence[bytes], first_line: int
) -> tuple[list[tuple[StatementHead, bytes, Sequence[str]]], int | None]:
    heads: list[tuple[StatementHead, bytes, Sequence[str]]] = []
    for number, raw in enumerate(lines, start=first_line):
        if len(raw) > MAX_LINE_BYTES or not raw.endswith(b"~") or raw.translate(None, _ALLOWED):
            return heads, number
        if raw.count(b"~") > MAX_DISCLOSURES + 1:  # before they are split: a million empty ones fit into a line
            return heads, number
        jwt, *disclosures = raw[:-1].decode("ascii").split("~")
        if not all(disclosures) or sorted(set(disclosures)) != disclosures:
            return heads, number
        try:
            leaf = jwt.encode("ascii")
            heads.append((read_head(leaf), leaf, disclosures))
        except Malformed:
            return heads, number
    return heads, None


def _check(context: StatementContext, line: _Line, inclusions: Mapping[Place, Inclusions]) -> CheckedStatement:
    head = line.head
    if head.iss != context.origins[line.place.log]:
        raise _StatementRefuted("statement.other-log")
    key = context.keys.get(head.kid)
    if key is None:
        raise _StatementRefuted("statement.signature")
    try:
        verify_signature(head, key.key.public)
    except Failure as reason:
        raise _StatementRefuted("statement.signature") from reason
    _check_place(inclusions[_place_of(context, line.place)], line)
    statement = _read(line)
    if head.iat > unix_day(context.as_of) or (statement.at is not None and statement.at > context.as_of):
        raise _StatementRefuted("statement.after-seal")
    author, author_revoked = _check_author(context, statement)
    assertion, assertion_revoked = _check_assertion(context, statement)
    revocations = (key.revoked_at, author_revoked, assertion_revoked)
    return CheckedStatement(
        line=line.number,
        jti=head.jti,
        log=line.place.log,
        leaf_index=line.place.index,
        withheld=statement.withheld,
        revoked_at=min((time for time in revocations if time is not None), default=None),
        author=author,
        assertion=assertion,
        traces=_traces(statement),
        fields=_kept_fields(statement),
    )


def _place_of(context: StatementContext, place: ProofLine) -> Place:
    """Return which root a proof has to lead to: what lies beyond the checkpoint of a closed log, to what is held of it."""
    held = (place.log, HELD)
    if place.head == 0 and held in context.roots and place.index >= context.roots[place.log, 0].size:
        return held
    return place.log, place.head


def _check_place(inclusions: Inclusions, line: _Line) -> None:
    try:
        inclusions.verify(leaf=leaf_hash(line.jwt), index=line.place.index, proof=line.place.hashes)
    except Failure as reason:
        raise _StatementRefuted("proof.inclusion") from reason


def _read(line: _Line) -> Statement:
    try:
        return read_shown(line.head, line.disclosures)
    except Failure as reason:
        raise _StatementRefuted("disclosure.refused") from reason


def _check_author(context: StatementContext, statement: Statement) -> tuple[str | None, datetime | None]:
    if statement.author is None:
        return None, None
    keys = context.users.get(statement.author, ())
    for key, revoked_at in keys:
        try:
            verify_author(statement, key.public)
        except Failure:
            continue
        return "verified", revoked_at
    if keys:
        raise _StatementRefuted("author.signature")
    return "unknown", None


def _check_assertion(context: StatementContext, statement: Statement) -> tuple[str | None, datetime | None]:
    try:
        key = verify_asserted(statement, keylist=context.key_list)
    except AssertionKeyUnknown:
        return "unknown", None
    except Unproven:
        hidden = statement.author is None and statement.assertion_digest is None
        return "withheld" if hidden else "missing", None
    except Failure as reason:
        raise _StatementRefuted("assertion.refused") from reason
    return (None, None) if key is None else ("verified", context.key_list.revoked_at(key))


def _traces(statement: Statement) -> Traces:
    kind, subject = statement.type or "", statement.subject or ""
    return find_traces(kind=kind, subject=subject, fields=statement.fields)


def _kept_fields(statement: Statement) -> Mapping[str, Json]:
    if statement.type == SUCCEEDED:
        return {name: statement.fields[name] for name in SUCCESSION_FIELDS if name in statement.fields}
    if statement.type is None or not statement.type.startswith(_KEPT):
        return {}
    return {name: statement.fields[name] for name in _NEEDED if name in statement.fields}
