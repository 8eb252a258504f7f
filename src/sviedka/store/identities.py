# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identities: deposited under the seats, asked for, and opened one at a time. The database never holds one.

What is deposited passes through this process once, on its way to the keeper, and once more when it is shown; it is in
no draft, no row and no pack that the vault key alone would open. Spec: spec/07-keys.md §12.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unproven
from sviedka.core.base.ids import CellId, StatementId, SubjectId, is_id, parse_origin
from sviedka.core.seal.identity_order import parse_order_file
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.statement import Draft, parse_jwt, read_disclosures
from sviedka.keeper.identity_deposit import DEPOSITED
from sviedka.keeper.identity_openings import OPENED, REQUESTED
from sviedka.keeper.receipts import StatementReceipt
from sviedka.store.admission import Writer, admit
from sviedka.store.asserted_admission import admit_asserted
from sviedka.store.checkpointing import prove_elsewhere
from sviedka.store.connect import database_failures
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.ledger import find_labelled, find_newest_of, find_open_part, find_person_case
from sviedka.store.session import open_for_admission, open_store
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.keeper.asserting import Assertor
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.keeper.identity_lines import Identity
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


class NoSuchPerson(Unproven):
    """Nobody is recorded under this identifier or label, or several are."""

    code = "unproven.person"
    hint = "Record the person, by pseudonym, first; then give their label, or their identifier."


class NoIdentity(Unproven):
    """No identity of this person was deposited at this desk."""

    code = "unproven.identity"
    hint = "An identity is opened at the desk where it was deposited."


@dataclass(frozen=True, kw_only=True)
class Deposited:
    """An identity that was deposited: whose, under which cell, and the statement of it."""

    person: SubjectId
    cell: CellId
    jti: StatementId


