# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a draft says what the statement of the same id already said: what makes a repeated admission safe.

Content is type, subject, case and fields. Heads and time are not: they are filled in when a statement is admitted and
differ at a retry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.seal.statement import Text, parse_jwt, read_disclosures
from sviedka.store.errors import JtiReused
from sviedka.store.ledger import find_disclosures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.statement import Draft
    from sviedka.store.engine import Database


def content_of(draft: Draft) -> bytes:
    """Return what a draft says, as canonical JSON."""
    fields: dict[str, Json] = {
        part.name: [segment.text for segment in part.segments] if isinstance(part, Text) else part.value
        for part in draft.parts
    }
    return encode_canonical([draft.type, draft.subject, draft.case, fields])


def check_same_content(database: Database, drafts: Sequence[Draft]) -> None:
    """Compare drafts with the statements of the same ids, which are known to the projections.

    A statement of which something was erased or is withheld cannot be compared and passes: its id vouches for it.

    Raises:
        JtiReused: One says something else.
    """
    found = find_disclosures(database, [draft.jti for draft in drafts])
    for draft in drafts:
        if draft.jti in found and _content_of_statement(*found[draft.jti]) != content_of(draft):
            raise JtiReused("Statement {jti} is in the log with other content.", jti=draft.jti)


def _content_of_statement(jwt: bytes, disclosures: Sequence[str]) -> bytes:
    statement = read_disclosures(parse_jwt(jwt), disclosures)
    return encode_canonical([statement.type, statement.subject, statement.case, dict(statement.fields)])
