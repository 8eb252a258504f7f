# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers that copy to the buckets after each thing they kept, as `sviedka seal` does, and say what is *safe*.

Beside `item` and `label` (see `writers`) they say `copying <writer>` and then `copied <writer> <outcome>`; and `safe item <id>` or
`safe label <word>` where the command says "safe": after a run in which every replica confirmed. Two writers have an order that is broken.
"""

import time
from itertools import count

from fault_archive import CASE
from writers import BOOK, SIZES, parse_labels, write_forever

from sviedka.keeper.client import Keeper
from sviedka.store.records.recording import record
from sviedka.vault.replica.confirming import Run
from sviedka.vault.replica.running import replicate
from sviedka.vault.replica.store import LARGE_BYTES

EXPECTED = {"unavailable.replica", "unavailable.replica-busy"}
"""A server that is down, and another writer that is copying."""


BREATH_S = 0.1
"""How long a writer waits that found another one copying: there is more to copy than to seal here."""


def copy_forever(archive, source, word, number, say):
    """Seal, record and copy until killed or until the keeper is gone; one of the four begins with a file that is copied in parts."""
    kept = []

    def note(words):
        say(words)
        kept.append(words)

    sizes = (LARGE_BYTES + 1, *SIZES) if number == 1 else SIZES
    write_forever(archive, source, word, number, note, lambda: _copy(archive, word, kept, say), sizes)


def promise_forever(archive, source, word, number, say):
    """For a control: call safe what is uploaded only then."""
    late = []

    def confirm_early(self, batch):
        late.append((self.store, batch))
        return {copy.name: copy.sha256 for copy in batch}

    def upload():
        while late:
            store, batch = late.pop(0)
            store.put_new(batch)

    Run.confirm = confirm_early  # in this process, which is a fork and will be killed
    kept = []

    def note(words):
        say(words)
        kept.append(words)

    def copy_late():
        _copy(archive, word, kept, say, may_find=True)
        upload()

    write_forever(archive, source, word, number, note, copy_late)


def boast_forever(archive, source, word, _number, say):
    """For a control: acknowledge what is recorded only then."""
    with Keeper.connect(archive) as keeper:
        for turn in count():
            text = BOOK.format(case=CASE, word=f"{word}-{turn}")
            for label in parse_labels(text):
                say(f"label {label}")
            path = source / f"{word}-{turn}.yaml"
            path.write_text(text)
            record(archive, keeper, path)


def _copy(archive, word, kept, say, *, may_find=False):
    """Copy to every replica; say what is safe then.

    In an order that is kept a run finds nothing amiss. In a broken one the run after a kill may put there what was not (`may_find`).
    """
    say(f"copying {word}")
    outcomes = replicate(archive)
    codes = {one.failure.code for one in outcomes if one.failure is not None}
    found = [finding for one in outcomes for finding in one.findings]
    assert may_find or not found, found
    assert codes <= EXPECTED, [(one.failure, one.failure and one.failure.__cause__) for one in outcomes]
    say(f"copied {word} {max(codes, default='holds')}")
    if codes:
        time.sleep(BREATH_S)
    else:
        while kept:
            what, name = kept.pop(0).split()[:2]
            say(f"safe {what} {name}")
