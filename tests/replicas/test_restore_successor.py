# SPDX-License-Identifier: AGPL-3.0-or-later
"""A log that lost its end is followed by another: the desk works on, what is held opens, and the old key signs nothing."""

import json
import shutil

import pytest
from copies_kit import register
from office_kit import REFUTED, WITHHELD, done, items, keep_copies, lose, open_item, restore, sviedka
from vault_kit import files

from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.keylist import parse_keylist
from sviedka.vault.layout import Archive


@pytest.fixture(scope="module")
def lost_end(office_template, tmp_path_factory):
    """A locked archive whose log is closed: one original under a signed head, one after it, and one that is lost."""
    office = tmp_path_factory.mktemp("lost") / "office"
    shutil.copytree(office_template, office, ignore=shutil.ignore_patterns("run"))
    keep_copies(office)
    done("unlock", "--passphrase-file", "pass", cwd=office)
    done("seal", "three", "--case", "c", cwd=office)
    done("replicate", cwd=office)  # safe, and under no signed head yet
    for name in ("copies", "keys"):
        shutil.copytree(office / name, office / f"older-{name}")
    done("seal", "two", "--case", "c", cwd=office)
    done("log", "checkpoint", cwd=office)
    shutil.copy(next((office / "a" / "logs").glob("*/checkpoint")), office / "head")
    sviedka("lock", cwd=office)
    shutil.copytree(office / "a", office / "found-again", ignore=shutil.ignore_patterns("run"))
    shutil.rmtree(office / "a")
    told = restore(office, "--head", "head", payloads="older-copies", keys="older-keys", status=REFUTED)
    assert len(told["closed"]) == 1
    register(Archive(root=office / "again"))  # what the newer copies hold went with the office
    shutil.rmtree(office / "again" / "replicas")
    return office


@pytest.fixture
def closed(lost_end, tmp_path):
    """The same in a folder of its own, unlocked."""
    folder = tmp_path / "office"
    shutil.copytree(lost_end, folder, ignore=shutil.ignore_patterns("run"))
    done("unlock", "--passphrase-file", "pass", cwd=folder, archive="again")
    yield folder
    for name in ("a", "again"):
        sviedka("lock", cwd=folder, archive=name)


def sign(office, proposal="proposal", out="keylist-2"):
    words = ("keylist", "sign", proposal, "--offline-dir", "a.offline", "--passphrase-file", "pass", "-o", out)
    result = sviedka(*words, cwd=office)
    assert result.returncode == 0, result.stderr


def succeed(office):
    told = done("desk", "succeed", "office-2", "-o", "proposal", cwd=office, archive="again")
    sign(office)
    assert done("desk", "join", "keylist-2", cwd=office, archive="again")["origin"] == "t.example/office-2"
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    return told


def test_the_desk_works_on_and_everything_that_is_held_opens(closed):
    told = succeed(closed)
    head = parse_checkpoint((closed / "head").read_bytes())
    assert (told["known"], told["closed"]) == (head.size, head.origin)
    assert 0 < told["held"] < head.size
    (successor,) = parse_keylist((closed / "keylist-2").read_bytes()).successors
    assert (successor.known.size, successor.known.root) == (head.size, head.root)
    done("seal", "two", "--case", "c", cwd=closed, archive="again")
    done("log", "checkpoint", cwd=closed, archive="again")
    assert (closed / "again" / "logs" / "office-2" / "checkpoint").is_file()
    held = {open_item(closed, item, archive="again") for item in items(closed, "again")}
    assert held == {(closed / name).read_bytes() for name in ("one", "two", "three")}
    done("log", "checkpoint", cwd=closed, archive="again")
    assert done("check", "--full", cwd=closed, archive="again")["findings"] == []
    before = done("status", cwd=closed, archive="again")["kept"]
    assert before["elsewhere"] == {
        head.origin.partition("/")[2]: told["held"]
    }  # what the closed log had is not forgotten
    done("rebuild", cwd=closed, archive="again")
    assert done("status", cwd=closed, archive="again")["kept"] == before


ORDER = """case: c
at: newest
purpose: prosecution-abroad
recipient: {kind: prosecutor, name: An invented office}
language: LANGUAGE
exhibits: all
report: true
page: false
"""


