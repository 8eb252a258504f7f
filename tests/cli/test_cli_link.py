# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka link`, typed wrongly: the words are refused before anything is read or opened."""

import json
import subprocess
import sys

import pytest


def link(*words):
    done = subprocess.run(
        [sys.executable, "-m", "sviedka.cli", "link", "--json", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize(
    "words", [("--draws", "19"), ("--workers", "0"), ("--memory", "-1"), ("--threads", "two"), ("--seed", "-1")]
)
def test_a_number_that_makes_no_sense_is_wrong_usage(words):
    assert link("lists.yaml", *words)[0] == 2


def test_a_lists_file_that_is_not_there_is_said_to_be(tmp_path):
    status, said = link(str(tmp_path / "lists.yaml"), "--draws", "20")
    assert (status, said["code"]) == (50, "unavailable.no-such-file")


def test_a_field_that_nobody_may_ask_for_is_refused_with_its_line(tmp_path):
    lists = tmp_path / "lists.yaml"
    lists.write_text(
        "counted: {unit: person, what: detained, where: here, until: 2020-12-31}\n"
        "lists:\n  - {name: a, file: a.csv, holder: h, provenance: p,\n     columns: {family: F, opinion: O}}\n"
    )
    status, said = link(str(lists))
    assert (status, said["code"]) == (30, "malformed.lists")
    assert "Line 4" in said["message"]
