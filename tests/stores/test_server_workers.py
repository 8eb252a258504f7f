# SPDX-License-Identifier: AGPL-3.0-or-later
"""Workers on several machines, one server: they queue, a stale one is refused, a dead one's place is taken without a hand.

A second machine is a second folder with the same vault and a `run/` of its own, so that no lock of the kernel is shared.
"""

import multiprocessing
import os
import secrets
import signal
import threading
import time

import pytest
from archive_kit import LocalKeeper, drafts, found, source
from engines import ServerEngine

from sviedka.core.base.errors import Unavailable
from sviedka.keeper.errors import Locked
from sviedka.store import admission
from sviedka.store.admission import admit
from sviedka.store.connect import disconnect
from sviedka.store.models import Statement
from sviedka.store.scope import whole_archive
from sviedka.store.session import open_store
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.layout import Archive
from sviedka.vault.packs import list_packs

DESK = "minsk-1"
STALE = "5a" * 16
"""What the worker that slept states something of."""
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def engine(database_server):
    engine = ServerEngine(database_server)
    yield engine
    database_server.release(engine.database)


@pytest.fixture
def archive(engine, tmp_path):
    archive = found(tmp_path)
    with archive.config.open("a") as file:
        file.write(engine.settings())
    admit(archive, LocalKeeper(archive), [])  # what the archive states of itself
    disconnect()
    yield archive
    disconnect()


def another_machine(archive, name):
    """Return the same archive as another machine sees it."""
    folder = archive.root.with_name(name)
    folder.mkdir()
    for path in archive.root.iterdir():
        if path.name != "run":
            (folder / path.name).symlink_to(path)
    return Archive(root=folder)


def admit_sources(archive, *titles):
    keeper = LocalKeeper(archive)
    return admit(archive, keeper, drafts(archive, keeper, [source(title) for title in titles]))


def stated_of(archive, subject):
    """Return the leaf indexes of what is stated of `subject`."""
    open_store(archive, LocalKeeper(archive))
    with whole_archive():
        return list(Statement.objects.filter(subject=subject).values_list("leaf_index", flat=True))


def titled(archive):
    """Return the leaf indexes that are there."""
    open_store(archive, LocalKeeper(archive))
    with whole_archive():
        return sorted(Statement.objects.values_list("leaf_index", flat=True))


def _admit_many(archive, number, barrier):
    barrier.wait()
    for turn in range(5):
        admit_sources(archive, f"worker {number} turn {turn}")


