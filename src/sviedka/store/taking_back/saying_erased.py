# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of an erasure: as many statements as list all that went, admitted together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Failure
from sviedka.core.base.ids import StatementId
from sviedka.core.disclose.types.erasure_asked import MOST_ITEMS
from sviedka.core.disclose.types.erasure_done import MOST_CELLS
from sviedka.store.admission import admit
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.session import close_store, open_store
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.keeper.client import Keeper
    from sviedka.store.taking_back_ledger import Subject
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What the keeper's job says that it erased: how many slips and cells now; which under this request, and where they lay."""

    removed: int
    items: tuple[str, ...]
    cells: tuple[str, ...]
    epochs: tuple[str, ...]

    @classmethod
    def from_json(cls, told: Json) -> Gone:
        """Read what the job returns."""
        facts = told if isinstance(told, dict) else {}
        items, cells, epochs = (
            tuple(map(str, found)) if isinstance(found := facts.get(name), list) else ()
            for name in ("items", "cells", "epochs")
        )
        return cls(removed=int(str(facts.get("removed"))), items=items, cells=cells, epochs=epochs)


def sayings_of(
    gone: Gone, subject: Subject, request: StatementId, *, reached: Sequence[str], not_reached: Sequence[str]
) -> list[Saying]:
    """Return what is to be said of it: one statement, or several where one cannot list it all."""
    common: dict[str, Json] = {
        "request": request,
        "epochs": [*gone.epochs],
        "reached": [*reached],
        "not_reached": [*not_reached],
    }
    parts = zip_longest(_batches(gone.items, MOST_ITEMS), _batches(gone.cells, MOST_CELLS), fillvalue=())
    return [
        Saying(
            jti=StatementId(new_id()),
            case=subject.case,
            type="erasure.done/1",
            subject=subject.subject,
            fields={**common, "items": [*items], "cells": [*cells], "removed": 0 if number else gone.removed},
        )
        for number, (items, cells) in enumerate(parts)
    ]


def record(archive: Archive, keeper: Keeper, sayings: Sequence[Saying], *, at: datetime) -> None:
    """Admit them in one group, all or none: by the first alone the request may be done, and nobody would say the rest."""
    try:
        drafter = Drafter(open_store(archive, keeper), archive_cell=keeper.facts().archive_cell)
        admit(archive, keeper, [drafter.draft(saying, at) for saying in sayings])
    except Failure:
        close_store()
        raise


def _batches(names: Sequence[str], most: int) -> list[Sequence[str]]:
    return [names[start : start + most] for start in range(0, max(1, len(names)), most)]
