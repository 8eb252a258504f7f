# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every statement has: type, subject, heads, time, case and the author's signature (spec/03-statement.md §3.2).

Each is a disclosure and may be withheld; `common_facts` is for readers that cannot do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.encoding import decode_base64url
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import StatementId, SubjectId, UserId, parse_id
from sviedka.core.base.instants import parse_instant, unix_day
from sviedka.core.seal.statement_compose import TYPE_NAME, author_message
from sviedka.core.seal.statement_errors import (
    AuthorRefuted,
    AuthorWithheld,
    CommonMalformed,
    CommonWithheld,
    DayRefuted,
)
from sviedka.core.seal.statement_head import verify_raw
from sviedka.core.seal.statement_shapes import ASSERTION, MAX_HEADS, CommonFacts, Statement, StatementHead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sviedka.core.base.canonical import Json


def build_statement(
    head: StatementHead,
    disclosed: dict[str, Json],
    *,
    author_digest: str | None,
    assertion_digest: str | None = None,
    positions: Mapping[str, tuple[int, ...]],
    withheld: int,
) -> Statement:
    """Read the common parts out of `disclosed`; the rest are the type's fields.

    Raises:
        CommonMalformed: A common part is not of its shape.
        NotCanonical: The author's signature has another spelling.
        DayRefuted: The exact time is not on the day that `head` shows.
    """
    author, signature = _read_author(disclosed.pop("author_sig", None), shown=author_digest is not None)
    return Statement(
        head=head,
        type=_read_type(disclosed),
        subject=_read_subject(disclosed, "subject"),
        heads=_read_heads(disclosed),
        at=_read_time(disclosed, head),
        case=_read_subject(disclosed, "case"),
        author=author,
        author_signature=signature,
        author_digest=author_digest,
        assertion=disclosed.pop(ASSERTION, None),
        assertion_digest=assertion_digest,
        fields=disclosed,
        positions=positions,
        withheld=withheld,
    )


def verify_author(statement: Statement, key: bytes) -> None:
    """Prove that the user whose `key` (Ed25519, 32 bytes) this is wrote the statement.

    Works whatever else is withheld: the signature covers digests, not contents. Already verified by the caller:
    `statement`, and that the key list gives `key` for `statement.author`.

    Raises:
        AuthorWithheld: The signature is not among the disclosures.
        AuthorRefuted: Somebody else's signature.
    """
    if statement.author_signature is None:
        raise AuthorWithheld("Who wrote statement {jti} is not shown.", jti=statement.head.jti)
    others = [digest for digest in statement.head.digests if digest != statement.author_digest]
    if not verify_raw(statement.author_signature, author_message(statement.head.jti, others), key):
        raise AuthorRefuted("The author's signature on statement {jti} does not verify.", jti=statement.head.jti)


def common_facts(statement: Statement) -> CommonFacts:
    """Return what every statement tells; raise `CommonWithheld` when a part of it is not shown."""
    kind, subject, heads = statement.type, statement.subject, statement.heads
    at, case = statement.at, statement.case
    if kind is None or subject is None or heads is None or at is None or case is None:
        raise CommonWithheld("Statement {jti} does not show all that is needed here.", jti=statement.head.jti)
    return CommonFacts(type=kind, subject=subject, heads=heads, at=at, case=case)


def _read_type(disclosed: dict[str, Json]) -> str | None:
    if "type" not in disclosed:
        return None
    value = disclosed.pop("type")
    if not isinstance(value, str) or not TYPE_NAME.fullmatch(value):
        raise CommonMalformed("A statement's type is written like claim/1.")
    return value


def _read_subject(disclosed: dict[str, Json], name: str) -> SubjectId | None:
    return SubjectId(_read_id(disclosed.pop(name))) if name in disclosed else None


def _read_heads(disclosed: dict[str, Json]) -> tuple[StatementId, ...] | None:
    if "heads" not in disclosed:
        return None
    value = disclosed.pop("heads")
    if not isinstance(value, list) or len(value) > MAX_HEADS:
        raise CommonMalformed("A statement's heads must be a list of at most {most}.", most=MAX_HEADS)
    heads = tuple(StatementId(_read_id(head)) for head in value)
    if list(heads) != sorted(set(heads)):
        raise CommonMalformed("A statement's heads must be sorted, each once.")
    return heads


def _read_time(disclosed: dict[str, Json], head: StatementHead) -> datetime | None:
    if "at" not in disclosed:
        return None
    try:
        at = parse_instant(disclosed.pop("at"))
    except Malformed as reason:
        raise CommonMalformed("A statement's time is not a moment in UTC.") from reason
    if unix_day(at) != head.iat:
        raise DayRefuted("The time of statement {jti} is not on the day that it shows.", jti=head.jti)
    return at


def _read_author(value: Json, *, shown: bool) -> tuple[UserId | None, bytes | None]:
    if not shown:
        return None, None
    if not isinstance(value, dict) or value.keys() != {"by", "sig"} or not isinstance(value["sig"], str):
        raise CommonMalformed("The author's signature must name its user and hold a signature.")
    signature = decode_base64url(value["sig"])
    if len(signature) != 64:
        raise CommonMalformed("The author's signature must have 64 bytes.")
    return UserId(_read_id(value["by"])), signature


def _read_id(value: Json) -> str:
    try:
        return parse_id(value)
    except Malformed as reason:
        raise CommonMalformed("A statement names something that is not an identifier.") from reason
