# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one seat answers to an order for a linkage: one layer less of each link cell, all or none, and one proof.

Spec: spec/07-keys.md §12.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.identity_cell import LINK_LABEL
from sviedka.core.seal.link_order import MAX_FILE_BYTES, MOST_CELLS, digest_layers
from sviedka.core.seal.peel_proof import (
    LINK_PEEL,
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
    from collections.abc import Sequence

    from sviedka.core.seal.age_keys import Recipient, X25519Identity
    from sviedka.core.seal.link_order import LinkOrderFile

WHAT: Final = "link-peel"
_MEMBERS: Final = frozenset({"layers", "order", "proofs", "v", "what"})


@dataclass(frozen=True, kw_only=True)
class LinkPeel:
    """One or two layers taken off each cell.

    Attributes:
        order: Digest of the order, hexadecimal.
        proofs: Of the seats, in the order in which they opened.
        layers: What is left of each cell, in the ascending order of the cells: for the next seat, or for the keeper.
    """

    order: str
    proofs: tuple[PeelProof, ...]
    layers: tuple[bytes, ...]


def peel_link_layers(file: LinkOrderFile, identity: X25519Identity, *, seat: int, before: LinkPeel | None) -> LinkPeel:
    """Take the next layer off every cell of an order that the caller has verified.

    Untrusted: `before`, and what the copies hold.

    Args:
        file: The order.
        identity: The seat's key.
        seat: Its number: the order's low one, or the high one.
        before: The low seat's peel if this is the high one, else None.

    Raises:
        PeelRefuted: `before` is of another order or seat, or comes too early or too late, or has other layers.
        LayerRefuted: A layer does not open with this key, or is not of a link cell; nothing is answered then.
    """
    proofs, layers = _position(file, seat, before)
    inner = tuple(_inner(layer, identity, seat) for layer in layers)
    proof = prove_peel(
        LINK_PEEL,
        order=file.digest,
        identity=identity,
        answer=file.order.answer,
        seat=seat,
        took=digest_layers(layers),
        gave=digest_layers(inner),
    )
    return LinkPeel(order=file.digest, proofs=(*proofs, proof), layers=inner)


def verify_link_peel(
    peel: LinkPeel, file: LinkOrderFile, answer: X25519Identity, *, low: Recipient, high: Recipient
) -> None:
    """Check that both seats took their layers off for exactly this order.

    Untrusted: `peel`. Already verified by the caller: `file`.

    Raises:
        PeelRefuted: One of them did not, or not in this sequence, or for another order, or for other cells.
    """
    order = file.order
    if peel.order != file.digest or [proof.seat for proof in peel.proofs] != [order.low, order.high]:
        raise PeelRefuted("This peel is of another order, or not by the two seats that were asked.")
    first, second = peel.proofs
    follows = first.took == digest_layers([*file.copies.values()]) and second.took == first.gave
    if not follows or second.gave != digest_layers(peel.layers) or len(peel.layers) != order.cells:
        raise PeelRefuted("The layers of this peel do not follow from the cells that were asked for.")
    verify_proof(LINK_PEEL, first, order=file.digest, answer=answer, recipient=low)
    verify_proof(LINK_PEEL, second, order=file.digest, answer=answer, recipient=high)


def format_link_peel(peel: LinkPeel) -> bytes:
    """Return the file that goes to the next seat, or back to the office."""
    layers: list[Json] = [encode_base64(layer) for layer in peel.layers]
    return encode_canonical(
        {"layers": layers, "order": peel.order, "proofs": format_proofs(peel.proofs), "v": 1, "what": WHAT}
    )


def parse_link_peel(data: bytes) -> LinkPeel:
    """Read a peel; only its form is checked.

    Untrusted: `data`.

    Raises:
        PeelMalformed, NotCanonical, TooLarge: It is none.
    """
    document = parse_canonical(data, max_bytes=MAX_FILE_BYTES)
    if not isinstance(document, dict) or set(document) != _MEMBERS or document["what"] != WHAT or document["v"] != 1:
        raise PeelMalformed("This file is not a custodian's peel.")
    layers, order = document["layers"], document["order"]
    if not isinstance(layers, list) or not 1 <= len(layers) <= MOST_CELLS:
        raise PeelMalformed("This file is not a custodian's peel.")
    parse_digest(order)
    return LinkPeel(order=str(order), proofs=parse_proofs(document["proofs"]), layers=tuple(map(_layer, layers)))


def _position(file: LinkOrderFile, seat: int, before: LinkPeel | None) -> tuple[tuple[PeelProof, ...], Sequence[bytes]]:
    """Return what was peeled before, and the layers that are this seat's to take off."""
    copies = [*file.copies.values()]
    if seat == file.order.low:
        if before is not None:
            raise PeelRefuted("Seat {seat} opens first; nothing is peeled before it.", seat=seat)
        return (), copies
    if before is None or before.order != file.digest or [one.seat for one in before.proofs] != [file.order.low]:
        raise PeelRefuted(
            "Seat {seat} opens second, after seat {low} has for this order.", seat=seat, low=file.order.low
        )
    (first,) = before.proofs
    follows = first.took == digest_layers(copies) and first.gave == digest_layers(before.layers)
    if not follows or len(before.layers) != len(copies):
        raise PeelRefuted("The layers of this peel do not follow from the cells that were asked for.")
    return before.proofs, before.layers


def _inner(layer: bytes, identity: X25519Identity, seat: int) -> bytes:
    """Take one layer off, if what it holds says that it is of a link cell."""
    try:
        found = decrypt_bytes(layer, identity)
    except Malformed as reason:
        raise PeelMalformed("What this seat was handed is no layer of a link cell.") from reason
    except (Refuted, Withheld) as reason:
        raise LayerRefuted("This layer is not for the key of seat {seat}.", seat=seat) from reason
    if not found.startswith(LINK_LABEL):
        raise LayerRefuted(
            "What seat {seat} was handed is not of a link cell: perhaps an identity. Nothing is answered.", seat=seat
        )
    return found.removeprefix(LINK_LABEL)


def _layer(value: Json) -> bytes:
    if not isinstance(value, str):
        raise PeelMalformed("This file is not a custodian's peel.")
    return decode_base64(value)
