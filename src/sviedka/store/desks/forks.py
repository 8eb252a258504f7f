# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two heads that one log key signed, and that cannot both be of one log: each alone would pass.

Told apart from bytes that were changed on their way: here the desk itself, or whoever has its key, signed both. The two
notes are the evidence, and anybody with the key list can check it. Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure, Malformed, Refuted
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.succession import verify_log_head
from sviedka.store.checkpointing import LogDiffers
from sviedka.store.desks.errors import LogForked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.core.seal.keylist import KeyList


def find_fork(
    desk: str,
    sent: Checkpoint,
    known: Checkpoint,
    held: Sequence[bytes],
    read_sent: Callable[[], list[bytes]],
    keylist: KeyList,
) -> LogForked | None:
    """Return what shows that `sent` and `known` are of two histories, or None if they may be of one.

    Args:
        desk: Whose log.
        sent: The head that was sent, its signature verified.
        known: The head of that log that was published here.
        held: Leaf hashes of what this archive holds of the log.
        read_sent: Gives leaf hashes of all that was sent, every signature checked; what it raises is nothing new here.
        keylist: Whose log keys count.

    Raises:
        LogDiffers: `known` is not what was held, or not signed: the fault is here, and nobody else is accused.
    """
    ours = Tree.from_hashes(held)
    _check_known(ours, known, keylist)
    theirs = _whole(sent, read_sent)
    if sent.size <= known.size:
        forked = ours.root(sent.size) != sent.root
    else:
        forked = bool(theirs) and theirs[: known.size] != list(held[: known.size])
    return _tell(desk, sent, known, _count_same(theirs, held)) if forked else None


def _tell(desk: str, sent: Checkpoint, known: Checkpoint, same: int | None) -> LogForked:
    heads: dict[str, str | int] = {
        "size": sent.size,
        "root": sent.root.hex(),
        "held": known.size,
        "held_root": known.root.hex(),
        "note": sent.frozen().decode(
            "utf-8"
        ),  # the evidence itself: the next export overwrites what lies in the folder
        "held_note": known.frozen().decode("utf-8"),
    }
    if same is None:
        return LogForked(
            "The log of desk {desk} has two histories: a signed head of {size} statements with root {root} was sent, one of "
            "{held} with root {held_root} is held here.",
            desk=desk,
            **heads,
        )
    return LogForked(
        "The log of desk {desk} has two histories: a signed head of {size} statements with root {root} was sent, one of "
        "{held} with root {held_root} is held here. The first {same} statements are the same.",
        desk=desk,
        same=same,
        **heads,
    )


def _count_same(theirs: Sequence[bytes], held: Sequence[bytes]) -> int | None:
    """Return after how many statements they part; None if what was sent does not show it."""
    pairs = enumerate(zip(theirs, held, strict=False))
    return next((index for index, (one, other) in pairs if one != other), None)


def _check_known(ours: Tree, known: Checkpoint, keylist: KeyList) -> None:
    try:
        verify_log_head(known, keylist)
    except Failure as reason:
        raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=known.size) from reason
    if known.size > ours.size or ours.root(known.size) != known.root:
        raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=known.size)


def _whole(sent: Checkpoint, read_sent: Callable[[], list[bytes]]) -> list[bytes]:
    """Return the leaf hashes under the head that was sent; none if what was sent does not lead to it."""
    try:
        theirs = read_sent()
    except (Refuted, Malformed):  # changed on its way as well: the heads alone have to show it
        return []
    tree = Tree.from_hashes(theirs)
    return theirs if (tree.size, tree.root()) == (sent.size, sent.root) else []
