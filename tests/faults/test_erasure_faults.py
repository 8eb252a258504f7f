# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every storage call of an erasure, made to fail or to kill: what was asked back opens for nobody, and the next run ends it.

Each run starts from the same folder, where everything but the last step was done. After it, without a hand: what was asked back does not
open, what is another's does, and one undisturbed run has erased it all. Calls that are made more than a few times are sampled in `make
test` and all tried in `make test-long`.
"""

import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from syscall_injection import FAULTS, count_calls, run_under_strace, spread

from sviedka.core.base.errors import Failure
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating
from sviedka.vault.layout import Archive
from sviedka.vault.recovery import recover
from sviedka.vault.scrub import check
from sviedka.vault.slips import SlipLost, find_slip

sys.path.append(str(Path(__file__).parents[1] / "stores"))

LATER = timedelta(days=15)
SAMPLED = {"kill": 1, "EIO": 1, "ENOSPC": 0}
"""Of the calls of one name, so many are tried in the short run."""


class Erasing:
    """An office in which one person's erasure is ready to be carried out, and copies of it to disturb."""

    def __init__(self, folder):
        from erase_kit import Office

        from sviedka.store.connect import disconnect

        office = Office(folder / "office")
        office.make_ready()
        self.house, self.given, self.others, self.beta = office.house, office.given, office.alphas, office.beta
        self.other_s = office.open(office.alphas, "before")
        disconnect()
        self.whole, self.place = office.archive.root, Archive(root=folder / "place")

    def fresh(self):
        shutil.rmtree(self.place.root, ignore_errors=True)
        shutil.copytree(self.whole, self.place.root)

    def keeper(self):
        from erase_kit import HouseKeeper

        return HouseKeeper(replace(self.house, founded=replace(self.house.founded, archive=self.place)))

    def subject(self, keeper):
        from sviedka.store.session import open_store
        from sviedka.store.taking_back_requests import find_subject

        return find_subject(open_store(self.place, keeper), self.beta)

    def carry_out(self, _say=None):
        from sviedka.store.taking_back.erasing import carry_out

        keeper = self.keeper()
        with translating():  # as the keeper's worker does
            carry_out(self.place, keeper, self.subject(keeper), clock=lambda: now() + LATER)

    def open(self, item):
        from sviedka.store.deposit.opening import open_item

        out = self.place.root.with_name("opened")
        out.unlink(missing_ok=True)
        open_item(self.place, self.keeper(), item, out=out, purpose="a test")
        return out.read_bytes()

    def is_over(self):
        from sviedka.core.disclose.taking_back import Stage
        from sviedka.store.taking_back.asking import requests_of

        keeper = self.keeper()
        (request,) = requests_of(self.place, keeper, self.subject(keeper), at=now() + LATER)
        return request.state.stage is Stage.DONE

    def verify_frozen(self, reason):
        with pytest.raises(Failure) as refused:
            self.open(self.given)
        assert refused.value.exit_status == 40, (reason, refused.value)
        assert self.open(self.others) == self.other_s, reason

    def verify_erased(self, reason):
        self.verify_frozen(reason)
        assert self.is_over(), reason
        with pytest.raises(SlipLost):
            find_slip(self.place, self.given)
        assert [str(found) for found in check(self.place, full=True)] == [], reason


@pytest.fixture(autouse=True)
def _after_the_waiting_time(monkeypatch):
    from sviedka.store.taking_back import erase_job

    monkeypatch.setattr(erase_job, "read_clock", lambda: now() + LATER)  # the keeper's own look at the clock


def disturb(tmp_path, whens):
    """Disturb an erasure at each call that `whens` gives; return how many runs, the calls, and how many felt it."""
    from sviedka.store.connect import disconnect

    erasing = Erasing(tmp_path)
    erasing.fresh()
    assert find_slip(erasing.place, erasing.given), "the control: before it, the slip is there"
    erasing.verify_frozen("before")
    disconnect()
    erasing.fresh()
    calls = count_calls(erasing.carry_out)
    erasing.verify_erased("undisturbed")
    felt, runs = dict.fromkeys(FAULTS, 0), 0
    for fault, inject in FAULTS.items():
        for name, times in sorted(calls.items()):
            for when in whens(times, fault):
                disconnect()
                erasing.fresh()
                run = run_under_strace(erasing.carry_out, inject=f"{name}:{inject}:when={when}")
                reason = (fault, name, when, run)
                runs += 1
                felt[fault] += run.status != 0
                assert run.status in {0, 50, -9}, reason
                recover(erasing.place)
                erasing.verify_frozen(reason)
                if not erasing.is_over():
                    erasing.carry_out()
                erasing.verify_erased(reason)
    disconnect()
    assert felt["kill"], felt
    assert felt["EIO"], "the control: faults must have been felt"
    return runs, calls, felt


def sampled(times, fault):
    return spread(times, SAMPLED[fault])


@pytest.mark.timeout(600)
def test_an_erasure_killed_or_refused_at_sampled_calls_gives_nothing_back_and_goes_on(tmp_path, record_property):
    runs, calls, felt = disturb(tmp_path, sampled)
    record_property("counted", f"{runs} faults of an erasure at {calls}; felt {felt}; 0 given back")


@pytest.mark.long
@pytest.mark.timeout(14_400)
def test_an_erasure_killed_or_refused_at_every_call_gives_nothing_back_and_goes_on(tmp_path, record_property):
    runs, calls, felt = disturb(tmp_path, lambda times, _fault: range(1, times + 1))
    record_property("counted", f"{runs} faults of an erasure at {calls}; felt {felt}; 0 given back")
