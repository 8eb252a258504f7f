# SPDX-License-Identifier: AGPL-3.0-or-later
"""The disk is full at random points of every command that writes: status 50 and its reason, nothing acknowledged lost, and once
there is room the same command ends well without a hand.

A real ext4 of its own is filled up to a random rest before each command; the rest lies below what the command is known to need.
"""

import errno
import os
import secrets
import shutil
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from command_line import sviedka
from fault_archive import PASSPHRASE, found_cheaply, verify_nothing_lost
from loop_disk import loop_disk
from writers import BOOK, parse_labels

pytestmark = pytest.mark.root
sys.path.insert(0, str(Path(__file__).parents[1] / "stores"))

BLOCK = 4096
COMMANDS = {"unlock": 8, "seal": 400, "record": 100, "checkpoint": 20, "stamp": 80, "dossier": 100, "rebuild": 300}
"""What each needs at most, in KiB, to begin with; a run that ended well with less corrects it."""

POINTS_ON_ONE_DISK = 50
FULL = "unavailable.disk-full"


class FullDisk:
    """A small disk that can be filled but for some bytes."""

    def __init__(self, disk):
        self._filler = disk.mountpoint / "filler"

    @contextmanager
    def rest(self, free_bytes):
        """Leave so much free while the block runs."""
        handle = os.open(self._filler, os.O_WRONLY | os.O_CREAT)
        try:
            os.ftruncate(handle, max(0, self._fill(handle) - free_bytes))
            os.fsync(handle)
            yield
        finally:
            os.close(handle)
            self._filler.unlink()
            os.sync()

    @staticmethod
    def _fill(handle):
        size, piece = 0, 8 << 20
        while piece >= BLOCK:
            try:
                os.posix_fallocate(handle, size, piece)
                size += piece
            except OSError as reason:
                if reason.errno != errno.ENOSPC:
                    raise
                piece //= 2
        return size


@contextmanager
def served_authority(archive):
    """A time authority on loopback, as the archive's configuration names it."""
    from sviedka.anchor.internal_authority import create_internal_authority, serve_authority
    from sviedka.vault.clock import now

    folder = archive.root.parent / "authority"
    made = create_internal_authority(folder, name="first", start=now() - timedelta(hours=1))
    (archive.root / "first.pem").write_bytes(made.root_pem)
    with serve_authority(made) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        with archive.config.open("a") as config:
            config.write(
                f'\n[[time_authority]]\nname = "first"\nurl = "{url}"\nkind = "internal"\nroot = "first.pem"\n'
            )
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


