# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keeper's processes: they come when asked, answer, and leave nothing when they go, however they go."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from keeper_desk import PASSPHRASE, found

from sviedka.core.base.errors import Refuted, Unproven, Withheld
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import (
    ConfigMalformed,
    FrameMalformed,
    KeeperGone,
    KeysDisagree,
    Locked,
    RequestRefused,
    UserUnknown,
    WrongPassphrase,
)
from sviedka.keeper.place import prepare_folder, read_peer, socket_path, try_lock
from sviedka.keeper.unlocking import lock, unlock
from sviedka.vault.layout import Archive


def processes_of(archive):
    """Return the living processes that were started for this archive."""
    mine = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if f"--archive={archive.root}" in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            mine.append(process)
    return mine


def wait_for(condition, seconds=10.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def child_of(keeper):
    pid, _ = read_peer(keeper._sock)
    return psutil.Process(pid)


def test_unlock_returns_when_the_keeper_answers(archive, founded):
    status = unlock(archive, bytearray(PASSPHRASE), minutes=7)
    assert status.unlocked
    assert founded.actor == status.actor
    assert founded.epoch == status.epoch
    with Keeper.connect(archive) as keeper:
        assert founded.origin == keeper.facts().origin
        assert founded.root == keeper.facts().root
        assert founded.archive_cell == keeper.facts().archive_cell


def test_a_locked_archive_says_so(archive):
    with pytest.raises(Locked):
        Keeper.connect(archive)


def test_lock_leaves_no_process_no_socket_and_no_number(archive):
    unlock(archive, bytearray(PASSPHRASE))
    assert len(processes_of(archive)) == 2
    Keeper.connect(archive).lock()
    wait_for(lambda: processes_of(archive) == [], 1.0)
    assert not archive.socket.exists()
    assert not archive.pid_file.exists()
    lock(archive)  # a second time is no error


def test_unlock_wipes_the_passphrase_it_was_given(archive):
    passphrase = bytearray(PASSPHRASE)
    unlock(archive, passphrase)
    assert bytes(len(PASSPHRASE)) == bytes(passphrase)


def test_a_wrong_passphrase_is_withheld_and_leaves_nothing(archive):
    wrong = bytearray(b"not this one")
    with pytest.raises(WrongPassphrase):
        unlock(archive, wrong)
    assert bytes(12) == bytes(wrong)
    wait_for(lambda: processes_of(archive) == [])
    assert not archive.socket.exists()
    unlock(archive, bytearray(PASSPHRASE))  # control: the right one opens right after


def test_a_second_unlock_finds_it_unlocked(archive):
    first = unlock(archive, bytearray(PASSPHRASE))
    second = unlock(archive, bytearray(PASSPHRASE))
    assert (first.already, second.already) == (False, True)
    assert len(processes_of(archive)) == 2


def test_many_unlocks_at_once_start_one_keeper(archive):
    statuses = []
    threads = [
        threading.Thread(target=lambda: statuses.append(unlock(archive, bytearray(PASSPHRASE)))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status.already for status in statuses].count(False) == 1
    assert len(statuses) == 6
    wait_for(lambda: len(processes_of(archive)) == 2)  # those that came too late end by themselves


@pytest.mark.parametrize("who", ["parent", "child", "both"])
def test_after_kill_9_nothing_stays_and_the_next_unlock_needs_no_hand(archive, who):
    unlock(archive, bytearray(PASSPHRASE))
    with Keeper.connect(archive) as keeper:
        child = child_of(keeper)
    parent = child.parent()
    for victim in {"parent": [parent], "child": [child], "both": [parent, child]}[who]:
        os.kill(victim.pid, signal.SIGKILL)
    wait_for(lambda: processes_of(archive) == [])
    assert not unlock(archive, bytearray(PASSPHRASE)).already
    with Keeper.connect(archive) as keeper:
        keeper.facts()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_parent_locks(archive, number):
    unlock(archive, bytearray(PASSPHRASE))
    os.kill(int(archive.pid_file.read_text()), number)
    wait_for(lambda: processes_of(archive) == [])
    assert not archive.socket.exists()


def test_an_archive_that_is_taken_away_is_locked(archive):
    """A disk pulled out while it is unlocked. Control: while it was there, both processes lived on."""
    unlock(archive, bytearray(PASSPHRASE))
    time.sleep(1.5)
    assert len(processes_of(archive)) == 2
    away = archive.root.rename(archive.root.with_name("away"))
    wait_for(lambda: processes_of(archive) == [])
    away.rename(archive.root)
    assert not unlock(archive, bytearray(PASSPHRASE)).already


def test_a_child_that_hangs_is_ended_by_lock(archive, monkeypatch):
    monkeypatch.setattr("sviedka.keeper.client.LOCK_S", 0.5)
    monkeypatch.setattr("sviedka.keeper.place.GONE_S", 4.0)
    unlock(archive, bytearray(PASSPHRASE))
    keeper = Keeper.connect(archive)
    child_of(keeper).suspend()
    keeper.lock()
    wait_for(lambda: processes_of(archive) == [], 1.0)


def test_the_keepers_processes_write_no_core_and_may_not_be_traced(archive):
    unlock(archive, bytearray(PASSPHRASE))
    for process in processes_of(archive):
        assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
        # a process that may not be dumped belongs to root in /proc; for root itself this says nothing more
        assert Path(f"/proc/{process.pid}/mem").stat().st_uid == 0


def test_the_passphrase_is_neither_argument_nor_environment(archive):
    unlock(archive, bytearray(PASSPHRASE))
    for process in processes_of(archive):
        assert PASSPHRASE not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        with contextlib.suppress(PermissionError):  # only root may look, since it may not be traced
            assert PASSPHRASE not in Path(f"/proc/{process.pid}/environ").read_bytes()


def test_a_deep_folder_gets_its_socket_elsewhere(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    archive = found(deep, offline_dir=tmp_path / "offline").archive
    path = socket_path(archive)
    assert len(str(path)) <= 100 < len(str(archive.socket))
    try:
        unlock(archive, bytearray(PASSPHRASE))
        assert path.parent.stat().st_mode & 0o777 == 0o700
    finally:
        lock(archive)
    assert not path.parent.exists()


def test_the_socket_is_for_its_owner_alone(archive):
    unlock(archive, bytearray(PASSPHRASE))
    assert archive.run.stat().st_mode & 0o777 == 0o700
    assert archive.socket.stat().st_mode & 0o077 == 0


def raw(archive):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.connect(str(socket_path(archive)))
    return sock


def test_a_message_that_is_none_ends_its_own_connection_only(keeper, archive):
    for junk in (b"\xff" * 64, b"GET / HTTP/1.1\r\n\r\n", struct.pack(">II", 6, 2) + b"[]"):
        with raw(archive) as sock:
            sock.sendall(junk)
            answer = b"".join(iter(lambda s=sock: s.recv(65536), b""))
        assert b"malformed" in answer
    keeper.facts()


def ends_while_it_is_asked(listener, path):
    """Be a keeper that is killed between its greeting and its answer."""
    connection, _ = listener.accept()
    path.unlink()
    listener.close()
    connection.close()


def test_a_keeper_that_ends_while_it_is_asked_is_none(archive):
    path = socket_path(archive)
    prepare_folder(path.parent)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(1)
    dying = threading.Thread(target=ends_while_it_is_asked, args=(listener, path))
    dying.start()
    try:
        assert not unlock(archive, bytearray(PASSPHRASE)).already
        dying.join()
        with Keeper.connect(archive) as keeper:
            keeper.facts()
    finally:
        lock(archive)


def test_clients_that_hang_hold_up_nobody(keeper, archive):
    with contextlib.ExitStack() as stack:
        for opening in (b"", b"\x00", struct.pack(">I", 60_000_000), struct.pack(">II", 1000, 500) + b"{"):
            sock = stack.enter_context(raw(archive))
            sock.sendall(opening)
        greedy = stack.enter_context(raw(archive))
        ask = b'{"ask":"facts","parts":[]}'
        greedy.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            greedy.sendall((struct.pack(">II", len(ask) + 4, len(ask)) + ask) * 20_000)  # and never reads
        keeper.facts()
        keeper.new_cells(1)


def test_more_clients_than_there_is_room_for_are_turned_away(keeper, archive):
    with contextlib.ExitStack() as stack:
        for _ in range(140):
            stack.enter_context(raw(archive))
        keeper.facts()
    wait_for(lambda: _answers(archive))


def _answers(archive):
    try:
        with Keeper.connect(archive) as keeper:
            return keeper.status().unlocked
    except (Locked, KeeperGone):
        return False


def test_what_the_keeper_does_not_do_it_refuses(keeper):
    for ask in ("export_keys", "unwrap_all", "", None, 7):
        with pytest.raises(RequestRefused):
            keeper._ask({"ask": ask})
    with pytest.raises(FrameMalformed):
        keeper._ask({"ask": "new_cells"})
    keeper.facts()


def test_threads_share_a_connection(keeper):
    found_cells = []
    threads = [threading.Thread(target=lambda: found_cells.extend(keeper.new_cells(5))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found_cells)) == 40


def test_a_client_that_is_cut_off_says_so(keeper, archive):
    lock(archive)
    with pytest.raises(KeeperGone) as caught:
        keeper.facts()
    assert caught.value.exit_status == 50


def test_watchers_are_told_and_waited_for(keeper, archive):
    """What a desk's worker does: it ends its database connections before the keeper is gone."""
    told = []
    key = keeper.database_key()
    keeper.watch(lambda: (time.sleep(0.2), told.append(_alive(archive))))
    assert bytes(key) != bytes(32)
    with Keeper.connect(archive) as other:
        other.lock()
    assert told == [True]
    wait_for(lambda: bytes(key) == bytes(32))


def _alive(archive):
    descriptor = try_lock(archive)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


def test_watchers_hear_of_a_kill_too(keeper, archive):
    heard = threading.Event()
    keeper.watch(heard.set)
    os.kill(child_of(keeper).pid, signal.SIGKILL)
    assert heard.wait(10)


def test_forget_wipes_what_was_handed_out(keeper):
    keys = [keeper.database_key(), keeper.label_key()]
    assert keys[0] != keys[1]
    keeper.forget()
    assert [bytes(key) for key in keys] == [bytes(32), bytes(32)]


def test_a_bad_number_of_minutes_is_refused(archive):
    for minutes in (0, -1, 1441):
        with pytest.raises(ConfigMalformed):
            unlock(archive, bytearray(PASSPHRASE), minutes=minutes)


def test_a_user_may_have_a_passphrase_of_their_own(tmp_path):
    founded = found(tmp_path / "archive", user_passphrase=bytearray(b"mine alone"))
    with pytest.raises(WrongPassphrase):
        unlock(founded.archive, bytearray(PASSPHRASE))
    with pytest.raises(WrongPassphrase):
        unlock(founded.archive, bytearray(b"mine alone"))
    try:
        unlock(founded.archive, bytearray(PASSPHRASE), user=founded.actor, user_passphrase=bytearray(b"mine alone"))
    finally:
        lock(founded.archive)


def test_somebody_unknown_cannot_log_in(archive):
    for user in ("f" * 32, "../vault", ""):
        with pytest.raises(UserUnknown):
            unlock(archive, bytearray(PASSPHRASE), user=user)


@pytest.mark.parametrize("name", ["desk.age", "keylist", "vault.json", "users"])
def test_keys_of_another_archive_do_not_pass(tmp_path, archive, name):
    """Whoever can write the folder but knows no passphrase puts files of an archive of their own there."""
    other = found(tmp_path / "other").archive
    unlock(archive, bytearray(PASSPHRASE))  # control
    lock(archive)
    target, source = archive.keys / name, other.keys / name
    if name == "users":
        (target,), (source,) = target.iterdir(), source.iterdir()
    target.chmod(0o600)
    target.write_bytes(source.read_bytes())
    with pytest.raises((Refuted, Unproven, Withheld)):
        unlock(archive, bytearray(PASSPHRASE))


def test_a_desk_renamed_in_the_configuration_does_not_pass(archive):
    text = archive.config.read_text()
    archive.config.write_text(text.replace('desk = "minsk-1"', 'desk = "minsk-2"'))
    with pytest.raises(KeysDisagree):
        unlock(archive, bytearray(PASSPHRASE))


def test_a_module_in_the_working_folder_is_not_run(archive, tmp_path, monkeypatch):
    """`python -m` would import from the folder one stands in. Control: without -P it does."""
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "selectors.py").write_text("raise SystemExit('the trap was imported')\n")
    monkeypatch.chdir(trap)
    caught = subprocess.run([sys.executable, "-m", "sviedka.keeper.server", "--help"], capture_output=True, check=False)
    assert b"trap" in caught.stderr
    unlock(Archive(root=archive.root), bytearray(PASSPHRASE))
