# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of spec/vectors/canonical comes out as is written beside it; and they are what the tool makes."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.core.base.canonical import parse_canonical
from sviedka.core.base.dates import parse_date
from sviedka.core.base.encoding import decode_base64, decode_base64url, decode_hex
from sviedka.core.base.errors import Failure
from sviedka.core.base.ids import parse_id, parse_origin
from sviedka.core.base.instants import parse_instant

ROOT = Path(__file__).resolve().parents[2]
VECTORS = sorted((ROOT / "spec" / "vectors" / "canonical").glob("*/*.json"))


def read_date(given):
    when = parse_date(given["value"])
    pairs = {
        "precise": (when.precise_first, when.precise_last),
        "imprecise": (when.imprecise_first, when.imprecise_last),
    }
    return {name: [None if day is None else day.isoformat() for day in pair] for name, pair in pairs.items()}


READERS = {
    "json": lambda given: parse_canonical(base64.b64decode(given["bytes"]), max_bytes=65_536),
    "base64url": lambda given: decode_base64url(given["text"]),
    "base64": lambda given: decode_base64(given["text"]),
    "hex": lambda given: decode_hex(given["text"]),
    "id": lambda given: parse_id(given["text"]),
    "origin": lambda given: parse_origin(given["text"]),
    "instant": lambda given: parse_instant(given["text"]),
    "date": read_date,
}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_vector_comes_out_as_written_beside_it(path):
    vector = json.loads(path.read_text("utf-8"))
    expect = vector["expect"]
    assert (expect["verdict"] == "holds") is (path.parent.name == "accept")
    read = READERS[vector["check"]]
    if expect["verdict"] != "holds":
        with pytest.raises(Failure) as caught:
            read(vector["given"])
        assert (caught.value.verdict, caught.value.code) == (expect["verdict"], expect["code"])
        return
    found = read(vector["given"])
    if vector["check"] == "date":
        assert found == {name: list(expect[name]) for name in ("precise", "imprecise")}


def test_every_reader_has_vectors_of_both_kinds():
    kinds = {(json.loads(path.read_text("utf-8"))["check"], path.parent.name) for path in VECTORS}
    assert kinds == {(check, kind) for check in READERS for kind in ("accept", "reject")}


def test_the_files_are_what_the_tool_makes():
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "vectors_canonical.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, ""), made.stdout
