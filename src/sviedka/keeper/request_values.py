# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what a request holds. All of it is untrusted; what is not of its shape is refused by name.

Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import parse_canonical
from sviedka.core.base.encoding import decode_base64
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import StatementId, parse_id
from sviedka.keeper.errors import FrameMalformed
from sviedka.keeper.frames import MAX_FRAME_BYTES, Frame
from sviedka.keeper.receipts import StatementReceipt

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.keeper.frames import Buffer, Header

_MOST_PROOF: Final = 64  # hashes in a proof (RFC 9162 §2.1.3, §2.1.4): log2 of the largest tree, and one


def read_two_receipts(frame: Frame) -> tuple[StatementReceipt, StatementReceipt]:
    """Read where a record stands, and where it is stated that the identity was deposited."""
    return read_receipt(frame.header, ""), read_receipt(frame.header, "deposit_")


def read_receipt(header: Header, prefix: str) -> StatementReceipt:
    """Return where a statement stands, from a header's entries that begin with `prefix`."""
    frame = Frame(header=header, parts=())
    return StatementReceipt(
        jti=StatementId(read_id(frame, f"{prefix}jti")),
        leaf_index=read_number(frame, f"{prefix}leaf_index"),
        desk=read_text(frame, f"{prefix}desk") if f"{prefix}desk" in header else "",
        proof=read_proof(header.get(f"{prefix}proof", [])),
    )


def read_deposits(part: Buffer) -> list[StatementReceipt]:
    """Read where each of the deposits stands."""
    listed = parse_canonical(bytes(part), max_bytes=MAX_FRAME_BYTES)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise FrameMalformed("A list of receipts is not of its shape.")
    return [read_receipt(one, "") for one in listed if isinstance(one, dict)]


def read_parts(frame: Frame, count: int) -> tuple[Buffer, ...]:
    """Return the parts of a request that has exactly `count`."""
    if len(frame.parts) != count:
        raise FrameMalformed("A request lacks a part, or has one too many.")
    return frame.parts


def read_text(frame: Frame, name: str) -> str:
    """Return the text under `name`."""
    value = frame.header.get(name)
    if not isinstance(value, str):
        raise FrameMalformed("A request lacks {name}.", name=name)
    return value


def find_text(value: Json, name: str) -> str:
    """Return the text under `name` of an object within a part."""
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, str):
        raise FrameMalformed("A request lacks {name}.", name=name)
    return found


def read_id(frame: Frame, name: str) -> str:
    """Return the identifier under `name`."""
    return parse_id(frame.header.get(name))


def read_number(frame: Frame, name: str) -> int:
    """Return the whole number under `name`, 0 or more."""
    value = frame.header.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FrameMalformed("A request lacks {name}, or it is negative.", name=name)
    return value


def read_proof(value: Json) -> tuple[bytes, ...]:
    """Return the hashes of an inclusion or consistency proof."""
    if not isinstance(value, list) or len(value) > _MOST_PROOF:
        raise FrameMalformed("A proof is a list of at most {most} hashes.", most=_MOST_PROOF)
    return tuple(read_hash(item) for item in value)


def read_opening_proofs(value: Json) -> dict[int, tuple[bytes, ...]]:
    """Read a list of [place in the log, inclusion proof]."""
    if not isinstance(value, list):
        raise FrameMalformed("Proofs of openings are a list.")
    proofs = {}
    for entry in value:
        if not isinstance(entry, list) or len(entry) != 2 or type(entry[0]) is not int:
            raise FrameMalformed("A proof of an opening is a place and a list of hashes.")
        proofs[entry[0]] = read_proof(entry[1])
    return proofs


def read_hash(value: Json) -> bytes:
    """Return one hash; its length is for whoever compares it."""
    if not isinstance(value, str):
        raise Malformed("A hash is written in base64.")
    return decode_base64(value)