def test_workers_of_three_machines_queue_and_lose_nothing(archive):
    machines = [archive, *(another_machine(archive, f"machine-{number}") for number in (2, 3))]
    barrier = FORK.Barrier(3)
    workers = [FORK.Process(target=_admit_many, args=(one, number, barrier)) for number, one in enumerate(machines)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert titled(archive) == list(range(17))


def _hold_and_wait(archive, told):
    with admission_lock(archive):
        told.set()
        time.sleep(600)


def test_a_lock_is_waited_for_across_machines_and_free_once_its_holder_is_killed(archive):
    told = FORK.Event()
    holder = FORK.Process(target=_hold_and_wait, args=(another_machine(archive, "machine-2"), told))
    holder.start()
    told.wait()
    waiting = FORK.Process(target=admit_sources, args=(archive, "after"))
    waiting.start()
    waiting.join(1.0)
    assert waiting.is_alive(), "the lock did not hold across machines"
    holder.kill()
    waiting.join()
    assert waiting.exitcode == 0
    assert titled(archive) == [0, 1, 2]


def _put_over(archive, desk, first_index, age_bytes):
    """Put a pack as a store without exclusive creation would."""
    path = archive.pack(desk, first_index)
    path.unlink(missing_ok=True)
    path.write_bytes(age_bytes)


def _stop_before_the_pack(archive, result, put=None):
    """Be stopped, as a machine that sleeps, in the moment between rows and pack; go on as if nothing had happened."""
    real = put or admission.put_pack

    def put_pack(*args):
        admission.put_pack = real
        os.kill(os.getpid(), signal.SIGSTOP)
        real(*args)

    admission.put_pack = put_pack
    try:
        keeper = LocalKeeper(archive)
        admit(archive, keeper, drafts(archive, keeper, [source("stale", subject=STALE)]))
        result.value = 1
    except Unavailable:
        result.value = 2


def _wait_until_stopped(pid):
    while os.waitpid(pid, os.WUNTRACED | os.WNOHANG) == (0, 0):
        time.sleep(0.01)


@pytest.mark.parametrize("others", [1, 0])
def test_a_worker_that_slept_through_the_loss_of_its_place_cannot_write_over_another(archive, engine, others):
    """The server has ended its session, as it does with a machine that does not answer; its pack's name may be taken."""
    result = FORK.Value("i", 0)
    sleeper = FORK.Process(target=_stop_before_the_pack, args=(another_machine(archive, "machine-2"), result))
    sleeper.start()
    _wait_until_stopped(sleeper.pid)
    engine.server.end_sessions(engine.database)
    if others:
        assert [one.leaf_index for one in admit_sources(archive, "theirs")] == [2]
    before = archive.pack(DESK, 2).read_bytes() if others else None
    os.kill(sleeper.pid, signal.SIGCONT)
    sleeper.join()
    leaves, stated = titled(archive), stated_of(archive, STALE)
    if others:
        assert result.value == 2, "it was told that it is kept, and another's pack lies in its place"
        assert stated == []
    else:
        assert result.value in {1, 2}
        assert stated == [2], "acknowledged or not, its pack was durable"
    assert leaves == list(range(len(leaves)))
    assert len(list_packs(archive, DESK)) == len(leaves) - 1
    if others:
        assert archive.pack(DESK, 2).read_bytes() == before
    # what it wrote before it learned that it had lost its place was not acknowledged, and is taken in, once
    assert [one.leaf_index for one in admit_sources(archive, "next")] == [len(leaves)]


def test_control_without_the_exclusive_name_the_sleeper_writes_over_the_other(archive, engine):
    result = FORK.Value("i", 0)
    machine = another_machine(archive, "machine-2")
    sleeper = FORK.Process(target=_stop_before_the_pack, args=(machine, result, _put_over))
    sleeper.start()
    _wait_until_stopped(sleeper.pid)
    engine.server.end_sessions(engine.database)
    admit_sources(archive, "theirs")
    before = archive.pack(DESK, 2).read_bytes()
    os.kill(sleeper.pid, signal.SIGCONT)
    sleeper.join()
    assert archive.pack(DESK, 2).read_bytes() != before


def test_a_connection_that_the_server_ended_is_made_anew(archive, engine):
    keeper = LocalKeeper(archive)
    open_store(archive, keeper)
    engine.server.end_sessions(engine.database)
    with pytest.raises(Unavailable):
        admit(archive, keeper, drafts(archive, keeper, [source("one")]))
    assert [one.leaf_index for one in admit_sources(archive, "one")] == [2]


def _work_until_ended(archive, result):
    """Write and read without pause, with another thread that ends the connection, as a lock does."""
    from sviedka.store.connect import close_everywhere, current_database, database_failures
    from sviedka.store.upkeep.dumping import digest_tables

    open_store(archive, LocalKeeper(archive))
    threading.Timer(secrets.randbelow(40) / 1000, close_everywhere, (archive,)).start()
    try:
        while True:
            with database_failures():
                digest_tables(current_database())
    except Locked:
        result.value = 1


def test_a_connection_that_is_ended_while_it_is_used_is_locked_by_name(archive):
    for _ in range(10):
        result = FORK.Value("i", 0)
        child = FORK.Process(target=_work_until_ended, args=(archive, result))
        child.start()
        child.join()
        assert (child.exitcode, result.value) == (0, 1)
