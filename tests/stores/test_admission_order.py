# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements go in whole or not at all, in the order of the design, and once however often they are offered."""

import multiprocessing
import os
import signal
import threading
from dataclasses import replace

import pytest
from archive_kit import CASE, LocalKeeper, claim, drafts, person, source

from sviedka.core.base.errors import Malformed, Refuted, Unavailable
from sviedka.store import admission
from sviedka.store.admission import admit
from sviedka.store.connect import current_database, disconnect
from sviedka.store.errors import JtiReused, PacksMissing
from sviedka.store.models import Head, Passage, Statement, Supersession
from sviedka.store.scope import in_cases, whole_archive
from sviedka.store.session import open_store
from sviedka.store.upkeep.dumping import count_rows, digest_tables
from sviedka.vault.entropy import new_id
from sviedka.vault.packs import StaleWriter, list_packs

REPLAY = "sviedka.store.replay:job"


def admit_sources(archive, keeper, *titles, **options):
    return admit(archive, keeper, drafts(archive, keeper, [source(title) for title in titles]), **options)


def jtis():
    with whole_archive():
        return set(Statement.objects.values_list("jti", flat=True))


def test_what_was_admitted_is_there_in_the_order_given(archive, keeper):
    admitted = admit_sources(archive, keeper, "one", "two", "three")
    assert [one.leaf_index for one in admitted] == [2, 3, 4]
    assert not any(one.already for one in admitted)
    with in_cases(CASE):
        found = {row.leaf_index: row.jti for row in Statement.objects.all()}
    assert [found[index] for index in (2, 3, 4)] == [one.jti for one in admitted]


def test_the_archive_states_its_key_list_and_epoch_first_and_once(archive, keeper):
    admit_sources(archive, keeper, "one")
    admit_sources(archive, keeper, "two")
    with whole_archive():
        types = list(Statement.objects.order_by("leaf_index").values_list("type", flat=True))
    assert types == ["key.listed/1", "epoch.begun/1", "source/1", "source/1"]


def test_nothing_of_a_statement_lies_readable_in_the_archive(archive, keeper):
    admit_sources(archive, keeper, "canary-title-of-a-source")
    disconnect()
    for path in archive.root.rglob("*"):
        if path.is_file():
            assert b"canary-title" not in path.read_bytes(), path


def test_control_the_canary_is_found_once_the_passages_are_open(archive, keeper):
    admit_sources(archive, keeper, "canary-title-of-a-source")
    with in_cases(CASE):
        (passage,) = Passage.objects.all()
        statement = Statement.objects.get()
    from sviedka.core.seal.statement import parse_jwt, read_disclosures

    read = read_disclosures(parse_jwt(statement.jwt.encode()), passage.disclosures)
    assert read.fields["title"] == "canary-title-of-a-source"


def test_groups_become_packs(archive, keeper):
    admit_sources(archive, keeper, *(f"source {number}" for number in range(10)), group=4)
    assert list_packs(archive, "minsk-1") == [0, 4, 8]
    assert count_rows(current_database())["store_pack"] == 3


def test_offered_again_nothing_is_added(archive, keeper):
    offered = drafts(archive, keeper, [source("one"), source("two")])
    first = admit(archive, keeper, offered)
    before = digest_tables(current_database())
    again = admit(archive, keeper, offered)
    assert [(one.jti, one.leaf_index) for one in again] == [(one.jti, one.leaf_index) for one in first]
    assert all(one.already for one in again)
    assert digest_tables(current_database()) == before
    assert len(list_packs(archive, "minsk-1")) == 1


def test_the_same_statement_twice_in_one_call_is_one_leaf(archive, keeper):
    (draft,) = drafts(archive, keeper, [source("one")])
    first, second = admit(archive, keeper, [draft, draft])
    assert first.leaf_index == second.leaf_index


