# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way of a dossier of two desks: sealed at both, exchanged by a folder, built at one, checked by both verifiers.

The Python verifier runs from the base install, in a process that can import nothing else; the page runs in a browser
without a network.
"""

import base64
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
VERIFY = """async ([files, policy]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const map = new Map(files.map(([path, text]) => [path, new Blob([bytes(text)])]));
  return window.sviedkaVerify(map, bytes(policy));
}"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the dossier's folder and the policy of somebody who knows the archive from elsewhere."""
    folder = tmp_path_factory.mktemp("desks")
    with ThreadPoolExecutor(1) as apart:  # the browser's loop runs in this thread, and the database is none of it
        apart.submit(make, folder).result()
    return folder / "dossier", folder / "policy"


def make(folder):
    """Let two desks seal, meet and build."""
    sys.path[:0] = [str(TESTS / "stores"), str(TESTS / "unit")]
    from archive_kit import found
    from outsiders_kit import policy_text
    from two_desks import Desk, second_desk
    from two_desks_case import attest, build, two_desks_case

    from sviedka.anchor.published import newest_checkpoint
    from sviedka.store.connect import disconnect

    minsk = Desk(found(folder))
    two_desks_case(minsk, second_desk(minsk), folder)
    attest(minsk.archive, {name: newest_checkpoint(minsk.archive, name).size for name in ("minsk-1", "vilnius-1")})
    build(minsk, folder, "dossier")
    (folder / "policy").write_bytes(policy_text(minsk.keeper))
    disconnect()


def by_both(page, folder, policy):
    """Return the report, which both verifiers write byte for byte."""
    from test_verify_base_install import PROGRAM

    arguments = [str(folder), str(policy), str(TESTS.parent / "src")]
    python = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, check=True).stdout
    files = [
        [path.relative_to(folder).as_posix(), base64.b64encode(path.read_bytes()).decode()]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    told = page.evaluate(VERIFY, [files, base64.b64encode(policy.read_bytes()).decode()])
    assert told.encode() == python
    return json.loads(told)


def test_what_two_desks_sealed_holds_in_both_verifiers(page, built):
    report = by_both(page, *built)
    assert report["verdict"] == "holds"
    assert [log["origin"] for log in report["facts"]["logs"]] == [
        "archive.example/minsk-1",
        "archive.example/vilnius-1",
    ]
    assert report["facts"]["exhibits"] >= 2


def spoil(folder):
    path = next(path for path in sorted(folder.glob("data/*")) if b"Delta" in path.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"Delta", b"delta"))


CHANGES = {
    "the other desk's head is not there": lambda folder: (folder / "logs/2/checkpoint").unlink(),
    "the other desk's head is this desk's": lambda folder: (folder / "logs/2/checkpoint").write_bytes(
        (folder / "logs/1/checkpoint").read_bytes()
    ),
    "one byte of what the other desk sealed": spoil,
}


@pytest.mark.parametrize("change", CHANGES)
def test_control_a_dossier_of_two_desks_that_was_changed_is_refuted_by_both(page, built, tmp_path, change):
    folder = tmp_path / "changed"
    shutil.copytree(built[0], folder)
    for path in folder.rglob("*"):
        path.chmod(0o700)
    CHANGES[change](folder)
    assert by_both(page, folder, built[1])["verdict"] == "refuted"
