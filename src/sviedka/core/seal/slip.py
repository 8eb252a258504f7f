# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips: the detached header of one deposit, bound to the payload that it was made for.

A slip does not name its item or its payload in the clear. Were it not bound, a slip copied under an invented item's
name would give one item's key for the record of another's opening. So it carries, under the header's MAC, a stanza
that only who has the file key can make or check; age passes over it, and `cat slip payload | age -d` works.

    -> sviedka/payload/1 <salt> <HMAC-SHA256(HKDF(file key, salt, "sviedka/payload/1"), SHA-256 of the payload)>

Spec: spec/02-item.md §3.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import decode_base64_bare, encode_base64_bare
from sviedka.core.base.errors import Refuted
from sviedka.core.seal.age_header import parse_slip, unwrap_file_key, wrap_file_key
from sviedka.core.seal.age_keys import derive_key

if TYPE_CHECKING:
    from sviedka.core.seal.age_header import Header
    from sviedka.core.seal.age_keys import Recipient, X25519Identity

KIND: Final = "sviedka/payload/1"
SALT_BYTES: Final = 16
EPHEMERAL_BYTES: Final = 32
FRESH_BYTES: Final = EPHEMERAL_BYTES + SALT_BYTES
"""Random bytes that a new slip takes: its ephemeral secret, then the salt of its binding."""


class SlipForeign(Refuted):
    """A slip lies under the name of an item whose payload it was not made for."""

    code = "refuted.slip"
    hint = "Fetch the item's own slip from a key place, and ask who put this one here."


def make_slip(file_key: bytes | bytearray, recipient: Recipient, *, payload_sha256: bytes, fresh: bytes) -> bytes:
    """Return the slip of a new deposit.

    Args:
        file_key: 16 bytes.
        recipient: The epoch's key, the only one.
        payload_sha256: Digest of the payload that this key opens, 32 bytes.
        fresh: 48 fresh random bytes, used for nothing else.
    """
    ephemeral, salt = fresh[:EPHEMERAL_BYTES], fresh[EPHEMERAL_BYTES:]
    if len(salt) != SALT_BYTES or len(payload_sha256) != 32:
        raise ValueError("a slip takes 48 random bytes and a digest of 32")
    spelt = encode_base64_bare(salt), encode_base64_bare(_binding(file_key, salt, payload_sha256))
    return wrap_file_key(bytes(file_key), [recipient], [ephemeral], beside=_stanza(*spelt))


def open_slip(slip: bytes, identity: X25519Identity, *, payload_sha256: bytes) -> bytearray:
    """Return the file key that `slip` holds for the payload with this digest. The caller wipes it.

    Untrusted: `slip`.

    Raises:
        SlipForeign: It was made for another payload, or binds itself to none.
        HeaderMalformed, TooLarge, NotForThisKey, HeaderForged: As `unwrap_file_key`, and for more than one binding.
    """
    header = parse_slip(slip)
    file_key = unwrap_file_key(header, identity)
    bound = _bound(header)
    if bound is not None:
        salt, said = (decode_base64_bare(part) for part in bound)
        if hmac.compare_digest(said, _binding(file_key, salt, payload_sha256)):
            return file_key
    file_key[:] = bytes(len(file_key))
    raise SlipForeign("A slip was not made for the payload that was stated to be sealed.")


def rewrap_slip(slip: bytes, identity: X25519Identity, recipient: Recipient, *, ephemeral: bytes) -> bytes:
    """Return the same slip to another epoch's key: same file key, same binding, `ephemeral` 32 fresh random bytes.

    Untrusted: `slip`.

    Raises:
        SlipForeign: It binds itself to no payload.
        HeaderMalformed, TooLarge, NotForThisKey, HeaderForged: As `unwrap_file_key`.
    """
    file_key, bound = _open_bound(slip, identity)
    try:
        return wrap_file_key(bytes(file_key), [recipient], [ephemeral], beside=_stanza(*bound))
    finally:
        file_key[:] = bytes(len(file_key))


def open_held(slip: bytes, identity: X25519Identity) -> bytearray:
    """Return all that a slip holds in whatever epoch: file key, salt and binding. Equal for a slip and what it was moved to.

    Untrusted: `slip`. The caller wipes what is returned.

    Raises:
        SlipForeign: It binds itself to no payload.
        HeaderMalformed, TooLarge, NotForThisKey, HeaderForged: As `unwrap_file_key`.
    """
    file_key, bound = _open_bound(slip, identity)
    held = file_key + " ".join(bound).encode("ascii")
    file_key[:] = bytes(len(file_key))
    return held


def _bound(header: Header) -> tuple[str, str] | None:
    """Return salt and binding as they are spelt; a slip with several of them, or other arguments, has none."""
    found = [stanza for stanza in header.stanzas if stanza.kind == KIND]
    if len(found) != 1 or len(found[0].arguments) != 3 or found[0].body:
        return None
    return found[0].arguments[1], found[0].arguments[2]


def _open_bound(slip: bytes, identity: X25519Identity) -> tuple[bytearray, tuple[str, str]]:
    """Return the file key of a slip, which the caller wipes, and its binding as it is spelt."""
    header = parse_slip(slip)
    bound = _bound(header)
    if bound is None:
        raise SlipForeign("A slip is bound to no payload.")
    return unwrap_file_key(header, identity), bound


def _stanza(salt: str, binding: str) -> bytes:
    return f"-> {KIND} {salt} {binding}\n\n".encode("ascii")


def _binding(file_key: bytes | bytearray, salt: bytes, payload_sha256: bytes) -> bytes:
    key = derive_key(file_key, salt=salt, info=KIND.encode("ascii"))
    binding = hmac.digest(key, payload_sha256, "sha256")
    key[:] = bytes(len(key))
    return binding
