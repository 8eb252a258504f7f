# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every storage call of a rotation, made to fail or to kill: all that lives opens, and the next rotation ends what this one began.

Each run starts from the same folder. After it, without a hand: every slip and cell opens to what it held; then one undisturbed rotation,
and the old key is gone, all opens still, and what was taken back is in no epoch. Calls that are made more than a few times (256 folders
for each store) are sampled in `make test` and all tried in `make test-long`.
"""

import pytest
from ended_epochs import Expected, disturb, keys_of
from fault_archive import found_cheaply
from syscall_injection import spread

from sviedka.vault.recovery import recover

SAMPLED = {"kill": 2, "EIO": 1, "ENOSPC": 0}
"""Of the calls of one name, so many are tried in the short run."""


def rotate(archive):
    from sviedka.core.base.progress import unwatched
    from sviedka.store.taking_back.rotation import carry_job, end_job

    keys = keys_of(archive)
    assert end_job(keys, carry_job(keys, {}, unwatched), unwatched)["done"]


def made(tmp_path):
    whole = found_cheaply(tmp_path / "whole")
    expected = Expected(whole)
    recover(whole)
    return whole, expected


def sampled(times, fault):
    return spread(times, SAMPLED[fault])


@pytest.mark.timeout(300)
def test_a_rotation_killed_or_refused_at_sampled_calls_loses_nothing_and_goes_on(tmp_path, record_property):
    runs, calls, felt = disturb(*made(tmp_path), rotate, sampled)
    record_property("counted", f"{runs} faults of a rotation at {calls}; felt {felt}; 0 slips or cells lost")


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_rotation_killed_or_refused_at_every_call_loses_nothing_and_goes_on(tmp_path, record_property):
    runs, calls, felt = disturb(*made(tmp_path), rotate, lambda times, _fault: range(1, times + 1))
    record_property("counted", f"{runs} faults of a rotation at {calls}; felt {felt}; 0 slips or cells lost")
