# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every dossier vector gets the report that lies beside it, byte for byte."""

import json
from pathlib import Path

import pytest

from sviedka.core.seal.policy import parse_policy
from sviedka.verify.codes import SENTENCES
from sviedka.verify.dossier import verify_dossier

FOLDER = Path(__file__).resolve().parents[2] / "spec" / "vectors" / "dossier"
VECTORS = sorted(FOLDER.glob("*/*.zip"))
NEEDS_ANOTHER_POLICY = {"log.not-pinned", "existed.no-authority", "cosigned.none-required", "cosigned.not-asked"}
TOO_LARGE_FOR_A_VECTOR = {"files.too-many"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_vector_gets_its_report(vector):
    policy = parse_policy((FOLDER / "policy").read_bytes())
    for kind, given in (("none", None), ("policy", policy)):
        expected = vector.with_suffix(f".{kind}.json").read_bytes()
        assert expected == verify_dossier(vector, policy=given).encode()


def test_accepted_vectors_hold_and_rejected_ones_do_not():
    assert len(VECTORS) > 80
    for vector in VECTORS:
        verdict = json.loads(vector.with_suffix(".policy.json").read_bytes())["verdict"]
        assert (vector.parent.name == "accept") == (verdict == "holds"), vector.name


def test_nothing_holds_without_a_policy():
    for vector in VECTORS:
        assert json.loads(vector.with_suffix(".none.json").read_bytes())["verdict"] != "holds", vector.name


def test_every_code_is_in_the_specification_and_nearly_every_one_in_a_vector():
    text = (FOLDER.parents[1] / "08-dossier.md").read_text()
    seen = set()
    for vector in VECTORS:
        for kind in ("none", "policy"):
            report = json.loads(vector.with_suffix(f".{kind}.json").read_bytes())
            seen.update(finding["code"] for part in report["parts"] for finding in part["findings"])
    assert sorted(code for code in SENTENCES if f"`{code}`" not in text) == []
    assert set() == SENTENCES.keys() - seen - NEEDS_ANOTHER_POLICY - TOO_LARGE_FOR_A_VECTOR
