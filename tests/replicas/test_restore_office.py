# SPDX-License-Identifier: AGPL-3.0-or-later
"""An office is lost: what was safe comes back and opens, what was only kept is said to be lost, nothing erased returns."""

import shutil
import subprocess
import sys

import pytest
from copies_kit import register
from office_kit import MALFORMED, REFUTED, UNAVAILABLE, WITHHELD, done, found, items, lose, open_item, restore, sviedka
from vault_kit import files, overwrite

from bucket_server import free_ports
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.vault.layout import Archive
from sviedka.vault.slips import remove_slip


def test_a_lost_office_comes_back_and_goes_on(office):
    (item,) = items(office, "a")
    before = {path.relative_to(office / "a"): path.read_bytes() for path in files(office / "a" / "packs")}
    status = done("status", cwd=office)
    lose(office)
    told = restore(office)
    assert (told["missing"], told["closed"], told["statements"]) == ([], [], status["kept"]["statements"])
    assert told["root"].startswith("t.example/root+")
    assert {
        path.relative_to(office / "again"): path.read_bytes() for path in files(office / "again" / "packs")
    } == before
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    assert done("check", "--full", cwd=office, archive="again")["findings"] == [], "keys open, projections are the same"
    assert open_item(office, item, archive="again") == (office / "one").read_bytes()
    assert done("seal", "two", "--case", "c", cwd=office, archive="again")["safe"] is True
    done("log", "checkpoint", cwd=office, archive="again")
    begun = done("epoch", "rotate", cwd=office, archive="again")["epoch"]
    assert int(begun.partition(".")[2]) > 100, "the lost office may have begun epochs that no copy knows"
    assert not list((office / "keys").rglob("floor")), "each restore writes its own"


def test_what_was_only_kept_is_lost_and_said(office):
    (office / "copies").rename(office / "away")
    done("seal", "two", "--case", "c", cwd=office)
    (office / "away").rename(office / "copies")
    lose(office)
    words = ("restore", "again", "--payloads", "copies", "--keys", "keys", "--passphrase-file", "pass")
    shown = sviedka(*words, cwd=office)
    assert "What was kept only in the office after that is lost." in shown.stdout
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    status = done("status", cwd=office, archive="again")
    assert status["kept"]["items"] == 1


def test_a_head_that_the_copies_do_not_reach_closes_the_log(office):
    """The old key signs nothing after the gap: not by admission, not by a checkpoint. What is there can be read."""
    (item,) = items(office, "a")
    shutil.copytree(office / "copies", office / "older")
    done("seal", "two", "--case", "c", cwd=office)
    done("log", "checkpoint", cwd=office)
    head = next((office / "a" / "logs").glob("*/checkpoint"))
    (office / "head").write_bytes(head.read_bytes())
    size = parse_checkpoint(head.read_bytes()).size
    lose(office)
    told = restore(office, "--head", "head", payloads="older", status=REFUTED)
    (closed,) = told["closed"]
    assert closed["known"] == size
    assert closed["held"] == told["statements"] < size
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    status = done("status", cwd=office, archive="again")
    assert status["kept"]["statements"] == told["statements"]
    assert sviedka("seal", "three", "--case", "c", cwd=office, archive="again").returncode == WITHHELD
    assert sviedka("log", "checkpoint", cwd=office, archive="again").returncode == WITHHELD
    open_item(office, item, archive="again", status=WITHHELD)  # an opening is recorded first, and cannot be


def test_a_closed_log_goes_on_when_what_was_lost_is_found(office):
    """A newer replica turns up: its packs reach the head that was known, and no second history can come of it."""
    shutil.copytree(office / "copies", office / "older")
    done("seal", "two", "--case", "c", cwd=office)
    done("log", "checkpoint", cwd=office)
    statements = done("status", cwd=office)["kept"]["statements"]
    lose(office)
    (office / "copies").rename(office / "mislaid")
    assert len(restore(office, payloads="older", status=REFUTED)["closed"]) == 1
    (office / "mislaid").rename(office / "copies")
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    assert sviedka("seal", "three", "--case", "c", cwd=office, archive="again").returncode == WITHHELD, "the control"
    repaired = done("check", "--full", "--repair", cwd=office, archive="again")
    assert repaired["findings"] == []
    done("seal", "three", "--case", "c", cwd=office, archive="again")
    assert done("log", "checkpoint", cwd=office, archive="again")["size"] > statements