def test_a_dossier_holds_originals_of_both_logs_and_says_what_was_lost(closed):
    """The third statement of the closed log stands under no head that its key signed: the root's word proves it."""
    succeed(closed)
    done("seal", "two", "--case", "c", cwd=closed, archive="again")
    done("log", "checkpoint", cwd=closed, archive="again")
    done("log", "policy", "-o", "policy", cwd=closed, archive="again")
    gaps = {}
    for language in ("en", "be", "ru"):
        (closed / "order.yaml").write_text(ORDER.replace("LANGUAGE", language))
        built = done("dossier", "order.yaml", "-o", f"bag-{language}", cwd=closed, archive="again")
        assert built["exhibits"] == 3
        result = sviedka("verify", f"bag-{language}", "--policy", "policy", "--json", cwd=closed)
        report = json.loads(result.stdout)
        parts = {part["name"]: part for part in report["parts"]}
        assert [parts[name]["verdict"] for name in ("unaltered", "origin", "consent")] == ["holds"] * 3, result.stdout
        (gap,) = (one for one in parts["origin"]["findings"] if one["code"] == "log.succeeded")
        assert gap["where"] == ["t.example/office-1 6/8 t.example/office-2"]
        gaps[language] = (closed / f"bag-{language}" / "VERIFY.md").read_text()
    for language, words in (("en", "6 of the 8"), ("be", "6 з 8"), ("ru", "6 из 8")):
        assert words in gaps[language].replace("\n", " ")
    proofs = (closed / "bag-en" / "statements" / "proofs.txt").read_text().splitlines()
    head = parse_checkpoint((closed / "bag-en" / "logs" / "1" / "checkpoint").read_bytes())
    beyond = [line for line in proofs if line.startswith("1 ") and int(line.split()[2]) >= head.size]
    assert beyond, "some of what is held was under no head"


def test_a_disk_that_turns_up_again_signs_nothing_once_it_has_the_list(closed):
    succeed(closed)
    shutil.move(closed / "found-again", closed / "a")
    done("unlock", "--passphrase-file", "pass", cwd=closed)
    done("seal", "three", "--case", "other", cwd=closed)  # the control: it knows nothing yet
    sviedka("lock", cwd=closed)
    shutil.copy(closed / "keylist-2", closed / "a" / "keys" / "keylist")
    done("unlock", "--passphrase-file", "pass", cwd=closed)
    for words in (("seal", "one", "--case", "another"), ("log", "checkpoint")):
        result = sviedka(*words, cwd=closed)
        assert result.returncode == WITHHELD, result.stderr
        assert "office-2 goes on" in result.stderr


def test_the_old_keys_are_destroyed_and_the_new_office_is_restored_as_any(closed):
    before = (closed / "again" / "keys" / "desk.age").read_bytes()
    succeed(closed)
    kept = {path.read_bytes() for path in files(closed / "again" / "keys")}
    assert before not in kept
    assert not (closed / "again" / "keys" / "successor").exists()
    done("seal", "two", "--case", "c", cwd=closed, archive="again")
    done("log", "checkpoint", cwd=closed, archive="again")
    sviedka("lock", cwd=closed, archive="again")
    shutil.move(closed / "again", closed / "a")
    for name in ("abroad", "stick"):
        (closed / name).mkdir()
    register(Archive(root=closed / "a"), ("abroad", "payloads", closed / "abroad"), ("stick", "keys", closed / "stick"))
    done("unlock", "--passphrase-file", "pass", cwd=closed)
    done("replicate", cwd=closed)
    kept = done("rebuild", cwd=closed)
    lose(closed)
    again = restore(closed, payloads="abroad", keys="stick")
    assert (again["closed"], again["statements"]) == ([], kept["statements"])


@pytest.mark.parametrize("wrong", ["goes-on", "listed", "not-named", "other-keys"])
def test_what_is_no_succession_is_refused(closed, wrong):
    if wrong == "goes-on":
        succeed(closed)
        result = sviedka("desk", "succeed", "office-3", "-o", "again-proposal", cwd=closed, archive="again")
        assert result.returncode == WITHHELD
    elif wrong == "listed":
        result = sviedka("desk", "succeed", "office-1", "-o", "proposal", cwd=closed, archive="again")
        assert result.returncode == WITHHELD
    elif wrong == "not-named":
        done("desk", "succeed", "office-2", "-o", "proposal", cwd=closed, archive="again")
        shutil.copy(closed / "again" / "keys" / "keylist", closed / "keylist-2")
        assert sviedka("desk", "join", "keylist-2", cwd=closed, archive="again").returncode == 0
        assert "office-1" in (closed / "again" / "sviedka.toml").read_text()
    else:
        done("desk", "succeed", "office-2", "-o", "proposal", cwd=closed, archive="again")
        sign(closed)
        shutil.rmtree(closed / "again" / "keys" / "successor")
        assert sviedka("desk", "join", "keylist-2", cwd=closed, archive="again").returncode == REFUTED
        assert "office-1" in (closed / "again" / "sviedka.toml").read_text()
    assert Archive(root=closed / "again").config.is_file()
