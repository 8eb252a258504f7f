# SPDX-License-Identifier: AGPL-3.0-or-later
"""An order to two custodians: take your layer off the link cells of one linkage, and of nothing else.

Like an opening order, signed by the desk whose keeper found the request recorded, but of many link cells at once: a run over a
few thousand people cannot ask for one at a time. What it cannot be made to open is an identity: each layer of a link cell says
what it is, and a seat answers none that does not. Spec: spec/07-keys.md §12.8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId, StatementId, UserId, is_id, parse_origin
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.seal.age_keys import Recipient, parse_recipient
from sviedka.core.seal.identity_order import MAX_COPY_BYTES, OrderMalformed
from sviedka.core.seal.keylist import KeyList, parse_keylist
from sviedka.core.seal.note import Note, parse_note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

FIRST_LINE: Final = "sviedka/link-order/1"
WHAT: Final = "link-order"
MOST_CELLS: Final = 2_000
MAX_FILE_BYTES: Final = 16 * 1024 * 1024

_ID: Final = "[0-9a-f]{32}"
_TEXT: Final = re.compile(
    rf"{FIRST_LINE}\norigin (?P<origin>[^\n ]+)\norder (?P<order>{_ID})\ncells (?P<cells>[1-9][0-9]{{0,3}})\n"
    rf"copies (?P<copies>[0-9a-f]{{64}})\nseats (?P<low>[1-5]) (?P<high>[1-5])\nanswer (?P<answer>[^\n ]+)\n"
    rf"by (?P<by>{_ID})\nuntil (?P<until>[^\n ]+)\npurpose (?P<purpose>[^\n]{{1,200}})\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkOrder:
    """What the desk asks two seats for.

    Attributes:
        origin: The desk, `<archive>/<desk>`.
        order: The statement that records the request.
        cells: How many link cells, 1 to `MOST_CELLS`.
        copies_sha256: From `digest_link_copies` over exactly those.
        low: The seat that opens first.
        high: The seat that opens second; a higher number.
        answer: The order's own public key: peels are authenticated to it.
        by: Who asked.
        until: When the order ends, UTC.
        purpose: What for, as it was recorded.
    """

    origin: str
    order: StatementId
    cells: int
    copies_sha256: bytes
    low: int
    high: int
    answer: Recipient
    by: UserId
    until: datetime
    purpose: str

    @property
    def text(self) -> str:
        """The lines that the desk signs."""
        return (
            f"{FIRST_LINE}\norigin {self.origin}\norder {self.order}\ncells {self.cells}\n"
            f"copies {self.copies_sha256.hex()}\nseats {self.low} {self.high}\nanswer {self.answer.text}\n"
            f"by {self.by}\nuntil {format_instant(self.until)}\npurpose {self.purpose}\n"
        )


@dataclass(frozen=True, kw_only=True)
class LinkOrderFile:
    """An order as it travels: nothing in it is verified.

    Attributes:
        order: What the signed text says.
        note: The signed text.
        keylist: The key list that travelled along.
        copies: Each link cell's copy for the two seats, by cell, ascending.
    """

    order: LinkOrder
    note: Note
    keylist: KeyList
    copies: Mapping[CellId, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the signed text with its signature, hexadecimal: what peels are bound to."""
        return sha256(self.note.data).hexdigest()


def digest_link_copies(copies: Mapping[CellId, bytes]) -> bytes:
    """Return the one digest that an order names for all its copies."""
    lines = (f"{cell} {sha256(copies[cell]).hexdigest()}\n" for cell in sorted(copies))
    return sha256("".join(lines).encode("ascii")).digest()


def digest_layers(layers: Sequence[bytes]) -> bytes:
    """Return the one digest of a list of layers, in order."""
    return sha256("".join(f"{sha256(layer).hexdigest()}\n" for layer in layers).encode("ascii")).digest()


def format_link_order_file(*, note: bytes, keylist: bytes, copies: Mapping[CellId, bytes]) -> bytes:
    """Return the file that goes to the first seat."""
    listed: list[Json] = [[cell, encode_base64(copies[cell])] for cell in sorted(copies)]
    return encode_canonical(
        {
            "copies": listed,
            "keylist": keylist.decode("utf-8"),
            "order": note.decode("utf-8"),
            "v": 1,
            "what": WHAT,
        }
    )


def parse_link_order_file(data: bytes) -> LinkOrderFile:
    """Read an order; only its forms are checked.

    Untrusted: `data`.

    Raises:
        OrderMalformed: It is no order, or brings more, fewer or other copies than its text names.
        NotCanonical, TooLarge, NoteMalformed, KeylistMalformed: A part is not in its one spelling.
    """
    document = parse_canonical(data, max_bytes=MAX_FILE_BYTES)
    if not isinstance(document, dict) or set(document) != {"copies", "keylist", "order", "v", "what"}:
        raise OrderMalformed("This file is not an order to custodians.")
    if document["v"] != 1 or document["what"] != WHAT:
        raise OrderMalformed("This file is not an order to custodians.")
    note = parse_note(_text(document["order"]).encode("utf-8"))
    order, copies = parse_link_order_text(note.text), _copies(document["copies"])
    if len(note.signatures) != 1 or len(copies) != order.cells or digest_link_copies(copies) != order.copies_sha256:
        raise OrderMalformed("The copies of the cells that came with this order are not those that it names.")
    keylist = parse_keylist(_text(document["keylist"]).encode("utf-8"))
    return LinkOrderFile(order=order, note=note, keylist=keylist, copies=copies)


def parse_link_order_text(text: str) -> LinkOrder:
    """Read the lines of an order.

    Untrusted: `text`.

    Raises:
        OrderMalformed: They are not the lines of one order.
    """
    match = _TEXT.fullmatch(text)
    if match is None or int(match["low"]) >= int(match["high"]) or int(match["cells"]) > MOST_CELLS:
        raise OrderMalformed(
            "An order for a linkage names two seats, the lower first, and 1 to {most} cells.", most=MOST_CELLS
        )
    try:
        parse_origin(match["origin"])
        answer, until = parse_recipient(match["answer"]), parse_instant(match["until"])
    except Malformed as reason:
        raise OrderMalformed("An order names a desk, a key or a time that is none.") from reason
    return LinkOrder(
        origin=match["origin"],
        order=StatementId(match["order"]),
        cells=int(match["cells"]),
        copies_sha256=bytes.fromhex(match["copies"]),
        low=int(match["low"]),
        high=int(match["high"]),
        answer=answer,
        by=UserId(match["by"]),
        until=until,
        purpose=match["purpose"],
    )


def _copies(value: Json) -> dict[CellId, bytes]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_CELLS:
        raise OrderMalformed("This file is not an order to custodians.")
    pairs = [(_text(one[0]), _text(one[1])) for one in value if isinstance(one, list) and len(one) == 2]
    cells = [cell for cell, _ in pairs]
    if len(pairs) != len(value) or cells != sorted(set(cells)) or not all(is_id(cell) for cell in cells):
        raise OrderMalformed("An order names each cell once, in ascending order.")
    copies = {CellId(cell): decode_base64(copy) for cell, copy in pairs}
    if any(len(copy) > MAX_COPY_BYTES for copy in copies.values()):
        raise OrderMalformed("The copies of the cells that came with this order are not those that it names.")
    return copies


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise OrderMalformed("This file is not an order to custodians.")
    return value
