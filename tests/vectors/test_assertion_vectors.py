# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of personal assertions gives what it says, and the vectors are what their maker makes."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.base.instants import format_instant
from sviedka.core.seal.asserting import verify_asserted
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.statement import parse_jwt, read_disclosures

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "spec/vectors/assertion").rglob("*.json"))


def answer(given):
    keylist = parse_keylist(base64.b64decode(given["keylist"], validate=True))
    statement = read_disclosures(parse_jwt(given["statement"].encode()), given["disclosures"])
    try:
        key = verify_asserted(statement, keylist=keylist)
    except Failure as failure:
        return {"verdict": failure.verdict, "code": failure.code}
    at = None if key is None else keylist.revoked_at(key)
    told = None if at is None else format_instant(at)
    return {"verdict": "holds", "kid": None if key is None else key.kid, "revoked_at": told}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_reader_answers_as_the_vector_says(path):
    vector = json.loads(path.read_text())
    assert answer(vector["given"]) == vector["expect"]
    assert (path.parent.name == "accept") == (vector["expect"]["verdict"] == "holds")


def test_there_are_vectors_and_a_wrong_expectation_is_seen():
    assert sum(path.parent.name == "accept" for path in FILES) >= 12
    assert sum(path.parent.name == "reject" for path in FILES) >= 70
    (path,) = [path for path in FILES if path.stem == "asserted-with-an-es256-credential"]
    given = json.loads(path.read_text())["given"]
    other = json.loads((path.parent / "asserted-with-the-user-s-own-key.json").read_text())["given"]
    mixed = given | {"disclosures": other["disclosures"]}
    with pytest.raises(Failure):
        answer(mixed)


def test_the_vectors_are_what_their_maker_makes():
    command = [sys.executable, str(ROOT / "tools" / "vectors_assertion.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
