# SPDX-License-Identifier: AGPL-3.0-or-later
"""The built page, opened from a file with the network off, gives the same report as the Python verifier on every vector."""

import base64
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "spec/vectors/dossier"
VECTORS = sorted(FOLDER.glob("*/*.zip"))

VERIFY_ZIP = """async ([zip, policy]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return window.sviedkaVerify(new Blob([bytes(zip)]), policy === null ? null : bytes(policy));
}"""
VERIFY_FILES = """async ([files, policy]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const map = new Map(files.map(([path, text]) => [path, new Blob([bytes(text)])]));
  return window.sviedkaVerify(map, policy === null ? null : bytes(policy));
}"""


def b64(data):
    return base64.b64encode(data).decode("ascii")


POLICIES = {"none": None, "policy": b64((FOLDER / "policy").read_bytes())}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_page_gives_the_report_that_lies_beside_a_vector(page, vector):
    for kind, policy in POLICIES.items():
        report = page.evaluate(VERIFY_ZIP, [b64(vector.read_bytes()), policy])
        assert report.encode() == vector.with_suffix(f".{kind}.json").read_bytes()


@pytest.mark.parametrize("vector", sorted(FOLDER.glob("accept/*.zip")), ids=lambda path: path.stem)
def test_the_page_gives_the_same_report_for_the_unpacked_files(page, vector):
    with zipfile.ZipFile(BytesIO(vector.read_bytes())) as bag:
        names = [name for name in bag.namelist() if not name.endswith("/")]
        cut = len(names[0].partition("/")[0]) + 1 if "bagit.txt" not in names else 0
        files = [[name[cut:], b64(bag.read(name))] for name in names]
    for kind, policy in POLICIES.items():
        report = page.evaluate(VERIFY_FILES, [files, policy])
        assert report.encode() == vector.with_suffix(f".{kind}.json").read_bytes()


def test_one_changed_byte_gives_another_report(page):
    vector = FOLDER / "accept/a-small-dossier-holds.zip"
    with zipfile.ZipFile(BytesIO(vector.read_bytes())) as bag:
        files = {name: bag.read(name) for name in bag.namelist()}
    exhibit = next(name for name in files if name.startswith("data/"))
    files[exhibit] = bytes((files[exhibit][0] ^ 1,)) + files[exhibit][1:]
    report = page.evaluate(VERIFY_FILES, [[[name, b64(data)] for name, data in files.items()], POLICIES["policy"]])
    assert report.encode() != vector.with_suffix(".policy.json").read_bytes()
    assert json.loads(report)["verdict"] == "refuted"


def test_a_policy_that_cannot_be_read_is_never_used(page):
    vector = FOLDER / "accept/a-small-dossier-holds.zip"
    told = page.evaluate(
        f"(given) => ({VERIFY_ZIP})(given).then(() => 'a report', (reason) => String(reason))",
        [b64(vector.read_bytes()), b64(b"quorum none\nroot of all evil\n")],
    )
    assert "Line 2" in told
