# SPDX-License-Identifier: AGPL-3.0-or-later
"""An output that takes no more is not a bug of the program, and what was done stays done."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "sviedka.cli"]


def run(words, **options):
    return subprocess.run([*COMMAND, *words], stderr=subprocess.PIPE, text=True, check=False, **options)


@pytest.mark.parametrize("words", [["completion", "bash"], ["verify", "nowhere", "--json"]])
def test_a_full_output_ends_with_50_and_one_sentence(words):
    with Path("/dev/full").open("w") as full:
        done = run(words, stdout=full)
    assert done.returncode == 50
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr


def test_a_reader_who_has_gone_is_no_bug():
    with subprocess.Popen([*COMMAND, "completion", "bash"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        told = process.stderr.read().decode()
    assert process.returncode == 50
    assert "Traceback" not in told


def test_control_with_room_it_ends_well():
    assert run(["completion", "bash"], stdout=subprocess.DEVNULL).returncode == 0
