# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this desk itself signed and put between the desks before: it may be the last copy of what an office lost.

A desk that was restored from older copies has a smaller log than the one it sent, and what lies there under the larger
head would be overwritten. Only a head that this desk's log key signed counts: whoever writes there may put anything, and
would else keep the desk from sending. Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed, Refuted, Unproven
from sviedka.core.base.ids import parse_origin
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.store.checkpointing import load_log
from sviedka.store.desks.errors import OwnHeadAhead
from sviedka.store.session import open_store
from sviedka.vault.replica.heads_fetched import read_signed_head

if TYPE_CHECKING:
    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.store import ReplicaStore


def refuse_beneath_own_head(archive: Archive, keeper: Keeper, store: ReplicaStore, name: str, head: Checkpoint) -> None:
    """Raise `OwnHeadAhead` if this desk signed another history, or more of its log, than `head` and has put it there.

    Untrusted: what lies in `store`. Trusted: the statements of this archive.

    Args:
        archive: Whose.
        keeper: Opens the statements.
        store: This desk's place.
        name: Of the head there.
        head: The newest that this archive published of its own log.
    """
    desk = parse_origin(head.origin)[1]
    there = _signed_head(archive, store, name, desk)
    if there is None:
        return
    if there.size <= head.size and load_log(open_store(archive, keeper), desk, there.size).root() == there.root:
        return
    raise OwnHeadAhead(
        "A head of {size} statements with root {root} lies there that desk {desk} signed, and its log here, of {held}, does "
        "not lead to it. Nothing was put there.",
        size=there.size,
        root=there.root.hex(),
        desk=desk,
        held=head.size,
    )


def _signed_head(archive: Archive, store: ReplicaStore, name: str, desk: str) -> Checkpoint | None:
    """Return the head there if this log's key signed it."""
    try:
        data = store.get(name)
    except (Malformed, Refuted, Unproven):
        return None
    return None if data is None else read_signed_head(data, desk, read_keylist(archive))
