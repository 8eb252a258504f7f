# SPDX-License-Identifier: AGPL-3.0-or-later
"""A peel: what one seat answers to one order. One layer less, and a proof that this seat took it off for this order.

So a peel is good for one order, one seat, one cell and one place in the sequence, and whoever carries it can neither move
nor repeat it. Spec: spec/07-keys.md §12.4. Vectors: spec/vectors/identity-peel/.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.identity_cell import LINK_LABEL
from sviedka.core.seal.peel_proof import (
    IDENTITY_PEEL,
    LayerRefuted,
    PeelMalformed,
    PeelProof,
    PeelRefuted,
    format_proofs,
    parse_digest,
    parse_proofs,
    prove_peel,
    verify_proof,
)

if TYPE_CHECKING:
    from sviedka.core.seal.age_keys import Recipient, X25519Identity
    from sviedka.core.seal.identity_order import OrderFile

WHAT: Final = "identity-peel"
MAX_FILE_BYTES: Final = 16_384
_MEMBERS: Final = frozenset({"layer", "order", "proofs", "v", "what"})


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
    proof = prove_peel(
        IDENTITY_PEEL,
        order=file.digest,
        identity=identity,
        answer=file.order.answer,
        seat=seat,
        took=sha256(layer).digest(),
        gave=sha256(inner).digest(),
    )
    return Peel(order=file.digest, proofs=(*proofs, proof), layer=inner)


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
        verify_proof(IDENTITY_PEEL, proof, order=file.digest, answer=answer, recipient=recipient)


def format_peel(peel: Peel) -> bytes:
    """Return the file that goes to the next seat, or back to the office."""
    return encode_canonical(
        {
            "layer": encode_base64(peel.layer),
            "order": peel.order,
            "proofs": format_proofs(peel.proofs),
            "v": 1,
            "what": WHAT,
        }
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
    if not isinstance(layer, str):
        raise PeelMalformed("This file is not a custodian's peel.")
    parse_digest(order)
    return Peel(order=str(order), proofs=parse_proofs(proofs), layer=decode_base64(layer))


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
