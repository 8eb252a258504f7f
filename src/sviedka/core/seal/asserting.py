# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a statement carries the assertion that its type asks for: what keeper, rebuild and verifiers check alike.

Source: spec/07-keys.md §13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.asserted import Asserted, asserted_by
from sviedka.core.seal.assertion import assertion_message, parse_assertion, verify_assertion
from sviedka.core.seal.assertion_errors import AssertionPersonRefuted, AssertionWithheld
from sviedka.core.seal.statement_errors import AuthorWithheld

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import UserId
    from sviedka.core.seal.credential import Credential
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.note_key import VerifierKey
    from sviedka.core.seal.statement_shapes import Statement


def verify_asserted(statement: Statement, *, keylist: KeyList) -> VerifierKey | Credential | None:
    """Prove that the right person stood behind a statement, where its type asks for that or it shows an assertion.

    Already verified by the caller: `statement`, and `keylist`. Returns the key or credential by which they did; None
    where nobody needs to, and where the type is withheld and no assertion is shown. Whether the key was taken back is
    the caller's to ask.

    Raises:
        AssertionWithheld: The type asks for one, and none is shown.
        AuthorWithheld: One is shown without the author's signature, whose digest has to be left out to check it.
        AssertionPersonRefuted: Somebody else's than the type asks for.
        AssertionMalformed, AssertionKeyUnknown, AssertionRefuted: See `verify_assertion`.
    """
    demanded = None if statement.type is None else asserted_by(statement.type)
    if statement.assertion_digest is None:
        if demanded is not None:
            raise AssertionWithheld("Statement {jti} shows no personal assertion.", jti=statement.head.jti)
        return None
    assertion = parse_assertion(statement.assertion)
    if statement.author_digest is None:
        raise AuthorWithheld("Who wrote statement {jti} is not shown.", jti=statement.head.jti)
    if demanded is not None:
        check_person(demanded, assertion.by, author=statement.author, named=statement.fields.get("by"))
    others = [
        digest
        for digest in statement.head.digests
        if digest not in {statement.author_digest, statement.assertion_digest}
    ]
    return verify_assertion(assertion, assertion_message(statement.head.jti, others), keylist=keylist)


def check_person(demanded: Asserted, by: UserId, *, author: UserId | None, named: Json) -> None:
    """Make sure that it is the right person who asserts. What is withheld (None) contradicts nobody.

    Raises:
        AssertionPersonRefuted: Another than the author, or than the field `by` names.
    """
    right = author if demanded is Asserted.AUTHOR else named
    if right is not None and right != by:
        raise AssertionPersonRefuted("User {user} asserted what another had to.", user=by)
