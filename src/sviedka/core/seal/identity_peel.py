# SPDX-License-Identifier: AGPL-3.0-or-later
"""A peel: what one seat answers to one order. One layer less, and a proof that this seat took it off for this order.

age does not say who decrypted, so each peel carries a MAC under a secret that only the seat and the keeper share: X25519
between the seat's key and the order's. It covers the order and both layers. So a peel is good for one order, one
seat, one cell and one place in the sequence, and whoever carries it can neither move nor repeat it.
Spec: spec/07-keys.md §12.4. Vectors: spec/vectors/identity-peel/.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.encoding import decode_base64, decode_hex, encode_base64
from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.age_keys import derive_key
from sviedka.core.seal.identity_cell import LINK_LABEL

if TYPE_CHECKING:
    from sviedka.core.seal.age_keys import Recipient, X25519Identity
    from sviedka.core.seal.identity_order import OrderFile

WHAT: Final = "identity-peel"
MAX_FILE_BYTES: Final = 16_384
_INFO: Final = b"sviedka/identity-peel/1"
_MEMBERS: Final = frozenset({"layer", "order", "proofs", "v", "what"})


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
        took: SHA-256 of the layer that it was handed, 32 bytes.
        gave: SHA-256 of what was in it, 32 bytes.
        mac: 32 bytes.
    """

    seat: int
    took: bytes
    gave: bytes
    mac: bytes


@dataclass(frozen=True, kw_only=True)
class Peel:
    """One or two layers taken off.

    Attributes:
        order: Digest of the order, hexadecimal.
        proofs: Of the seats, in the order in which they opened.
        layer: What is left: for the next seat, or for the keeper.
    """

    order: str
    proofs: tuple[PeelProof, ...]
    layer: bytes


def peel_layer(file: OrderFile, identity: X25519Identity, *, seat: int, before: Peel | None) -> Peel:
    """Take the next layer off for an order that the caller has verified.

    Untrusted: `before`.

    Args:
        file: The order.
        identity: The seat's key.
        seat: Its number: the order's low one, or the high one.
        before: The low seat's peel if this is the high one, else None.

    Raises:
        PeelRefuted: `before` is of another order or seat, or comes too early or too late.
        LayerRefuted: The layer does not open with this key, or is a link cell's.
    """
    proofs, layer = _position(file, seat, before)
    try:
        inner = decrypt_bytes(layer, identity)
    except Malformed as reason:
        raise PeelMalformed("What this seat was handed is no layer of an identity cell.") from reason
    except (Refuted, Withheld) as reason:
        raise LayerRefuted("This layer is not for the key of seat {seat}.", seat=seat) from reason
    if inner.startswith(LINK_LABEL):
        raise LayerRefuted("What seat {seat} was handed is of a link cell, not of an identity.", seat=seat)
    took, gave = sha256(layer).digest(), sha256(inner).digest()
    key = _mac_key(identity, file.order.answer, salt=identity.recipient().public + file.order.answer.public)
    mac = _mac(key, file.digest, seat, took, gave)
    wipe(key)
    return Peel(order=file.digest, proofs=(*proofs, PeelProof(seat=seat, took=took, gave=gave, mac=mac)), layer=inner)


def verify_peel(peel: Peel, file: OrderFile, answer: X25519Identity, *, low: Recipient, high: Recipient) -> None:
    """Check that both seats took their layers off for exactly this order.

    Untrusted: `peel`. Already verified by the caller: `file`.

    Args:
        peel: The second seat's answer.
        file: The order.
        answer: The order's private key.
        low: The low seat's public key, from the key list.
        high: The high seat's.

    Raises:
        PeelRefuted: One of them did not, or not in this sequence, or for another order.
    """
    order = file.order
    if peel.order != file.digest or [proof.seat for proof in peel.proofs] != [order.low, order.high]:
        raise PeelRefuted("This peel is of another order, or not by the two seats that were asked.")
    first, second = peel.proofs
    if first.took != order.copy_sha256 or second.took != first.gave or second.gave != sha256(peel.layer).digest():
        raise PeelRefuted("The layers of this peel do not follow from the cell that was asked for.")
    for proof, recipient in ((first, low), (second, high)):
        key = _mac_key(answer, recipient, salt=recipient.public + order.answer.public)
        right = hmac.compare_digest(proof.mac, _mac(key, file.digest, proof.seat, proof.took, proof.gave))
        wipe(key)
        if not right:
            raise PeelRefuted("Seat {seat} did not make this peel for this order.", seat=proof.seat)


