"""From three lists of invented people to a stated estimate that holds the truth, as somebody at the command line does it."""

import json
import shutil
from pathlib import Path

import pytest

from ready_command import run_command

LISTS = Path(__file__).resolve().parents[2] / "examples" / "three-lists"
TRUTH = 420
"""People in the invented story, as examples/three-lists/README.md says; no list and no file that is linked holds it."""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    place = tmp_path_factory.mktemp("office")
    (place / "phrase").write_text("correct horse battery staple\n")
    shutil.copytree(LISTS, place / "lists", ignore=shutil.ignore_patterns("truth"))

    def sviedka(*words, expect=0):
        done = run_command(*words, "--json", cwd=place, timeout=300)
        assert done.returncode == expect, done.stderr
        return json.loads(done.stdout)

    phrase = ("--passphrase-file", "phrase", "--user-passphrase-file", "phrase")
    sviedka("init", "archive", "--name", "example.org", "--key-cost", "demonstration", *phrase)
    sviedka("unlock", "--archive", "archive", *phrase)
    yield place, sviedka
    sviedka("lock", "--archive", "archive")


@pytest.mark.timeout(600)
def test_a_linkage_is_estimated_stated_and_holds_the_truth(office):
    place, sviedka = office
    run = sviedka("link", "lists/lists.yaml", "--archive", "archive")["run"]
    told = sviedka("estimate", run, "--archive", "archive", "-o", "estimate", "--quick")
    low, high = told["range"]
    assert told["documented"]["low"] <= 282
    assert low <= TRUTH <= high
    assert told["draws"] >= 20
    assert len(told["statement"]) == 32
    assert (place / "estimate" / "estimate.html").is_file()
    inside = sviedka("estimate", run, "--archive", "archive", "-o", "archive/estimate", "--quick", expect=50)
    assert inside["code"] == "unavailable.inside-archive"
