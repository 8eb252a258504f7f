# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka open`: one original is decrypted for a person who said what for, and that they did is in the log first.

The keeper gives the key only against the record, which it reads itself in the vault; the file gets its name only when
its last byte was verified.
"""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed, Unproven, Withheld
from sviedka.core.base.ids import StatementId, SubjectId, is_id, parse_origin
from sviedka.core.seal.seal_file import open_stream
from sviedka.keeper.client import OpeningReceipt, SealingReceipt
from sviedka.keeper.hygiene import wipe
from sviedka.store.admission import admit
from sviedka.store.checkpointing import prove_elsewhere
from sviedka.store.connect import database_failures
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.ledger import find_labelled, find_leaves, find_sealed, find_sealing
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import AlreadyThere
from sviedka.vault.entropy import new_id
from sviedka.vault.frozen import require_not_frozen
from sviedka.vault.objects import PayloadLost, has_payload, open_payload
from sviedka.vault.release import PlaintextDiffers, release_payload
from sviedka.vault.slips import find_slip, was_taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.store.engine import Database
    from sviedka.store.ledger import SealedItem
    from sviedka.vault.layout import Archive


class ItemUnknown(Unproven):
    """No item of that identifier or label, or several of that label, or one without bytes (a folder)."""

    code = "unproven.item-unknown"
    hint = "Give the item's identifier, as sviedka seal printed it."


class ItemErased(Withheld):
    """Its slip was removed on purpose. That it existed is in the log; its content is beyond reach."""

    code = "withheld.item-erased"


class PurposeMissing(Malformed):
    """An opening without a purpose."""

    code = "malformed.purpose"
    hint = "Say what the original is opened for; it is recorded."


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An original that was decrypted.

    Attributes:
        jti: The statement that records it.
        plain_sha256: Of the bytes that were written; the same as when it was sealed.
    """

    item_id: SubjectId
    jti: StatementId
    plain_sha256: bytes
    size_bytes: int


def open_item(
    archive: Archive,
    keeper: Keeper,
    item: str,
    *,
    out: Path,
    purpose: str,
    progress: Progress | None = None,
) -> Opened:
    """Record the opening, then decrypt into the new file `out`, which appears only when all of it was verified.

    Args:
        archive: Where it lies.
        keeper: Gives the key, to the person who is logged in.
        item: Its identifier, or the label that a record file gave it.
        out: Must not exist.
        purpose: What for; it goes into the log.
        progress: Told the bytes decrypted since the last call.

    Raises:
        ItemUnknown, PurposeMissing, AlreadyThere: Nothing was recorded.
        ItemErased: It was taken back. Nothing was recorded.
        PayloadLost, SlipLost: The vault has lost it. Nothing was recorded.
        OpeningRefused, LimitReached: Recorded, and not opened.
        PayloadForged, PayloadTruncated, PayloadTrailing, PlaintextDiffers: Recorded; the bytes are not what was sealed.
    """
    if os.path.lexists(out):
        raise AlreadyThere("A file of this name is already there; it was left as it is.")
    with _unlocked(archive, keeper, item, purpose) as found:
        opened = release_payload(
            archive,
            found.sealed.payload_sha256,
            out,
            file_key=found.file_key,
            plain_sha256=found.plain_sha256,
            observe=progress,
        )
    return Opened(
        item_id=found.sealed.item,
        jti=found.jti,
        plain_sha256=opened.plain_sha256,
        size_bytes=opened.size_bytes,
    )


def open_item_bytes(archive: Archive, keeper: Keeper, item: str, *, purpose: str) -> bytes:
    """Record the opening, then decrypt into memory: for what this program made itself and reads again.

    Raises:
        As `open_item`, but for `out`.
    """
    with (
        _unlocked(archive, keeper, item, purpose) as found,
        open_payload(archive, found.sealed.payload_sha256) as payload,
    ):
        opened = io.BytesIO()
        told = open_stream(payload, opened, file_key=found.file_key)
        if found.plain_sha256 is not None and told.plain_sha256 != found.plain_sha256:
            raise PlaintextDiffers("A payload opened to other bytes than those that were sealed.")
        return opened.getvalue()


@dataclass(frozen=True, kw_only=True)
class _Unlocked:
    """An item whose opening is recorded, and the key that the keeper gave for it."""

    sealed: SealedItem
    jti: StatementId
    file_key: bytearray
    plain_sha256: bytes | None


@contextmanager
def _unlocked(archive: Archive, keeper: Keeper, item: str, purpose: str) -> Iterator[_Unlocked]:
    """Record the opening and get the key, which is wiped when the block is left."""
    if not purpose.strip():
        raise PurposeMissing("An original is opened for a purpose.")
    database = open_store(archive, keeper)
    sealed = _find(database, item)
    if not has_payload(archive, sealed.payload_sha256):
        raise PayloadLost("A payload that was acknowledged is missing from the vault.")
    _require_slip(archive, sealed.item)
    sealing = _find_sealing(archive, database, sealed, own=parse_origin(keeper.facts().origin)[1])
    receipt = _record(archive, keeper, database, sealed, purpose)
    file_key = keeper.unwrap(sealed.item, receipt, sealing)
    plain = None if sealed.plain_sha256 is None else bytes.fromhex(sealed.plain_sha256)
    try:
        yield _Unlocked(sealed=sealed, jti=receipt.jti, file_key=file_key, plain_sha256=plain)
    finally:
        wipe(file_key)


def _require_slip(archive: Archive, item: SubjectId) -> None:
    """Refuse what is frozen, and tell a slip that was taken back from one that was lost, before anything is recorded."""
    if was_taken_back(archive, item):
        raise ItemErased("Item {item} was taken back.", item=item)
    require_not_frozen(archive, item)
    find_slip(archive, item)


def _find(database: Database, item: str) -> SealedItem:
    with database_failures():
        ids = [item] if is_id(item) else find_labelled(database, item)
        found = [sealed for sealed in (find_sealed(database, one) for one in ids) if sealed is not None]
    if len(found) != 1:
        raise ItemUnknown("{count} sealed items are called that.", count=len(found))
    return found[0]


def _find_sealing(archive: Archive, database: Database, sealed: SealedItem, *, own: str) -> SealingReceipt:
    """Return where it is stated that the item was sealed; the keeper reads for itself what is stated there."""
    with database_failures():
        jti, index = find_sealing(database, sealed.item)
        desk = find_leaves(database, [jti])[jti][0]
    if desk == own:
        return SealingReceipt(jti=jti, leaf_index=index)
    return SealingReceipt(
        jti=jti, leaf_index=index, desk=desk, proof=prove_elsewhere(archive, database, desk, jti, index)
    )


def _record(archive: Archive, keeper: Keeper, database: Database, sealed: SealedItem, purpose: str) -> OpeningReceipt:
    facts = keeper.facts()
    saying = Saying(
        jti=StatementId(new_id()),
        case=sealed.case,
        type="item.opened/1",
        subject=sealed.item,
        fields={"purpose": purpose, "by": facts.actor},
    )
    draft = Drafter(database, archive_cell=facts.archive_cell).draft(saying, now())
    (admitted,) = admit(archive, keeper, [draft])
    return OpeningReceipt(jti=admitted.jti, desk=admitted.desk, leaf_index=admitted.leaf_index)
