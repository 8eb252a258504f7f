# SPDX-License-Identifier: AGPL-3.0-or-later
"""A personal assertion: somebody stands behind one statement, with a key that no desk holds.

The author's signature is made by a key that is unlocked for hours, and a desk that lies can have it sign. What matters
most (an approval, a consent) also carries this: a fresh signature by the person, over the statement's own digests, whose
random salts make it good for this one statement. Pure. Spec: spec/07-keys.md §13. Vectors: spec/vectors/assertion/.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import decode_base64url, encode_base64url
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import UserId, parse_id
from sviedka.core.seal.assertion_errors import AssertionKeyUnknown, AssertionMalformed, AssertionRefuted
from sviedka.core.seal.webauthn import SIGNATURE_BYTES, SignedInBrowser, is_low_order, verify_in_browser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import StatementId
    from sviedka.core.seal.credential import Credential
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.note_key import VerifierKey

_ASSERTED: Final = b"sviedka/assertion/1\n"
_KEY_MEMBERS: Final = frozenset({"by", "kind", "sig"})
_WEBAUTHN_MEMBERS: Final = frozenset({"authenticator_data", "by", "client_data", "credential", "kind", "sig"})


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyAssertion:
    """By the user's own Ed25519 key, for which the passphrase was asked again. `signature`: 64 bytes."""

    by: UserId
    signature: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class WebauthnAssertion:
    """By an authenticator that has verified the person."""

    by: UserId
    signed: SignedInBrowser


Assertion = KeyAssertion | WebauthnAssertion


def assertion_message(jti: StatementId, others: Sequence[str]) -> bytes:
    """Return what is asserted: `signed` of spec/07-keys.md §13.

    Args:
        jti: The statement's identifier.
        others: The top-level digests but those of the assertion and of the author's signature, ascending.
    """
    covered = f"{jti}\n" + "\n".join(others) + "\n"
    return _ASSERTED + sha256(covered.encode("ascii")).digest()


def challenge_of(message: bytes) -> bytes:
    """Return the challenge by which an authenticator asserts `message`, 32 bytes."""
    return sha256(message).digest()


def parse_assertion(value: Json) -> Assertion:
    """Read an assertion.

    Untrusted: `value`.

    Raises:
        AssertionMalformed: Neither kind, a member too many or too few, or bytes in a second spelling.
    """
    if not isinstance(value, dict) or not all(isinstance(inner, str) for inner in value.values()):
        raise AssertionMalformed("An assertion is an object of texts.")
    texts = {name: str(inner) for name, inner in value.items()}
    kind, members = texts.get("kind"), frozenset(texts)
    if (kind, members) == ("key", _KEY_MEMBERS):
        return KeyAssertion(by=_user(texts["by"]), signature=_bytes(texts["sig"], SIGNATURE_BYTES))
    if (kind, members) == ("webauthn", _WEBAUTHN_MEMBERS):
        return WebauthnAssertion(
            by=_user(texts["by"]),
            signed=SignedInBrowser(
                credential_id=_bytes(texts["credential"]),
                authenticator_data=_bytes(texts["authenticator_data"]),
                client_data=_bytes(texts["client_data"]),
                signature=_bytes(texts["sig"], SIGNATURE_BYTES),
            ),
        )
    raise AssertionMalformed("This is no assertion of a kind that is known here.")


def format_assertion(assertion: Assertion) -> dict[str, Json]:
    """Return the value as it stands in a statement."""
    if isinstance(assertion, KeyAssertion):
        return {"by": assertion.by, "kind": "key", "sig": encode_base64url(assertion.signature)}
    signed = assertion.signed
    return {
        "authenticator_data": encode_base64url(signed.authenticator_data),
        "by": assertion.by,
        "client_data": encode_base64url(signed.client_data),
        "credential": encode_base64url(signed.credential_id),
        "kind": "webauthn",
        "sig": encode_base64url(signed.signature),
    }


def verify_assertion(assertion: Assertion, message: bytes, *, keylist: KeyList) -> VerifierKey | Credential:
    """Prove that the person stood behind `message`; return the key or credential by which they did.

    Whether it was taken back, and when, is the caller's to ask of the key list. Trusted: `keylist`.

    Raises:
        AssertionKeyUnknown: The list names no key, or no such credential, of this person.
        AssertionRefuted: Another signature, challenge, origin or party; or the person was not verified.
        AssertionMalformed: What an authenticator gave is not in the form that it must have.
    """
    if isinstance(assertion, KeyAssertion):
        return _verify_key(assertion, message, keylist.user_keys(assertion.by))
    for credential in keylist.credentials(assertion.by):
        if credential.credential_id == assertion.signed.credential_id:
            verify_in_browser(assertion.signed, credential, challenge_of(message))
            return credential
    raise AssertionKeyUnknown("The key list names no such credential of user {user}.", user=assertion.by)


def _verify_key(assertion: KeyAssertion, message: bytes, keys: Sequence[VerifierKey]) -> VerifierKey:
    if not keys:
        raise AssertionKeyUnknown("The key list names no key of user {user}.", user=assertion.by)
    for key in keys:  # a user may have had several; whichever it was
        if not is_low_order(key.public) and key.signed(message, assertion.signature):
            return key
    raise AssertionRefuted("The assertion is not by user {user} over this statement.", user=assertion.by)


def _user(text: str) -> UserId:
    try:
        return UserId(parse_id(text))
    except Malformed as reason:
        raise AssertionMalformed("An assertion names its user by an identifier.") from reason


def _bytes(text: str, size: int | None = None) -> bytes:
    try:
        data = decode_base64url(text)
    except Malformed as reason:
        raise AssertionMalformed("A part of an assertion is not base64url in its one spelling.") from reason
    if size is not None and len(data) != size:
        raise AssertionMalformed("A signature in an assertion has {size} bytes.", size=size)
    return data
