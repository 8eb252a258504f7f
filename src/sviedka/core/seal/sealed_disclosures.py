# SPDX-License-Identifier: AGPL-3.0-or-later
r"""The encrypted disclosures of a statement: one group for each set of cells (spec/03-statement.md §3.6).

A group under several cells is nested, the first cell outermost, so that losing any one of their keys makes it
unreadable: a sentence about two people goes when either of them takes it back.

    sealing = nonce16 || ChaCha20-Poly1305(key, nonce 12 x 00, plaintext)
    key     = HKDF-SHA256(ikm = cell key, salt = nonce16, info = "sviedka/disclosures/1\n" jti)
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sviedka.core.base.canonical import Json, parse_any_spelling
from sviedka.core.base.encoding import decode_base64url, encode_base64url
from sviedka.core.base.errors import Malformed, NotCanonical
from sviedka.core.base.ids import CellId, StatementId, is_id
from sviedka.core.seal.statement_errors import CellKeyAbsent, SealedAltered, SealedForged, SealedMalformed
from sviedka.core.seal.statement_shapes import MAX_CELLS, MAX_SEALED_BYTES, Group, StatementHead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NONCE_BYTES: Final = 16
_TAG_BYTES: Final = 16
_PAD: Final = 256
_INFO: Final = b"sviedka/disclosures/1\n"
_NEXT: Final = '","'
_ZERO_NONCE: Final = bytes(12)  # the key is used once: its salt is fresh for every sealing


def seal_groups(
    groups: Sequence[Group], *, jti: StatementId, cell_keys: Mapping[CellId, bytes], nonces: Sequence[bytes]
) -> bytes:
    """Return the sealed disclosures.

    Args:
        groups: Sorted by cells; in each, cells sorted and disclosures not empty.
        jti: The statement's identifier: a sealing moved to another statement does not open.
        cell_keys: 32 bytes each.
        nonces: 16 fresh random bytes for each cell of each group, groups in order, cells from first to last.

    Raises:
        CellKeyAbsent: A cell's key is not in `cell_keys`.
        SealedMalformed: The result is over the size that a statement may have.
    """
    supply = iter(nonces)
    boxes = []
    for group in groups:
        box = _padded(group.disclosures)
        for cell, nonce in reversed([(cell, next(supply)) for cell in group.cells]):
            box = nonce + _cipher(_key_of(cell, cell_keys), nonce, jti).encrypt(_ZERO_NONCE, box, None)
        boxes.append((group.cells, box))
    data = _format(boxes)
    if len(data) > MAX_SEALED_BYTES:
        raise SealedMalformed("A statement's parts are too long together; continue in a further one.")
    return data


def open_sealed(sealed: bytes, *, head: StatementHead, cell_keys: Mapping[CellId, bytes]) -> tuple[Group, ...]:
    """Open what the keys at hand open.

    Untrusted: `sealed`. Already verified by the caller: `head`. A group of which any cell's key is not in
    `cell_keys` comes back empty and marked `withheld`.

    Raises:
        SealedAltered: Not the bytes that `head.enc` names.
        SealedMalformed: Not of the shape that spec/03-statement.md §3.6 gives.
        SealedForged: A key was at hand and did not fit.
    """
    if sha256(sealed).digest() != head.enc:
        raise SealedAltered("The sealed disclosures are not those that the statement names.")
    return tuple(_open_group(cells, box, head.jti, cell_keys) for cells, box in parse_sealed(sealed))


def parse_sealed(sealed: bytes) -> tuple[tuple[tuple[CellId, ...], bytes], ...]:
    """Split sealed disclosures into groups of (cells, sealing) without opening any."""
    value = parse_any_spelling(sealed, max_bytes=MAX_SEALED_BYTES)
    if not isinstance(value, dict) or value.keys() != {"groups", "v"} or value["v"] != 1 or value["v"] is True:
        raise SealedMalformed("Sealed disclosures must have groups and version 1.")
    listed = value["groups"]
    if not isinstance(listed, list) or not listed:
        raise SealedMalformed("Sealed disclosures must have at least one group.")
    groups = tuple(_parse_group(group) for group in listed)
    cells = [group[0] for group in groups]
    if cells != sorted(set(cells)):
        raise SealedMalformed("Groups must be sorted by their cells, each set of cells once.")
    if _format(groups) != sealed:
        raise NotCanonical("Sealed disclosures are not in their one canonical spelling.")
    return groups


def find_within(box: bytes, *, jti: StatementId, cell_key: bytes) -> bytes | None:
    """Return what the outermost layer of a group's sealing holds; None if `cell_key`, 32 bytes, is not its key."""
    nonce = box[:NONCE_BYTES]
    try:
        return _cipher(cell_key, nonce, jti).decrypt(_ZERO_NONCE, box[NONCE_BYTES:], None)
    except InvalidTag:
        return None


