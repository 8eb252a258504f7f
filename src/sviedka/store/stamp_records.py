# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where each checkpoint's stamps stand, stated in the log: a proof that is missing or late is a fact that nobody can drop later.

Each state of each stamp is stated once, whenever this is run after it came about.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.anchor.stamp_files import StampFiles, frozen_checkpoints
from sviedka.core.base.ids import SubjectId
from sviedka.core.base.instants import format_instant
from sviedka.store.admission import admit
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.house import own_case
from sviedka.store.labels import LabelIds
from sviedka.store.session import open_store
from sviedka.vault.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.anchor.stamp_state import StampState
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.vault.layout import Archive


def record_stamps(archive: Archive, keeper: Keeper, authorities: Sequence[str]) -> int:
    """State where the stamps of all checkpoints stand; return how many statements are new.

    Args:
        archive: Whose checkpoints.
        keeper: Signs.
        authorities: The names of those that are configured.
    """
    database, facts = open_store(archive, keeper), keeper.facts()
    ids = LabelIds(keeper.label_key())
    sayings = [_saying(files, state, facts, ids) for files, state in _states(archive, authorities)]
    ids.wipe()
    drafter = Drafter(database, archive_cell=facts.archive_cell)
    admitted = admit(archive, keeper, [drafter.draft(saying, now()) for saying in sayings])
    return sum(not one.already for one in admitted)


def _states(archive: Archive, authorities: Sequence[str]) -> Iterator[tuple[StampFiles, StampState]]:
    """Yield the newest state of each stamp that was ever wanted."""
    for desk, size in frozen_checkpoints(archive):
        for authority in authorities:
            files = StampFiles(archive=archive, desk=desk, size=size, authority=authority)
            state = files.state(files.count() + 1) or files.state(max(1, files.count()))
            if state is not None:
                yield files, state


def _saying(files: StampFiles, state: StampState, facts: KeeperFacts, ids: LabelIds) -> Saying:
    name = f"{files.desk}/{files.size}/{files.authority}"
    since = format_instant(state.since)
    return Saying(
        jti=ids.house("stamp", f"{name}/{state.state.value}/{since}", origin=facts.origin),
        case=own_case(facts),
        type="stamp.recorded/1",
        subject=SubjectId(ids.house("stamp", name, origin=facts.origin)),
        fields={
            "state": state.state.value,
            "authority": files.authority,
            "size": files.size,
            "digest": sha256(files.frozen()).hexdigest(),
            "since": since,
        },
    )
