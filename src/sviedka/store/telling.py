# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a statement tells: the same whether it comes from the draft that was sealed or from the pack that was opened.

Before a statement the keeper composed becomes durable it is read back as a stranger would read it, and must tell what
the draft told: a statement that nobody can read could never be taken out of the log again. Where thousands come from
one hand (sealing many files) every n-th is read back whole, and of all the others that the signed leaf commits to
exactly the disclosures that are kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.base.encoding import decode_base64url, encode_base64url
from sviedka.core.base.errors import Malformed, Refuted
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.quick_reading import read_shown
from sviedka.core.seal.statement import Text, common_facts, digest_text
from sviedka.core.seal.statement_shapes import COMMON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import StatementId, SubjectId, UserId
    from sviedka.core.seal.statement import Composed, Draft, Statement


class ComposedDiffers(Refuted):
    """The keeper sealed something else than it was asked to, or something that cannot be read back. Nothing was admitted."""

    code = "refuted.composed"
    hint = "Lock and unlock again. If it comes back, keep run/keeper.log: this is a fault of the program."


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What a statement tells. `fields` by name, a text as the list of its segments."""

    jti: StatementId
    author: UserId
    type: str
    subject: SubjectId
    case: SubjectId
    heads: tuple[StatementId, ...]
    at: datetime
    fields: Mapping[str, Json]


def telling_of(statement: Statement) -> Telling:
    """Return what a statement tells that was read back.

    Raises:
        CommonWithheld: Its type, subject, heads, time or case could not be opened.
        Malformed: It does not say who made it.
    """
    facts = common_facts(statement)
    if statement.author is None:
        raise Malformed("Statement {jti} does not say who made it.", jti=statement.head.jti)
    return Telling(
        jti=statement.head.jti,
        author=statement.author,
        type=facts.type,
        subject=facts.subject,
        case=facts.case,
        heads=facts.heads,
        at=facts.at,
        fields=statement.fields,
    )


def telling_of_draft(draft: Draft, author: UserId) -> Telling:
    """Return what a draft will tell when `author` has made it."""
    fields: dict[str, Json] = {
        part.name: [segment.text for segment in part.segments] if isinstance(part, Text) else part.value
        for part in draft.parts
    }
    return Telling(
        jti=draft.jti,
        author=author,
        type=draft.type,
        subject=draft.subject,
        case=draft.case,
        heads=draft.heads,
        at=draft.at,
        fields=fields,
    )


def read_back(telling: Telling, composed: Composed) -> None:
    """Make sure that a stranger reads in `composed` what was to be told.

    Raises:
        ComposedDiffers: Something else.
        Failure: What `read_head` or `read_shown` finds wrong.
    """
    head = read_head(composed.jwt)
    read = read_shown(head, [text for group in composed.groups for text in group.disclosures])
    if telling_of(read) != telling or head.enc != sha256(composed.sealed).digest():
        raise ComposedDiffers("Statement {jti} came back from the keeper telling something else.", jti=telling.jti)


def check_commitment(telling: Telling, draft: Draft, composed: Composed) -> None:
    """Make sure that the leaf names this statement and commits to exactly these disclosures and sealed bytes.

    Raises:
        ComposedDiffers: It does not.
    """
    payload = json.loads(decode_base64url(composed.jwt.split(b".")[1].decode("ascii")))
    disclosures = [text for group in composed.groups for text in group.disclosures]
    segments = sum(len(part.segments) for part in draft.parts if isinstance(part, Text))
    committed = sum(map(set(payload["_sd"]).__contains__, map(digest_text, disclosures)))
    if (
        payload["jti"] != telling.jti
        or payload["enc"] != encode_base64url(sha256(composed.sealed).digest())
        or committed != len(COMMON) + len(draft.parts)
        or len(disclosures) != committed + segments
    ):
        raise ComposedDiffers(
            "Statement {jti} came back from the keeper committing to something else.", jti=telling.jti
        )
