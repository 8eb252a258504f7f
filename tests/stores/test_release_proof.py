# SPDX-License-Identifier: AGPL-3.0-or-later
"""A stranger checks a copy of a release with a policy alone: holds, or why not. Forgers with keys of their own get nothing."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from archive_kit import PASSPHRASE

from release_kit import write
from sviedka.core.base.errors import Failure
from sviedka.core.count.release.copy import KEY_LIST, PROOF, STATEMENT
from sviedka.core.count.release.release_errors import CopyRefuted, CopyUnproven
from sviedka.core.seal.policy import parse_policy
from sviedka.keeper.asserting import with_passphrase
from sviedka.store.checkpointing import NotYetCheckpointed, make_checkpoint
from sviedka.store.release.checking import put_proof
from sviedka.store.release.making import release
from sviedka.verify.release_copy import check_files, check_proof

ROOT = Path(__file__).resolve().parents[2]


def publish(archive, keeper, folder):
    willing = with_passphrase(archive, keeper.keyring.actor, lambda _: bytearray(PASSPHRASE))
    release(archive, keeper, write(folder / "plan"), out=folder / "out", assertor=willing)
    return folder / "out"


def policy_of(keeper, *lines):
    text = "\n".join(("quorum none", *lines, f"#sviedka root {keeper.facts().root}", ""))
    return parse_policy(text.encode())


@pytest.fixture
def copy(archive, keeper, tmp_path):
    folder = publish(archive, keeper, tmp_path)
    with pytest.raises(NotYetCheckpointed):
        put_proof(archive, keeper, check_files(folder), folder)
    make_checkpoint(archive, keeper)
    put_proof(archive, keeper, check_files(folder), folder)
    return folder


def test_a_copy_with_its_proof_holds_against_the_root_alone(keeper, copy):
    logged = check_proof(copy, check_files(copy), policy_of(keeper))
    assert logged.log.name == keeper.facts().origin
    assert logged.size > logged.index


def test_every_changed_byte_of_proof_and_key_list_is_noticed(keeper, copy):
    stated, policy = check_files(copy), policy_of(keeper)
    for name in (PROOF, KEY_LIST):
        whole = (copy / name).read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 120)):
            changed = bytearray(whole)
            changed[place] ^= 1
            (copy / name).write_bytes(changed)
            with pytest.raises(Failure) as told:
                check_proof(copy, stated, policy)
            assert told.value.verdict in {"refuted", "malformed", "unproven"}
        (copy / name).write_bytes(whole)
    check_proof(copy, stated, policy)  # control


def test_a_statement_that_says_other_digests_is_in_no_log(keeper, copy):
    """A forger changes a table and the statement with it: the files fit, and the log does not."""
    told = json.loads((copy / STATEMENT).read_bytes())
    stated = check_files(copy)
    forged = replace(stated, jwt=stated.jwt[:-2] + (b"AA" if stated.jwt[-2:] != b"AA" else b"BB"))
    with pytest.raises(Failure) as refused:
        check_proof(copy, forged, policy_of(keeper))
    assert refused.value.verdict == "refuted"
    assert told["jwt"].encode() == stated.jwt


def test_another_archive_s_root_a_missing_proof_and_a_missing_cosigner_are_unproven(archive, keeper, copy):
    stated = check_files(copy)
    root = keeper.facts().root
    with pytest.raises(CopyUnproven):
        check_proof(copy, stated, parse_policy(b"quorum none\n"))
    vectors = ROOT / "spec" / "vectors" / "dossier" / "policy"
    with pytest.raises(Failure) as told:
        check_proof(copy, stated, parse_policy(vectors.read_bytes()))  # another archive's policy
    assert told.value.verdict == "unproven"
    cosigner = next(line for line in vectors.read_text().splitlines() if line.startswith("witness "))
    name = cosigner.split()[1]
    asked = parse_policy(f"{cosigner}\nquorum {name}\n#sviedka root {root}\n".encode())
    with pytest.raises(Failure) as told:
        check_proof(copy, stated, asked)
    assert told.value.verdict == "unproven"
    for name in (PROOF, KEY_LIST):
        shutil.move(copy / name, copy.parent / name)
        with pytest.raises(CopyUnproven):
            check_proof(copy, stated, policy_of(keeper))
        shutil.move(copy.parent / name, copy / name)


def test_a_release_of_another_archive_does_not_pass_under_this_one_s_proof(keeper, copy):
    stated = check_files(copy)
    head = replace(stated.head, kid="other.example/desk+00000000")
    with pytest.raises(CopyRefuted):
        check_proof(copy, replace(stated, head=head), policy_of(keeper))


def test_it_runs_from_the_base_install(keeper, copy, tmp_path):
    sys.path.insert(0, str(ROOT / "tests" / "unit"))
    try:
        from base_guard import GUARD
    finally:
        sys.path.remove(str(ROOT / "tests" / "unit"))
    (tmp_path / "policy").write_text(f"quorum none\n#sviedka root {keeper.facts().root}\n")
    program = GUARD + "from sviedka.cli.main import main\nsys.exit(main(sys.argv[2:]))"
    words = ["release", "--check", str(copy), "--policy", str(tmp_path / "policy"), "--json"]
    command = [sys.executable, "-c", program, str(ROOT / "src"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "holds"
    table = copy / "by-district.csv"
    table.write_bytes(table.read_bytes().replace(b"shown", b"shewn", 1))
    assert sha256(table.read_bytes()).hexdigest() not in (copy / STATEMENT).read_text()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 10
