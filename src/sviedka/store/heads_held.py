# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what was folded from packs is the whole log: as far as every head that was signed, and every row that is known.

A pack that was moved aside, with a finding that somebody was not free or a narrowing in it, leaves a log that reads as if
nobody had said so. Whoever rolls back packs, heads and rows together is not seen here. Spec: spec/03-statement.md §3.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.anchor.published import newest_checkpoint
from sviedka.keeper.heads import head_record, read_head
from sviedka.store.checkpointing import LogDiffers, load_log
from sviedka.store.connect import connect, database_failures, disconnect
from sviedka.store.errors import PacksMissing
from sviedka.store.ledger import next_index
from sviedka.store.session import list_signed, require_signed
from sviedka.vault.packs import list_desks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


def known_sizes(keys: JobKeys) -> dict[str, int]:
    """Return how many statements of each desk the projections hold; this thread's connection is closed by it."""
    archive = keys.archive
    database = connect(archive, keys.database_key)
    try:
        with database_failures():
            return {desk: next_index(database, desk) for desk in sorted({*list_desks(archive), *list_signed(archive)})}
    finally:
        disconnect()


def require_whole(database: Database, archive: Archive, known: Mapping[str, int]) -> None:
    """Refuse what was folded from fewer packs than there were, or from others.

    A head's signature is not looked at: a forged one can only refuse.

    Args:
        database: What the keeper folded.
        archive: Whose packs.
        known: From `known_sizes`: what no head covers yet.

    Raises:
        PacksMissing: A signed head, or the projections, hold more.
        LogDiffers: A signed head is not of this log.
        HeadRefused: What the keeper remembers of the last signed head was changed.
    """
    require_signed(archive, database)
    for desk, size in known.items():
        with database_failures():
            held = next_index(database, desk)
        if held < size:
            raise PacksMissing(
                "The projections hold {size} statements of desk {desk}; the packs hold {held}.",
                size=size,
                desk=desk,
                held=held,
            )
    for desk in list_signed(archive):
        for head in _heads(archive, desk):
            with database_failures():
                is_held = head.size <= next_index(database, desk)  # if not, its log was closed
            if is_held and load_log(database, desk, head.size).root() != head.root:
                raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=head.size)


def _heads(archive: Archive, desk: str) -> Iterator[Checkpoint]:
    published = newest_checkpoint(archive, desk)
    if published is not None:
        yield published
    if head_record(archive, desk).is_file():
        yield read_head(archive, desk)