def test_the_control_without_that_head_the_log_would_have_gone_on(office):
    shutil.copytree(office / "copies", office / "older")
    shutil.copytree(office / "keys", office / "older-keys")
    done("seal", "two", "--case", "c", cwd=office)
    done("log", "checkpoint", cwd=office)
    lose(office)
    assert restore(office, payloads="older", keys="older-keys")["closed"] == []


def test_the_place_of_keys_remembers_the_head(office):
    """Nobody gives a head: the keeper's own memory of what it signed is copied to the place of keys with each head."""
    shutil.copytree(office / "copies", office / "older")
    done("seal", "two", "--case", "c", cwd=office)
    done("log", "checkpoint", cwd=office)
    lose(office)
    assert len(restore(office, payloads="older", status=REFUTED)["closed"]) == 1


def test_from_a_backup_older_than_an_erasure_nothing_taken_back_returns(office):
    done("backup", "drawer", cwd=office)
    (item,) = items(office, "a")
    archive = Archive(root=office / "a")
    epoch = next(path.parent.parent.name for path in files(archive.slips) if path.name == item)
    slip = archive.slip(epoch, item).read_bytes()
    shutil.copytree(office / "keys", office / "keys-of-before")
    remove_slip(archive, epoch, item)
    done("replicate", cwd=office)
    lose(office)
    told = restore(office, "--keys", "keys-of-before", payloads="drawer")
    assert told["taken_back"] == 1
    assert items(office, "again") == []
    assert not [path for path in files(office / "again") if path.read_bytes() == slip]
    shutil.rmtree(office / "again")
    restore(office, payloads="drawer", keys="keys-of-before", folder="forgetful")
    assert items(office, "forgetful") == [item], "the control: a place of keys that was never told brings it back"


def test_from_a_backup_older_than_a_rotation(office):
    done("backup", "drawer", cwd=office)
    (item,) = items(office, "a")
    shutil.copytree(office / "keys", office / "keys-of-before")
    done("epoch", "rotate", cwd=office)
    done("seal", "two", "--case", "c", cwd=office)
    done("replicate", cwd=office)
    ended = {path.name.removesuffix(".ended") for path in files(office / "keys/keys/epochs") if path.suffix == ".ended"}
    lose(office)
    told = restore(office, "--keys", "keys-of-before", "--payloads", "copies", payloads="drawer")
    assert told["missing"] == []
    archive = Archive(root=office / "again")
    assert ended
    assert not any(archive.epoch_key(epoch).exists() for epoch in ended), "a destroyed key does not come back"
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    assert open_item(office, item, archive="again") == (office / "one").read_bytes()
    assert done("check", "--full", cwd=office, archive="again")["findings"] == []


def test_a_cut_backup_is_named_and_another_copy_completes_it(office):
    done("backup", "drawer", cwd=office)
    lose(office)
    payload, pack = files(office / "drawer" / "objects")[0], files(office / "drawer" / "packs")[0]
    kept = payload.read_bytes(), pack.read_bytes()
    overwrite(payload, kept[0][:-7])
    told = restore(office, payloads="drawer", status=REFUTED)
    assert told["missing"] == [payload.relative_to(office / "drawer").as_posix()]
    shutil.rmtree(office / "again")
    pack.unlink()
    assert restore(office, payloads="drawer", status=REFUTED)["code"] == "refuted.copies-cut"
    assert not (office / "again" / "sviedka.toml").exists()
    assert restore(office, "--payloads", "copies", payloads="drawer")["missing"] == []


@pytest.mark.parametrize("kind", ["payloads", "keys"])
def test_copies_of_another_archive_are_refused(office, kind):
    for name in ("copies-b", "keys-b"):
        (office / name).mkdir()
    found(office, "b")
    register(
        Archive(root=office / "b"), ("copies", "payloads", office / "copies-b"), ("keys", "keys", office / "keys-b")
    )
    done("seal", "two", "--case", "c", cwd=office, archive="b")
    sviedka("lock", cwd=office, archive="b")
    told = restore(office, status=REFUTED, **{kind: "copies-b" if kind == "payloads" else "keys-b"})
    assert told["code"] == "refuted.replica-foreign"
    assert not (office / "again").exists()


