# SPDX-License-Identifier: AGPL-3.0-or-later
"""One linkage over the identities of this archive: asked for, answered by two seats, and told as numbers of groups.

Name keys exist in the keeper's job only, which ends with its result: a number for each person, by pseudonym, the same for
people whose names can be spellings of one. No name, no key and no identity comes out. Spec: spec/07-keys.md §12.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unproven
from sviedka.core.base.ids import CellId, StatementId, SubjectId
from sviedka.core.count.names.grouping import group_names
from sviedka.core.count.names.key_text import parse_keys
from sviedka.core.seal.link_order import parse_link_order_file
from sviedka.keeper.errors import RequestRefused
from sviedka.keeper.link_runs import OPENED, REQUESTED, digest_cells
from sviedka.keeper.receipts import StatementReceipt
from sviedka.store.admission import admit
from sviedka.store.asserted_admission import admit_asserted
from sviedka.store.connect import database_failures
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.house import own_case
from sviedka.store.identities import find_deposit
from sviedka.store.ledger import find_deposited_persons
from sviedka.store.session import open_store
from sviedka.vault.cells import CellLost, find_cell
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id
from sviedka.vault.frozen import read_frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.core.base.schema import Fields
    from sviedka.keeper.asserting import Assertor
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


class NothingToLink(Unproven):
    """No person of this archive has name keys that can be linked."""

    code = "unproven.linkage"
    hint = "Name keys are sealed when an identity with a name is deposited. See docs/howto/open-an-identity.md."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Two seats, in order, what for (custodians read it), and how the person who asks stands behind it."""

    seats: tuple[int, int]
    purpose: str
    assertor: Assertor


@dataclass(frozen=True, kw_only=True)
class LinkageRequested:
    """A linkage that two custodians are asked for: the statement of the request, the file for them, how many people."""

    jti: StatementId
    order: bytes
    people: int


@dataclass(frozen=True, kw_only=True)
class NameGroups:
    """What a linkage came to.

    Attributes:
        jti: The statement that records it.
        group_of: For each person, by pseudonym's identifier, the number of their group, from 0.
    """

    jti: StatementId
    group_of: dict[SubjectId, int]

    @property
    def groups(self) -> int:
        """How many groups: the fewest people that the names allow; the most is how many people are recorded."""
        return len(set(self.group_of.values()))


@dataclass(frozen=True, kw_only=True)
class _LinkCell:
    receipt: StatementReceipt
    cell: CellId


def request_linkage(
    archive: Archive, keeper: Keeper, asked: Asked, people: frozenset[SubjectId] | None = None
) -> LinkageRequested:
    """Record that somebody asks for a linkage, in person, and return the order to two custodians.

    Of each person the newest deposit counts; who took back what they gave is not in it.

    Args:
        archive: Where.
        keeper: Of this archive.
        asked: Whom, and what for.
        people: Of these only; of all unless given.

    Raises:
        NothingToLink, DoesNotFit, AssertionGivenUp, WrongPassphrase: Nothing was recorded.
        IdentityLimit, IdentityRefused, SeatsMissing, CopiesForeign, JournalRefused: Recorded, and no order made.
    """
    database, facts = open_store(archive, keeper), keeper.facts()
    found = _link_cells(archive, database, facts, people)
    fields: Fields = {
        "cells": len(found),
        "cells_sha256": digest_cells([one.cell for one in found]),
        "first_seat": asked.seats[0],
        "second_seat": asked.seats[1],
        "purpose": asked.purpose,
    }
    draft = Drafter(database, archive_cell=facts.archive_cell).draft(_saying(facts, REQUESTED, fields), now())
    (admitted,) = admit_asserted(archive, keeper, [draft], asked.assertor)
    where = StatementReceipt(jti=admitted.jti, leaf_index=admitted.leaf_index)
    order = keeper.order_linkage(where, [one.receipt for one in found])
    return LinkageRequested(jti=admitted.jti, order=order, people=len(found))


