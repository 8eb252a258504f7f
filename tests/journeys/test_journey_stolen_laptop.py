# SPDX-License-Identifier: AGPL-3.0-or-later
"""A laptop is taken: switched off, or on and locked. What its finder has then, searched for every key and every word.

An office of two people, each with a passphrase of their own, has done everything once: sealed, recorded, consented,
approved, opened, signed. Beside each search stands a control that finds what it looks for.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import pytest
from test_journey_canaries import CASEBOOK, CONTENT, NAME, Office, places_of

from sviedka.core.seal.age_keys import format_identity
from sviedka.keeper.errors import WrongPassphrase
from sviedka.keeper.founding import found_archive
from sviedka.keeper.login import SEED_BYTES, open_keyring, open_user
from sviedka.keeper.wrapping import FULL_COST, KdfCost, parse_wrapped, unwrap_secret, wrap_secret
from sviedka.vault.clock import now
from sviedka.vault.epochs import list_epochs
from sviedka.vault.layout import Archive

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "keeper"))
from process_memory import read_memory, secrets_in  # beside the keeper's own tests

WORDS = {"first": "canary passphrase 77ab", "second": "canary of the second person 31cd"}  # public on purpose
DESK = Path(__file__).with_name("stolen_laptop_desk.py")
CONSENT = """
consents:
  - {label: g-one, person: p-one, event: given, form: invented, language: en, method: signed, informed: [risks], grants: [
      {purpose: prosecution-abroad, recipients: [prosecutor], level: pseudonym, material: [statement-text], until: null}]}
"""
MARK = "SVIEDKA_TEST_MARK"


class Laptop(Office):
    """The office's machine, whose every process can be told by a mark in its surroundings."""

    def __init__(self, folder):
        super().__init__(folder)
        self.mark = uuid.uuid4().hex
        self.surroundings[MARK] = self.mark
        self.archive = Archive(root=folder / "archive")

    def processes(self):
        """Return every process that was started here and still runs; only root sees those that hide themselves."""
        wanted = f"{MARK}={self.mark}".encode()
        found = []
        for process in psutil.process_iter():
            try:
                surroundings = Path(f"/proc/{process.pid}/environ").read_bytes()
            except OSError:
                continue
            if wanted in surroundings:
                found.append(process)
        return found

    def in_memory(self, secrets):
        """Return which secrets any of these processes holds."""
        return {name for process in self.processes() for name in secrets_in(read_memory(process.pid), secrets)}


def words_file(laptop, name):
    path = laptop.given / f"{name}.pass"
    path.write_text(WORDS[name] + "\n")
    return path


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    laptop = Laptop(tmp_path_factory.mktemp("laptop"))
    given = laptop.given = laptop.folder / "given"
    given.mkdir()
    first, second = words_file(laptop, "first"), words_file(laptop, "second")
    (given / f"{NAME}.txt").write_text(CONTENT)
    (given / "casebook.yaml").write_text(CASEBOOK + CONSENT)
    run = laptop.run
    run("init", "archive", "--key-cost", "demonstration", "--passphrase-file", first)
    laptop.first = next(laptop.archive.users.glob("*.json")).stem
    made = json.loads(run("user", "new", "--key-cost", "demonstration", "--passphrase-file", second, "--json"))
    laptop.second = made["user"]
    run("keylist", "draft", "--add-user", laptop.second, "-o", given / "proposal")
    offline = laptop.folder / "archive.offline"
    run(
        "keylist",
        "sign",
        given / "proposal",
        "--offline-dir",
        offline,
        "-o",
        given / "list",
        "--passphrase-file",
        first,
    )
    run("unlock", "--passphrase-file", first, "--user", laptop.first, "--user-passphrase-file", first)
    run("keylist", "install", given / "list")
    offline.rename(given / "offline")  # carried out of the office, as it must be
    unlock(laptop)
    laptop.item = json.loads(run("seal", given / f"{NAME}.txt", "--case", "canary", "--json"))["sealed"][0]["item"]
    run("record", given / "casebook.yaml", "--passphrase-file", first)
    run("log", "checkpoint")
    yield laptop
    run("lock")


def unlock(laptop):
    first = laptop.given / "first.pass"
    laptop.run("unlock", "--passphrase-file", first, "--user", laptop.first, "--user-passphrase-file", first)


@pytest.fixture(scope="module")
def secrets(laptop):
    """Every key of the archive; this process holds them, and is not among those that are searched."""
    keyring = open_keyring(laptop.archive, words("first"), clock=now, user=laptop.first, user_passphrase=words("first"))
    (payload,) = [path.name for path in laptop.archive.objects.glob("??/*")]
    found = {
        "first person's passphrase": WORDS["first"].encode(),
        "second person's passphrase": WORDS["second"].encode(),
        "first person's key": keyring.user_key.private_bytes_raw(),
        "second person's key": bytes(open_user(laptop.archive, laptop.second, words("second"))),
        "vault identity": bytes(keyring.vault.secret_bytes()),
        "vault identity, age's spelling": bytes(format_identity(keyring.vault)),
        "log key": keyring.heads._key.private_bytes_raw(),
        "statement key": keyring.statement_key.private_bytes_raw(),
        "database key": bytes(keyring.database_key()),
        "label key": bytes(keyring.label_key()),
        "item's file key": bytes(keyring.file_key(laptop.item, payload)),
    }
    for epoch in list_epochs(laptop.archive.slips):
        identity = keyring.epochs.identity(epoch)
        found[f"epoch {epoch}"] = bytes(identity.secret_bytes())
        found[f"epoch {epoch}, age's spelling"] = bytes(format_identity(identity))
    for path in laptop.archive.cells.glob("2*/??/*"):
        found[f"cell {path.name[:6]}"] = keyring.cells[path.name]
    return found