class Office:
    """An archive on a small disk, and each command with what it acknowledges."""

    def __init__(self, disk, archive, folder):
        self.archive, self.folder, self.disk, self.full = archive, folder, disk, FullDisk(disk)
        self.number, self.items, self.labels, self.needs = (
            0,
            {},
            set(),
            {name: kib << 10 for name, kib in COMMANDS.items()},
        )
        self.outcomes = Counter()
        self.passphrase = folder / "passphrase"
        self.passphrase.write_bytes(PASSPHRASE)
        self.spec = folder / "spec.yaml"
        self._begin()

    def _begin(self):
        from dossier_case import CASEBOOK, allow_many_openings, write_spec

        allow_many_openings(self.archive)
        files = self.folder / "files"
        files.mkdir()
        for name in ("alpha", "beta"):
            (files / f"{name}.txt").write_text(f"What {name} told.\n")
        (self.folder / "case.yaml").write_text(CASEBOOK)
        write_spec(self.spec)
        self.run("unlock", "--passphrase-file", self.passphrase)
        self.run("seal", files, "--case", "case-one")
        self.run("record", self.folder / "case.yaml", "--passphrase-file", self.passphrase)  # it has consents
        self.run("log", "checkpoint")

    def run(self, *words):
        """Run a command for which there is room; it has to end well."""
        answer = sviedka(*words, "--archive", self.archive.root)
        assert answer.status == 0, f"{words}: {answer.said}"  # whole: a message is cut where an object is shown
        return answer

    def point(self, command):
        """Run a command on the full disk, then again with room, and look at everything."""
        self.number += 1
        prepare, words, keep = getattr(self, f"_{command}")()
        for each in prepare:
            self.run(*each)
        rest = secrets.randbelow(self.needs[command] // BLOCK + 1) * BLOCK
        with self.full.rest(rest):
            answer = sviedka(*words, "--archive", self.archive.root)
        assert answer.status in {0, 50}, (command, rest, answer)
        self.outcomes[command, answer.status] += 1
        if answer.status == 0:
            self.needs[command] = min(self.needs[command], max(rest, BLOCK))
        else:
            assert answer.document["code"] == FULL, (command, rest, answer)
        keep(answer)
        if answer.status:
            keep(self.run(*words))
        verify_nothing_lost(self.archive, self.items, self.labels)

    def _unlock(self):
        def keep(_answer):
            """Nothing is acknowledged but that it is open."""

        return [["lock"]], ["unlock", "--passphrase-file", self.passphrase], keep

    def _seal(self):
        folder = self.folder / f"sealed-{self.number}"
        folder.mkdir()
        contents = [os.urandom(size) for size in (100, 3_000, 300_000)]
        for content in contents:
            (folder / sha256(content).hexdigest()).write_bytes(content)

        def keep(answer):
            for one in answer.document.get("sealed", []):
                self.items[one["item"]] = one["path"].rpartition("/")[2]

        return [], ["seal", folder, "--case", "faults"], keep

    def _record(self):
        text = BOOK.format(case="faults", word=f"n-{self.number}")
        path = self.folder / f"{self.number}.yaml"
        path.write_text(text)

        def keep(answer):
            if answer.status == 0:
                self.labels |= parse_labels(text)

        return [], ["record", path], keep

    def _checkpoint(self):
        def keep(answer):
            from sviedka.core.seal.checkpoint import parse_checkpoint

            if answer.status == 0:
                published = parse_checkpoint(self.archive.checkpoint("desk-1").read_bytes())
                assert published.size == answer.document["size"]

        return [self._record_words()], ["log", "checkpoint"], keep

    def _stamp(self):
        def keep(answer):
            from sviedka.anchor.config import read_authorities
            from sviedka.anchor.stamping import find_wanted
            from sviedka.vault.clock import now

            if answer.status == 0:
                assert find_wanted(self.archive, read_authorities(self.archive), at=now()) == ()

        return [self._record_words(), ["log", "checkpoint"]], ["stamp"], keep

    def _dossier(self):
        out = self.disk.mountpoint / f"dossier-{self.number}"

        def keep(answer):
            assert out.is_dir() == (answer.status == 0), "a dossier stands there whole or not at all"
            if answer.status == 0:
                assert sviedka("verify", out).status == 20, "whole, and without a policy unproven"
                shutil.rmtree(out)
            assert not list(self.disk.mountpoint.glob(".new-*")), "something half built was left"

        return [], ["dossier", self.spec, "-o", out], keep

    def _rebuild(self):
        return [], ["rebuild"], lambda _answer: None

    def _record_words(self):
        prepared = self._record()
        self.labels |= parse_labels((self.folder / f"{self.number}.yaml").read_text())
        return prepared[1]


def run_campaign(folder, record_property, points):
    from sviedka.keeper.unlocking import lock
    from sviedka.store.connect import disconnect

    outcomes, items = Counter(), 0
    for begin in range(0, points, POINTS_ON_ONE_DISK):
        here = folder / f"disk-{begin}"
        here.mkdir()
        with loop_disk(here, "ext4", size_mib=48) as disk:
            archive = found_cheaply(disk.mountpoint)
            try:
                with served_authority(archive):
                    office = Office(disk, archive, here)
                    for number in range(min(points - begin, POINTS_ON_ONE_DISK)):
                        office.point(list(COMMANDS)[number % len(COMMANDS)])
            finally:
                disconnect()
                lock(archive)
        outcomes += office.outcomes
        items += len(office.items) + len(office.labels)
    refused = sum(count for (_, status), count in outcomes.items() if status == 50)
    told = ", ".join(f"{name} {outcomes[name, 50]}" for name in COMMANDS)
    record_property(
        "counted", f"{points} full disks, {refused} refused with status 50 ({told}), {items} acknowledged, 0 lost"
    )
    assert refused > points // 3, "the disk has to be full where it matters"


@pytest.mark.timeout(300)
def test_a_full_disk_loses_nothing_and_says_so(tmp_path, record_property):
    run_campaign(tmp_path, record_property, 21)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_200_full_disks_lose_nothing_and_say_so(tmp_path, record_property):
    run_campaign(tmp_path, record_property, 200)


def test_control_a_full_disk_is_full(tmp_path):
    with loop_disk(tmp_path, "ext4", size_mib=48) as disk:
        with FullDisk(disk).rest(0), pytest.raises(OSError, match="No space left"):
            (disk.mountpoint / "file").write_bytes(bytes(BLOCK))
        (disk.mountpoint / "file").write_bytes(bytes(BLOCK))
