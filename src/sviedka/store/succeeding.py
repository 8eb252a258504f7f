# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the root is asked to sign so that a desk goes on after its log lost its end: how much is there, and of what.

The root of what is held is worked out from the statements, and has to lead to every head that was published within it;
so whoever later proves something in it proves it in the log that outsiders have seen. Spec: spec/04-log.md §7.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.anchor.published import frozen_sizes
from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.keylist_lines import Head, Successor
from sviedka.keeper.keylist_proposing import Wanted, propose
from sviedka.keeper.successors import found_successor
from sviedka.store.checkpointing import LogDiffers, load_log
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from sviedka.core.seal.keylist_proposal import Proposal
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive


def propose_successor(archive: Archive, keeper: Keeper, desk: str) -> tuple[Proposal, Successor]:
    """Make the keys of the log that goes on, and return the proposal that lists it, and what that says of the gap.

    Args:
        archive: Restored; this desk's log is closed.
        keeper: Unlocked.
        desk: The new name of this desk.

    Raises:
        LogGoesOn, DeskListed, HeadRefused: See `found_successor`.
        LogDiffers: The statements do not lead to a head that was published.
    """
    database = open_store(archive, keeper)
    facts = keeper.facts()
    own = parse_origin(facts.origin)[1]
    tree = load_log(database, own)
    for size in frozen_sizes(archive, own):
        with translating():
            head = parse_checkpoint(archive.frozen_checkpoint(own, size).read_bytes())
        if size <= tree.size and tree.root(size) != head.root:
            raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=size)
    held = Head(size=tree.size, root=tree.root())
    lines = found_successor(archive, facts.vault_recipient, desk, held)
    proposal = propose(archive, Wanted(lines=lines), now=now())
    (successor,) = (entry for entry in proposal.added if isinstance(entry, Successor))
    return proposal, successor