def words(name):
    return bytearray(WORDS[name].encode())


def files_with(folder, secrets):
    """Return (file, secret) for every file whose name or bytes hold a secret in any spelling."""
    found = set()
    for path in folder.rglob("*"):
        content = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
        found |= {(path.name, name) for name in secrets_in(content, secrets)}
    return found


def test_switched_off_it_holds_no_key_and_no_word(laptop, secrets):
    laptop.run("lock")
    assert laptop.processes() == []
    assert len([name for name in secrets if name.startswith("cell ")]) >= 2
    for part in ("archive", "tmp", "home"):
        assert files_with(laptop.folder / part, secrets) == set()
        assert places_of(laptop.folder / part, NAME, CONTENT, "Invented One", "AGE-SECRET-KEY-1") == []


def test_the_search_of_a_disk_finds_each_of_them_where_it_lies(laptop, secrets, tmp_path):
    """Control: also in the middle of a file, as bytes and as text."""
    for number, (name, secret) in enumerate(secrets.items()):
        for spelt in (secret, secret.hex().encode()):
            (tmp_path / f"leak-{number}").write_bytes(b"before " + spelt + b" after")
            assert (f"leak-{number}", name) in files_with(tmp_path, secrets)
    assert places_of(laptop.given, CONTENT)
    assert files_with(laptop.given, secrets) >= {("second.pass", "second person's passphrase")}


def costs(archive):
    """Return what a guess at each passphrase of an archive costs, by file."""
    paths = (archive.vault_key, *archive.users.glob("*.json"))
    return {path.name: parse_wrapped(path.read_bytes()).cost for path in paths}


def test_each_guess_at_a_passphrase_costs_what_was_chosen(laptop, tmp_path):
    """An archive of the usual cost: 256 MiB and three passes for every file that a passphrase opens. Control: the demonstration's."""
    founded = found_archive(tmp_path / "a", archive_name="a.example", desk="d-1", passphrase=words("first"))
    found = costs(founded.archive)
    assert len(found) == 2
    assert all(cost == FULL_COST for cost in found.values())
    assert (FULL_COST.memory_kib, FULL_COST.passes) == (262_144, 3)
    assert all(cost != FULL_COST for cost in costs(laptop.archive).values())


def test_a_file_that_claims_a_lower_cost_opens_for_no_passphrase(laptop):
    """The cost is sealed in: whoever writes a cheaper one has a file that even the right words do not open."""
    wrapped = parse_wrapped(laptop.archive.vault_key.read_bytes())
    assert len(unwrap_secret(wrapped, words("first"))) == SEED_BYTES  # the control
    cheaper = wrap_secret(
        bytearray(SEED_BYTES), words("first"), what="vault", bound=wrapped.bound, cost=KdfCost(memory_kib=8, passes=1),
        salt=wrapped.salt,
    )  # fmt: skip
    document = json.loads(cheaper) | {"sealed": json.loads(laptop.archive.vault_key.read_bytes())["sealed"]}
    with pytest.raises(WrongPassphrase):
        unwrap_secret(parse_wrapped(rechecked(document)), words("first"))


def rechecked(document):
    from hashlib import sha256

    from sviedka.core.base.canonical import encode_canonical

    document.pop("sha256")
    return encode_canonical(document | {"sha256": sha256(encode_canonical(document)).hexdigest()})


@pytest.fixture
def desk(laptop):
    """Return a desk process that used everything, after which the archive was locked; it still runs."""
    laptop.run("lock")
    unlock(laptop)
    out = laptop.given / f"opened-{uuid.uuid4().hex}"
    command = [sys.executable, str(DESK), str(laptop.archive.root), laptop.item, laptop.second]
    command += [str(laptop.given / "second.pass"), str(out)]
    process = subprocess.Popen(
        command, env=laptop.surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def test_on_and_unlocked_its_processes_hold_keys(laptop, desk, secrets):
    """The control of the next test: the same search, before the lock. What it does not find even now is the second person's."""
    found = laptop.in_memory(secrets)
    if os.geteuid() == 0:  # a process that forbids being read is read by root alone
        assert found >= {"vault identity", "first person's key", "statement key", "log key"}
    assert found >= {"label key"}, "the desk holds it, as it may while unlocked"
    assert found.isdisjoint({"second person's key", "second person's passphrase", "first person's passphrase"})


def test_on_and_locked_no_process_holds_a_key(laptop, desk, secrets):
    before = {process.pid for process in laptop.processes()}
    laptop.run("lock")
    desk.stdin.write("\n")
    desk.stdin.flush()
    assert desk.stdout.readline() == "still here\n"  # it has heard of the lock, and goes on
    left = {process.pid for process in laptop.processes()}
    assert left == {desk.pid}, "keeper, workers and whoever asserted have ended"
    assert before > left or os.geteuid() != 0  # others do not see the keeper's processes at all
    until = time.monotonic() + 10
    while found := laptop.in_memory(secrets):  # a desk that was told of the lock wipes what it holds
        assert time.monotonic() < until, found
    assert files_with(laptop.folder / "archive", secrets) == set()


def test_a_key_that_a_process_keeps_over_the_lock_is_found(laptop, secrets):
    """Control: the same search, of a process that holds one."""
    program = "import sys; key = bytes.fromhex(sys.stdin.readline()); print('held', flush=True); sys.stdin.readline()"
    holding = subprocess.Popen(
        [sys.executable, "-c", program], env=laptop.surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        bufsize=1,
    )  # fmt: skip
    try:
        holding.stdin.write(secrets["second person's key"].hex() + "\n")
        assert holding.stdout.readline() == "held\n"
        assert "second person's key" in laptop.in_memory(secrets)
    finally:
        holding.kill()
        holding.communicate()
