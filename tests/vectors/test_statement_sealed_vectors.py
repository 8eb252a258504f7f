# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of spec/vectors/sealed comes out as is written beside it; and they are what the tool makes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.seal.statement import StatementHead, open_sealed

ROOT = Path(__file__).resolve().parents[2]
VECTORS = sorted((ROOT / "spec" / "vectors" / "sealed").glob("*/*.json"))


def open_given(given):
    head = StatementHead(
        iss="a/b", jti=given["jti"], iat=0, enc=bytes.fromhex(given["enc"]), digests=(), kid="", signing_input=b"", signature=b""
    )  # fmt: skip
    sealed = given["sealed"].encode() + b" " * given.get("spaces", 0)
    keys = {cell: bytes.fromhex(key) for cell, key in given["cell_keys"].items()}
    groups = open_sealed(sealed, head=head, cell_keys=keys)
    return [
        {"cells": list(group.cells), "disclosures": list(group.disclosures), "withheld": group.withheld}
        for group in groups
    ]


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_vector_comes_out_as_written_beside_it(path):
    vector = json.loads(path.read_text("utf-8"))
    expect = vector["expect"]
    assert (expect["verdict"] == "holds") is (path.parent.name == "accept")
    if expect["verdict"] == "holds":
        assert open_given(vector["given"]) == expect["groups"]
        return
    with pytest.raises(Failure) as caught:
        open_given(vector["given"])
    assert (caught.value.verdict, caught.value.code) == (expect["verdict"], expect["code"])


def test_the_files_are_what_the_tool_makes():
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "vectors_sealed.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (made.returncode, made.stderr) == (0, ""), made.stdout
    assert len(VECTORS) > 25