def run_linkage(archive: Archive, keeper: Keeper, order: bytes, peel: bytes) -> NameGroups:
    """Record that the link cells of an order are opened, then have the keeper's job group them by name, once.

    Untrusted: `order`, `peel`.

    Raises:
        OrderMalformed, NothingToLink: Nothing was recorded.
        IdentityRefused, PeelRefuted, SeatsMissing, CellErased, OpeningRefused, JournalRefused: Recorded, and not opened.
    """
    jti, told = open_link_cells(archive, keeper, order, peel)
    if not isinstance(told, dict):
        raise RequestRefused("The keeper's job told nothing of its groups.")
    return NameGroups(
        jti=jti,
        group_of={SubjectId(person): group for person, group in told.items() if isinstance(group, int)},
    )


def open_link_cells(
    archive: Archive, keeper: Keeper, order: bytes, peel: bytes, lists: Json = None
) -> tuple[StatementId, Json]:
    """Record that the link cells of an order are opened, then have the keeper's job open them, once.

    Untrusted: `order`, `peel`.

    Args:
        archive: Where.
        keeper: Of this archive.
        order: As it was made.
        peel: The second seat's answer.
        lists: What they are linked with; see `sviedka.link.key_lists`.

    Returns:
        The statement that records it, and what the job tells.

    Raises:
        OrderMalformed, NothingToLink: Nothing was recorded.
        IdentityRefused, PeelRefuted, SeatsMissing, CellErased, OpeningRefused, JournalRefused: Recorded, and not opened.
    """
    asked = parse_link_order_file(order)
    database, facts = open_store(archive, keeper), keeper.facts()
    found = [one for one in _link_cells(archive, database, facts) if one.cell in asked.copies]
    fields: Fields = {"request": asked.order.order, "cells_sha256": digest_cells([one.cell for one in found])}
    draft = Drafter(database, archive_cell=facts.archive_cell).draft(_saying(facts, OPENED, fields), now())
    (admitted,) = admit(archive, keeper, [draft])
    where = StatementReceipt(jti=admitted.jti, leaf_index=admitted.leaf_index)
    return admitted.jti, keeper.run_linkage(order, peel, where, [one.receipt for one in found], lists)


def job(keys: JobKeys, _arguments: Json, progress: Progress) -> Json:
    """Return the number of each person's group. Runs within the keeper, for an answered order only.

    Raises:
        RequestRefused: Nobody has answered an order for it.
        UnknownVersion: Keys of an older version of the rules are among them; their deposits have to be made anew.
    """
    if keys.name_keys is None:
        raise RequestRefused("Link cells are opened for an order that two seats have answered, and not else.")
    people = keys.name_keys()
    progress(0, len(people))
    groups = group_names([[parse_keys(line) for line in lines] for _, lines in people])
    progress(len(people))
    return {person: group for (person, _), group in zip(people, groups, strict=True)}


def _link_cells(
    archive: Archive, database: Database, facts: KeeperFacts, people: frozenset[SubjectId] | None = None
) -> Sequence[_LinkCell]:
    """Return the newest link cell of each of the people that has one, is not frozen, and whose cell has a key."""
    with database_failures():
        persons = find_deposited_persons(database)
    found, frozen = [], read_frozen(archive)
    for person, case in persons:
        if people is not None and person not in people:
            continue
        receipt, fields = find_deposit(archive, database, facts, person, case)
        cell = fields.get("link_cell")
        if isinstance(cell, str) and person not in frozen and _has_half(archive, CellId(cell)):
            found.append(_LinkCell(receipt=receipt, cell=CellId(cell)))
    if not found:
        raise NothingToLink("No person of this archive has name keys.")
    return found


def _has_half(archive: Archive, cell: CellId) -> bool:
    try:
        find_cell(archive, cell)
    except CellLost:
        return False
    return True


def _saying(facts: KeeperFacts, kind: str, fields: Fields) -> Saying:
    jti = StatementId(new_id())
    return Saying(jti=jti, case=own_case(facts), type=kind, subject=SubjectId(jti), fields=fields)
