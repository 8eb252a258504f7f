# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every storage call while a desk ends an epoch that another desk ended, made to fail or to kill: all that lives opens, and it ends.

As `test_rotation_faults`, from a folder in which all of the epoch has come under the next key.
"""

import pytest
from ended_epochs import Expected, disturb, keys_of
from fault_archive import found_cheaply
from syscall_injection import spread

from sviedka.vault.recovery import recover

SAMPLED = {"kill": 1, "EIO": 1, "ENOSPC": 0}
"""Of the calls of one name, so many are tried in the short run."""


def carried(tmp_path):
    """Make an archive in which all that lives lies under two keys; return it, what it holds, and what ends the first."""
    from sviedka.core.base.progress import unwatched
    from sviedka.keeper.rewrap import Rewrapper, rewrap
    from sviedka.store.taking_back.letting_go import end_stated

    whole = found_cheaply(tmp_path / "whole")
    expected, keys = Expected(whole), keys_of(whole)
    old = expected.epoch
    new = f"{old.partition('.')[0]}.2"
    keys.make_epoch(new)
    for cells in (False, True):
        recipient = keys.epoch_identity(new).recipient()
        identity = keys.epoch_identity(old)
        rewrap(
            Rewrapper(archive=whole, cells=cells, old=old, new=new, identity=identity, recipient=recipient), unwatched
        )
    recover(whole)
    return whole, expected, lambda archive: end_stated(keys_of(archive), {old: new})


@pytest.mark.timeout(300)
def test_an_epoch_let_go_of_with_faults_at_sampled_calls_loses_nothing_and_goes_on(tmp_path, record_property):
    runs, calls, felt = disturb(*carried(tmp_path), lambda times, fault: spread(times, SAMPLED[fault]))
    record_property("counted", f"{runs} faults of letting go at {calls}; felt {felt}; 0 slips or cells lost")


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_an_epoch_let_go_of_with_faults_at_every_call_loses_nothing_and_goes_on(tmp_path, record_property):
    runs, calls, felt = disturb(*carried(tmp_path), lambda times, _fault: range(1, times + 1))
    record_property("counted", f"{runs} faults of letting go at {calls}; felt {felt}; 0 slips or cells lost")
