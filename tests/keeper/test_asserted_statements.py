# SPDX-License-Identifier: AGPL-3.0-or-later
"""A statement that somebody stands behind in person: the keeper signs it with that person's assertion, or not at all.

Whoever speaks to the keeper here is a desk that was taken over: a process of the same account, on the real socket.
"""

from dataclasses import replace

import pytest
from keeper_desk import PASSPHRASE, Desk
from several_users import listed, new_user, revoke

from sviedka.core.seal.asserting import verify_asserted
from sviedka.core.seal.assertion import KeyAssertion
from sviedka.core.seal.assertion_errors import (
    AssertionKeyUnknown,
    AssertionPersonRefuted,
    AssertionRefuted,
)
from sviedka.core.seal.statement import parse_jwt, read_disclosures, verify_author
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import (
    AssertionGivenUp,
    AssertionLimit,
    AssertionNeeded,
    PreparedGone,
    RequestRefused,
    UserRevoked,
    UserUnknown,
    WrongPassphrase,
)
from sviedka.keeper.unlocking import lock, unlock
from sviedka.keeper.waiting_room import MOST_WAITING
from sviedka.vault.entropy import new_id

OWN = b"a second person's own words"


@pytest.fixture
def second(founded):
    """Return another user than the one who logs in."""
    return new_user(founded.archive, founded.offline_dir, PASSPHRASE, OWN)


@pytest.fixture
def desk(founded, second):
    unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor)
    with Keeper.connect(founded.archive) as keeper:
        yield Desk(keeper=keeper, archive=founded.archive)
    lock(founded.archive)


def approval(desk, by, **fields):
    return desk.draft(kind="approval/1", approves=new_id(), action="erase", by=by, **fields)


def asserts(desk, user, words, seen=None):
    def ask(statements):
        if seen is not None:
            seen.write_text("".join(f"{one.type} {one.fields['action']} {one.fields['by']}\n" for one in statements))
        return bytearray(words)

    return with_passphrase(desk.archive, user, ask)


def finished(desk, pending, assertion):
    (composed,) = desk.keeper.finish([(pending, assertion)])
    return read_disclosures(parse_jwt(composed.jwt), [text for group in composed.groups for text in group.disclosures])


def test_another_person_than_is_logged_in_approves_and_every_reader_can_tell(desk, founded, second, tmp_path):
    pendings = desk.keeper.prepare([approval(desk, second)])
    (assertion,) = asserts(desk, second, OWN, tmp_path / "seen")(pendings)
    statement = finished(desk, pendings[0], assertion)
    keys = listed(founded.archive)
    assert verify_asserted(statement, keylist=keys) == keys.user_key(second)
    verify_author(statement, keys.user_key(founded.actor).public)
    assert (tmp_path / "seen").read_text() == f"approval/1 erase {second}\n"


def test_a_draft_that_needs_a_person_is_not_signed_the_plain_way(desk, second):
    with pytest.raises(AssertionNeeded):
        desk.keeper.compose([desk.draft(predicate="x"), approval(desk, second)])
    later = replace(approval(desk, second), type="approval/9")  # a version that nobody knows needs one as well
    with pytest.raises(AssertionNeeded):
        desk.keeper.compose([later])
    assert desk.keeper.compose([desk.draft(predicate="x")])


def test_whoever_is_logged_in_cannot_assert_for_another(desk, founded, second):
    pendings = desk.keeper.prepare([approval(desk, second)])
    with pytest.raises(AssertionPersonRefuted):
        finished(desk, pendings[0], asserts(desk, founded.actor, PASSPHRASE)(pendings)[0])


def test_their_signature_under_another_name_is_refused(desk, founded, second):
    pendings = desk.keeper.prepare([approval(desk, second)])
    (mine,) = asserts(desk, founded.actor, PASSPHRASE)(pendings)
    with pytest.raises(AssertionRefuted):
        finished(desk, pendings[0], replace(mine, by=second))


def test_a_user_whom_no_list_names_asserts_nothing(desk):
    stranger = new_id()
    (pending,) = desk.keeper.prepare([approval(desk, stranger)])
    with pytest.raises(AssertionKeyUnknown):
        finished(desk, pending, KeyAssertion(by=stranger, signature=bytes(64)))


def test_an_assertion_is_good_for_one_statement(desk, second):
    first, other = desk.keeper.prepare([approval(desk, second), approval(desk, second)])
    (assertion,) = asserts(desk, second, OWN)([first])
    with pytest.raises(AssertionRefuted):
        finished(desk, other, assertion)
    assert finished(desk, first, assertion).type == "approval/1"


def test_an_assertion_is_not_good_for_the_same_draft_prepared_again(desk, second):
    draft = approval(desk, second)
    first, again = (desk.keeper.prepare([draft])[0] for _ in range(2))
    assert first.jti == again.jti
    (assertion,) = asserts(desk, second, OWN)([first])
    with pytest.raises(AssertionRefuted):
        finished(desk, again, assertion)


def test_what_was_prepared_is_good_for_one_attempt(desk, second):
    (pending,) = desk.keeper.prepare([approval(desk, second)])
    (assertion,) = asserts(desk, second, OWN)([pending])
    with pytest.raises(AssertionRefuted):
        finished(desk, pending, replace(assertion, signature=bytes(64)))
    with pytest.raises(PreparedGone):
        finished(desk, pending, assertion)


