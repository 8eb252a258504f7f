# SPDX-License-Identifier: AGPL-3.0-or-later
"""A deposit: cells for the ten pairs of seats are made, and a statement whose secret part stands under them alone.

In one step, so that the key of a cell is never held between two requests: it is made, used, and let go of. From then on
nobody has it without two seats, the keeper included. Spec: spec/07-keys.md §12.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import CellId
from sviedka.core.base.wiping import wipe
from sviedka.core.count.names.key_text import format_keys
from sviedka.core.count.names.keys import derive_keys
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.identity_cell import LINK_LABEL, digest_copies, nest_for_pairs
from sviedka.core.seal.statement import Composed, Disclose, Draft, Group
from sviedka.keeper.errors import RequestRefused
from sviedka.keeper.identity_lines import NAME
from sviedka.keeper.sealing import seal_small
from sviedka.vault.cells import put_cell, put_seat_cells
from sviedka.vault.entropy import new_id, random_bytes
from sviedka.vault.epoch_turn import keep_epochs
from sviedka.vault.fan import scratch_of
from sviedka.vault.group_commit import GroupCommit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.age_keys import Recipient
    from sviedka.keeper.identity_lines import Identity
    from sviedka.vault.layout import Archive

DEPOSITED: Final = "identity.deposited/1"


@dataclass(frozen=True, kw_only=True)
class SeatCell:
    """A new cell: its identifier, its key (32 bytes, wiped by whoever made it), the digest of its ten copies."""

    cell: CellId
    key: bytearray
    copies_sha256: str

    def __repr__(self) -> str:
        return f"SeatCell({self.cell})"


def make_seat_cell(
    archive: Archive,
    seats: Mapping[int, Recipient],
    *,
    find_epoch: Callable[[], tuple[str, Recipient]],
    label: bytes,
) -> SeatCell:
    """Make an identity or link cell: the keeper's half and ten copies, durable when this returns.

    Args:
        archive: Where.
        seats: The public keys of all five.
        find_epoch: Gives the epoch of the keeper's half; asked while no epoch can be ended.
        label: `LINK_LABEL` for a link cell, nothing for an identity.
    """
    cell, key = CellId(new_id()), bytearray(random_bytes(32))
    half = X25519Identity.from_bytes(bytearray(random_bytes(32)))
    copies = nest_for_pairs(
        bytes(key), half=half.recipient(), seats=seats, seal=lambda data, to: seal_small(data, (to,)), label=label
    )
    secret = half.secret_bytes()
    half.wipe()
    with GroupCommit(scratch_of(archive.cells)) as group:
        keep_epochs(archive, group)
        epoch, recipient = find_epoch()
        put_seat_cells(archive, cell, copies, group=group)
        put_cell(archive, epoch, cell, seal_small(secret, (recipient,)), group=group)
        group.commit()
    wipe(secret)
    return SeatCell(cell=cell, key=key, copies_sha256=digest_copies(copies))


def compose_deposit(
    draft: Draft,
    identity: Identity,
    *,
    make_cell: Callable[[bytes], SeatCell],
    compose: Callable[[Draft, Mapping[CellId, bytes]], Composed],
) -> tuple[Draft, Composed]:
    """Return the deposit's statement, and its draft as everybody may know it.

    Args:
        draft: Of type `DEPOSITED`, without parts: they are made here.
        identity: What stands under the seats; checked.
        make_cell: Makes a durable cell with this label.
        compose: Seals and signs a draft with these keys beside the keeper's own.

    Raises:
        RequestRefused: Another type, or a draft that brings parts of its own.
    """
    if draft.type != DEPOSITED or draft.parts:
        raise RequestRefused("A deposit brings an identity and nothing else.")
    name_keys = _derive_name_keys(identity)
    own = make_cell(b"")
    link = make_cell(LINK_LABEL) if name_keys else None
    told = replace(draft, parts=tuple(_told(draft, own, link)))
    secret = [*_lines(identity, own.cell), *(_name_keys(name_keys, link.cell) if link is not None else ())]
    cells = [own] if link is None else [own, link]
    try:
        composed = compose(replace(told, parts=(*told.parts, *secret)), {cell.cell: bytes(cell.key) for cell in cells})
    finally:
        wipe(*(cell.key for cell in cells))
    hidden = {(cell.cell,) for cell in cells}
    groups = (
        Group(cells=group.cells, disclosures=(), withheld=True) if group.cells in hidden else group
        for group in composed.groups
    )
    return told, replace(composed, groups=tuple(groups))


def _told(draft: Draft, own: SeatCell, link: SeatCell | None) -> list[Disclose]:
    facts: dict[str, Json] = {"cell": own.cell, "cell_sha256": own.copies_sha256}
    if link is not None:
        facts |= {"link_cell": link.cell, "link_sha256": link.copies_sha256}
    return [Disclose(name=name, value=value, cells=(draft.archive_cell,)) for name, value in facts.items()]


def _lines(identity: Identity, cell: CellId) -> list[Disclose]:
    return [
        Disclose(name=f"identity.{number}", value={"kind": kind, "text": text}, cells=(cell,))
        for number, (kind, text) in enumerate(identity.lines, start=1)
    ]


def _derive_name_keys(identity: Identity) -> list[str]:
    """Return the keys of each name that was typed, by the keeper itself: nothing else comes under a link cell."""
    keys = [derive_keys(text) for kind, text in identity.lines if kind == NAME]
    return [format_keys(each) for each in keys if each.surname_keys or each.given_keys]


def _name_keys(keys: Sequence[str], cell: CellId) -> list[Disclose]:
    return [Disclose(name=f"name_key.{number}", value=key, cells=(cell,)) for number, key in enumerate(keys, start=1)]