def _format(boxes: Sequence[tuple[tuple[CellId, ...], bytes]]) -> bytes:
    # Identifiers and base64url need no escapes, so that this is canonical JSON; a test compares.
    written = (f'{{"cells":["{_NEXT.join(cells)}"],"sealed":"{encode_base64url(box)}"}}' for cells, box in boxes)
    return ('{"groups":[' + ",".join(written) + '],"v":1}').encode("ascii")


def _parse_group(group: Json) -> tuple[tuple[CellId, ...], bytes]:
    if not isinstance(group, dict) or group.keys() != {"cells", "sealed"}:
        raise SealedMalformed("A group must have cells and their sealing.")
    cells, text = group["cells"], group["sealed"]
    if not isinstance(cells, list) or not 1 <= len(cells) <= MAX_CELLS or not all(is_id(cell) for cell in cells):
        raise SealedMalformed("A group must name one to {most} cells.", most=MAX_CELLS)
    named = tuple(CellId(str(cell)) for cell in cells)
    if list(named) != sorted(set(named)):
        raise SealedMalformed("A group's cells must be sorted, each once.")
    box = decode_base64url(text) if isinstance(text, str) else b""
    overhead = len(named) * (NONCE_BYTES + _TAG_BYTES)
    if len(box) <= overhead or (len(box) - overhead) % _PAD:
        raise SealedMalformed("A group's sealing has a length that no sealing has.")
    return named, box


def _open_group(cells: tuple[CellId, ...], box: bytes, jti: StatementId, cell_keys: Mapping[CellId, bytes]) -> Group:
    if not all(cell in cell_keys for cell in cells):
        return Group(cells=cells, disclosures=(), withheld=True)
    for cell in cells:
        inner = find_within(box, jti=jti, cell_key=cell_keys[cell])
        if inner is None:
            raise SealedForged("A group of disclosures does not open with its cell's key.")
        box = inner
    return Group(cells=cells, disclosures=_unpadded(box))


def _padded(disclosures: Sequence[str]) -> bytes:
    # Disclosures are base64url, so that no character needs an escape in JSON.
    plain = f'["{_NEXT.join(disclosures)}"]'.encode("ascii")
    return plain + b" " * (-len(plain) % _PAD)


def _unpadded(plain: bytes) -> tuple[str, ...]:
    try:
        listed = parse_any_spelling(plain, max_bytes=MAX_SEALED_BYTES)
    except Malformed as reason:
        raise SealedMalformed("A group does not hold a list.") from reason
    if not isinstance(listed, list) or not listed:
        raise SealedMalformed("A group must hold at least one disclosure.")
    disclosures = tuple(text for text in listed if isinstance(text, str) and text.isascii())
    if len(disclosures) != len(listed) or _padded(disclosures) != plain:
        raise SealedMalformed("A group must hold disclosures only, canonically, and no more padding than it needs.")
    return disclosures


def _cipher(cell_key: bytes, salt: bytes, jti: StatementId) -> ChaCha20Poly1305:
    # HKDF (RFC 5869) of a single block, written out: the library's object costs five times as much.
    extracted = hmac.digest(salt, cell_key, "sha256")
    return ChaCha20Poly1305(hmac.digest(extracted, _INFO + jti.encode("ascii") + b"\x01", "sha256"))


def _key_of(cell: CellId, cell_keys: Mapping[CellId, bytes]) -> bytes:
    key = cell_keys.get(cell)
    if key is None:
        raise CellKeyAbsent("The key of cell {cell} is not at hand.", cell=cell)
    return key
