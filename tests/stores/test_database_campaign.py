# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file of the database flipped, cut, its pages exchanged, or put back to an older state: found each time, and made again as it was."""

import random
import shutil

import pytest
from archive_kit import LocalKeeper, admit_all, claim, found, person, source

from sviedka.core.base.errors import Unavailable
from sviedka.store.connect import current_database, database_failures, disconnect
from sviedka.store.rebuild import rebuild
from sviedka.store.session import open_store
from sviedka.store.upkeep.comparing import compare_projections
from sviedka.store.upkeep.dumping import digest_tables

PAGE = 4096
KINDS = {"flip": 100, "cut": 10, "swap": 10, "rollback": 10}


class Victim:
    """An archive whose database lies in one file, with what it held when it was younger."""

    def __init__(self, folder):
        disconnect()
        self.archive = found(folder)
        self.keeper = LocalKeeper(self.archive)
        admit_all(self.archive, self.keeper, [person(self.keeper), source("one"), claim(value="told")])
        self._close()
        self.older = self.archive.database.read_bytes()
        for number in range(24):
            admit_all(self.archive, self.keeper, [source(f"A report of some length, number {number}. " * 10)])
        self.live = digest_tables(current_database())
        self._close()
        self.whole = self.archive.database.read_bytes()

    def _close(self):
        current_database().connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        disconnect()

    def put(self, data):
        """Let the database be this file alone."""
        disconnect()
        for path in self.archive.database.parent.glob(f"{self.archive.database.name}-*"):
            path.unlink(missing_ok=True)  # not yet in the file; or a connection ends just now
        self.archive.database.write_bytes(data)

    def findings(self):
        return compare_projections(self.archive, self.keeper)

    def is_as_it_was(self):
        return digest_tables(open_store(self.archive, self.keeper)) == self.live


def damaged(kind, victim, rng):
    """Return the file with one thing done to it."""
    data = bytearray(victim.whole)
    if kind == "flip":
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == "cut":
        del data[rng.randrange(1, len(data)) :]
    elif kind == "swap":
        one, other = rng.sample(range(len(data) // PAGE), 2)
        pages = slice(one * PAGE, (one + 1) * PAGE), slice(other * PAGE, (other + 1) * PAGE)
        data[pages[0]], data[pages[1]] = data[pages[1]], data[pages[0]]
    else:
        return victim.older
    return bytes(data)


def campaign(folder, times):
    """Do each kind so many times; return how many there were of each."""
    victim, rng = Victim(folder), random.Random(20200809)
    assert len(victim.whole) > 20 * PAGE
    victim.put(victim.whole)
    assert victim.findings() == ()  # the control: a whole one has none
    counted = dict.fromkeys(KINDS, 0)
    for kind, count in times.items():
        for _ in range(count):
            victim.put(damaged(kind, victim, rng))
            if kind == "rollback":  # not to be found: the vault's packs go on from where it is
                assert victim.is_as_it_was()
            else:
                assert [one.verdict for one in victim.findings()] != [], kind
                rebuild(victim.archive, victim.keeper)
            assert victim.is_as_it_was(), kind
            assert victim.findings() == (), kind
            counted[kind] += 1
    disconnect()
    shutil.rmtree(victim.archive.root)
    return counted


@pytest.mark.timeout(600)
def test_a_database_file_that_was_changed_is_found_and_made_again(tmp_path, record_property):
    counted = campaign(tmp_path, KINDS)
    record_property("counted", f"database file: {counted}, all found, all made again from the packs")


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_database_file_changed_a_thousand_times(tmp_path, record_property):
    counted = campaign(tmp_path, {kind: 10 * count for kind, count in KINDS.items()})
    record_property("counted", f"database file: {counted}, all found, all made again from the packs")


def test_a_database_that_lies_about_a_page_is_not_opened_as_if_nothing_were(tmp_path):
    """The control: without a look at every page's MAC, a page that no table is read from would be missed."""
    victim = Victim(tmp_path)
    missed = 0
    for page in range(1, len(victim.whole) // PAGE):
        data = bytearray(victim.whole)
        data[page * PAGE + 10] ^= 1
        victim.put(bytes(data))
        try:
            with database_failures():
                missed += digest_tables(open_store(victim.archive, victim.keeper)) == victim.live
        except Unavailable:
            continue
    disconnect()
    assert missed
