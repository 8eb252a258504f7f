# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every write of one seal and record, cut to half by the kernel: the rest is written after it, nothing is torn and nothing lost."""

import os
import secrets

import pytest
from short_writes import run_with_short_write


def seal_and_record(archive, source):
    """Return an action that seals a small and a larger file and records a person and a source."""
    from writers import record_one, seal_one

    from sviedka.keeper.client import Keeper

    def action(say):
        word = os.urandom(6).hex()
        with Keeper.connect(archive) as keeper:
            for size in (3_000, 1_500_000):
                seal_one(archive, keeper, source, size, lambda told: say(told.encode() + b"\n"))
            record_one(archive, keeper, source, word, lambda told: say(told.encode() + b"\n"))

    return action


@pytest.mark.timeout(300)
def test_no_short_write_tears_or_loses_anything(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, every={"write": 1, "pwrite64": 10})


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_short_write_of_all_tears_or_loses_anything(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, every={"write": 1, "pwrite64": 1})


def run_campaign(archive, tmp_path, record_property, every):
    """Cut each `every[name]`-th call, beginning anywhere."""
    from fault_archive import verify_nothing_lost
    from writers import parse

    from sviedka.store.connect import disconnect

    source = tmp_path / "source"
    source.mkdir()
    action = seal_and_record(archive, source)
    disconnect()
    run_with_short_write(action)  # the first one also states the archive's own facts
    run, counts, _ = run_with_short_write(action)
    assert run.status == 0
    items, labels, cuts, runs = {}, set(), 0, 0
    for name, times in sorted(counts.items()):
        for when in range(1 + secrets.randbelow(every[name]), times + 1, every[name]):
            run, _, cut = run_with_short_write(action, name, when)
            runs, cuts = runs + 1, cuts + cut
            assert run.status in {0, 50}, (name, when, run)
            more = parse(run.said.decode().splitlines())
            items, labels = items | more[0], labels | more[1]
    verify_nothing_lost(archive, items, labels)
    record_property(
        "counted", f"{cuts} short writes in {runs} runs {counts}: {len(items)} items and {len(labels)} records, 0 torn"
    )
    assert cuts > 20
    assert counts.keys() == {"write", "pwrite64"}, "the vault writes with one, SQLite with the other"


def test_control_a_writer_that_does_not_look_is_torn(tmp_path):
    path = tmp_path / "file"

    def careless(say):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.write(handle, b"x" * 1000)
        say(b"acknowledged")

    run, counts, _ = run_with_short_write(careless)
    assert (run.said, counts, path.stat().st_size) == (b"acknowledged", {"write": 1}, 1000)
    path.unlink()
    run, _, cut = run_with_short_write(careless, "write", 1)
    assert (run.said, cut, path.stat().st_size) == (b"acknowledged", True, 500)
