# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking back: whatever protects wins, in whatever order statements arrive, and nobody can shorten the way to erasing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.disclose.taking_back import Approved, Asked, Checked, Done, Narrowed, Stage, taking_back_at

DAY = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
REQUEST, OTHER = "1" * 32, "2" * 32
ASKED = Asked(jti=REQUEST, at=DAY, not_before=DAY - timedelta(days=3))
USERS = ("a" * 32, "b" * 32, "c" * 32)
NARROWINGS = ("3" * 32, "4" * 32)
FINDINGS = ("5" * 32, "6" * 32)
SAID = "7" * 32

approvals = st.builds(
    Approved,
    statement=st.sampled_from((REQUEST, OTHER, *NARROWINGS)),
    action=st.sampled_from(("erase", "unfreeze", "release")),
    by=st.sampled_from(USERS),
)
checks = st.builds(
    Checked,
    jti=st.sampled_from(FINDINGS),
    request=st.sampled_from((REQUEST, OTHER)),
    outcome=st.sampled_from(("free", "not-free", "not-reached")),
)
narrowings = st.builds(
    Narrowed,
    jti=st.sampled_from(NARROWINGS),
    request=st.sampled_from((REQUEST, OTHER)),
    to=st.sampled_from(("freeze", "nothing")),
)
dones = st.builds(
    Done,
    jti=st.just(SAID),
    request=st.sampled_from((REQUEST, OTHER)),
    known=st.frozensets(st.sampled_from((*NARROWINGS, *FINDINGS))),
)
events = st.lists(st.one_of(approvals, checks, narrowings, dones), max_size=12)
moments = st.integers(-30, 40).map(lambda days: DAY + timedelta(days=days))

READY = (
    Approved(statement=REQUEST, action="erase", by=USERS[0]),
    Approved(statement=REQUEST, action="erase", by=USERS[1]),
    Checked(jti=FINDINGS[0], request=REQUEST, outcome="free"),
)
LIFTED = (
    Narrowed(jti=NARROWINGS[0], request=REQUEST, to="nothing"),
    Approved(statement=NARROWINGS[0], action="unfreeze", by=USERS[0]),
    Approved(statement=NARROWINGS[0], action="unfreeze", by=USERS[1]),
)


def at(found, now=DAY + timedelta(days=14), asked=ASKED):
    return taking_back_at(asked, found, now=now, wait_days=14)


def outcomes_of(found):
    return {one.outcome for one in found if isinstance(one, Checked) and one.request == REQUEST}


@given(found=events, now=moments, data=st.data())
def test_the_order_in_which_statements_arrive_does_not_matter(found, now, data):
    assert at(data.draw(st.permutations(found)), now) == at(found, now)


@given(found=events, more=events, now=moments)
def test_what_is_done_stays_done_and_stays_frozen_whatever_comes_after(found, more, now):
    done = at([*found, *READY, Done(jti=SAID, request=REQUEST), *more], now)
    assert done.stage is Stage.DONE
    assert done.is_frozen


@given(found=events, now=moments)
def test_a_desks_word_that_it_is_done_is_nothing_without_two_people_and_a_free_wish(found, now):
    if at(found, now).stage is Stage.DONE:
        assert len({one.by for one in found if isinstance(one, Approved) and one.statement == REQUEST}) >= 2
        assert "free" in outcomes_of(found)
    assert at([Done(jti=SAID, request=REQUEST)], now).stage is Stage.WAITING


STOPS = (
    Checked(jti=FINDINGS[0], request=REQUEST, outcome="not-free"),
    Narrowed(jti=FINDINGS[0], request=REQUEST, to="freeze"),
    Narrowed(jti=FINDINGS[0], request=REQUEST, to="nothing"),
)


@given(found=events, now=moments, stop=st.sampled_from(STOPS))
def test_a_desk_that_knew_of_what_stops_it_did_not_carry_it_out(found, now, stop):
    """Control: one that did not know has erased, and it is done for all."""
    others = [one for one in found if not isinstance(one, Done)]
    knowing = Done(jti=SAID, request=REQUEST, known=frozenset({stop.jti}))
    assert at([*READY, *others, stop, knowing], now).stage not in {Stage.DONE, Stage.READY}
    assert at([*READY, *others, stop, Done(jti=SAID, request=REQUEST)], now).stage is Stage.DONE


