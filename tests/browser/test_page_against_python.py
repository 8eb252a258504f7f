# SPDX-License-Identifier: AGPL-3.0-or-later
"""Damaged dossiers, the page against the Python verifier: whatever happens to a file, both write the same report.

Half of the damage is done from outside. The other half is sealed again by the desk's own key, so that it reaches the
later steps: then manifests and seal agree with the damaged file, and only its form and its signatures are left to judge.
"""

import base64
import json
import random
import sys
from pathlib import Path

import pytest

from sviedka.core.seal.policy import parse_policy
from sviedka.verify.container import MemoryContainer
from sviedka.verify.dossier import verify_container

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/unit"))

from small_dossier import reseal, small_recipe  # noqa: E402  # beside the tests of the Python verifier

VERIFY = """async ([files, policy]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const map = new Map(files.map(([path, text]) => [path, new Blob([bytes(text)])]));
  return window.sviedkaVerify(map, policy === null ? null : bytes(policy));
}"""
INSERTED = b'\n\0 ~.-_"{}[]:,0aAzZ/+=\xc3\xff'


@pytest.fixture(scope="module")
def recipe():
    made = small_recipe()
    for chosen in made.chosen:
        chosen.without = ()
    return made


def b64(data):
    return base64.b64encode(data).decode("ascii")


def spoil_bytes(chance, data):
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        place = chance.randrange(len(spoilt) + 1)
        kind = chance.random()
        if kind < 0.6 and place < len(spoilt):
            spoilt[place] ^= 1 << chance.randrange(8)
        elif kind < 0.8:
            spoilt[place:place] = bytes((chance.choice(INSERTED),))
        elif place < len(spoilt):
            del spoilt[place]
    return bytes(spoilt)


def spoil_lines(chance, data):
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(3)
    if kind == 0:
        del lines[one]
    elif kind == 1:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        parts = lines[one].split(b"~")
        if len(parts) > 3:
            del parts[chance.randrange(1, len(parts) - 1)]
        lines[one] = b"~".join(parts)
    return b"\n".join(lines)


def spoil(chance, recipe, files):
    """Change one file, or take it away; half of the time the desk seals again what came of it."""
    spoilt = dict(files)
    path = chance.choice([path for path, data in files.items() if data])
    change = chance.choice((spoil_bytes, spoil_bytes, spoil_lines))
    spoilt[path] = change(chance, files[path])
    if chance.random() < 0.05:
        del spoilt[path]
    if chance.random() < 0.5 and {"spec.json", "logs/1/checkpoint"} <= spoilt.keys():
        spoilt = reseal(recipe, spoilt)
    return path, spoilt


def compare(page, recipe, *, seed, rounds):
    """Judge `rounds` damaged dossiers with both; return how many did not hold."""
    chance = random.Random(seed)  # the seed is printed by a failing assertion
    policies = {"none": None, "policy": recipe.archive.policy_text()}
    files = recipe.build()
    caught = 0
    for number in range(rounds):
        path, spoilt = spoil(chance, recipe, files)
        sent = [[name, b64(data)] for name, data in spoilt.items()]
        for kind, text in policies.items():
            policy = None if text is None else parse_policy(text)
            expected = verify_container(MemoryContainer(spoilt), policy=policy).encode().decode()
            found = page.evaluate(VERIFY, [sent, None if text is None else b64(text)])
            assert found == expected, (seed, number, kind, path)
            caught += json.loads(found)["verdict"] != "holds"
    return caught


def test_two_hundred_damaged_dossiers_get_one_report_from_both(page, recipe, record_property):
    caught = compare(page, recipe, seed=1, rounds=200)
    assert caught > 300  # of 400 reports; damage sealed again in files that are not evidence may hold
    record_property("counted", "400 reports on damaged dossiers, the same from both verifiers")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_thousands_of_damaged_dossiers_get_one_report_from_both(page, recipe, seed):
    assert compare(page, recipe, seed=seed, rounds=500) > 700


def test_reports_on_two_different_dossiers_differ(page, recipe):
    files = recipe.build()
    spoilt = files | {"VERIFY.md": b"other words\n"}
    reports = [
        page.evaluate(VERIFY, [[[name, b64(data)] for name, data in one.items()], None]) for one in (files, spoilt)
    ]
    assert reports[0] != reports[1]
