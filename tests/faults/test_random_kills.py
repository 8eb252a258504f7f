# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers killed at random points: 0 acknowledged lost, 0 torn, 0 doubled, and the next start needs no hand."""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WRITER = Path(__file__).with_name("sealing_writer.py")
WRITERS = 4


class Writers:
    """Four writers at work on one archive; each is replaced as soon as it is killed."""

    def __init__(self, archive, folder):
        self.archive, self.folder = archive, folder
        self.acknowledged = {}
        self.running = [self._start() for _ in range(WRITERS)]

    def _start(self):
        process = subprocess.Popen(
            [sys.executable, str(WRITER), str(self.archive.root), str(self.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.set_blocking(process.stdout.fileno(), False)
        process.pending = b""
        return process

    def listen(self):
        """Take note of what was acknowledged until now: counted strictly before a kill."""
        for process in self.running:
            while piece := process.stdout.read():
                process.pending += piece
            *lines, process.pending = process.pending.split(b"\n")
            for line in lines:
                item, digest = line.decode().split()
                assert item not in self.acknowledged, "one item was acknowledged twice"
                self.acknowledged[item] = digest

    def kill_one(self, number):
        """Kill one writer where it happens to be."""
        self.listen()
        process = self.running[number]
        process.send_signal(signal.SIGKILL)
        stderr = process.communicate()[1]
        assert process.returncode == -signal.SIGKILL, stderr.decode()[-2000:]
        self.running[number] = self._start()

    def stop(self):
        """End them all."""
        self.listen()
        for process in self.running:
            process.kill()
            process.communicate()


def wait_for_acknowledgements(writers, count):
    until = time.monotonic() + 60
    while len(writers.acknowledged) < count:
        writers.listen()
        assert time.monotonic() < until, "the writers do not get anything done"
        time.sleep(0.02)


def campaign(archive, folder, kills):
    """Kill `kills` times at random moments and look; return how much was acknowledged."""
    from fault_archive import verify_nothing_lost

    writers = Writers(archive, folder)
    try:
        started = time.monotonic()
        wait_for_acknowledgements(writers, WRITERS)
        # As long as it takes a writer to get something done here: else a slow machine would only kill interpreters starting.
        pace_ms = round((time.monotonic() - started) * 400)
        for _ in range(kills):
            time.sleep(secrets.randbelow(pace_ms) / 1000)
            writers.kill_one(secrets.randbelow(WRITERS))
        wait_for_acknowledgements(writers, len(writers.acknowledged) + 1)
    finally:
        writers.stop()
    verify_nothing_lost(archive, writers.acknowledged)
    return writers.acknowledged


@pytest.mark.timeout(600)
def test_200_kills_under_four_writers_lose_nothing(archive, tmp_path, record_property):
    source = tmp_path / "source"
    source.mkdir()
    acknowledged = campaign(archive, source, kills=200)
    record_property("counted", f"200 kills under four writers, {len(acknowledged)} items acknowledged, 0 lost")
    assert len(acknowledged) > 50


def test_control_an_item_that_vanishes_is_noticed(archive, tmp_path):
    from fault_archive import seal_one, verify_nothing_lost

    item, digest = seal_one(archive, tmp_path)
    verify_nothing_lost(archive, {item: digest})
    with pytest.raises(AssertionError, match="gone"):
        verify_nothing_lost(archive, {item: digest, "f" * 32: digest})
    payload = next(path for path in archive.objects.glob("??/*"))
    payload.chmod(0o600)
    payload.write_bytes(payload.read_bytes()[:-1])
    with pytest.raises(AssertionError, match="refuted"):
        verify_nothing_lost(archive, {item: digest})