@dataclass(frozen=True, kw_only=True)
class Requested:
    """An identity that two custodians are asked for: the statement of the request, and the file for them."""

    person: SubjectId
    jti: StatementId
    order: bytes


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An identity that was opened. It shows in no `repr`.

    Attributes:
        jti: The statement that records it.
        lines: (kind, text) of each line.
    """

    person: SubjectId
    jti: StatementId
    lines: list[tuple[str, str]]

    def __repr__(self) -> str:
        return f"Shown({self.person})"


def deposit(archive: Archive, keeper: Keeper, person: str, identity: Identity) -> Deposited:
    """Deposit one person's identity under new cells for the ten pairs of seats. Kept when this returns.

    Args:
        archive: Where to.
        keeper: Makes the cells and seals; signs as the person who is logged in.
        person: A recorded person, by identifier or label.
        identity: Goes to the keeper and nowhere else.

    Raises:
        NoSuchPerson, SeatsMissing, RequestRefused: Nothing was deposited.
        DiskFull, ReadOnly, DiskError, Locked: Deposit it again; cells that were made for nothing hold nothing.
    """
    database = open_store(archive, keeper)
    subject, case = find_person(database, person)
    admit(archive, keeper, [])  # what the archive states of itself goes before
    with admission_lock(archive):
        database = open_for_admission(archive, keeper)
        facts = keeper.facts()
        writer = Writer(archive, keeper, database, facts)
        draft = Draft(
            jti=StatementId(new_id()),
            case=case,
            type=DEPOSITED,
            subject=subject,
            heads=(),
            at=now(),
            parts=(),
            archive_cell=facts.archive_cell,
        )
        told, composed = keeper.deposit_identity(writer.with_heads([draft], {})[0], identity)
        (admitted,) = writer.write([told], [composed])
    return Deposited(person=subject, cell=CellId(_value(told, "cell")), jti=admitted.jti)


def request(
    archive: Archive, keeper: Keeper, person: str, *, seats: tuple[int, int], purpose: str, assertor: Assertor
) -> Requested:
    """Record that somebody asks for one identity, in person, and return the order to two custodians.

    Args:
        archive: Where it was deposited.
        keeper: Checks the record and makes the order.
        person: By identifier or label.
        seats: Two different ones, the lower first.
        purpose: What for: the custodians read it, and it goes into the log.
        assertor: Gets the assertion of whoever is logged in.

    Raises:
        NoSuchPerson, NoIdentity, DoesNotFit, AssertionGivenUp, WrongPassphrase: Nothing was recorded.
        IdentityLimit, IdentityRefused, SeatsMissing, CellErased, CopiesForeign, JournalRefused: Recorded, and no order made.
    """
    database, facts = open_store(archive, keeper), keeper.facts()
    subject, case = find_person(database, person)
    deposit_receipt, told = find_deposit(archive, database, facts, subject, case)
    saying = Saying(
        jti=StatementId(new_id()),
        case=case,
        type=REQUESTED,
        subject=subject,
        fields={"cell": told.get("cell"), "first_seat": seats[0], "second_seat": seats[1], "purpose": purpose},
    )
    draft = Drafter(database, archive_cell=facts.archive_cell).draft(saying, now())
    (admitted,) = admit_asserted(archive, keeper, [draft], assertor)
    where = StatementReceipt(jti=admitted.jti, leaf_index=admitted.leaf_index)
    return Requested(person=subject, jti=admitted.jti, order=keeper.order_identity(where, deposit_receipt))


def open_identity(archive: Archive, keeper: Keeper, order: bytes, peel: bytes) -> Shown:
    """Record the opening, then have the keeper peel last. The lines are for whoever asked, to be shown once.

    Untrusted: `order`, `peel`.

    Args:
        archive: Where it was deposited.
        keeper: Checks everything itself.
        order: The order, as `request` returned it.
        peel: The second custodian's answer.

    Raises:
        OrderMalformed, NoSuchPerson, NoIdentity: Nothing was recorded.
        IdentityRefused, PeelRefuted, SeatsMissing, CellErased, OpeningRefused, JournalRefused: Recorded, and not opened.
    """
    asked = parse_order_file(order).order
    database, facts = open_store(archive, keeper), keeper.facts()
    subject, case = find_person(database, asked.person)
    deposit_receipt, newest = find_deposit(archive, database, facts, subject, case)
    if newest.get("cell") != asked.cell:
        raise NoIdentity("A newer identity of person {person} was deposited since; ask for that.", person=subject)
    saying = Saying(
        jti=StatementId(new_id()),
        case=case,
        type=OPENED,
        subject=subject,
        fields={"request": asked.order, "cell": asked.cell},
    )
    draft = Drafter(database, archive_cell=facts.archive_cell).draft(saying, now())
    (admitted,) = admit(archive, keeper, [draft])
    where = StatementReceipt(jti=admitted.jti, leaf_index=admitted.leaf_index)
    lines = keeper.open_identity(order, peel, where, deposit_receipt)
    return Shown(person=subject, jti=admitted.jti, lines=lines)


def find_person(database: Database, person: str) -> tuple[SubjectId, SubjectId]:
    """Return a recorded person, named by identifier or label, and their case.

    Raises:
        NoSuchPerson: Nobody is called that, or several are.
    """
    with database_failures():
        ids = [person] if is_id(person) else find_labelled(database, person)
        found = [(SubjectId(one), case) for one in ids if (case := find_person_case(database, one)) is not None]
    if len(found) != 1:
        raise NoSuchPerson("{count} persons are called that.", count=len(found))
    return found[0]


def find_deposit(
    archive: Archive, database: Database, facts: KeeperFacts, person: SubjectId, case: SubjectId
) -> tuple[StatementReceipt, Mapping[str, Json]]:
    """Return where the newest deposit of a person's identity stands and what it tells: here, or in a log before this one.

    Raises:
        NoIdentity: None was deposited here.
    """
    with database_failures():
        for desk in _own_desks(archive, facts.origin):
            found = find_newest_of(database, desk=desk, case=case, kind=DEPOSITED, subject=person)
            if found is not None:
                break
        else:
            raise NoIdentity("No identity of person {person} was deposited here.", person=person)
        jwt, disclosures = find_open_part(database, found[0])
    fields = read_disclosures(parse_jwt(jwt), disclosures).fields
    if desk == parse_origin(facts.origin)[1]:
        return StatementReceipt(jti=found[0], leaf_index=found[1]), fields
    proof = prove_elsewhere(archive, database, desk, *found)
    return StatementReceipt(jti=found[0], leaf_index=found[1], desk=desk, proof=proof), fields


def _own_desks(archive: Archive, origin: str) -> list[str]:
    """Return this desk and, newest first, those whose closed logs it goes on after."""
    with translating():
        before = parse_keylist(archive.keylist.read_bytes()).closed_before(origin)
    return [parse_origin(one)[1] for one in (origin, *(log.closed for log in before))]


def _value(draft: Draft, name: str) -> str:
    return next(str(part.value) for part in draft.parts if part.name == name and hasattr(part, "value"))
