# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every storage call of one seal and its admission, made to fail or to kill: nothing acknowledged is lost, no hand is needed.

Of the calls of one name, a few are tried in `make test` and all in `make test-long`.
"""

import signal

import pytest
from syscall_injection import FAULTS, count_calls, run_under_strace, spread

UNAVAILABLE = 50
SAMPLED = 5
"""Of the calls of one name, so many are tried in the short run."""


def disturb(archive, tmp_path, whens):
    """Disturb a seal at each call that `whens` gives; return what was counted, in words."""
    from fault_archive import make_original, seal_one, seal_original, verify_nothing_lost

    from sviedka.store.connect import disconnect

    source = tmp_path / "source"
    source.mkdir()
    acknowledged = dict([seal_one(archive, source)])
    disconnect()

    def action():
        path, digest = make_original(source)  # here: what fails in there must be the program's own call
        return lambda say: say(f"{seal_original(archive, path)} {digest}\n".encode())

    calls = count_calls(action())
    assert {"fsync", "write", "linkat"} & calls.keys(), calls
    outcomes, unnamed, runs = dict.fromkeys(FAULTS, 0), [], 0
    for fault, inject in FAULTS.items():
        for name, times in sorted(calls.items()):
            for when in whens(times):
                run = run_under_strace(action(), inject=f"{name}:{inject}:when={when}")
                runs += 1
                outcomes[fault] += run.status != 0
                if run.status not in {0, UNAVAILABLE, -signal.SIGKILL}:
                    unnamed.append((fault, name, when, run.status))
                for line in run.said.decode().splitlines():
                    item, digest = line.split()
                    acknowledged[item] = digest
        verify_nothing_lost(archive, acknowledged)
        disconnect()
    assert unnamed == [], "a disk that refuses is said to be one: 50, and nothing lost"
    assert all(outcomes.values()), "the control: faults must have been felt"
    return f"{runs} faults at storage calls {calls}; felt: {outcomes}; 0 acknowledged lost; 0 without a name"


@pytest.mark.timeout(900)
def test_no_sampled_storage_call_that_fails_or_kills_loses_what_was_acknowledged(archive, tmp_path, record_property):
    record_property("counted", disturb(archive, tmp_path, lambda times: spread(times, SAMPLED)))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_storage_call_that_fails_or_kills_loses_what_was_acknowledged(archive, tmp_path, record_property):
    record_property("counted", disturb(archive, tmp_path, lambda times: range(1, times + 1)))
