# SPDX-License-Identifier: AGPL-3.0-or-later
"""After a lock no key remains in the memory of any process: before it the very same search finds them."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest
from keeper_desk import PASSPHRASE
from process_memory import dump_with_gdb, is_gone, read_memory, secrets_in

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_keys import format_identity
from sviedka.keeper.client import Keeper
from sviedka.keeper.login import open_keyring
from sviedka.keeper.place import read_peer
from sviedka.keeper.unlocking import lock
from sviedka.vault.clock import now

FILE_KEY = b"canary file key!"

DESK = """
import json, sys, time
from pathlib import Path
from sviedka.keeper.client import Keeper, OpeningReceipt, SealingReceipt
from sviedka.vault.layout import Archive
order = json.loads(sys.stdin.readline())
keeper = Keeper.connect(Archive(root=Path(order["archive"])))
key = keeper.database_key()
file_key = keeper.unwrap(order["item"], OpeningReceipt(**order["receipt"]), SealingReceipt(**order["sealing"]))
connection = {"open": bytearray(key)}
def end_connections():
    connection["open"][:] = bytes(32)
if order["watch"]:
    keeper.watch(end_connections)
print("ready", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def secrets(founded):
    """Every key of the archive. This process holds them; it is not among those that are searched."""
    keyring = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)
    epoch = keyring.epochs.identity(founded.epoch)
    return {
        "vault identity": bytes(keyring.vault.secret_bytes()),
        "vault identity, age's spelling": bytes(format_identity(keyring.vault)),
        "epoch identity": bytes(epoch.secret_bytes()),
        "epoch identity, age's spelling": bytes(format_identity(epoch)),
        "log key": keyring.heads._key.private_bytes_raw(),
        "statement key": keyring.statement_key.private_bytes_raw(),
        "user's key": keyring.user_key.private_bytes_raw(),
        "archive's cell": keyring.cells[founded.archive_cell],
        "database key": bytes(keyring.database_key()),
        "label key": bytes(keyring.label_key()),
        "passphrase": PASSPHRASE,
        "file key": FILE_KEY,
    }


@pytest.fixture
def used(desk):
    """A keeper that has done everything once, and a receipt that is still good."""
    facts = desk.keeper.facts()
    item = desk.put_item(FILE_KEY)
    desk.unwrap(item, desk.admit(desk.opening(item)))
    desk.keeper.database_key()
    desk.keeper.label_key()
    digest = "ab" * 32
    desk.keeper.seal_dossier(
        f"sviedka/dossier/1\n{facts.origin}\ntagmanifest {digest}\nlog 1 {digest}\nspec {digest}\nbuilt-at 0\n"
        "as-of 2026-11-21T22:53:00Z\n"
    )
    sealing = {"jti": desk.sealings[item].jti, "leaf_index": desk.sealings[item].leaf_index}
    return {"item": item, "receipt": vars_of(desk.admit(desk.opening(item))), "sealing": sealing}


def vars_of(receipt):
    return {"jti": receipt.jti, "desk": receipt.desk, "leaf_index": receipt.leaf_index}


def holder_of(keeper):
    return psutil.Process(read_peer(keeper._sock)[0])


def may_look():
    """Only root may look into a process that forbids it; for anybody else that refusal is the protection."""
    return os.geteuid() == 0


