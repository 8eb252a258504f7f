# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thousands of steps in orders that nobody thought of: what was acknowledged stays, the log only grows, what is made again is the same."""

import shutil
from contextlib import suppress

import pytest
from archive_model import ArchiveModel
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from people_model import PeopleModel

from sviedka.store.connect import disconnect


def run_model(model, *, examples, steps, phases=(Phase.generate, Phase.shrink)):
    """Run `examples` sequences of up to `steps` steps; return what was done, in words."""
    ArchiveModel.steps = ArchiveModel.kills = 0
    PeopleModel.erasures = PeopleModel.exchanges = PeopleModel.restores = PeopleModel.cuts = 0
    try:
        run_state_machine_as_test(
            model,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=phases,
                database=None,
                report_multiple_bugs=False,
            ),
        )
    finally:
        if ArchiveModel.template:
            shutil.rmtree(ArchiveModel.template.folder)
        ArchiveModel.template = None
    assert ArchiveModel.kills, "some of the kills have to hit"
    done = f"{ArchiveModel.steps} steps on real archives, {ArchiveModel.kills} processes killed on the way"
    people = f"{PeopleModel.erasures} erasures, {PeopleModel.exchanges} exchanges, {PeopleModel.restores} restores"
    people += f", {PeopleModel.cuts} slips whose pack was cut off"
    return f"{examples} sequences of up to {steps} steps: {done}, {people}, no invariant broken"


@pytest.mark.timeout(900)
def test_the_archive_does_what_its_model_says(record_property):
    record_property("counted", run_model(PeopleModel, examples=5, steps=50))


@pytest.mark.long
@pytest.mark.timeout(40_000)
def test_the_archive_does_what_its_model_says_2000_times(record_property):
    record_property("counted", run_model(PeopleModel, examples=2_000, steps=50))


class Forgetful(ArchiveModel):
    """A model of an archive that acknowledges an item and loses it."""

    def _deposit(self, content):
        super()._deposit(content)
        return "f" * 32


@pytest.mark.timeout(300)
def test_control_an_archive_that_loses_is_found():
    from sviedka.store.deposit.opening import ItemUnknown

    with pytest.raises((AssertionError, ItemUnknown)):
        run_model(Forgetful, examples=100, steps=20, phases=(Phase.generate,))  # ends with the first that seals


class Unforgetting(PeopleModel):
    """A model of an archive in which a slip comes back after it was erased."""

    def _carry_out(self, person):
        from sviedka.vault.slips import SlipLost, find_slip, put_slip

        kept = {}
        for item in self.given[person]:
            with suppress(SlipLost):  # a first try that was killed may have erased it already
                kept[item] = find_slip(self.archive, item)
        super()._carry_out(person)
        for item, (epoch, slip) in kept.items():
            (self.archive.slips / epoch / "removed" / item).unlink()
            put_slip(self.archive, epoch, item, slip)


class First:
    """Draws the first of what there is."""

    def draw(self, strategy):
        return strategy.elements[0]


@pytest.mark.timeout(300)
def test_control_an_archive_that_does_not_forget_is_found():
    """By hand: a draw that comes to an erasure may take minutes."""
    model = Unforgetting()
    model.begin()
    try:
        model.give(b"what somebody gave", "1")
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            model.erase(First(), None)
    finally:
        disconnect()
        for folder in (model.folder, ArchiveModel.template.folder):
            shutil.rmtree(folder)
        ArchiveModel.template = None


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_control_a_desk_that_lets_go_of_no_key_of_another_is_found(monkeypatch):
    from sviedka.store.desks import receiving
    from sviedka.store.taking_back.letting_go import LetGo

    monkeypatch.setattr(receiving, "let_go", lambda *_: LetGo())
    with pytest.raises(pytest.fail.Exception, match="NotForThisKey"):
        run_model(PeopleModel, examples=100, steps=50, phases=(Phase.generate,))
