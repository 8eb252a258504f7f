# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of spec/vectors/statement comes out as is written beside it; and they are what the tool makes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.seal.statement import parse_jwt, read_disclosures, verify_author, verify_signature

ROOT = Path(__file__).resolve().parents[2]
VECTORS = sorted((ROOT / "spec" / "vectors" / "statement").glob("*/*.json"))


def outcome(vector):
    """Read and verify a vector as a dossier's reader does; return (verdict, code, what it says)."""
    try:
        head = parse_jwt(vector["statement"].encode("utf-8"))
        verify_signature(head, bytes.fromhex(vector["key"]))
        statement = read_disclosures(head, vector["disclosures"])
        if vector["author_key"] is not None:
            verify_author(statement, bytes.fromhex(vector["author_key"]))
    except Failure as failure:
        return failure.verdict, failure.code, None
    says = {
        "type": statement.type,
        "subject": statement.subject,
        "heads": None if statement.heads is None else list(statement.heads),
        "at": None if statement.at is None else statement.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "case": statement.case,
        "author": statement.author,
        "fields": statement.fields,
        "positions": {name: list(places) for name, places in statement.positions.items()},
        "withheld": statement.withheld,
    }
    return "holds", None, says


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_vector_comes_out_as_written_beside_it(path):
    vector = json.loads(path.read_text("ascii"))
    expect = vector["expect"]
    assert outcome(vector) == (expect["verdict"], expect["code"], expect["says"])
    assert (expect["verdict"] == "holds") is (path.parent.name == "accept")


def test_there_are_vectors_of_both_kinds_and_for_every_named_failure_of_a_statement():
    expected = [json.loads(path.read_text("ascii"))["expect"]["code"] for path in VECTORS]
    assert expected.count(None) >= 10
    codes = {
        "refuted.statement-signature", "refuted.author-signature", "refuted.disclosure-unreferenced",
        "refuted.statement-day", "unproven.author-withheld", "malformed.statement",
        "malformed.statement-algorithm", "malformed.digests", "malformed.digest-twice", "malformed.disclosure-twice",
        "malformed.disclosure", "malformed.name-reserved", "malformed.name-taken", "malformed.common",
        "malformed.not-canonical", "malformed.too-large", "malformed.unknown-version",
    }  # fmt: skip
    assert codes <= set(expected)


def test_the_files_are_what_the_tool_makes():
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "vectors_statement.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, ""), made.stdout