def test_several_statements_carry_it_out_together():
    """Control: one of them alone does not."""
    asked = Asked(jti=REQUEST, at=DAY, not_before=DAY, items=frozenset({"e" * 32, "f" * 32}))
    parts = [
        Done(jti=jti, request=REQUEST, items=frozenset({item}))
        for jti, item in (("8" * 32, "e" * 32), (SAID, "f" * 32))
    ]
    assert at([*READY, *parts], asked=asked).carried_out_by == (SAID, "8" * 32)
    assert at([*READY, parts[0]], asked=asked).stage is Stage.READY


def test_it_is_not_done_while_something_that_was_asked_back_was_not_erased():
    asked = Asked(jti=REQUEST, at=DAY, not_before=DAY, items=frozenset({"e" * 32, "f" * 32}))
    assert at([*READY, Done(jti=SAID, request=REQUEST, items=frozenset({"e" * 32}))], asked=asked).stage is Stage.READY
    assert at([*READY, Done(jti=SAID, request=REQUEST, items=asked.items)], asked=asked).stage is Stage.DONE, (
        "the control"
    )


@given(found=events, now=moments)
def test_only_a_narrowing_to_nothing_with_two_people_ends_a_freeze(found, now):
    state = at(found, now)
    lifting = [one for one in found if isinstance(one, Narrowed) and one.request == REQUEST and one.to == "nothing"]
    people = [
        {one.by for one in found if isinstance(one, Approved) and (one.statement, one.action) == (each.jti, "unfreeze")}
        for each in lifting
    ]
    if not state.is_frozen:
        assert any(len(two) >= 2 for two in people)
    assert not at([*found, *LIFTED], now).is_frozen or at(found, now).stage is Stage.DONE


@given(found=events, now=moments)
def test_nothing_is_erased_without_two_people_a_free_wish_and_the_time(found, now):
    """Control: with all of it and nothing against it, it is ready."""
    if at(found, now).stage is Stage.READY:
        assert len({one.by for one in found if isinstance(one, Approved) and one.statement == REQUEST}) >= 2
        assert "free" in outcomes_of(found)
        assert "not-free" not in outcomes_of(found)
        assert now >= DAY + timedelta(days=14)
        assert not any(isinstance(one, Narrowed) and one.request == REQUEST for one in found)
    assert at(READY).stage is Stage.READY


@given(found=events, now=moments, back=st.integers(0, 400))
def test_a_request_that_is_dated_back_is_not_carried_out_earlier(found, now, back):
    """Its log says not before when it was recorded. Control: dated back without that, it would be ready at once."""
    honest = Asked(jti=REQUEST, at=DAY, not_before=DAY)
    forged = Asked(jti=REQUEST, at=DAY - timedelta(days=back), not_before=DAY)
    assert at(found, now, forged) == at(found, now, honest)
    unguarded = Asked(jti=REQUEST, at=DAY - timedelta(days=20), not_before=DAY - timedelta(days=20))
    assert at(READY, DAY, unguarded).stage is Stage.READY


@given(found=events, now=moments, earlier=st.integers(1, 60))
def test_a_clock_that_goes_back_makes_nothing_ready(found, now, earlier):
    before = at(found, now - timedelta(days=earlier))
    if before.stage is Stage.READY:
        assert at(found, now).stage is Stage.READY


@given(more=events)
def test_a_wish_that_is_not_free_and_a_narrowing_stop_it_in_any_order(more):
    held = at([*READY, Checked(jti=FINDINGS[0], request=REQUEST, outcome="not-free"), *more])
    assert held.stage is not Stage.READY
    assert at([Narrowed(jti=NARROWINGS[1], request=REQUEST, to="freeze"), *READY, *more]).stage is not Stage.READY


def test_one_person_twice_is_one_person():
    one = Approved(statement=REQUEST, action="erase", by=USERS[0])
    assert at([one, one, READY[2]]).stage is Stage.WAITING
    assert at([*READY, Approved(statement=REQUEST, action="erase", by=USERS[0])]).approved_by == USERS[:2]