def test_a_draft_cannot_be_exchanged_between_the_two_steps(desk, second):
    """The second step names no draft at all; a handle of one's own making is none."""
    (pending,) = desk.keeper.prepare([approval(desk, second)])
    (assertion,) = asserts(desk, second, OWN)([pending])
    with pytest.raises(PreparedGone):
        finished(desk, replace(pending, handle=new_id()), assertion)
    assert finished(desk, pending, assertion).fields["action"] == "erase"


def test_of_several_at_once_one_bad_assertion_leaves_none_signed(desk, second):
    pendings = desk.keeper.prepare([approval(desk, second) for _ in range(3)])
    first, middle, last = asserts(desk, second, OWN)(pendings)
    with pytest.raises(AssertionRefuted):
        desk.keeper.finish(list(zip(pendings, (first, last, middle), strict=True)))
    with pytest.raises(PreparedGone):
        desk.keeper.finish([(pendings[0], first)])


def test_only_what_needs_a_person_is_prepared(desk):
    with pytest.raises(RequestRefused):
        desk.keeper.prepare([desk.draft(predicate="x")])
    with pytest.raises(RequestRefused):
        desk.keeper.prepare([approval(desk, new_id()) for _ in range(65)])


def test_a_flood_takes_the_oldest_place_and_no_more_memory(desk, second):
    (early,) = desk.keeper.prepare([approval(desk, second)])
    kept = []
    for _ in range(MOST_WAITING // 64 + 1):
        kept = desk.keeper.prepare([approval(desk, second) for _ in range(64)])
    (assertion,) = asserts(desk, second, OWN)([early])
    with pytest.raises(PreparedGone):
        finished(desk, early, assertion)
    (assertion,) = asserts(desk, second, OWN)(kept[-1:])
    assert finished(desk, kept[-1], assertion).type == "approval/1"


def test_a_lock_forgets_what_waits(desk, founded, second):
    (pending,) = desk.keeper.prepare([approval(desk, second)])
    (assertion,) = asserts(desk, second, OWN)([pending])
    lock(founded.archive)
    unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor)
    with Keeper.connect(founded.archive) as keeper, pytest.raises(PreparedGone):
        keeper.finish([(pending, assertion)])


def test_a_key_that_was_taken_back_asserts_nothing_more(founded, second):
    kid = listed(founded.archive).user_key(second).kid
    revoke(founded.archive, founded.offline_dir, PASSPHRASE, kid)
    unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor)
    with Keeper.connect(founded.archive) as keeper:
        desk = Desk(keeper=keeper, archive=founded.archive)
        (pending,) = keeper.prepare([approval(desk, second)])
        (assertion,) = asserts(desk, second, OWN)([pending])
        with pytest.raises(UserRevoked):
            finished(desk, pending, assertion)
    lock(founded.archive)


def test_a_wrong_passphrase_an_unknown_user_and_a_person_who_will_not(desk, second):
    (pending,) = desk.keeper.prepare([approval(desk, second)])
    with pytest.raises(WrongPassphrase):
        asserts(desk, second, PASSPHRASE)([pending])
    with pytest.raises(UserUnknown):
        asserts(desk, new_id(), OWN)([pending])

    def interrupted(_statements):
        raise KeyboardInterrupt

    with pytest.raises(AssertionGivenUp):
        with_passphrase(desk.archive, second, interrupted)([pending])


def test_what_is_shown_is_what_is_signed(desk, second):
    """A desk that shows another statement than the keeper holds has the person sign for nothing."""
    shown, held = desk.keeper.prepare([approval(desk, second, note="shown"), approval(desk, second, note="held")])
    forged = replace(shown, handle=held.handle)
    (assertion,) = asserts(desk, second, OWN)([forged])
    with pytest.raises(AssertionRefuted):
        finished(desk, forged, assertion)


def test_one_person_asserts_so_many_in_an_hour_also_over_a_lock(founded, second):
    """Control: another person still may, and the limit is not reached by what was refused."""
    text = founded.archive.config.read_text()
    founded.archive.config.write_text(text.replace("assertions_per_hour = 200", "assertions_per_hour = 3"))
    given = 0
    for _ in range(2):
        unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor)
        with Keeper.connect(founded.archive) as keeper:
            desk = Desk(keeper=keeper, archive=founded.archive)
            for _ in range(2):
                (pending,) = keeper.prepare([approval(desk, second)])
                (assertion,) = asserts(desk, second, OWN)([pending])
                if given == 3:
                    with pytest.raises(AssertionLimit):
                        finished(desk, pending, assertion)
                else:
                    finished(desk, pending, assertion)
                    given += 1
            (pending,) = keeper.prepare([approval(desk, founded.actor)])
            (assertion,) = asserts(desk, founded.actor, PASSPHRASE)([pending])
            assert finished(desk, pending, assertion)
        lock(founded.archive)
    assert given == 3


def test_a_batch_over_the_limit_is_refused_whole_and_counts_nothing(founded, second):
    text = founded.archive.config.read_text()
    founded.archive.config.write_text(text.replace("assertions_per_hour = 200", "assertions_per_hour = 3"))
    unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor)
    with Keeper.connect(founded.archive) as keeper:
        desk = Desk(keeper=keeper, archive=founded.archive)
        for count in (4, 3):
            pendings = keeper.prepare([approval(desk, second) for _ in range(count)])
            asserted = list(zip(pendings, asserts(desk, second, OWN)(pendings), strict=True))
            if count == 4:
                with pytest.raises(AssertionLimit):
                    keeper.finish(asserted)
            else:
                assert len(keeper.finish(asserted)) == 3
    lock(founded.archive)
