# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk in miniature: founds archives, drafts statements, puts packs. For tests of the keeper only."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sviedka.core.base.ids import StatementId, SubjectId
from sviedka.core.seal.seal_file import SealedBytes, seal_bytes
from sviedka.core.seal.slip import FRESH_BYTES, make_slip
from sviedka.core.seal.statement import Composed, Disclose, Draft
from sviedka.keeper.client import Keeper, OpeningReceipt, SealingReceipt
from sviedka.keeper.founding import Founded, found_archive
from sviedka.keeper.sealing import seal_small
from sviedka.keeper.unlocking import lock, unlock
from sviedka.keeper.wrapping import KdfCost
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id
from sviedka.vault.fan import scratch_of
from sviedka.vault.group_commit import GroupCommit
from sviedka.vault.layout import Archive
from sviedka.vault.objects import put_payload_bytes
from sviedka.vault.packs import put_pack
from sviedka.vault.slips import put_slip

PASSPHRASE = b"nine grey herons over the Dnieper"
CHEAP = KdfCost(memory_kib=8, passes=1)
FILE_KEY = bytes(range(16))
CASE = SubjectId("c" * 32)


@dataclass
class Desk:
    """What a desk would do with a keeper, as short as a test needs it."""

    keeper: Keeper
    archive: Archive
    next_index: int = 0
    leaves: list[bytes] = field(default_factory=list)
    payloads: dict[str, str] = field(default_factory=dict)
    sealings: dict[str, SealingReceipt] = field(default_factory=dict)

    def draft(
        self, *, kind: str = "claim/1", subject: str | None = None, at: datetime | None = None, **fields
    ) -> Draft:
        """Return a draft whose every field goes under the archive's cell."""
        cell = self.keeper.facts().archive_cell
        cells = fields.pop("cells", (cell,))
        return Draft(
            jti=StatementId(new_id()),
            case=CASE,
            type=kind,
            subject=SubjectId(subject or new_id()),
            heads=(),
            at=at or now(),
            parts=tuple(Disclose(name=name, value=value, cells=cells) for name, value in fields.items()),
            archive_cell=cell,
        )

    def admit(self, *drafts: Draft) -> OpeningReceipt:
        """Compose drafts, put them into one pack, and return where the first one stands."""
        composed = self.keeper.compose(drafts)
        first = self.put(composed)
        return OpeningReceipt(jti=drafts[0].jti, desk="minsk-1", leaf_index=first)

    def put(self, composed: list[Composed]) -> int:
        """Put statements into one pack; return its first index."""
        first = self.next_index
        put_pack(self.archive, "minsk-1", first, self.pack(composed))
        self.next_index += len(composed)
        self.leaves += [one.jwt for one in composed]
        return first

    def pack(self, composed: list[Composed]) -> bytes:
        """Return the pack of some statements."""
        lines = b"".join(one.jwt + b" " + one.sealed + b"\n" for one in composed)
        return seal_small(lines, (self.keeper.facts().vault_recipient,))

    def put_item(self, file_key: bytes = FILE_KEY) -> str:
        """Put an item's payload and slip and state it, as the seal command would; return the item."""
        facts = self.keeper.facts()
        item = new_id()
        payload = seal_bytes(b"an original", file_key=file_key, nonce=os.urandom(16))
        self.payloads[item] = self.put_payload(payload)
        self.state_sealed(item, self.payloads[item])
        slip = make_slip(
            file_key,
            facts.epoch_recipient,
            payload_sha256=bytes.fromhex(self.payloads[item]),
            fresh=os.urandom(FRESH_BYTES),
        )
        put_slip(self.archive, facts.epoch, SubjectId(item), slip)
        return item

    def put_payload(self, sealed: SealedBytes) -> str:
        """Put a payload; return its digest."""
        with GroupCommit(scratch_of(self.archive.objects)) as group:
            put_payload_bytes(self.archive, sealed, group=group)
            group.commit()
        return sealed.facts.payload_sha256.hex()

    def unwrap(self, item: str, receipt: OpeningReceipt) -> bytearray:
        """Ask for an item's key."""
        nowhere = SealingReceipt(jti=StatementId("0" * 32), leaf_index=0)
        return self.keeper.unwrap(item, receipt, self.sealings.get(item, nowhere))

    def state_sealed(self, item: str, payload_sha256: str) -> None:
        """Admit the statement that an item was sealed."""
        where = self.admit(self.draft(kind="item.sealed/1", subject=item, payload_sha256=payload_sha256))
        self.sealings[item] = SealingReceipt(jti=where.jti, leaf_index=where.leaf_index)

    def opening(self, item: str, **changes) -> Draft:
        """Return the draft that records an opening of `item`."""
        return self.draft(kind="item.opened/1", subject=item, purpose="a test", **changes)


def found(folder: Path, **changes) -> Founded:
    """Found an archive with a cost that only tests may have."""
    options = {"archive_name": "archive.example", "desk": "minsk-1", "cost": CHEAP} | changes
    passphrase = options.pop("passphrase", bytearray(PASSPHRASE))
    return found_archive(folder, passphrase=passphrase, **options)


@contextlib.contextmanager
def desk_of(archive: Archive) -> Iterator[Desk]:
    """Unlock an archive, and lock it again at the end."""
    unlock(archive, bytearray(PASSPHRASE))
    try:
        with Keeper.connect(archive) as keeper:
            yield Desk(keeper=keeper, archive=archive)
    finally:
        lock(archive)
