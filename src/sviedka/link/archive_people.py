# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who of a case may be linked with lists from outside, and what is told of each: the month and place of what was done.

Only those to whom something was done and who allow statistics to the public: what comes of it is meant to be published.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.base.ids import SubjectId
from sviedka.core.count.capture import CaptureTable
from sviedka.core.count.suppress.table import Unit
from sviedka.keeper.errors import RequestRefused
from sviedka.keeper.link_runs import purpose_with_lists
from sviedka.store.identity_linkage import open_link_cells, request_linkage
from sviedka.store.release.case_acts import read_acts
from sviedka.store.session import open_store
from sviedka.vault.clock import now

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import StatementId
    from sviedka.core.count.release.tallying import TalliedAct
    from sviedka.keeper.client import Keeper
    from sviedka.link.key_lists import OutsideLists
    from sviedka.store.identity_linkage import Asked, LinkageRequested
    from sviedka.vault.layout import Archive


def told_of_people(archive: Archive, keeper: Keeper, case: str) -> dict[SubjectId, dict[str, str]]:
    """Return, for each person of a case who may be linked, what is told of the first act that has a month.

    Raises:
        CaseEmpty: There is no such case.
    """
    acts = read_acts(open_store(archive, keeper), keeper, case, unit=Unit.PERSONS, as_of=now().date().isoformat())
    found: dict[SubjectId, dict[str, str]] = {}
    for act in sorted(acts, key=lambda one: one.words["month"] or ("~",)):
        for person in act.people:
            found.setdefault(SubjectId(person), _told(act))
    return found


def request_with_lists(
    archive: Archive, keeper: Keeper, asked: Asked, outside: OutsideLists, case: str
) -> LinkageRequested:
    """Ask two custodians for the link cells of a case's people, to link them with just these lists.

    Raises:
        CaseEmpty, NothingToLink, DoesNotFit: Nothing was recorded.
        IdentityLimit, IdentityRefused, SeatsMissing: As `request_linkage`.
    """
    named = purpose_with_lists(f"{asked.purpose} (with {outside.sizes()})", outside.sha256)
    people = frozenset(told_of_people(archive, keeper, case))
    return request_linkage(archive, keeper, replace(asked, purpose=named), people)


def link_with_lists(
    archive: Archive,
    keeper: Keeper,
    outside: OutsideLists,
    *,
    answered: tuple[bytes, bytes],
    case: str,
    name: str,
    seed: int,
) -> tuple[StatementId, tuple[CaptureTable, ...]]:
    """Have the keeper link the people of an answered order with lists, once.

    Args:
        archive: Where.
        keeper: Of this archive.
        outside: The lists that the order names; the keeper reads their files itself.
        answered: The order, as it was made, and the second seat's answer.
        case: Whose people.
        name: What the archive's list is called in the tables.
        seed: Of all that is drawn.

    Returns:
        The statement that records the opening, and the capture tables: the linkage decided, then its draws.

    Raises:
        IdentityRefused: The custodians answered for other lists. And all of `open_link_cells`, `key_lists.job`.
    """
    people: dict[str, Json] = {str(one): {**told} for one, told in told_of_people(archive, keeper, case).items()}
    lists: Json = {
        "lists": str(outside.path),
        "lists_sha256": outside.sha256,
        "name": name,
        "people": people,
        "seed": seed,
    }
    jti, told = open_link_cells(archive, keeper, *answered, lists)
    return jti, _tables(told)


def _tables(told: Json) -> tuple[CaptureTable, ...]:
    if not isinstance(told, dict) or not isinstance(told["lists"], list) or not isinstance(told["tables"], list):
        raise RequestRefused("The keeper's job told no tables.")
    names = tuple(str(one) for one in told["lists"])
    return tuple(
        CaptureTable(lists=names, people=np.array(one, dtype=np.int64))
        for one in told["tables"]
        if isinstance(one, list)
    )


def _told(act: TalliedAct) -> dict[str, str]:
    fields = (("event_date", "month"), ("place", "place"), ("facility", "facility"))
    return {field: act.words[name][0] for field, name in fields if act.words.get(name)}
