# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an empty folder to a checked copy, and what goes wrong on the way; and the same with the example's complaint outcomes."""

import json
import shutil
from pathlib import Path

import pytest

from ready_command import run_command
from release_kit import NUMBERS, write

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "complaints-2020"


def sviedka(*words, cwd, expect=0):
    done = run_command(*words, cwd=cwd, timeout=240)
    assert done.returncode == expect, done.stderr
    return done


def test_counts_are_released_and_a_copy_is_checked(tmp_path):
    publish_and_check(tmp_path, write(tmp_path / "complaints"), str(sum(NUMBERS)))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_so_are_the_complaint_outcomes_of_the_example(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "complaints")
    publish_and_check(tmp_path, tmp_path / "complaints" / "plan.yaml", "2481")


def publish_and_check(tmp_path, plan, total):
    (tmp_path / "pass").write_text("four words nobody else knows\n")
    made = ("--archive", "office", "--passphrase-file", "pass")
    sviedka("init", "office", "--key-cost", "demonstration", "--passphrase-file", "pass", cwd=tmp_path)
    try:
        sviedka("release", plan, "-o", "out", "--archive", "office", cwd=tmp_path, expect=50)  # locked
        sviedka("unlock", *made, cwd=tmp_path)
        sviedka("release", plan, "-o", "office/out", *made, cwd=tmp_path, expect=50)
        sviedka("release", plan, *made, cwd=tmp_path, expect=2)
        sviedka("release", "nowhere.yaml", "-o", "out", *made, cwd=tmp_path, expect=50)
        assert not (tmp_path / "out").exists()
        told = json.loads(sviedka("release", plan, "-o", "out", *made, "--json", cwd=tmp_path).stdout)
        assert told["verdict"] == "holds"
        assert told["shown"] > told["audited"] == 1
        assert told["least_doubt"] >= 10
        check(tmp_path, total)
    finally:
        sviedka("lock", "--archive", "office", cwd=tmp_path)


def check(folder, total):
    checked = sviedka("release", "--check", "out", "--archive", "office", "--json", cwd=folder)
    assert json.loads(checked.stdout)["verdict"] == "holds"
    elsewhere = folder / "elsewhere"
    shutil.copytree(folder / "out", elsewhere / "copy")
    sviedka("release", "--check", "copy", cwd=elsewhere, expect=20)
    page = elsewhere / "copy" / "release.be.html"
    assert "прыдуманыя" in page.read_text("utf-8")
    page.write_text(page.read_text("utf-8").replace(total, "2482"), "utf-8")
    sviedka("release", "--check", "copy", cwd=elsewhere, expect=10)
    (elsewhere / "copy" / "statement.json").unlink()
    sviedka("release", "--check", "copy", cwd=elsewhere, expect=20)
