# SPDX-License-Identifier: AGPL-3.0-or-later
"""The power goes at random moments under four writers, on ext4 and on xfs: what was acknowledged is there at the next start.

Acknowledgements are counted strictly before the cut: what a writer says after it, nobody can have heard.
"""

import os
import secrets
import sqlite3
import time
from contextlib import closing

import pytest
from loop_disk import loop_disk
from machine import Machine

pytestmark = pytest.mark.root

CUTS_ON_ONE_DISK = 50
LONG = {"ext4": 300, "xfs": 100}
SHORT = {"ext4": 30, "xfs": 10}


def found(disk):
    """A new archive on the disk; returned only when it is founded, which is an acknowledgement too."""
    from fault_archive import found_cheaply

    return found_cheaply(disk.mountpoint)


class Campaign:
    """Cuts on one kind of disk, and all that was acknowledged on the way."""

    def __init__(self, folder, kind, lamed=None):
        self.folder, self.kind, self.lamed = folder, kind, lamed
        self.cuts = self.items = self.labels = 0
        self.source = folder / "source"
        self.source.mkdir()

    def run(self, cuts):
        """Cut `cuts` times, on new disks every now and then, since each look reads everything."""
        while cuts:
            share = min(cuts, CUTS_ON_ONE_DISK)
            self._run_on_one_disk(share)
            cuts -= share

    def _run_on_one_disk(self, cuts):
        with loop_disk(self.folder, self.kind) as disk:
            archive, known = found(disk), ({}, set())
            for _ in range(cuts):
                known = self._start_and_cut(disk, archive, known)
                self.cuts += 1
            self._start_and_cut(disk, archive, known, last=True)
            self.items, self.labels = self.items + len(known[0]), self.labels + len(known[1])

    def _start_and_cut(self, disk, archive, known, *, last=False):
        from writers import WRITERS, boot, parse

        machine = Machine(boot(archive, self.source, self.cuts, known, self.lamed))
        try:
            began = time.monotonic()
            machine.wait_for(lambda lines: "looked" in lines)
            if last:
                return known
            if secrets.randbelow(4):  # else cut while they begin
                machine.wait_for(lambda lines: len(lines) > secrets.randbelow(2 * WRITERS))
            time.sleep(secrets.randbelow(1 + round((time.monotonic() - began) * 300)) / 1000)
            said = machine.listen()
            assert not [line for line in said if line.startswith("refused")], "refused on a sound disk"
            items, labels = parse(said)
            disk.cut()
        finally:
            machine.power_off()
        disk.unmount()
        disk.mount()
        return known[0] | items, known[1] | labels


def run_campaign(folder, kind, cuts, record_property):
    campaign = Campaign(folder, kind)
    campaign.run(cuts)
    told = f"{campaign.items} items and {campaign.labels} records acknowledged before the cuts, 0 lost"
    record_property("counted", f"{campaign.cuts} power cuts on {kind} under four writers: {told}")
    assert campaign.items + campaign.labels > cuts, "the control: the cuts must fall on writers at work"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", SHORT)
def test_power_cuts_lose_nothing_that_was_acknowledged(tmp_path, record_property, kind):
    run_campaign(tmp_path, kind, SHORT[kind], record_property)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", LONG)
def test_hundreds_of_power_cuts_lose_nothing_that_was_acknowledged(tmp_path, record_property, kind):
    run_campaign(tmp_path, kind, LONG[kind], record_property)


def no_syncs():
    """A system whose synchronisation does nothing: for controls only, in processes that end with the test."""
    from sviedka.store.sqlcipher import base
    from sviedka.vault import group_commit

    os.fsync = os.fdatasync = lambda _handle: None
    group_commit.sync_disk = lambda _handle: None
    base.OPENING = tuple(line.replace("= FULL", "= OFF") for line in base.OPENING)


@pytest.mark.timeout(300)
def test_control_the_same_writers_without_syncs_lose(tmp_path, record_property):
    campaign = Campaign(tmp_path, "ext4", lamed=no_syncs)
    with pytest.raises(AssertionError) as loss:
        campaign.run(30)
    record_property(
        "counted", f"control without syncs: lost at cut {campaign.cuts}: {str(loss.value).splitlines()[-1][:90]}"
    )
    assert campaign.cuts, "it has to work until the first cut, or something else was lame"


def append_rows(path, synchronous, say):
    """Commit row after row."""
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(f"PRAGMA synchronous = {synchronous}")
        while True:
            say(str(database.execute("INSERT INTO numbers VALUES (NULL)").lastrowid))


def write_files(folder, say):
    """Write file after file, as most programs do."""
    number = 0
    while number := number + 1:
        (folder / str(number)).write_bytes(b"acknowledged")
        say(str(number))


def cut_once(disk, work):
    """Let `work(say)` run for a moment, cut; return the largest number that it said before."""
    machine = Machine(work)
    try:
        machine.wait_for(lambda lines: len(lines) > 20)
        time.sleep(secrets.randbelow(50) / 1000)
        said = machine.listen()
        disk.cut()
    finally:
        machine.power_off()
    disk.unmount()
    disk.mount()
    return int(said[-1])


def lost_rows(disk, synchronous):
    """Return how many acknowledged rows one cut takes."""
    path = disk.mountpoint / f"{synchronous}.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY)")
    os.sync()
    said = cut_once(disk, lambda say: append_rows(path, synchronous, say))
    with closing(sqlite3.connect(path)) as database:
        kept = database.execute("SELECT coalesce(max(number), 0) FROM numbers").fetchone()[0]
    return max(0, said - kept)


@pytest.mark.timeout(300)
def test_control_what_is_known_to_lose_loses_here(tmp_path, record_property):
    with loop_disk(tmp_path, "ext4") as disk:
        for folder in "ab":
            (disk.mountpoint / folder).mkdir()
        normal = [lost_rows(disk, "NORMAL") for _ in range(10)]
        full = [lost_rows(disk, "FULL") for _ in range(3)]
        said = cut_once(disk, lambda say: write_files(disk.mountpoint / "a", say))
        kept = sum(path.stat().st_size > 0 for path in (disk.mountpoint / "a").glob("*"))
    record_property(
        "counted", f"controls: WAL NORMAL lost {normal}, FULL {full}; without fsync {said - kept} of {said}"
    )
    assert any(normal), "SQLite without FULL has to lose, or these cuts are none"
    assert not any(full)
    assert kept < said
