# SPDX-License-Identifier: AGPL-3.0-or-later
"""Four writers beside one keeper, each started again as soon as it is killed, and what they have acknowledged."""

import os
import secrets
import signal
import time
from pathlib import Path

from fault_archive import PASSPHRASE
from machine import PATIENCE_S, fork_work, start_keeper, take_lines
from writers import WRITERS, parse, write_forever


class Crew:
    """Four writers at work on one archive with a keeper.

    Attributes:
        items, labels: What was acknowledged: {item: SHA-256}, {label}.
        refused: How many writers ended by a failure with a name.
    """

    def __init__(self, archive, folder, work=write_forever, starts=0):
        """Start them; `work` is what one does until it is killed, `starts` how many there were: labels are not used twice."""
        self.archive, self.folder, self.starts, self._work = archive, folder, starts, work
        self.items, self.labels, self.refused = {}, set(), 0
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._pending = b""
        self.running = [self._start(number) for number in range(WRITERS)]

    def _start(self, number):
        word = f"{self.starts}-{number}"
        self.starts += 1
        return fork_work(lambda say: self._work(self.archive, self.folder, word, number, say), self._say)

    def _say(self, words):
        os.write(self._writer, words.encode() + b"\n")

    def listen(self):
        """Take note of what was acknowledged until now; return the lines that are new."""
        lines, self._pending = take_lines(self._reader, self._pending)
        items, labels = parse(lines)
        assert not items.keys() & self.items.keys(), "one item was acknowledged twice"
        self.items |= items
        self.labels |= labels
        self.refused += sum(line.startswith("refused ") for line in lines)
        return lines

    def kill_writer(self, number):
        """Kill one writer wherever it happens to be; start another."""
        os.kill(self.running[number], signal.SIGKILL)
        os.waitpid(self.running[number], 0)
        self.running[number] = self._start(number)

    def kill_keeper(self):
        """Kill the keeper, the process with the keys or the one above it; writers end by themselves; start all again."""
        parent = int(self.archive.pid_file.read_text())
        child = int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])
        os.kill(secrets.choice([parent, child]), signal.SIGKILL)
        for pid in self.running:
            _, status = os.waitpid(pid, 0)
            assert status == 0, f"a writer whose keeper was killed did not end by itself: {status}"
        start_keeper(self.archive, PASSPHRASE)
        self.running = [self._start(number) for number in range(WRITERS)]

    def find_pace(self):
        """Wait until work is done; return how many milliseconds a writer needs, so that a slow machine kills not only beginnings."""
        began = time.monotonic()
        self.wait_for_acknowledgements(2 * WRITERS)
        return round((time.monotonic() - began) * 300)

    def wait_for_acknowledgements(self, count):
        self.wait_until(lambda: len(self.items) + len(self.labels) >= count)

    def wait_until(self, enough):
        """Listen until `enough()`."""
        until = time.monotonic() + PATIENCE_S
        while not enough():
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
