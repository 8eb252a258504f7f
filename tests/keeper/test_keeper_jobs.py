# SPDX-License-Identifier: AGPL-3.0-or-later
"""Jobs inside the keeper: they get keys, give none back, and end with their client and with the lock."""

import os
import signal
import threading
import time
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keeper_desk import PASSPHRASE

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import JobEnded, RequestRefused
from sviedka.keeper.jobs import resolve_name
from sviedka.keeper.place import read_peer
from sviedka.keeper.unlocking import lock, unlock
from sviedka.vault.cells import find_cell
from sviedka.vault.entropy import new_id
from sviedka.vault.slips import put_slip

CHECK = "sviedka.keeper.key_check:job"


def wait_for(condition, seconds=10.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.005)


def holder_of(keeper):
    return psutil.Process(read_peer(keeper._sock)[0])


def has_ended(process):
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # between the two questions
        return True


def test_a_job_tells_its_progress_and_its_result(keeper, told):
    keeper.new_cells(600)
    result = keeper.run_job(CHECK, None, told)
    assert result == {"keys": 8, "slips": 0, "cells": 601, "broken": []}
    assert told.done == [256, 256]
    keeper.facts()  # the connection is an ordinary one again


def test_the_keys_that_do_not_open_are_named(keeper, archive):
    cells = keeper.new_cells(3)
    facts = keeper.facts()
    item = new_id()
    put_slip(archive, facts.epoch, item, wrap_file_key(bytes(16), [facts.epoch_recipient], [os.urandom(32)]))
    path = archive.cell(facts.epoch, cells[1])
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    result = keeper.run_job(CHECK, None)
    broken = [path.relative_to(archive.root).as_posix()]
    assert result == {"keys": 8, "slips": 1, "cells": 3, "broken": broken}


def test_every_changed_byte_of_every_key_file_is_found(keeper, archive):
    """Of each file some bytes, first and last among them. Control: unchanged, nothing is named."""
    for path in sorted(path for path in archive.keys.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        path.chmod(0o600)
        for place in {0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 2, len(whole) - 1}:
            path.write_bytes(whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
            assert path.relative_to(archive.root).as_posix() in keeper.run_job(CHECK, None)["broken"]
        path.write_bytes(whole)
    assert keeper.run_job(CHECK, None)["broken"] == []


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "sviedka.keeper.workers:start_worker",
        "sviedka.keeper.key_check:Path",
        "sviedka.keeper.key_check:_Trial",
        "sviedka.keeper.jobs:resolve_name",
        "sviedka.vault.scrub:job",
        "sviedka.store.no_such_module:job",
        "sviedka.store.no.such.module:job",
        "sviedka.store:job",
        "sviedka.keeper.key_check",
        "",
        "../../x:job",
    ],
)
def test_only_jobs_can_be_named(keeper, name):
    with pytest.raises(RequestRefused):
        keeper.run_job(name, None)
    assert keeper.run_job(CHECK, None)["cells"] == 1


@given(st.text(max_size=40))
def test_any_name_is_refused_by_name(name):
    with pytest.raises(Failure):
        resolve_name(name)


def test_a_name_that_a_job_could_have_and_none_has_is_refused():
    """Control: `job` of the same module is one, below."""
    with pytest.raises(RequestRefused):
        resolve_name("sviedka.keeper.key_check:no_job")


def test_a_job_is_found_by_its_name():
    assert resolve_name(CHECK).__name__ == "job"


def test_a_job_ends_when_its_client_goes(keeper, archive):
    keeper.new_cells(800)
    holder = holder_of(keeper)
    client = Keeper.connect(archive)
    gone = threading.Thread(target=lambda: _run_until_cut(client))
    gone.start()
    wait_for(holder.children)
    worker = holder.children()[0]
    client._sock.shutdown(2)
    gone.join()
    client.close()
    wait_for(lambda: has_ended(worker))
    keeper.facts()


def _run_until_cut(client):
    with pytest.raises(JobEnded):
        client.run_job(CHECK, None)


def test_a_job_ends_with_the_lock(keeper, archive):
    keeper.new_cells(800)
    holder = holder_of(keeper)
    client = Keeper.connect(archive)
    ended = threading.Thread(target=lambda: _run_until_cut(client))
    ended.start()
    wait_for(holder.children)
    worker = holder.children()[0]
    lock(archive)
    ended.join()
    assert has_ended(worker)


@pytest.mark.parametrize("victim", ["worker", "holder", "parent"])
def test_a_job_that_is_killed_says_so_and_leaves_nothing(keeper, archive, victim):
    keeper.new_cells(800)
    holder = holder_of(keeper)
    client = Keeper.connect(archive)
    ended = threading.Thread(target=lambda: _run_until_cut(client))
    ended.start()
    wait_for(holder.children)
    worker = holder.children()[0]
    os.kill({"worker": worker, "holder": holder, "parent": holder.parent()}[victim].pid, signal.SIGKILL)
    ended.join()
    client.close()
    wait_for(lambda: has_ended(worker))
    if victim == "worker":
        keeper.facts()
    else:
        unlock(archive, bytearray(PASSPHRASE))


def test_while_a_job_runs_others_are_served(keeper, archive):
    keeper.new_cells(800)
    done = []
    with Keeper.connect(archive) as client:
        thread = threading.Thread(target=lambda: done.append(client.run_job(CHECK, None)))
        thread.start()
        wait_for(lambda: holder_of(keeper).children())
        (worker,) = holder_of(keeper).children()
        worker.suspend()  # however fast it is: it is at work while the others ask
        assert keeper.new_cells(1)
        assert not done
        worker.resume()
        thread.join()
    assert done[0]["cells"] >= 801


def test_an_answer_over_the_cap_is_a_named_failure_not_a_crash(keeper):
    with pytest.raises(Failure):
        keeper.run_job(CHECK, "x" * 70_000_000)


def test_the_job_opens_what_the_keeper_opens(keeper, archive):
    """Control for the check: it fails for a cell that nobody can open."""
    (cell,) = keeper.new_cells(1)
    epoch, _ = find_cell(archive, cell)
    assert keeper.run_job(CHECK, None)["broken"] == []
    archive.epoch_key(epoch).chmod(0o600)
    archive.epoch_key(epoch).unlink()
    lock(archive)
    unlock(archive, bytearray(PASSPHRASE))
    with Keeper.connect(archive) as again:
        assert f"cells/{epoch}/{cell[:2]}/{cell}" in again.run_job(CHECK, None)["broken"]


def test_a_job_gets_keys_but_no_way_to_print_them(keeper):
    from sviedka.keeper.jobs import JobKeys

    keys = JobKeys(
        archive=None,
        origin="archive.example/minsk-1",
        root=None,
        find_facts=None,
        actor=None,
        vault_identity=SimpleNamespace(),
        epoch_identity=None,
        make_epoch=None,
        verify_epoch=None,
        cell_keys={"c": b"canary-cell-key"},
        database_key=bytearray(b"canary-database"),
        label_key=bytearray(b"canary-labels"),
        key_list=None,
        file_key=None,
    )
    assert "canary" not in repr(keys)
