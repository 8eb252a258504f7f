# SPDX-License-Identifier: AGPL-3.0-or-later
"""Approvals: recorded with the approver's own assertion, found by action and person, checked again at each rebuild."""

import pytest
from archive_kit import PASSPHRASE, admit_all, drafts, sign_unasserted, source

from sviedka.core.base.ids import SubjectId
from sviedka.core.base.schema import DoesNotFit
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.errors import AssertionGivenUp
from sviedka.store.admission import Writer
from sviedka.store.approving import StatementUnknown, approve, find_approvals
from sviedka.store.asserted_admission import HeadsMoved, admit_asserted
from sviedka.store.drafting import Saying
from sviedka.store.pack_reading import PackRefuted
from sviedka.store.session import open_for_admission, open_store
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.entropy import new_id


def asserting(archive, keeper):
    return with_passphrase(archive, keeper.keyring.actor, lambda _: bytearray(PASSPHRASE))


def approve_it(archive, keeper, statement, action="erase"):
    actor = keeper.keyring.actor
    return approve(archive, keeper, statement, action=action, by=actor, assertor=asserting(archive, keeper))


def test_an_approval_is_found_by_what_it_approves_and_for_what(archive, keeper):
    (said, other) = admit_all(archive, keeper, [source(), source()])
    approved = approve_it(archive, keeper, said.jti)
    database = open_store(archive, keeper)
    (found,) = find_approvals(database, said.jti, "erase")
    assert (found.jti, found.by) == (approved.jti, keeper.keyring.actor)
    assert find_approvals(database, said.jti, "release") == ()
    assert find_approvals(database, other.jti, "erase") == ()


def test_who_approves_twice_counts_once(archive, keeper):
    (said,) = admit_all(archive, keeper, [source()])
    first = approve_it(archive, keeper, said.jti)
    again = approve_it(archive, keeper, said.jti)
    assert first.jti != again.jti
    assert [one.jti for one in find_approvals(open_store(archive, keeper), said.jti, "erase")] == [first.jti]


def test_nothing_is_recorded_of_what_does_not_exist_or_was_not_asserted(archive, keeper):
    (said,) = admit_all(archive, keeper, [source()])
    with pytest.raises(StatementUnknown):
        approve_it(archive, keeper, new_id())
    with pytest.raises(DoesNotFit):
        approve_it(archive, keeper, said.jti, action="Erase it")

    def unwilling(_pending):
        raise AssertionGivenUp("no")

    with pytest.raises(AssertionGivenUp):
        approve(archive, keeper, said.jti, action="erase", by=keeper.keyring.actor, assertor=unwilling)
    assert find_approvals(open_store(archive, keeper), said.jti, "erase") == ()
    assert len(keeper.keyring.waiting) == 1  # it waits there until it is too old, and harms nobody


def test_who_was_asked_before_something_else_came_is_asked_again(archive, keeper):
    (said,) = admit_all(archive, keeper, [source()])
    willing = asserting(archive, keeper)

    def slow(pending):
        approve_it(archive, keeper, said.jti)  # somebody else's, of the same statement
        return willing(pending)

    with pytest.raises(HeadsMoved):
        approve(archive, keeper, said.jti, action="erase", by=keeper.keyring.actor, assertor=slow)
    assert len(find_approvals(open_store(archive, keeper), said.jti, "erase")) == 1
    assert approve_it(archive, keeper, said.jti)


def test_the_same_approval_again_asks_nobody_and_adds_nothing(archive, keeper):
    (said,) = admit_all(archive, keeper, [source()])
    saying = approval_of(keeper, said)
    (draft,) = drafts(archive, keeper, [saying])
    (first,) = admit_asserted(archive, keeper, [draft], asserting(archive, keeper))

    def nobody(_pending):
        raise AssertionError("asked again")

    (again,) = admit_asserted(archive, keeper, [draft], nobody)
    assert (again.leaf_index, again.already) == (first.leaf_index, True)


def test_a_rebuild_checks_each_assertion_again(archive, keeper):
    (said,) = admit_all(archive, keeper, [source()])
    approve_it(archive, keeper, said.jti)
    keeper.run_job("sviedka.store.rebuild:job", {})
    assert len(find_approvals(open_store(archive, keeper), said.jti, "erase")) == 1


def test_a_rebuild_refuses_an_approval_that_nobody_stood_behind(archive, keeper):
    """Signed with the desk's and the author's real keys, as a patched keeper could: what is missing is the person."""
    (said,) = admit_all(archive, keeper, [source()])
    (draft,) = drafts(archive, keeper, [approval_of(keeper, said)])
    put(archive, keeper, [draft], lambda listed: sign_unasserted(keeper.keyring, listed))
    with pytest.raises(PackRefuted, match=r"unproven\.assertion-withheld"):
        keeper.run_job("sviedka.store.rebuild:job", {})


def put(archive, keeper, listed, composing):
    """Write what `composing` signs past all that the keeper refuses."""
    with admission_lock(archive):
        database = open_for_admission(archive, keeper)
        writer = Writer(archive, keeper, database, keeper.facts())
        named = writer.with_heads(listed, {})
        writer.write(named, composing(named))


def approval_of(keeper, said):
    return Saying(
        jti=new_id(),
        case=SubjectId("c" * 32),
        type="approval/1",
        subject=SubjectId(said.jti),
        fields={"approves": said.jti, "action": "erase", "by": keeper.keyring.actor},
    )
