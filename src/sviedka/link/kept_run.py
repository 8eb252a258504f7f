# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linkage run in the archive: sealed, named by a statement, found again by its item's identifier."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.link.run_file import parse_run, run_to_bytes
from sviedka.store.deposit.opening import open_item_bytes
from sviedka.store.deposit.produced import keep_produced

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.keeper.client import Keeper
    from sviedka.link.run import LinkageRun
    from sviedka.store.deposit.produced import Kept
    from sviedka.vault.layout import Archive

NAME: Final = "linkage.run"


def keep_run(archive: Archive, keeper: Keeper, run: LinkageRun) -> Kept:
    """Seal a run and state it.

    Raises:
        DiskFull, ReadOnly, DiskError, Locked: Nothing was acknowledged; run it again.
    """
    data = run_to_bytes(run)
    lists: list[Json] = [{name: value for name, value in asdict(one).items() if value is not None} for one in run.lists]
    drawn = [len(np.unique(draw)) for draw in run.draws] or [run.people]
    fields: dict[str, Json] = {
        "run_sha256": hashlib.sha256(data).hexdigest(),
        "counted": dict(asdict(run.counted)),
        "as_of": run.as_of,
        "lists": lists,
        "key_version": run.key_version,
        "records": run.records,
        "people": run.people,
        "people_drawn": [min(drawn), max(drawn)],
        "pairs_doubtful": int(run.quality.get("pairs_review", 0)),
    }
    return keep_produced(archive, keeper, data, name=NAME, type="linkage/1", fields=fields)


def load_run(archive: Archive, keeper: Keeper, run: str, *, purpose: str) -> LinkageRun:
    """Return a run that was kept; that it was opened, by whom and what for, is recorded first.

    Args:
        archive: Where it is.
        keeper: Gives the key.
        run: The item's identifier, as `sviedka link` printed it.
        purpose: What for.

    Raises:
        ItemUnknown: There is none.
        RunMalformed: The item is something else.
        PayloadForged, PayloadTruncated, PayloadTrailing, PlaintextDiffers: It is not what was sealed.
    """
    return parse_run(open_item_bytes(archive, keeper, run, purpose=purpose))