def start_desk(archive, used, *, watch):
    process = subprocess.Popen(
        [sys.executable, "-c", DESK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    process.stdin.write(json.dumps(used | {"archive": str(archive.root), "watch": watch}) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"
    return process


def end(process):
    process.kill()
    process.communicate()


def test_before_the_lock_the_keys_are_found_and_after_it_there_is_nothing_to_search(desk, used, secrets, tmp_path):
    holder = holder_of(desk.keeper)
    pids = [holder.pid, holder.parent().pid]
    if not may_look():
        with pytest.raises(PermissionError):
            read_memory(holder.pid)
    else:
        found = secrets_in(read_memory(holder.pid), secrets)
        assert found >= {"vault identity", "epoch identity", "log key", "statement key", "user's key", "archive's cell"}
        found = secrets_in(dump_with_gdb(holder.pid, tmp_path), secrets)
        assert found >= {"vault identity", "epoch identity", "log key", "statement key", "user's key", "archive's cell"}
    lock(desk.archive)
    assert [is_gone(pid) for pid in pids] == [True, True]
    assert [read_memory(pid) for pid in pids] == [b"", b""]


def test_the_parent_never_holds_a_key(desk, used, secrets):
    """Control: its child does, at the same time."""
    holder = holder_of(desk.keeper)
    if may_look():
        assert secrets_in(read_memory(holder.parent().pid), secrets) == set()
        assert secrets_in(read_memory(holder.pid), secrets) != set()


def test_the_passphrase_is_gone_as_soon_as_it_has_opened_the_keys(desk, used, secrets):
    holder = holder_of(desk.keeper)
    only = {"passphrase": secrets["passphrase"]}
    if may_look():
        assert secrets_in(read_memory(holder.pid), only) == set()
        assert secrets_in(read_memory(holder.parent().pid), only) == set()


def test_the_search_does_find_a_passphrase_and_wiping_does_take_it_away(secrets):
    """Control for the test above: a process that has read the passphrase, before and after it wipes it."""
    program = """
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.secret_pipe import read_secret
passphrase = read_secret(0)
print("held", flush=True); read_secret(0)
wipe(passphrase)
print("wiped", flush=True); read_secret(0)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    wanted = {"passphrase": secrets["passphrase"]}
    try:
        process.stdin.write(len(PASSPHRASE).to_bytes(2, "big") + PASSPHRASE)
        assert process.stdout.readline() == b"held\n"
        assert secrets_in(read_memory(process.pid), wanted) == {"passphrase"}
        process.stdin.write(bytes(2))
        assert process.stdout.readline() == b"wiped\n"
        assert secrets_in(read_memory(process.pid), wanted) == set()
    finally:
        end(process)


def test_a_desk_that_watches_holds_no_key_after_the_lock(desk, used, secrets):
    """Control: before the lock its memory holds the database key and the file key that it was handed."""
    process = start_desk(desk.archive, used, watch=True)
    try:
        assert secrets_in(read_memory(process.pid), secrets) == {"database key", "file key"}
        lock(desk.archive)
        until = time.monotonic() + 5
        while found := secrets_in(read_memory(process.pid), secrets):
            assert time.monotonic() < until, found
        assert not is_gone(process.pid)
    finally:
        end(process)


def test_a_desk_that_does_not_watch_keeps_what_it_has(desk, used, secrets):
    """The other control: without the watch the same search finds the key after the lock."""
    process = start_desk(desk.archive, used, watch=False)
    try:
        lock(desk.archive)
        assert "database key" in secrets_in(read_memory(process.pid), secrets)
    finally:
        end(process)


def test_the_one_who_unlocks_keeps_no_passphrase(founded, secrets):
    program = """
import sys
from pathlib import Path
from sviedka.keeper.secret_pipe import read_secret
from sviedka.keeper.unlocking import unlock
from sviedka.vault.layout import Archive
unlock(Archive(root=Path(sys.argv[1])), read_secret(0))
print("unlocked", flush=True); read_secret(0)
"""
    words = [sys.executable, "-c", program, str(founded.archive.root)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    try:
        process.stdin.write(len(PASSPHRASE).to_bytes(2, "big") + PASSPHRASE)
        assert process.stdout.readline() == b"unlocked\n"
        assert secrets_in(read_memory(process.pid), secrets) == set()
    finally:
        end(process)
        lock(founded.archive)


def test_a_worker_ends_with_the_lock(desk, used, secrets):
    """Control: while it works it holds what the keeper holds."""
    desk.keeper.new_cells(800)
    holder = holder_of(desk.keeper)
    client = Keeper.connect(desk.archive)
    running = threading.Thread(target=lambda: _run(client))
    running.start()
    while not (children := holder.children()):
        time.sleep(0.002)
    worker = children[0]
    worker.suspend()
    if may_look():
        assert "vault identity" in secrets_in(read_memory(worker.pid), secrets)
    lock(desk.archive)
    running.join()
    assert is_gone(worker.pid)


def _run(client):
    with suppress(Failure), client:
        client.run_job("sviedka.keeper.key_check:job", None)
