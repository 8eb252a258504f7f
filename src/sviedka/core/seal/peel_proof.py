# SPDX-License-Identifier: AGPL-3.0-or-later
"""A seat's proof, in every kind of peel: that this seat took this off, for this order and no other.

age does not say who decrypted, so each proof is a MAC under a secret that only the seat and the keeper share: X25519
between the seat's key and the order's. It covers the kind of peel, the order, and what was handed in and given out.
Spec: spec/07-keys.md §12.4.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import decode_hex
from sviedka.core.base.errors import Malformed, Refuted
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_keys import derive_key

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.age_keys import Recipient, X25519Identity

IDENTITY_PEEL: Final = "sviedka/identity-peel/1"
LINK_PEEL: Final = "sviedka/link-peel/1"


class PeelMalformed(Malformed):
    """A file that is not a peel."""

    code = "malformed.identity-peel"
    hint = "Ask for the file again; nothing was opened."


class PeelRefuted(Refuted):
    """A peel of another order, seat or cell, in the wrong place, or changed on its way."""

    code = "refuted.identity-peel"
    hint = "Somebody exchanged or changed a file on its way. Nothing was opened; begin with a new request."


class LayerRefuted(Refuted):
    """The layer that a seat was handed is not for its key."""

    code = "refuted.identity-layer"
    hint = (
        "The seats open one after the other, the lower number first. Or the cell was made for another key of this seat."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PeelProof:
    """That a seat took one layer off.

    Attributes:
        seat: Its number.
        took: SHA-256 of the layer that it was handed, 32 bytes; of a list of layers, of the list of their digests.
        gave: SHA-256 of what was in it, 32 bytes; alike.
        mac: 32 bytes.
    """

    seat: int
    took: bytes
    gave: bytes
    mac: bytes


def prove_peel(
    kind: str, *, order: str, identity: X25519Identity, answer: Recipient, seat: int, took: bytes, gave: bytes
) -> PeelProof:
    """Return the proof of a seat that has taken a layer off.

    Args:
        kind: `IDENTITY_PEEL` or `LINK_PEEL`.
        order: Digest of the order, hexadecimal.
        identity: The seat's key.
        answer: The order's public key.
        seat: The seat's number.
        took: Digest of what it was handed, 32 bytes.
        gave: Digest of what it gives out, 32 bytes.
    """
    key = _mac_key(kind, identity, answer, salt=identity.recipient().public + answer.public)
    mac = _mac(key, kind, order, seat, took, gave)
    wipe(key)
    return PeelProof(seat=seat, took=took, gave=gave, mac=mac)


def verify_proof(kind: str, proof: PeelProof, *, order: str, answer: X25519Identity, recipient: Recipient) -> None:
    """Check that the seat with this public key made the proof, for this order.

    Untrusted: `proof`.

    Raises:
        PeelRefuted: It did not.
    """
    key = _mac_key(kind, answer, recipient, salt=recipient.public + answer.recipient().public)
    right = hmac.compare_digest(proof.mac, _mac(key, kind, order, proof.seat, proof.took, proof.gave))
    wipe(key)
    if not right:
        raise PeelRefuted("Seat {seat} did not make this peel for this order.", seat=proof.seat)


def format_proofs(proofs: tuple[PeelProof, ...]) -> list[Json]:
    """Return proofs as they stand in a peel's file."""
    return [{"gave": one.gave.hex(), "mac": one.mac.hex(), "seat": one.seat, "took": one.took.hex()} for one in proofs]


def parse_proofs(value: Json) -> tuple[PeelProof, ...]:
    """Read one or two proofs. Untrusted: `value`. Raises `PeelMalformed`."""
    if not isinstance(value, list) or not 1 <= len(value) <= 2:
        raise PeelMalformed("This file is not a custodian's peel.")
    return tuple(_proof(one) for one in value)


def parse_digest(value: Json) -> bytes:
    """Read 64 hexadecimal digits. Untrusted: `value`. Raises `PeelMalformed`."""
    if not isinstance(value, str) or len(value) != 64:
        raise PeelMalformed("A peel names an order, layers and proofs by 64 hexadecimal digits.")
    return decode_hex(value)


def _mac_key(kind: str, own: X25519Identity, other: Recipient, *, salt: bytes) -> bytearray:
    """Return the key that a seat and an order share, seen from either side; the caller wipes it."""
    secret = bytearray(own.agree(other.public))
    try:
        return derive_key(secret, salt=salt, info=kind.encode("ascii"))
    finally:
        wipe(secret)


def _mac(key: bytearray, kind: str, order: str, seat: int, took: bytes, gave: bytes) -> bytes:
    message = f"{kind}\n{order}\n{seat}\n{took.hex()}\n{gave.hex()}\n"
    return hmac.digest(key, message.encode("ascii"), "sha256")


def _proof(value: Json) -> PeelProof:
    if not isinstance(value, dict) or set(value) != {"gave", "mac", "seat", "took"}:
        raise PeelMalformed("This file is not a custodian's peel.")
    seat = value["seat"]
    if type(seat) is not int or not 1 <= seat <= 5:
        raise PeelMalformed("A seat has a number from 1 to 5.")
    took, gave, mac = (parse_digest(value[name]) for name in ("took", "gave", "mac"))
    return PeelProof(seat=seat, took=took, gave=gave, mac=mac)
