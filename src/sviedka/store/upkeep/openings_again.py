# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which openings the next head has to cover, after a restore: those that the log has beyond the newest signed head.

The keeper's journal of them (`keeper/open_records.py`) lies in a place of keys unsigned: a made-up line in it would keep
every further head from being signed. What was recorded in packs that are lost is lost with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.keeper.config import read_config
from sviedka.keeper.heads import openings_record, read_head
from sviedka.keeper.identity_openings import OPENED as IDENTITY_OPENED
from sviedka.keeper.link_runs import OPENED as LINKAGE_OPENED
from sviedka.keeper.open_records import EMPTY_JOURNAL, OpenRecord
from sviedka.keeper.receipts import OPENED_TYPE
from sviedka.store.checkpointing import load_log
from sviedka.store.connect import database_failures
from sviedka.store.ledger import find_all_of, find_leaves
from sviedka.vault.durable import replace

if TYPE_CHECKING:
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_KINDS: Final = (OPENED_TYPE, IDENTITY_OPENED, LINKAGE_OPENED)


def begin_openings_again(archive: Archive, database: Database) -> None:
    """Write this desk's journal of openings anew, durably; the projections were just made from the packs.

    Raises:
        HeadRefused: The desk's last signed head is not here.
    """
    desk = read_config(archive).desk
    since = read_head(archive, desk).size
    with database_failures():
        leaves = find_leaves(database, [jti for kind in _KINDS for jti in find_all_of(database, kind)])
    indexes = sorted(index for one, index in leaves.values() if one == desk and index >= since)
    tree = load_log(database, desk)
    lines = [OpenRecord(leaf_index=index, leaf=tree.leaf(index)).line for index in indexes]
    replace(openings_record(archive, desk), EMPTY_JOURNAL + "".join(f"{line}\n" for line in lines).encode("ascii"))
