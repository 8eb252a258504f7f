# SPDX-License-Identifier: AGPL-3.0-or-later
"""An order to two custodians: open this one identity cell, for this person of the office, for this purpose, until then.

The text is signed by the desk whose keeper found the request recorded. What travels is a file with the signed text, the
archive's key list and the copy of the cell for the two seats; the text names the copy by its digest, so that
none of it can be exchanged. One order names one cell.
Spec: spec/07-keys.md §12.3. Vectors: spec/vectors/identity-order/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import CellId, StatementId, SubjectId, UserId, parse_origin
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.seal.age_keys import Recipient, parse_recipient
from sviedka.core.seal.keylist import KeyList, parse_keylist
from sviedka.core.seal.note import Note, parse_note

if TYPE_CHECKING:
    from datetime import datetime

FIRST_LINE: Final = "sviedka/identity-order/1"
WHAT: Final = "identity-order"
MAX_FILE_BYTES: Final = 4 * 1024 * 1024
MAX_COPY_BYTES: Final = 4_096

_ID: Final = "[0-9a-f]{32}"
_TEXT: Final = re.compile(
    rf"{FIRST_LINE}\norigin (?P<origin>[^\n ]+)\norder (?P<order>{_ID})\nperson (?P<person>{_ID})\ncell (?P<cell>{_ID})\n"
    rf"seats (?P<low>[1-5]) (?P<high>[1-5])\ncopy (?P<copy>[0-9a-f]{{64}})\nanswer (?P<answer>[^\n ]+)\n"
    rf"by (?P<by>{_ID})\nuntil (?P<until>[^\n ]+)\npurpose (?P<purpose>[^\n]{{1,200}})\n"
)


class OrderMalformed(Malformed):
    """A file that is not an order, or is not spelt as the format says."""

    code = "malformed.identity-order"
    hint = "Ask the office for the file again; nothing was opened."


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What the desk asks two seats for.

    Attributes:
        origin: The desk, `<archive>/<desk>`.
        order: The statement that records the request.
        person: Whose identity, by the pseudonym's identifier.
        cell: The one identity cell.
        low: The seat that opens first.
        high: The seat that opens second; a higher number.
        copy_sha256: Of the cell's copy for these two seats.
        answer: The order's own public key: peels are authenticated to it.
        by: Who asked, and is the only one to be shown the answer.
        until: When the order ends, UTC.
        purpose: What for, as it was recorded.
    """

    origin: str
    order: StatementId
    person: SubjectId
    cell: CellId
    low: int
    high: int
    copy_sha256: bytes
    answer: Recipient
    by: UserId
    until: datetime
    purpose: str

    @property
    def text(self) -> str:
        """The lines that the desk signs."""
        return (
            f"{FIRST_LINE}\norigin {self.origin}\norder {self.order}\nperson {self.person}\ncell {self.cell}\n"
            f"seats {self.low} {self.high}\ncopy {self.copy_sha256.hex()}\nanswer {self.answer.text}\n"
            f"by {self.by}\nuntil {format_instant(self.until)}\npurpose {self.purpose}\n"
        )


@dataclass(frozen=True, kw_only=True)
class OrderFile:
    """An order as it travels: nothing in it is verified.

    Attributes:
        order: What the signed text says.
        note: The signed text.
        keylist: The key list that travelled along.
        copy: The identity cell's copy for the two seats.
    """

    order: Order
    note: Note
    keylist: KeyList
    copy: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the signed text with its signature, hexadecimal: what peels are bound to."""
        return sha256(self.note.data).hexdigest()


def format_order_file(*, note: bytes, keylist: bytes, copy: bytes) -> bytes:
    """Return the file that goes to the first seat."""
    return encode_canonical(
        {
            "copy": encode_base64(copy),
            "keylist": keylist.decode("utf-8"),
            "order": note.decode("utf-8"),
            "v": 1,
            "what": WHAT,
        }
    )


def parse_order_file(data: bytes) -> OrderFile:
    """Read an order; only its forms are checked.

    Untrusted: `data`.

    Raises:
        OrderMalformed: It is no order, asks for anything but one cell of two different seats, or names another copy.
        NotCanonical, TooLarge, NoteMalformed, KeylistMalformed: A part is not in its one spelling.
    """
    document = parse_canonical(data, max_bytes=MAX_FILE_BYTES)
    if not isinstance(document, dict) or set(document) != {"copy", "keylist", "order", "v", "what"}:
        raise OrderMalformed("This file is not an order to custodians.")
    if document["v"] != 1 or document["what"] != WHAT:
        raise OrderMalformed("This file is not an order to custodians.")
    note = parse_note(_text(document["order"]).encode("utf-8"))
    copy = decode_base64(_text(document["copy"]))
    order = parse_order_text(note.text)
    if len(note.signatures) != 1 or len(copy) > MAX_COPY_BYTES or sha256(copy).digest() != order.copy_sha256:
        raise OrderMalformed("The copy of the cell that came with this order is not the one that it names.")
    keylist = parse_keylist(_text(document["keylist"]).encode("utf-8"))
    return OrderFile(order=order, note=note, keylist=keylist, copy=copy)


def parse_order_text(text: str) -> Order:
    """Read the lines of an order.

    Untrusted: `text`.

    Raises:
        OrderMalformed: They are not the lines of one order.
    """
    match = _TEXT.fullmatch(text)
    if match is None or int(match["low"]) >= int(match["high"]):
        raise OrderMalformed("An order names one cell and two seats, the lower first.")
    try:
        parse_origin(match["origin"])
        answer, until = parse_recipient(match["answer"]), parse_instant(match["until"])
    except Malformed as reason:
        raise OrderMalformed("An order names a desk, a key or a time that is none.") from reason
    return Order(
        origin=match["origin"],
        order=StatementId(match["order"]),
        person=SubjectId(match["person"]),
        cell=CellId(match["cell"]),
        low=int(match["low"]),
        high=int(match["high"]),
        copy_sha256=bytes.fromhex(match["copy"]),
        answer=answer,
        by=UserId(match["by"]),
        until=until,
        purpose=match["purpose"],
    )


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise OrderMalformed("This file is not an order to custodians.")
    return value
