# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever bytes come, every reader answers with a value or a failure by name: coverage-guided, and with all that was ever found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_targets import REGRESSIONS, targets

RUNNER = Path(__file__).with_name("fuzz_runner.py")
TARGETS = {target.name: target for target in targets()}


def fuzz(folder, runs, *names):
    """Run the fuzzer; return (exit status, what it said of each target, what it complained)."""
    done = subprocess.run(
        [sys.executable, str(RUNNER), f"--runs={runs}", f"--found={folder}", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def counted(told):
    return f"{len(told)} readers fuzzed, {sum(one['runs'] for one in told)} inputs, only failures by name"


@pytest.mark.timeout(600)
def test_readers_answer_by_name(tmp_path, record_property):
    status, told, complaint = fuzz(tmp_path, 1_500)
    assert status == 0, complaint[-6000:]
    assert {one["name"] for one in told} == TARGETS.keys()
    record_property("counted", counted(told))


@pytest.mark.long
@pytest.mark.timeout(40_000)
def test_readers_answer_by_name_a_million_times_each(tmp_path, record_property):
    status, told, complaint = fuzz(tmp_path, 1_000_000)
    assert status == 0, complaint[-6000:]
    record_property("counted", counted(told))


@pytest.mark.timeout(300)
def test_control_a_planted_defect_is_found(tmp_path):
    status, (told,), complaint = fuzz(tmp_path, 1_000_000, "planted")
    assert status == 1
    assert "IndexError: planted" in complaint
    assert [Path(path).read_bytes()[:3] for path in told["found"]] == [b"SV!"]


@pytest.mark.parametrize("name", TARGETS)
def test_examples_and_what_was_found_before_are_answered_by_name(name):
    target = TARGETS[name]
    found = sorted((REGRESSIONS / name).glob("*"))
    accepted = [target.run(seed) for seed in (*target.seeds(), *(path.read_bytes() for path in found))]
    assert accepted