def format_peel(peel: Peel) -> bytes:
    """Return the file that goes to the next seat, or back to the office."""
    proofs: list[Json] = [
        {
            "gave": proof.gave.hex(),
            "mac": proof.mac.hex(),
            "seat": proof.seat,
            "took": proof.took.hex(),
        }
        for proof in peel.proofs
    ]
    return encode_canonical(
        {"layer": encode_base64(peel.layer), "order": peel.order, "proofs": proofs, "v": 1, "what": WHAT}
    )


def parse_peel(data: bytes) -> Peel:
    """Read a peel; only its form is checked.

    Untrusted: `data`.

    Raises:
        PeelMalformed, NotCanonical, TooLarge: It is none.
    """
    document = parse_canonical(data, max_bytes=MAX_FILE_BYTES)
    if not isinstance(document, dict) or set(document) != _MEMBERS or document["what"] != WHAT or document["v"] != 1:
        raise PeelMalformed("This file is not a custodian's peel.")
    proofs, layer, order = document["proofs"], document["layer"], document["order"]
    if not isinstance(proofs, list) or not 1 <= len(proofs) <= 2 or not isinstance(layer, str):
        raise PeelMalformed("This file is not a custodian's peel.")
    _digest(order)
    return Peel(order=str(order), proofs=tuple(_proof(one) for one in proofs), layer=decode_base64(layer))


def _position(file: OrderFile, seat: int, before: Peel | None) -> tuple[tuple[PeelProof, ...], bytes]:
    """Return what was peeled before, and the layer that is this seat's to take off."""
    if seat == file.order.low:
        if before is not None:
            raise PeelRefuted("Seat {seat} opens first; nothing is peeled before it.", seat=seat)
        return (), file.copy
    if before is None or before.order != file.digest or [one.seat for one in before.proofs] != [file.order.low]:
        raise PeelRefuted(
            "Seat {seat} opens second, after seat {low} has for this order.", seat=seat, low=file.order.low
        )
    (first,) = before.proofs
    if first.took != file.order.copy_sha256 or first.gave != sha256(before.layer).digest():
        raise PeelRefuted("The layers of this peel do not follow from the cell that was asked for.")
    return before.proofs, before.layer


def _mac_key(own: X25519Identity, other: Recipient, *, salt: bytes) -> bytearray:
    """Return the key that a seat and an order share, seen from either side; the caller wipes it."""
    secret = bytearray(own.agree(other.public))
    try:
        return derive_key(secret, salt=salt, info=_INFO)
    finally:
        wipe(secret)


def _mac(key: bytearray, order: str, seat: int, took: bytes, gave: bytes) -> bytes:
    message = f"sviedka/identity-peel/1\n{order}\n{seat}\n{took.hex()}\n{gave.hex()}\n"
    return hmac.digest(key, message.encode("ascii"), "sha256")


def _proof(value: Json) -> PeelProof:
    if not isinstance(value, dict) or set(value) != {"gave", "mac", "seat", "took"}:
        raise PeelMalformed("This file is not a custodian's peel.")
    seat = value["seat"]
    if type(seat) is not int or not 1 <= seat <= 5:
        raise PeelMalformed("A seat has a number from 1 to 5.")
    took, gave, mac = (_digest(value[name]) for name in ("took", "gave", "mac"))
    return PeelProof(seat=seat, took=took, gave=gave, mac=mac)


def _digest(value: Json) -> bytes:
    if not isinstance(value, str) or len(value) != 64:
        raise PeelMalformed("A peel names an order, layers and proofs by 64 hexadecimal digits.")
    return decode_hex(value)