@pytest.mark.parametrize("together", [True, False])
def test_another_content_under_a_known_id_is_refused(archive, keeper, together):
    jti, subject = new_id(), new_id()
    one, other = drafts(archive, keeper, [source(title, jti=jti, subject=subject) for title in ("one", "other")])
    if not together:
        admit(archive, keeper, [one])
    with pytest.raises(JtiReused):
        admit(archive, keeper, [one, other] if together else [other])
    assert (jti in jtis()) is not together


def test_a_statement_names_the_heads_of_its_subject_and_takes_their_place(archive, keeper):
    subject = new_id()
    offered = drafts(archive, keeper, [source(f"version {number}", subject=subject) for number in range(3)])
    first = admit(archive, keeper, offered[:1])
    later = admit(archive, keeper, offered[1:])
    with in_cases(CASE):
        assert [head.jti for head in Head.objects.filter(subject=subject)] == [later[-1].jti]
        named = {row.statement_id: row.old for row in Supersession.objects.all()}
    assert named == {later[0].jti: first[0].jti, later[1].jti: later[0].jti}


def test_a_pack_that_cannot_be_written_leaves_no_row(archive, keeper, monkeypatch):
    admit_sources(archive, keeper, "one")
    before = digest_tables(current_database())

    def full(*_args):
        from sviedka.vault.durable import DiskFull

        raise DiskFull("The disk is full; nothing more was written.")

    monkeypatch.setattr(admission, "put_pack", full)
    with pytest.raises(Unavailable, match="full"):
        admit_sources(archive, keeper, "two")
    assert digest_tables(current_database()) == before
    monkeypatch.undo()
    assert admit_sources(archive, keeper, "two")[0].leaf_index == 3


