# SPDX-License-Identifier: AGPL-3.0-or-later
"""A group of small originals into the vault: each sealed in memory, all durable with a few syncs.

Needs the epoch's public key only, no keeper and no database: so it can be done by a process of its own
(`sealing_hand`) while statements of the group before are admitted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sviedka.core.seal.seal_file import seal_bytes
from sviedka.core.seal.slip import FRESH_BYTES, make_slip
from sviedka.vault.begun import require_begun
from sviedka.vault.deposit_group import open_group
from sviedka.vault.entropy import random_bytes
from sviedka.vault.epoch_turn import keep_epochs
from sviedka.vault.objects import put_payload_bytes
from sviedka.vault.slips import put_slip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.ids import SubjectId
    from sviedka.core.seal.age_keys import Recipient
    from sviedka.vault.group_commit import GroupCommit
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where slips and payloads go, whom slips are wrapped to, and the name of the deposit that has written the items down."""

    archive: Archive
    epoch: str
    recipient: Recipient
    begun: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """A payload that is in the vault, and its file key (16 bytes) if this run sealed it."""

    payload_sha256: str
    file_key: bytearray | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One small original to be sealed.

    Attributes:
        plain_sha256: In hexadecimal.
        data: All of it.
        there: Its payload, if the same bytes are in the vault. With a file key it still needs a slip of its own.
    """

    item: SubjectId
    plain_sha256: str
    data: bytes = field(repr=False)
    there: Known | None = None


def seal_group(place: Place, tasks: Sequence[Task]) -> list[Known]:
    """Seal `tasks`; payloads and slips are durable when this returns. The caller wipes the file keys.

    The same bytes twice in `tasks` share a payload.

    Raises:
        DiskFull, ReadOnly, DiskError: None of them is acknowledged.
        DepositCut: The deposit was given up meanwhile.
    """
    if not tasks:  # only folders, links and the like: nothing was written down
        return []
    sealed: list[Known] = []
    fresh: dict[str, Known] = {}
    with open_group(place.archive) as group:
        keep_epochs(place.archive, group)
        require_begun(place.archive, place.begun)
        for task in tasks:
            there = task.there or fresh.get(task.plain_sha256)
            if there is None:
                there = fresh[task.plain_sha256] = _seal(place, task, group)
            put_own_slip(place, task.item, there, group)
            sealed.append(there)
        group.commit()
    return sealed


def put_own_slip(place: Place, item: SubjectId, known: Known, group: GroupCommit) -> None:
    """Put the slip of `item` for a payload that this run sealed into `group`; for any other the keeper has put it."""
    if known.file_key is None:
        return
    payload = bytes.fromhex(known.payload_sha256)
    slip = make_slip(known.file_key, place.recipient, payload_sha256=payload, fresh=random_bytes(FRESH_BYTES))
    put_slip(place.archive, place.epoch, item, slip, group=group)


def _seal(place: Place, task: Task, group: GroupCommit) -> Known:
    file_key = bytearray(random_bytes(16))
    sealed = seal_bytes(
        task.data, file_key=file_key, nonce=random_bytes(16), plain_sha256=bytes.fromhex(task.plain_sha256)
    )
    put_payload_bytes(place.archive, sealed, group=group)
    return Known(payload_sha256=sealed.facts.payload_sha256.hex(), file_key=file_key)
