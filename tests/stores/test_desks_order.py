# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever the order in which packs of two desks are heard of, the tables are the same, row for row."""

import random
from datetime import timedelta

import pytest
from archive_kit import CASE, drafts, found, person, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from two_desks import Desk, second_desk

from sviedka.store import projecting
from sviedka.store.admission import admit
from sviedka.store.connect import disconnect, open_database
from sviedka.store.pack_reading import PackReader
from sviedka.store.place import FilePlace
from sviedka.store.rows import one_transaction, write_pack, write_rows
from sviedka.store.upkeep.dumping import digest_tables
from sviedka.vault.packs import list_packs

KEY = bytearray(32)
SUBJECTS = [f"{number:032x}" for number in range(1, 4)]
LABELS = ["s-1", "s-2"]


def make_world(folder, seed):
    """Let two desks state what they will of few things, with clocks apart, and hear of one another now and then."""
    from dataclasses import replace

    chance = random.Random(seed)
    between = folder / "between"
    between.mkdir()
    minsk = Desk(found(folder))
    desks = [minsk, second_desk(minsk)]
    people = [person(minsk.keeper, f"Pseudonym {number}") for number in range(2)]
    minsk.admit(*people)
    minsk.send(between)
    desks[1].receive(between)  # so that both hold the people's cells
    for turn in range(14):
        desk = chance.choice(desks)
        disconnect()
        said = [_saying(chance, people) for _ in range(chance.randint(1, 3))]
        drafted = drafts(desk.archive, desk.keeper, said)
        skewed = [replace(one, at=one.at + timedelta(seconds=chance.randint(-3, 3))) for one in drafted]
        admit(desk.archive, desk.keeper, skewed)
        if turn % 5 == 4:
            desk.send(between)
            other = desks[1 - desks.index(desk)]
            assert [one.failure for one in other.receive(between)] == [None]
    disconnect()
    return desks


def _saying(chance, people):
    if chance.random() < 0.4:
        who = chance.choice(people)
        again = {**who.fields, "pseudonym": f"Pseudonym {chance.randint(0, 99)}"}
        return type(who)(
            jti=f"{chance.getrandbits(128):032x}", case=CASE, type=who.type, subject=who.subject, fields=again
        )
    label = {"label": chance.choice(LABELS)} if chance.random() < 0.5 else {}
    return source(f"Title {chance.randint(0, 99)}", subject=chance.choice(SUBJECTS), **label)


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The packs of both desks, read and checked: a list of logs for each of three worlds."""
    worlds = []
    for seed in range(3):
        desks = make_world(tmp_path_factory.mktemp(f"world-{seed}"), seed)
        worlds.append([_packs(desk) for desk in desks])
    return worlds


def _packs(desk):
    name = desk.keeper.facts().origin.partition("/")[2]
    reader = PackReader(desk.keeper._service.job_keys(), name)
    return [(name, reader.read(first)) for first in list_packs(desk.archive, name)]


def fold_in_order(path, packs):
    database = open_database(FilePlace(path=path), KEY)
    try:
        for name, pack in packs:
            with one_transaction(database):
                write_rows(database, pack.folded)
                write_pack(database, desk=name, first_index=pack.first_index, count=len(pack.folded))
        return digest_tables(database)
    finally:
        disconnect()
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()


def interleaved(logs, turns):
    """Give the packs of both logs, each in its own order, the next one taken from where `turns` says."""
    waiting = [list(log) for log in logs]
    order = [waiting[turn].pop(0) for turn in turns if waiting[turn]]
    return [*order, *waiting[1], *waiting[0]]


TURNS = st.lists(st.integers(0, 1), max_size=40)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=TURNS, world=st.integers(0, 2))
def test_50_interleavings_come_to_the_same(logs, tmp_path, turns, world):
    straight = [*logs[world][0], *logs[world][1]]
    assert fold_in_order(tmp_path / "a.db", interleaved(logs[world], turns)) == fold_in_order(
        tmp_path / "b.db", straight
    )


@pytest.mark.long
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=TURNS, world=st.integers(0, 2))
def test_500_interleavings_come_to_the_same(logs, tmp_path, turns, world):
    straight = [*logs[world][0], *logs[world][1]]
    assert fold_in_order(tmp_path / "a.db", interleaved(logs[world], turns)) == fold_in_order(
        tmp_path / "b.db", straight
    )


def test_control_the_last_comer_would_win_without_the_rank(logs, tmp_path, monkeypatch):
    sql = projecting.PERSON.partition(" WHERE ")[0]

    def unranked(packs):
        from dataclasses import replace

        for name, pack in packs:
            folded = tuple(
                replace(one, rows=tuple((sql if text == projecting.PERSON else text, row) for text, row in one.rows))
                for one in pack.folded
            )
            yield name, replace(pack, folded=folded)

    differing = 0
    for number, log in enumerate(logs):
        one = fold_in_order(tmp_path / f"{number}-a.db", unranked([*log[0], *log[1]]))
        other = fold_in_order(tmp_path / f"{number}-b.db", unranked([*log[1], *log[0]]))
        differing += one["store_person"] != other["store_person"]
    assert differing > 0
