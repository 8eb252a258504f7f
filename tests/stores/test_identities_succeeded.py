# SPDX-License-Identifier: AGPL-3.0-or-later
"""An identity that was deposited in a log which has been closed since opens under the log that goes on, and no other way."""

from dataclasses import replace

import pytest
from archive_kit import lose_projections
from test_identities import LINES, Office

from seats_kit import answer
from sviedka.core.base.ids import parse_origin
from sviedka.keeper.closed_logs import ClosedLog, close_log
from sviedka.keeper.errors import OpeningRefused
from sviedka.keeper.identity_errors import IdentityRefused
from sviedka.keeper.successors import join_list
from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.connect import disconnect
from sviedka.store.identities import find_deposit
from sviedka.store.ledger import find_deposited_persons, next_index
from sviedka.store.session import open_store
from sviedka.store.succeeding import propose_successor
from sviedka.vault.packs import list_packs
from users_kit import sign

DESK = "minsk-1"


class LostOffice(Office):
    """An office whose log lost its end after an identity was deposited, and goes on under another name."""

    def lose_the_end(self):
        subject = self.person()
        self.deposit(subject)
        make_checkpoint(self.archive, self.keeper)
        held = next_index(open_store(self.archive, self.keeper), DESK)
        self.person("Lost")
        known = make_checkpoint(self.archive, self.keeper).size
        lose_projections(self.archive)
        folder = self.archive.desk_packs(DESK)
        for first in [one for one in list_packs(self.archive, DESK) if one >= held]:
            (folder / f"{first:012d}.age").unlink()
        sums = folder / "SHA256SUMS"
        kept = [line for line in sums.read_text().splitlines() if int(line.split()[-1].partition(".")[0]) < held]
        sums.write_text("".join(f"{line}\n" for line in kept))
        close_log(self.archive, ClosedLog(desk=DESK, held=held, known=known))
        self.as_user(0)
        return subject, held

    def go_on(self):
        proposal, _ = propose_successor(self.archive, self.keeper, "minsk-2")
        disconnect()
        join_list(self.archive, sign(self.house.founded, proposal))
        return self.as_user(0)


@pytest.fixture
def office(tmp_path):
    yield LostOffice(tmp_path)
    disconnect()


def test_it_opens_once_by_two_seats_and_is_recorded_in_the_log_that_goes_on(office):
    subject, _ = office.lose_the_end()
    office.go_on()
    assert parse_origin(office.keeper.facts().origin)[1] == "minsk-2"
    order = office.request(subject).order
    assert office.open(order, answer(office.seats, order, 1, 2)).lines == LINES
    database = open_store(office.archive, office.keeper)
    rows = database.run("SELECT desk FROM store_statement WHERE type = ?", ("identity.opened/1",)).fetchall()
    assert [row[0] for row in rows] == ["minsk-2"]


def test_a_deposit_that_is_not_proven_in_the_closed_log_opens_nothing(office):
    subject, held = office.lose_the_end()
    office.go_on()
    database, facts = open_store(office.archive, office.keeper), office.keeper.facts()
    case = dict(find_deposited_persons(database))[subject]
    deposit, _ = find_deposit(office.archive, database, facts, subject, case)
    assert (deposit.desk, deposit.leaf_index < held) == (DESK, True)
    request = office.request(subject)
    own = replace(deposit, jti=request.jti, leaf_index=next_index(database, "minsk-2") - 1, desk="", proof=())
    flipped = (bytes([deposit.proof[0][0] ^ 1]) + deposit.proof[0][1:], *deposit.proof[1:])
    lies = ({"proof": flipped}, {"proof": ()}, {"desk": "vilnius-1"}, {"desk": ""})
    for lie in lies:
        with pytest.raises(OpeningRefused):
            office.keeper.order_identity(own, replace(deposit, **lie))
    with pytest.raises(IdentityRefused):  # the control: the true one is found, and was ordered by the request already
        office.keeper.order_identity(own, deposit)


def test_while_the_log_is_closed_nothing_is_asked_for(office):
    from sviedka.keeper.closed_logs import LogClosed

    subject, _ = office.lose_the_end()
    with pytest.raises(LogClosed):
        office.request(subject)
