# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person sees of replicas: sealing copies by itself, status says what is safe, a replica that is away loses nothing."""

import json
import signal
import subprocess
import sys

import pytest
from copies_kit import register
from vault_kit import files, overwrite

from ready_command import run_command
from sviedka.vault.layout import Archive
from sviedka.vault.replica.folder_store import FolderStore
from sviedka.vault.replica.running import replicate


def sviedka(*words, cwd):
    return run_command(*words, "--archive", "a", cwd=cwd)


def told(*words, cwd):
    return json.loads(sviedka(*words, "--json", cwd=cwd).stdout)


@pytest.fixture
def office(tmp_path):
    (tmp_path / "pass").write_text("four words nobody else knows\n")
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(name.encode() * 100)
    words = ["init", "a", "--name", "t.example", "--key-cost", "demonstration", "--passphrase-file", "pass"]
    command = [sys.executable, "-m", "sviedka.cli", *words]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert sviedka("unlock", "--passphrase-file", "pass", cwd=tmp_path).returncode == 0
    yield tmp_path
    sviedka("lock", cwd=tmp_path)


def test_sealing_copies_by_itself_and_status_says_what_is_safe(office):
    assert told("seal", "one", "--case", "c", cwd=office).get("safe") is None
    before = told("status", cwd=office)
    assert (before["safe"], before["replicas"]) == ({"statements": 0, "items": 0}, [])
    copies, keys = office / "copies", office / "keys"
    copies.mkdir()
    keys.mkdir()
    register(Archive(root=office / "a"), ("copies", "payloads", copies), ("keys", "keys", keys))
    assert told("replicate", cwd=office)["verdict"] == "holds"
    first = told("status", cwd=office)
    assert first["safe"] == {"statements": first["kept"]["statements"], "items": 1}
    assert first["restorable_pair"] == ["copies", "keys"]
    copies.rename(office / "away")
    sealed = sviedka("seal", "two", "--case", "c", cwd=office)
    assert sealed.returncode == 0, "kept is kept, whatever the replica does"
    assert "The folder of replica copies is not there." in sealed.stderr
    pending = told("status", cwd=office)
    assert pending["kept"]["items"] == 2
    assert pending["safe"] == first["safe"]
    assert pending["pending_since"] is not None
    assert sviedka("replicate", cwd=office).returncode == 50
    shown = sviedka("status", cwd=office).stdout
    assert "Safe, confirmed by every replica" in shown
    assert "PENDING since" in shown
    (office / "away").rename(copies)
    again = told("seal", "two", "--case", "d", cwd=office)
    assert again["safe"] is True
    after = told("status", cwd=office)
    assert after["safe"] == {"statements": after["kept"]["statements"], "items": after["kept"]["items"]}


def test_a_locked_archive_is_copied_and_watch_ends_when_told(office):
    sviedka("seal", "one", "--case", "c", cwd=office)
    sviedka("lock", cwd=office)
    (office / "copies").mkdir()
    (office / "keys").mkdir()
    register(Archive(root=office / "a"), ("copies", "payloads", office / "copies"), ("keys", "keys", office / "keys"))
    command = [sys.executable, "-m", "sviedka.cli", "replicate", "--archive", "a", "--watch", "--every", "1"]
    with subprocess.Popen(command, cwd=office, stdout=subprocess.PIPE, text=True) as watching:
        assert "read back" in watching.stdout.readline()
        watching.send_signal(signal.SIGTERM)
        watching.stdout.read()
        assert watching.wait(timeout=60) == 0
    status = told("status", cwd=office)
    assert (status["unlocked"], status["packs_safe"]) == (False, status["packs"])
    assert sviedka("replicate", "--watch", "--every", "0", cwd=office).returncode == 2


class _Forgetful(FolderStore):
    """A store that says yes and keeps nothing of every third file: what a disk without its cache is after a power cut."""

    def put_new(self, copies):
        super().put_new([copy for at, copy in enumerate(copies) if at % 3])


def test_what_was_put_and_is_not_there_is_not_called_confirmed(archive, tmp_path, monkeypatch):
    (tmp_path / "copies").mkdir()
    register(archive, ("copies", "payloads", tmp_path / "copies"))
    monkeypatch.setattr("sviedka.vault.replica.opening.FolderStore", _Forgetful)
    (outcome,) = replicate(archive)
    assert outcome.failure is not None
    assert outcome.failure.code == "refuted.replica-differs"
    monkeypatch.undo()
    (outcome,) = replicate(archive)
    assert outcome.failure is None, "the control: the same run to a store that keeps what it takes"


@pytest.mark.parametrize("holds", ["payloads", "keys"])
def test_one_kind_of_place_alone_makes_nothing_safe(office, holds):
    """Payloads without keys cannot be opened. Control: with the other kind as well the next thing is safe, and so is this."""
    archive, lacking = Archive(root=office / "a"), "MISSING: payloads in one place and keys in another"
    for name in ("payloads", "keys"):
        (office / name).mkdir()
    register(archive, (holds, holds, office / holds))
    assert told("seal", "one", "--case", "c", cwd=office)["safe"] is False
    shown = sviedka("seal", "one", "--case", "c", cwd=office)
    assert "Copied to every replica and read back." in shown.stdout
    assert lacking in shown.stderr
    assert told("status", cwd=office)["safe"] == {"statements": 0, "items": 0}
    register(archive, *((name, name, office / name) for name in ("payloads", "keys")))
    both = sviedka("seal", "two", "--case", "c", cwd=office)
    assert lacking not in both.stdout + both.stderr
    assert told("seal", "two", "--case", "c", cwd=office)["safe"] is True


def test_repair_mends_the_vault_and_makes_the_database_again(office):
    for name in ("copies", "keys"):
        (office / name).mkdir()
    archive = Archive(root=office / "a")
    register(archive, ("copies", "payloads", office / "copies"), ("keys", "keys", office / "keys"))
    assert told("seal", "one", "--case", "c", cwd=office)["safe"] is True
    assert told("check", "--full", "--repair", cwd=office)["mended"] == []
    payload, slip = (
        files(archive.objects)[0],
        next(path for path in files(archive.slips) if path.parent.name == path.name[:2]),
    )
    kept = payload.read_bytes(), slip.read_bytes(), archive.desk_keys.read_bytes()
    overwrite(payload, kept[0][:-1])
    slip.unlink()
    archive.desk_keys.write_bytes(kept[2][:-1] + b"x")
    database = bytearray(archive.database.read_bytes())
    database[len(database) // 2] ^= 8
    archive.database.write_bytes(database)
    found = sviedka("check", "--full", cwd=office)
    assert found.returncode in {10, 50}, found.stderr
    repaired = told("check", "--full", "--repair", cwd=office)
    assert repaired["findings"] == [], repaired
    assert {one["reference"] for one in repaired["mended"]} >= {
        payload.relative_to(archive.root).as_posix(),
        slip.relative_to(archive.root).as_posix(),
        "keys/desk.age",
        "database/projections.db",
    }
    assert (payload.read_bytes(), slip.read_bytes(), archive.desk_keys.read_bytes()) == kept
    assert sviedka("check", "--repair", cwd=office).returncode == 2
