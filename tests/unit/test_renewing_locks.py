# SPDX-License-Identifier: AGPL-3.0-or-later
"""When locks are made longer, against a store that does, refuses, or says yes and does nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from sviedka.cli.copies import locks_failure
from sviedka.vault.layout import Archive
from sviedka.vault.replica.bucket_headers import NEVER, lock_end, store_time
from sviedka.vault.replica.errors import ReplicaDenied
from sviedka.vault.replica.journal import Record, record_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import ReplicaEntry
from sviedka.vault.replica.renewing import renew_locks
from sviedka.vault.replica.running import Outcome

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
OLD = "changing/" + "a" * 64 + "/logs/minsk-1/checkpoint"
NEW = "changing/" + "b" * 64 + "/logs/minsk-1/checkpoint"


class Store:
    """Locks for ten days; its `way` is what it does when it is to lengthen one."""

    span = timedelta(days=10)

    def __init__(self, ends, way="does"):
        self.held = dict(ends)
        self.way = way
        self.asked, self.looked = [], []

    def now(self, _name):
        return NOW

    def ends(self, names):
        self.looked += names
        return {name: self.held.get(name, NEVER) for name in names}

    def lengthen(self, names, until):
        self.asked.append(list(names))
        if self.way == "refuses":
            raise ReplicaDenied("no")
        if self.way == "does":
            self.held |= {name: until for name in names if name in self.held}


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


FILES = {"one": "objects/one", "new": NEW, "three": "objects/three", "record_1": record_name(1)}
RECORDS = (record(1, "objects/one", OLD), record(2, NEW), record(3, "objects/three"))


def store(way="does", **days):
    """A store where some files have so many days left, and all others ten."""
    ends = {name: 10 for one in RECORDS for name in (*one.files, record_name(one.number))}
    ends |= {FILES[name]: some for name, some in days.items()}
    return Store({name: NOW + timedelta(days=some) for name, some in ends.items()}, way)


@pytest.fixture
def memory(tmp_path):
    return Memory(Archive(root=tmp_path), "abroad")


def test_only_what_is_in_its_second_half_is_lengthened(memory):
    place = store(one=4.9, new=5, record_1=5000)
    assert renew_locks(place, memory, RECORDS) is None
    assert place.asked == [["objects/one"]], "whatever the record's own lock is"
    assert OLD not in place.looked, "what a newer version replaced is of no use"
    assert memory.locks() == {1: NOW + Store.span, 2: NOW + timedelta(days=5), 3: NOW + Store.span}
    place.looked.clear()
    assert renew_locks(place, memory, RECORDS) is None
    assert place.looked == [], "noted, so that nobody asks for each file at each run"


def test_a_refusal_is_told_with_the_first_end_and_asked_for_once(memory):
    place = store("refuses", one=4, new=3)
    short = renew_locks(place, memory, RECORDS)
    assert (short.until, short.files, short.ended) == (NOW + timedelta(days=3), 2, False)
    assert len(place.asked) == 1


def test_a_store_that_says_yes_and_does_nothing_is_found_out(memory):
    short = renew_locks(store("says yes", new=1), memory, RECORDS)
    assert (short.until, short.files) == (NOW + timedelta(days=1), 1)


def test_what_somebody_else_lengthened_is_seen(memory):
    renew_locks(store("refuses", one=4, three=4), memory, RECORDS)
    assert renew_locks(store("refuses"), memory, RECORDS) is None


def test_what_is_gone_is_no_lock_that_was_made_longer(memory):
    place = store(record_1=4)
    del place.held["objects/one"]
    short = renew_locks(place, memory, RECORDS)
    assert (short.files, short.ended) == (1, True)


@pytest.mark.parametrize(("left", "code"), [(3, None), (-1, "unavailable.replica-lock")])
def test_a_lock_that_has_ended_is_a_failure_one_that_will_is_not(memory, left, code):
    short = renew_locks(store("refuses", one=left), memory, RECORDS)
    entry = ReplicaEntry(name="abroad", holds="payloads", bucket="bucket", retention_days=10)
    failure = locks_failure(Outcome(entry=entry, copied=0, failure=None, findings=(), short=short))
    assert (failure and failure.code) == code
    assert short.ended == (code is not None)


@pytest.mark.parametrize(
    ("lock", "date", "seen"),
    [
        ("9999-12-31T23:59:59-01:00", "Sat, 28 Nov 2026 14:00:00 GMT", NEVER),
        ("2027-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 -0100", datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("tomorrow", "now", NEVER),
    ],
)
def test_no_time_that_a_store_tells_makes_it_stumble(lock, date, seen):
    headers = {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": lock, "date": date}
    assert lock_end(headers) == seen
    assert store_time(headers) in {NEVER, datetime(2026, 11, 28, 14, tzinfo=UTC)}
