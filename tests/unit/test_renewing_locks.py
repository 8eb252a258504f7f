# SPDX-License-Identifier: AGPL-3.0-or-later
"""When locks are made longer, against a store that does, refuses, or says yes and does nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from sviedka.cli.copies import locks_failure
from sviedka.vault.layout import Archive
from sviedka.vault.replica.errors import ReplicaDenied
from sviedka.vault.replica.journal import Record, record_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import ReplicaEntry
from sviedka.vault.replica.renewing import renew_locks
from sviedka.vault.replica.running import Outcome
from sviedka.vault.replica.store import Lock

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
OLD = "changing/" + "a" * 64 + "/logs/minsk-1/checkpoint"
NEW = "changing/" + "b" * 64 + "/logs/minsk-1/checkpoint"


class Store:
    """Locks for ten days; its `way` is what it does when it is to lengthen one."""

    span = timedelta(days=10)

    def __init__(self, ends, way="does"):
        self.ends = dict(ends)
        self.way = way
        self.asked = []

    def look(self, name):
        return Lock(until=self.ends[name], seen=NOW)

    def lengthen(self, names, until):
        names = list(names)
        self.asked.append(names)
        if self.way == "refuses":
            raise ReplicaDenied("no")
        if self.way == "does":
            self.ends |= dict.fromkeys(names, until)


def record(number, *names):
    return Record(
        archive="c" * 64,
        replica="abroad",
        holds="payloads",
        number=number,
        at=NOW,
        previous=None if number == 1 else "d" * 64,
        complete=True,
        files=dict.fromkeys(names, "e" * 64),
    )


RECORDS = (record(1, "objects/one", OLD), record(2, NEW), record(3, "objects/three"))


def store(way="does", **days):
    """A store where each record has so many days left; ten where nothing is said."""
    left = {number: days.get(f"record_{number}", 10) for number in (1, 2, 3)}
    return Store({record_name(number): NOW + timedelta(days=some) for number, some in left.items()}, way)


@pytest.fixture
def memory(tmp_path):
    return Memory(Archive(root=tmp_path), "abroad")


def test_only_what_is_in_its_second_half_is_lengthened_the_record_last(memory):
    place = store(record_1=4.9, record_2=5)
    assert renew_locks(place, memory, RECORDS) is None
    assert place.asked == [["objects/one"], [record_name(1)]], "what a newer version replaced is of no use"
    assert memory.locks() == {1: NOW + Store.span, 2: NOW + timedelta(days=5), 3: NOW + Store.span}


def test_a_refusal_is_told_with_the_first_end_and_asked_for_once(memory):
    place = store("refuses", record_1=4, record_2=3)
    short = renew_locks(place, memory, RECORDS)
    assert (short.until, short.files, short.ended) == (NOW + timedelta(days=3), 2, False)
    assert len(place.asked) == 1


def test_a_store_that_says_yes_and_does_nothing_is_found_out(memory):
    short = renew_locks(store("says yes", record_2=1), memory, RECORDS)
    assert (short.until, short.files) == (NOW + timedelta(days=1), 1)


def test_what_somebody_else_lengthened_is_seen(memory):
    renew_locks(store("refuses", record_1=4), memory, RECORDS)
    assert renew_locks(store("refuses"), memory, RECORDS) is None


@pytest.mark.parametrize(("left", "code"), [(3, None), (-1, "unavailable.replica-lock")])
def test_a_lock_that_has_ended_is_a_failure_one_that_will_is_not(memory, left, code):
    short = renew_locks(store("refuses", record_1=left), memory, RECORDS)
    entry = ReplicaEntry(name="abroad", holds="payloads", bucket="bucket", retention_days=10)
    failure = locks_failure(Outcome(entry=entry, copied=0, failure=None, findings=(), short=short))
    assert (failure and failure.code) == code
    assert short.ended == (code is not None)
