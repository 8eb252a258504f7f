# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements dated ahead of all clocks, by a desk that lies or a clock that was wrong, keep nobody from anything."""

from datetime import UTC, datetime, timedelta

import pytest
from archive_kit import found, person, source
from erase_kit import LATER, Office
from test_identities import LINES, answer
from test_identities import Office as IdentityOffice
from two_desks import Desk, list_anew, second_desk

from sviedka.core.base.ids import StatementId
from sviedka.core.disclose.taking_back import Stage
from sviedka.keeper.desk_founding import found_desk
from sviedka.keeper.identity_errors import IdentityLimit
from sviedka.store import identities
from sviedka.store.admission import admit
from sviedka.store.connect import disconnect
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.rebuild import rebuild
from sviedka.store.session import open_store
from sviedka.store.taking_back import asking
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
YEARS = timedelta(days=3650)


@pytest.fixture
def desks(tmp_path):
    disconnect()
    minsk = Desk(found(tmp_path))
    (tmp_path / "between").mkdir()
    yield minsk, second_desk(minsk), tmp_path / "between"
    disconnect()


@pytest.fixture
def office(tmp_path):
    yield Office(tmp_path)
    disconnect()


@pytest.fixture
def with_seats(tmp_path):
    yield IdentityOffice(tmp_path)
    disconnect()


def again(said):
    """Return the same, to be stated once more."""
    return Saying(jti=StatementId(new_id()), case=said.case, type=said.type, subject=said.subject, fields=said.fields)


def state(desk, saying, at):
    """State something with a date; return at what time it stands in the log."""
    disconnect()
    database = open_store(desk.archive, desk.keeper)
    admit(
        desk.archive, desk.keeper, [Drafter(database, archive_cell=desk.keeper.facts().archive_cell).draft(saying, at)]
    )
    (stated,) = (
        open_store(desk.archive, desk.keeper)
        .run("SELECT at FROM store_statement WHERE jti = ?", (saying.jti,))
        .fetchone()
    )
    disconnect()
    return datetime.fromisoformat(stated).replace(tzinfo=UTC)


def tell(desk, other, folder):
    desk.send(folder)
    assert [one.failure for one in other.receive(folder)] == [None]


@pytest.mark.parametrize("ahead", [None, YEARS, timedelta(hours=2)], ids=["the end", "years", "two hours"])
def test_another_desks_date_keeps_nobody_from_stating_of_that_person(desks, ahead):
    """What is dated wrongly pulls nothing with it. The control: of two clocks that differ, what was known is the older one."""
    minsk, vilnius, folder = desks
    alpha = person(minsk.keeper)
    minsk.admit(alpha)
    tell(minsk, vilnius, folder)
    theirs = state(vilnius, again(alpha), END if ahead is None else now().replace(microsecond=0) + ahead)
    tell(vilnius, minsk, folder)
    ours = state(minsk, again(alpha), now())
    assert (ours > theirs) == (ahead == timedelta(hours=2))
    assert ours < now() + timedelta(days=1), "it is not dated wrongly too"


def test_nor_from_going_on_after_a_new_key_list(desks):
    minsk, vilnius, folder = desks
    minsk.admit(source("one"))
    own = minsk.keeper.facts().archive_cell
    tell(minsk, vilnius, folder)
    fields = {"number": 1, "keylist_sha256": "a" * 64, "issued": "2026-01-01T00:00:00Z"}
    state(vilnius, Saying(jti=StatementId(new_id()), case=own, type="key.listed/1", subject=own, fields=fields), END)
    tell(vilnius, minsk, folder)
    new = found_desk(minsk.archive, minsk.keeper.facts().vault_recipient, "hrodna-1", folder.parent / "hrodna-1")
    minsk.know(list_anew(minsk.archive, lines=list(new.lines)))
    minsk.admit(source("two"))


def wish(office, at):
    """Record that Beta takes back what she gave, dated `at`."""
    fields = {"of": "person", "blocked": [], "asked_by": "the-person", "channel": "in-person", "items": [office.given]}
    beta = office.subject()
    return state(
        office,
        Saying(jti=StatementId(new_id()), case=beta.case, type="erasure.asked/1", subject=beta.subject, fields=fields),
        at,
    )


@pytest.mark.parametrize("at", [END, now() + YEARS], ids=["the end", "years ahead"])
def test_a_wish_that_is_dated_ahead_is_frozen_and_asked_anew_and_carried_out(office, monkeypatch, at):
    """The control: the one that is dated ahead waits until then."""
    wish(office, at)
    rebuild(office.archive, office.keeper)
    (ahead,) = asking.requests_of(office.archive, office.keeper, office.subject(), at=now() + LATER)
    assert ahead.state.waits_until >= at
    anew = office.make_ready()
    assert anew != ahead.jti
    assert office.ask() == anew, "and then that one stands"
    assert office.given in office.carry_out(monkeypatch).items


def test_a_wish_that_is_dated_ahead_and_was_found_not_free_is_not_asked_anew(office):
    """Else whoever asks again would get past what was found. The control is the test before: what nobody found so is."""
    wish(office, now() + YEARS)
    (ahead,) = asking.requests_of(office.archive, office.keeper, office.subject(), at=now())
    asking.check(office.archive, office.keeper, office.subject(), outcome="not-free", channel="agreed-channel")
    assert office.ask() == ahead.jti


def test_one_statement_dated_ahead_keeps_no_wish_waiting(office, monkeypatch):
    """The control: the days are counted from the latest time before the wish that has passed, not from the wish's own."""
    before = state(office, person(office.keeper, "Nobody"), now() + timedelta(days=3))
    state(office, person(office.keeper, "Somebody"), now() + YEARS)
    office.make_ready()
    assert office.state(at=now() + timedelta(days=1)).waits_until < before + timedelta(days=14)
    assert office.state(at=now() + timedelta(days=4)).waits_until == before + timedelta(days=14)
    assert office.state(at=now() + timedelta(days=16)).stage is Stage.WAITING
    office.carry_out(monkeypatch, after=timedelta(days=18))
    assert office.state(at=now() + timedelta(days=18)).stage is Stage.DONE


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=365)])
def test_a_clock_that_was_ahead_once_keeps_no_identity_shut(with_seats, monkeypatch, ahead):
    subject = with_seats.person()
    with monkeypatch.context() as wrong:
        wrong.setattr(identities, "now", lambda: now() + ahead)
        with_seats.deposit(subject)
    order = with_seats.request(subject).order
    assert with_seats.open(order, answer(with_seats.seats, order, 1, 2)).lines == LINES


def test_orders_made_while_the_clock_was_ahead_do_not_use_up_the_days_after(with_seats):
    """The control: those of the last day do."""
    journal, actor = with_seats.keeper.keyring.identities, with_seats.keeper.keyring.actor
    with_seats.deposit(with_seats.person())
    for at in (YEARS, YEARS, timedelta(days=30), timedelta(days=30)):
        journal.order(StatementId(new_id()), actor=actor, per_day=2, now=now() + at)
    with pytest.raises(IdentityLimit):
        journal.order(StatementId(new_id()), actor=actor, per_day=2, now=now() + timedelta(days=30))
