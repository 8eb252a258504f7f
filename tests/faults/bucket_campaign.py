# SPDX-License-Identifier: AGPL-3.0-or-later
"""Four writers whose office is copied to two buckets, killed at random points with the keeper and the server; run as a program of its own.

    python bucket_campaign.py FOLDER KILLS | controls

`obstore` has threads that no fork survives, so that none may have been used in the process that forks writers. Prints one JSON object.
"""

import json
import os
import secrets
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from bucket_claims import Buckets, verify_safe
from bucket_writers import boast_forever, copy_forever, promise_forever
from crew import WRITERS, Crew
from fault_archive import PASSPHRASE, found_cheaply, verify_nothing_lost
from lost_office import catch_up, verify_restorable
from machine import start_keeper

from bucket_server import BucketServer
from sviedka.keeper.unlocking import lock
from sviedka.store.connect import disconnect

KEEPER_EVERY, SERVER_EVERY = 10, 15
ROUND = 30
"""Kills in one office. Every look reads all there is: one office for all kills would take the square of the time."""
MOST_DOWN_MS = 700
REGISTRY = """
[[replicas]]
name = "abroad"
holds = "payloads"
url = "s3://{payloads}"
endpoint = "{endpoint}"
retention_days = 30

[[replicas]]
name = "keys"
holds = "keys"
url = "s3://{keys}"
endpoint = "{endpoint}"
"""


class BucketCrew(Crew):
    """A crew that also says what is safe.

    Attributes:
        safe_items, safe_labels: What was called safe.
        copying: Writers that are copying now.
        outcomes: How copies ended, and how many of them: {code: count}.
    """

    def __init__(self, archive, folder, work, starts):
        self.safe_items, self.safe_labels, self.copying, self.outcomes = set(), set(), set(), {}
        super().__init__(archive, folder, work, starts)

    def listen(self):
        lines = super().listen()
        for word, *rest in map(str.split, lines):
            if word == "safe":
                (self.safe_items if rest[0] == "item" else self.safe_labels).add(rest[1])
            elif word == "copying":
                self.copying.add(rest[0])
            elif word == "copied":
                self.copying.discard(rest[0])
                self.outcomes[rest[1]] = self.outcomes.get(rest[1], 0) + 1
        return lines


class Campaign:
    """One office, one server, and what was counted."""

    def __init__(self, folder, server):
        """Found an archive with its replicas in two new buckets of `server`, which runs."""
        self.folder, self.source, self.server = folder, folder / "source", server
        self.source.mkdir()
        os.environ |= {"AWS_ACCESS_KEY_ID": self.server.access, "AWS_SECRET_ACCESS_KEY": self.server.secret}
        self.archive = found_cheaply(folder)
        start_keeper(self.archive, PASSPHRASE)
        self.buckets = Buckets(self.server, self.server.bucket(days=30), self.server.bucket())
        places = {"payloads": self.buckets.payloads, "keys": self.buckets.keys}
        with self.archive.config.open("a") as file:
            file.write(REGISTRY.format(endpoint=self.server.endpoint, **places))
        self.counted, self.starts = {}, 0

    def count(self, word, number=1):
        self.counted[word] = self.counted.get(word, 0) + number

    @contextmanager
    def crew(self, work=copy_forever):
        """A crew at work, with words for labels that no crew before had."""
        crew = BucketCrew(self.archive, self.source, work, self.starts)
        try:
            yield crew
        finally:
            crew.stop()
            self.starts = crew.starts

    def kill(self, crew, number):
        """Kill the server, the keeper or a writer."""
        if number % SERVER_EVERY == 0:
            self.server.kill()
            time.sleep(secrets.randbelow(MOST_DOWN_MS) / 1000)
            if number % ROUND == 0:  # the others may fall where nobody copies
                crew.wait_until(lambda: "unavailable.replica" in crew.outcomes)
            self.server.start()
            self.count("kills of the server")
        elif number % KEEPER_EVERY == 0:
            crew.kill_keeper()
            self.count("kills of the keeper")
        else:
            crew.kill_writer(secrets.randbelow(WRITERS))
            self.count("kills of a writer")
        crew.listen()

    def run(self, kills):
        """Kill, look after each kill, lose the office, and let the buckets be caught up with."""
        with self.crew() as crew:
            pace_ms = crew.find_pace()
            for number in range(1, kills + 1):
                time.sleep(secrets.randbelow(pace_ms) / 1000)
                crew.listen()
                self.kill(crew, number)
                # What the server said before it was killed is no proof of what it has now: then the bytes are read too.
                verify_safe(self.archive, self.buckets, set(crew.safe_items), read=number % SERVER_EVERY == 0)
                self.count("looks at what was called safe")
            crew.wait_for_acknowledgements(len(crew.items) + len(crew.labels) + 1)
            crew.wait_until(lambda: crew.safe_items)
        for code, count in crew.outcomes.items():
            self.count(f"copies that ended with {code}", count)
        safe = {item: crew.items[item] for item in crew.safe_items}
        self.count("items and records called safe", len(safe) + len(crew.safe_labels))
        self.count("copies cut short by a kill", len(crew.copying))
        verify_restorable(self.archive, self.folder / "again", safe, crew.safe_labels)
        catch_up(self.archive)
        verify_safe(self.archive, self.buckets, set(crew.items), read=True)
        verify_nothing_lost(self.archive, crew.items, crew.labels)
        self.counted |= {"items": len(crew.items), "records": len(crew.labels), "compared": self.buckets.compared}

    def control_acknowledged_before_it_is_kept(self):
        with self.crew(boast_forever) as crew:
            for _ in range(WRITERS):
                crew.wait_for_acknowledgements(len(crew.labels) + WRITERS)
                crew.kill_writer(secrets.randbelow(WRITERS))
            crew.listen()
        return caught(lambda: verify_nothing_lost(self.archive, {}, crew.labels))

    def control_called_safe_before_it_is_there(self):
        with self.crew(promise_forever) as crew:
            for number in range(1, ROUND):
                crew.wait_for_acknowledgements(len(crew.items) + len(crew.labels) + 1)
                crew.kill_writer(number % WRITERS)
                crew.listen()
                if told := caught(lambda: verify_safe(self.archive, self.buckets, set(), read=False)):
                    return told
        return ""


def run_offices(folder, kills):
    """Kill so many times, in one new office after another; return what was counted in all of them."""
    counted = Counter()
    for first in range(0, kills, ROUND):
        with opened(folder / f"office-{first}") as campaign:
            campaign.run(min(ROUND, kills - first))
            counted.update(campaign.counted)
    return counted


@contextmanager
def opened(folder):
    """A server and an office in a new folder, ended whatever happens."""
    (folder / "weed").mkdir(parents=True)
    server = BucketServer(folder / "weed")
    try:
        server.start()
        campaign = Campaign(folder, server)
        try:
            yield campaign
        finally:
            disconnect()
            lock(campaign.archive)
    finally:
        server.kill()


def caught(look):
    """Return what a look finds wrong; empty if nothing."""
    try:
        look()
    except AssertionError as wrong:
        return str(wrong) or "wrong"
    return ""


def main(folder, what):
    """Run and print what was counted, or what the controls were caught at."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if what == "controls":
        with opened(Path(folder)) as campaign:
            kept = campaign.control_acknowledged_before_it_is_kept()
            told = {"kept": kept, "safe": campaign.control_called_safe_before_it_is_there()}
    else:
        told = run_offices(Path(folder), int(what))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
