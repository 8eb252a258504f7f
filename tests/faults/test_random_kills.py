# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers, and now and then the keeper, killed at random points: 0 acknowledged lost, 0 torn, 0 doubled, no hand at the next start."""

import os
import secrets
import signal
import time
from pathlib import Path

import pytest
from machine import fork_work, start_keeper, take_lines

WRITERS = 4
KEEPER_EVERY = 10
"""One kill in so many is the keeper's; its writers then end with a named failure."""

LOOK_EVERY = 100


class Crew:
    """A keeper and four writers at work on one archive, each started again as soon as it is killed."""

    def __init__(self, archive, folder):
        self.archive, self.folder, self.starts = archive, folder, 0
        self.items, self.labels, self.refused = {}, set(), 0
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._pending = b""
        self.running = [self._start(number) for number in range(WRITERS)]

    def _start(self, number):
        from writers import write_forever

        word = f"{self.starts}-{number}"
        self.starts += 1
        return fork_work(lambda say: write_forever(self.archive, self.folder, word, number, say), self._say)

    def _say(self, words):
        os.write(self._writer, words.encode() + b"\n")

    def listen(self):
        """Take note of what was acknowledged until now."""
        from writers import parse

        lines, self._pending = take_lines(self._reader, self._pending)
        items, labels = parse(lines)
        assert not items.keys() & self.items.keys(), "one item was acknowledged twice"
        self.items |= items
        self.labels |= labels
        self.refused += sum(line.startswith("refused ") for line in lines)

    def kill_writer(self, number):
        """Kill one writer wherever it happens to be; start another."""
        os.kill(self.running[number], signal.SIGKILL)
        os.waitpid(self.running[number], 0)
        self.running[number] = self._start(number)

    def kill_keeper(self):
        """Kill the keeper, the process with the keys or the one above it; writers end by themselves; start all again."""
        from fault_archive import PASSPHRASE

        parent = int(self.archive.pid_file.read_text())
        child = int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])
        os.kill(secrets.choice([parent, child]), signal.SIGKILL)
        for pid in self.running:
            _, status = os.waitpid(pid, 0)
            assert status == 0, f"a writer whose keeper was killed did not end by itself: {status}"
        start_keeper(self.archive, PASSPHRASE)
        self.running = [self._start(number) for number in range(WRITERS)]

    def wait_for_acknowledgements(self, count):
        until = time.monotonic() + 60
        while len(self.items) + len(self.labels) < count:
            self.listen()
            assert time.monotonic() < until, "the writers do not get anything done"
            time.sleep(0.01)

    def stop(self):
        """End them all."""
        for pid in self.running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(self._writer)
        os.close(self._reader)


def campaign(archive, folder, kills):
    """Kill `kills` times at random moments, look every now and then; return the crew with what it acknowledged."""
    from fault_archive import verify_nothing_lost

    crew = Crew(archive, folder)
    try:
        began = time.monotonic()
        crew.wait_for_acknowledgements(2 * WRITERS)
        # As long as it takes a writer to get something done here: a slow machine must not kill beginnings only.
        pace_ms = round((time.monotonic() - began) * 300)
        for number in range(1, kills + 1):
            time.sleep(secrets.randbelow(pace_ms) / 1000)
            crew.listen()
            if number % KEEPER_EVERY:
                crew.kill_writer(secrets.randbelow(WRITERS))
            else:
                crew.kill_keeper()
            if number % LOOK_EVERY == 0:
                crew.listen()
                verify_nothing_lost(archive, dict(crew.items), set(crew.labels))
        crew.wait_for_acknowledgements(len(crew.items) + len(crew.labels) + 1)
        crew.listen()
    finally:
        crew.stop()
    verify_nothing_lost(archive, crew.items, crew.labels)
    return crew


def run_campaign(archive, tmp_path, record_property, kills):
    source = tmp_path / "source"
    source.mkdir()
    crew = campaign(archive, source, kills)
    told = f"{len(crew.items)} items and {len(crew.labels)} records acknowledged, 0 lost, 0 torn, 0 doubled"
    ended = f"{crew.refused} writers ended by a keeper's death with status 50"
    record_property(
        "counted", f"{kills} kills under four writers, {kills // KEEPER_EVERY} of the keeper: {told}; {ended}"
    )
    assert len(crew.items) + len(crew.labels) > kills // 2, "the kills must fall on writers at work"


@pytest.mark.timeout(900)
def test_200_kills_under_four_writers_lose_nothing(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, 200)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_1000_kills_under_four_writers_lose_nothing(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, 1_000)


def test_control_an_item_that_vanishes_is_noticed(archive, tmp_path):
    from fault_archive import seal_one, verify_nothing_lost

    item, digest = seal_one(archive, tmp_path)
    verify_nothing_lost(archive, {item: digest})
    with pytest.raises(AssertionError, match="gone"):
        verify_nothing_lost(archive, {item: digest, "f" * 32: digest})
    with pytest.raises(AssertionError, match="gone"):
        verify_nothing_lost(archive, {item: digest}, {"never-recorded"})
    payload = next(path for path in archive.objects.glob("??/*"))
    payload.chmod(0o600)
    payload.write_bytes(payload.read_bytes()[:-1])
    with pytest.raises(AssertionError, match="refuted"):
        verify_nothing_lost(archive, {item: digest})
