# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thousands of steps in orders that nobody thought of: what was acknowledged stays, the log only grows, what is made again is the same."""

import shutil

import pytest
from archive_model import ArchiveModel
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test


def run_model(model, *, examples, steps, phases=(Phase.generate, Phase.shrink)):
    """Run `examples` sequences of up to `steps` steps; return what was done, in words."""
    ArchiveModel.steps = ArchiveModel.kills = 0
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
    return f"{examples} sequences of up to {steps} steps: {done}, no invariant broken"


@pytest.mark.timeout(300)
def test_the_archive_does_what_its_model_says(record_property):
    record_property("counted", run_model(ArchiveModel, examples=20, steps=50))


@pytest.mark.long
@pytest.mark.timeout(14_400)
def test_the_archive_does_what_its_model_says_2000_times(record_property):
    record_property("counted", run_model(ArchiveModel, examples=2_000, steps=50))


class Forgetful(ArchiveModel):
    """A model of an archive that acknowledges an item and loses it."""

    def _deposit(self, content):
        item = super()._deposit(content)
        return item if len(content) < 1_000 else "f" * 32


@pytest.mark.timeout(300)
def test_control_an_archive_that_loses_is_found():
    from sviedka.store.deposit.opening import ItemUnknown

    with pytest.raises((AssertionError, ItemUnknown)):
        run_model(Forgetful, examples=20, steps=10, phases=(Phase.generate,))