def _die(archive, point):
    """Admit in a process of its own and be killed at `point`."""
    real = admission.put_pack

    def put_pack(*args):
        if point == "before the pack":
            os.kill(os.getpid(), signal.SIGKILL)
        real(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    admission.put_pack = put_pack
    disconnect()
    admit_sources(archive, LocalKeeper(archive), "killed")


@pytest.mark.parametrize(("point", "kept"), [("before the pack", 1), ("between pack and commit", 2)])
def test_a_kill_is_put_right_by_the_next_start(archive, keeper, point, kept):
    admit_sources(archive, keeper, "one")
    disconnect()
    child = multiprocessing.get_context("fork").Process(target=_die, args=(archive, point))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    open_store(archive, keeper)
    with in_cases(CASE):
        assert Statement.objects.count() == kept
    assert keeper.jobs == ([REPLAY] if kept == 2 else [])
    (next_one,) = admit_sources(archive, keeper, "two")
    assert next_one.leaf_index == 2 + kept
    assert (archive.desk_packs("minsk-1") / "SHA256SUMS").read_text().count("\n") == len(list_packs(archive, "minsk-1"))


def test_what_was_killed_after_its_pack_is_known_when_it_is_offered_again(archive, keeper):
    (draft,) = drafts(archive, keeper, [source("one")])
    real = admission.put_pack

    def put_pack_then_fail(*args):
        real(*args)
        raise KeyboardInterrupt

    admission.put_pack = put_pack_then_fail
    try:
        with pytest.raises(KeyboardInterrupt):
            admit(archive, keeper, [draft])
    finally:
        admission.put_pack = real
    (again,) = admit(archive, keeper, [draft])
    assert again.already
    assert again.leaf_index == 2


def test_a_writer_whose_lock_did_not_hold_takes_in_what_another_wrote_and_goes_on(archive, keeper):
    """On a folder without working locks two writers may both believe they are alone; the pack's name decides."""
    admit_sources(archive, keeper, "zero")
    real, intruded, put_pack = keeper.compose, [], admission.put_pack

    class Ended(BaseException):
        """As a kill would, between pack and commit."""

    def put_pack_then_end(*args):
        put_pack(*args)
        raise Ended

    def intrude(*titles):
        other = LocalKeeper(archive)
        facts = other.facts()
        database = open_store(archive, other)
        writer = admission.Writer(archive, other, database, facts)
        offered = drafts(archive, other, [source(title) for title in titles])
        admission.put_pack = put_pack_then_end
        with pytest.raises(Ended):
            writer.run(offered, 8)
        admission.put_pack = put_pack
        disconnect()

    def compose(listed):
        if not intruded:
            intruded.append(True)
            thread = threading.Thread(target=intrude, args=("theirs",))
            thread.start()
            thread.join()
        return real(listed)

    keeper.compose = compose
    (ours,) = admit_sources(archive, keeper, "ours")
    assert ours.leaf_index == 4
    assert keeper.jobs == [REPLAY]
    with in_cases(CASE):
        assert Statement.objects.count() == 3


def test_control_a_pack_is_never_written_over(archive, keeper):
    from sviedka.vault.packs import put_pack

    admit_sources(archive, keeper, "one")
    with pytest.raises(StaleWriter):
        put_pack(archive, "minsk-1", 0, b"other")


def test_packs_that_were_taken_away_stop_the_writer(archive, keeper):
    admit_sources(archive, keeper, "one")
    admit_sources(archive, keeper, "two")
    disconnect()
    archive.pack("minsk-1", 3).unlink()
    with pytest.raises(PacksMissing):
        admit_sources(archive, keeper, "three")


def swap(composed):
    return [composed[1], composed[0], *composed[2:]]


def drop_a_disclosure(composed):
    first, *rest = composed[1].groups
    groups = (replace(first, disclosures=first.disclosures[:-1]), *rest)
    return [composed[0], replace(composed[1], groups=groups), *composed[2:]]


def exchange_sealed(composed):
    return [composed[0], replace(composed[1], sealed=composed[0].sealed), *composed[2:]]


def exchange_a_disclosure(composed):
    first, *rest = composed[1].groups
    other = composed[0].groups[0].disclosures[0]
    groups = (replace(first, disclosures=(other, *first.disclosures[1:])), *rest)
    return [composed[0], replace(composed[1], groups=groups), *composed[2:]]


@pytest.mark.parametrize("read_back_every", [1, 100])
@pytest.mark.parametrize("wrong", [swap, drop_a_disclosure, exchange_a_disclosure, exchange_sealed])
def test_what_the_keeper_did_not_seal_as_it_was_asked_is_not_admitted(archive, keeper, wrong, read_back_every):
    admit(archive, keeper, [])
    real = keeper.compose
    keeper.compose = lambda listed: wrong(real(listed))
    with pytest.raises((Refuted, Malformed)):
        admit(
            archive,
            keeper,
            drafts(archive, keeper, [source("one"), source("two"), source("three")]),
            read_back_every=read_back_every,
        )
    assert list_packs(archive, "minsk-1") == [0]


def test_control_what_was_sealed_as_asked_is_admitted_either_way(archive, keeper):
    for every in (1, 2, 100):
        offered = drafts(archive, keeper, [source("one"), source("two")])
        assert len(admit(archive, keeper, offered, read_back_every=every)) == 2


def _admit_many(archive, number, barrier):
    disconnect()
    keeper = LocalKeeper(archive)
    barrier.wait()
    for turn in range(5):
        admit_sources(archive, keeper, f"writer {number} turn {turn}")


def test_four_writers_at_once_queue_and_lose_nothing(archive, keeper):
    admit_sources(archive, keeper, "zero")
    disconnect()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(4)
    writers = [context.Process(target=_admit_many, args=(archive, number, barrier)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0, 0]
    open_store(archive, keeper)
    with whole_archive():
        assert sorted(Statement.objects.values_list("leaf_index", flat=True)) == list(range(23))


def test_what_is_told_of_a_person_lies_under_their_cell(archive, keeper):
    somebody = person(keeper)
    said = claim(about={"person": somebody.subject}, persons=[{"person": somebody.subject}])
    admit(archive, keeper, drafts(archive, keeper, [somebody, said]))
    cell, archive_cell = somebody.fields["cell"], keeper.facts().archive_cell
    with in_cases(CASE):
        cells = {row.cells for row in Passage.objects.filter(statement_id=said.jti)}
    assert cells == {(cell,), (archive_cell,)}
