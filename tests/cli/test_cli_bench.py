# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka bench` prints the form that was agreed. How fast anything is, is no test."""

import json
import subprocess
import sys

import pytest

FORM = {"value", "unit", "bound", "ratio_to_bound", "peers", "runs", "spread"}
NAMES = (
    "seal_large",
    "seal_small",
    "seal_small_stated",
    "open",
    "admit_batch",
    "admit_single",
    "log_build",
    "log_proof",
    "verify_dossier",
    "rebuild",
    "epoch_rotate",
    "names_pair",
    "names_keys",
    "suppress_24x12",
    "lcm_kosovo",
    "count_coverage",
    "link_1m",
    "link_5m",
)


def bench(*words, expect=0):
    done = subprocess.run(
        [sys.executable, "-m", "sviedka.cli", "bench", "--quick", "--json", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == expect, done.stderr
    return json.loads(done.stdout)


def test_the_measures_have_the_agreed_names():
    from sviedka.bench.measures import MEASURES

    assert tuple(MEASURES) == NAMES


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "name",
    [
        "log_build",
        "log_proof",
        "seal_small",
        "admit_single",
        "verify_dossier",
        "epoch_rotate",
        "names_pair",
        "names_keys",
        "suppress_24x12",
        "lcm_kosovo",
    ],
)
def test_one_measure_prints_one_object_in_the_agreed_form(name):
    printed = bench("--only", name)
    assert set(printed) == {name}
    assert set(printed[name]) >= FORM
    assert printed[name]["value"] > 0
    assert printed[name]["bound"] > 0
    for peer, ratio in printed[name]["peers"].items():
        assert ratio == "absent" or ratio > 0, peer


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_all_measures_print_one_object():
    from sviedka.bench.measures import LONG

    assert set(bench()) == set(NAMES) - LONG


def test_an_unknown_measure_is_wrong_usage():
    assert "speed-of-light" in bench("--only", "speed-of-light", expect=2)["message"]
