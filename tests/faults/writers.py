# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers for the campaigns of kills and power cuts, and the machine that looks and then lets them write on.

Each writer seals and records through the same calls as the commands, and says what was acknowledged: `item <id> <SHA-256>` or
`label <word>`.
"""

import itertools
import os
import re
from hashlib import sha256

from fault_archive import CASE, PASSPHRASE, verify_nothing_lost
from machine import fork_work, reap_all, start_keeper

from sviedka.core.base.errors import Unavailable
from sviedka.keeper.client import Keeper
from sviedka.store.deposit.depositing import deposit
from sviedka.store.records.recording import record

WRITERS = 4
SIZES = (2_000, 2_000, 2_000, 2_000, 600_000)
"""Of the files that one writer seals, again and again."""

BOOK = """\
casebook: 1
case: {{label: {case}, title: {{en: Faults}}}}
persons:
  - {{label: p-{word}, pseudonym: Invented {word}, counting_unit: individual}}
sources:
  - {{label: s-{word}, kind: document, title: Source {word}, reliability: B, persons: [p-{word}]}}
"""


def boot(archive, source, start, acknowledged, lamed=None):
    """Return the first process's work.

    Args:
        source: A folder for originals that is not on the disk under test.
        start: The number of this start, for labels that were not used before.
        acknowledged: ({item: SHA-256}, {label}): what has to be there.
        lamed: For controls: called first in every process; takes a protection away.
    """

    def first(say):
        if lamed is not None:
            lamed()
        start_keeper(archive, PASSPHRASE)
        looked = fork_work(lambda say: _look(archive, acknowledged, say), say)
        os.waitpid(looked, 0)
        for number in range(WRITERS):
            fork_work(lambda say, number=number: write_forever(archive, source, f"{start}-{number}", number, say), say)
        reap_all()

    return first


def parse(lines):
    """Return ({item: SHA-256}, {label}) of what writers said; nothing twice."""
    items = [line.split()[1:] for line in lines if line.startswith("item ")]
    labels = [line.split()[1] for line in lines if line.startswith("label ")]
    assert len({item for item, _ in items}) == len(items), "one item was acknowledged twice"
    return dict(items), set(labels)


def _look(archive, acknowledged, say):
    items, labels = acknowledged
    verify_nothing_lost(archive, items, labels)
    say("looked")


def write_forever(archive, source, word, number, say, after=lambda: None, sizes=SIZES):
    """Seal and record until killed, or until the keeper or the disk is gone, which is said as `refused <code>`.

    Args:
        after: Called after each acknowledgement, as a command copies to the replicas after what it has kept.
        sizes: Of the files it seals, in bytes, again and again.
    """
    try:
        _write(archive, source, word, number, say, after, sizes)
    except Unavailable as failure:
        say(f"refused {failure.code}")


def _write(archive, source, word, number, say, after, sizes):
    with Keeper.connect(archive) as keeper:
        for turn in itertools.count():
            if (turn + number) % 3 == 0:
                record_one(archive, keeper, source, f"{word}-{turn}", say)
            else:
                seal_one(archive, keeper, source, sizes[turn % len(sizes)], say)
            after()


def seal_one(archive, keeper, source, size, say):
    """Seal a new file of random bytes; say it once it is acknowledged."""
    content = os.urandom(size)
    digest = sha256(content).hexdigest()
    path = source / f"{digest[:20]}.bin"
    path.write_bytes(content)
    result = deposit(archive, keeper, [path], case=CASE)
    path.unlink()
    result.raise_if_incomplete()
    say(f"item {result.sealed[0].item_id} {digest}")


def record_one(archive, keeper, source, word, say):
    """Record a person and a source that were not there before; say each once it is acknowledged."""
    text = BOOK.format(case=CASE, word=word)
    path = source / f"{word}.yaml"
    path.write_text(text)
    result = record(archive, keeper, path)
    path.unlink()
    assert result.admitted >= 2, result
    for label in parse_labels(text):
        say(f"label {label}")


def parse_labels(text):
    """Return the labels of the person and the source in a record file made from `BOOK`."""
    return set(re.findall(r"label: ([ps]-[0-9a-z-]+)", text))