def test_what_cannot_be_restored_into_or_from_is_refused(office):
    (office / "full").mkdir()
    (office / "full" / "mine").write_text("mine")
    assert restore(office, folder="full", status=UNAVAILABLE)["code"] == "unavailable.restore-folder"
    assert restore(office, folder="a", status=UNAVAILABLE)["code"] == "unavailable.restore-folder"
    assert [path.name for path in files(office / "full")] == ["mine"]
    assert restore(office, keys="copies", status=UNAVAILABLE)["code"] == "unavailable.nothing-to-restore"
    assert restore(office, payloads="nowhere", status=UNAVAILABLE)["code"] == "unavailable.replica"
    assert restore(office, payloads="keys", status=UNAVAILABLE)["code"] == "unavailable.nothing-to-restore"
    assert sviedka("backup", "full", cwd=office).returncode == UNAVAILABLE


def test_a_wrong_passphrase_leaves_a_folder_to_go_on_in(office):
    lose(office)
    assert restore(office, status=WITHHELD, opened_by="wrong")["verdict"] == "withheld"
    assert not (office / "again" / "sviedka.toml").exists()
    assert restore(office)["closed"] == []


def test_a_lost_office_with_a_lost_passphrase_comes_back_from_three_shares(office):
    (item,) = items(office, "a")
    (office / "new").write_text("a passphrase of today\n")
    lose(office)
    shares = [word for n in (1, 2, 4) for word in ("--share", f"a.offline/shares/recovery-{n}.txt")]
    own = ("--user-passphrase-file", "pass")
    assert restore(office, *shares[:4], *own, opened_by="new", status=MALFORMED)["code"] == "malformed.shares"
    assert restore(office, *shares, *own, opened_by="new")["missing"] == []
    assert sviedka("unlock", "--passphrase-file", "pass", cwd=office, archive="again").returncode == WITHHELD
    done("unlock", "--passphrase-file", "new", *own, cwd=office, archive="again")
    assert open_item(office, item, archive="again") == (office / "one").read_bytes()


def test_a_backup_is_brought_up_to_date_and_holds_no_keys(office):
    first = done("backup", "drawer", cwd=office)["copied"]
    assert first > 3
    assert done("backup", "drawer", cwd=office)["copied"] == 0
    done("seal", "two", "--case", "c", cwd=office)
    assert 0 < done("backup", "drawer", cwd=office)["copied"] < first
    held = {path.relative_to(office / "drawer").as_posix() for path in files(office / "drawer")}
    assert not [name for name in held if "slips" in name or "cells" in name or "vault.json" in name or "epochs" in name]


@pytest.fixture
def cosigner(office):
    """A cosigner that has seen the log; it answers over HTTP on loopback."""
    vkey = done("cosigner", "new", "partner.key", "--name", "partner.example/cosigner", cwd=office)["vkey"]
    policy = office / "policy"
    done("log", "policy", "-o", policy, cwd=office)
    log_key = next(line.split()[1] for line in policy.read_text().splitlines() if line.startswith("log "))
    (port,) = free_ports(1)
    words = ["cosigner", "serve", "partner.key", "--log", log_key, "--memory", "memory", "--port", str(port)]
    with subprocess.Popen([sys.executable, "-m", "sviedka.cli", *words], cwd=office, stdout=subprocess.PIPE) as server:
        server.stdout.readline()
        config = Archive(root=office / "a").config
        entry = f'\n[[cosigner]]\nvkey = "{vkey}"\nurl = "http://127.0.0.1:{port}"\n'
        config.write_text(config.read_text().replace("\n[[replicas]]", entry + "\n[[replicas]]", 1))
        yield "partner.example/cosigner"
        server.terminate()


def test_a_cosigner_that_has_seen_more_stops_it_and_its_head_closes_the_log(office, cosigner):
    done("log", "cosign", cwd=office)
    done("replicate", cwd=office)
    for name in ("copies", "keys"):
        shutil.copytree(office / name, office / f"older-{name}")
    done("seal", "two", "--case", "c", cwd=office)
    done("log", "checkpoint", cwd=office)
    done("log", "cosign", cwd=office)
    shutil.copy(next((office / "a" / "logs").glob("*/checkpoint")), office / "head")
    lose(office)
    older = {"payloads": "older-copies", "keys": "older-keys"}
    assert restore(office, status=REFUTED, **older)["code"] == "refuted.cosigner-ahead"
    assert not (office / "again" / "sviedka.toml").exists()
    assert len(restore(office, "--head", "head", status=REFUTED, **older)["closed"]) == 1
    told = restore(office, "--without", cosigner, folder="blind", **older)
    assert (told["closed"], told["cosigners_silent"]) == ([], [cosigner]), "the control: unasked, it stays unknown"
