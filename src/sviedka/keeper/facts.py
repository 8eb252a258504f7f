# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the keeper tells about itself: nothing in it is secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.core.base.ids import CellId, UserId
    from sviedka.core.seal.age_keys import Recipient


@dataclass(frozen=True, kw_only=True)
class KeeperStatus:
    """Whether keys are held, for whom, and until when.

    Attributes:
        unlocked: Always true when a keeper answers.
        actor: Who is logged in.
        locks_at: When it locks if nothing more is asked of it; a moment for people, measured by another clock inside.
        epoch: The epoch that new slips and cells belong to.
        already: `unlock` found it unlocked and changed nothing.
    """

    unlocked: bool
    actor: UserId | None
    locks_at: datetime | None
    epoch: str | None
    already: bool = False


@dataclass(frozen=True, kw_only=True)
class KeeperFacts:
    """What those who seal and record need to know.

    Attributes:
        origin: This desk's log, `<archive>/<desk>`.
        archive_cell: The cell of facts about nobody.
        vault_recipient: What packs are encrypted to.
        epoch: The epoch of new slips and cells.
        epoch_recipient: The only recipient of new slips.
        actor: Who is logged in.
        root: The archive root's public key (a vkey), as the passphrase vouches for it.
    """

    origin: str
    archive_cell: CellId
    vault_recipient: Recipient
    epoch: str
    epoch_recipient: Recipient
    actor: UserId
    root: str
