# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keeper locks by itself: after a time without use, at the latest after a longer time, asleep or awake."""

import os
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from keeper_desk import PASSPHRASE

from sviedka.keeper.client import Keeper
from sviedka.keeper.deadline import Deadline, read_boot_clock
from sviedka.keeper.errors import KeeperGone, Locked
from sviedka.keeper.exchange import Exchange
from sviedka.keeper.login import open_keyring
from sviedka.keeper.place import prepare_folder
from sviedka.keeper.service import Service
from sviedka.vault.clock import now


class HandClock:
    """A clock that goes when it is told to."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


def test_use_puts_the_lock_off():
    clock = HandClock()
    deadline = Deadline(600, clock=clock)
    clock.at += 599
    assert not deadline.passed()
    deadline.touch()
    clock.at += 599
    assert (deadline.passed(), deadline.remaining_s(), deadline.overdue_s()) == (False, 1, 0)
    clock.at += 3
    assert (deadline.passed(), deadline.remaining_s(), deadline.overdue_s()) == (True, 0, 2)


def test_no_use_puts_it_off_for_ever():
    clock = HandClock()
    deadline = Deadline(600, longest_s=1000, clock=clock)
    for _ in range(10):
        clock.at += 100
        deadline.touch()
    assert deadline.passed()


def test_what_a_child_does_its_parent_sees():
    """So that the parent can end a child that hangs. Control: without a touch the parent sees the old moment."""
    clock = HandClock()
    deadline = Deadline(600, clock=clock)
    clock.at += 300
    assert deadline.remaining_s() == 300
    pid = os.fork()
    if pid == 0:
        deadline.touch()
        os._exit(0)
    os.waitpid(pid, 0)
    assert deadline.remaining_s() == 600


def test_people_are_told_the_moment():
    clock = HandClock()
    noon = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    assert Deadline(600, clock=clock).moment(noon) == datetime(2026, 11, 21, 12, 10, tzinfo=UTC)


def test_the_clock_goes_on_while_the_machine_sleeps():
    assert abs(read_boot_clock() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 5


@pytest.fixture
def short_lived(archive):
    """A key-holding process as the server starts it, but one that locks after a third of a second."""
    import socket

    keyring = open_keyring(archive, bytearray(PASSPHRASE), clock=now)
    prepare_folder(archive.run)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(archive.socket))
        listener.listen()
        pid = os.fork()
        if pid == 0:
            with suppress(BaseException):
                deadline = Deadline(0.4)
                service = Service(keyring, locks_at=lambda: deadline.moment(now()))
                Exchange(listener, service, deadline, anchor=archive.config).serve()
            os._exit(0)
    return pid


def ask_for_ever(keeper):
    while True:
        keeper.status()
        time.sleep(0.05)


def test_a_keeper_that_is_not_used_locks_itself(archive, short_lived):
    """Asking how it stands is no use; asking for something is. Control: while used it stays."""
    with Keeper.connect(archive) as keeper:
        until = time.monotonic() + 0.8
        while time.monotonic() < until:
            keeper.facts()
            time.sleep(0.05)
        with pytest.raises(KeeperGone):
            ask_for_ever(keeper)
    os.waitpid(short_lived, 0)
    with pytest.raises(Locked):
        Keeper.connect(archive)


def test_a_watcher_alone_does_not_keep_it_open(archive, short_lived):
    told = []
    with Keeper.connect(archive) as keeper:
        keeper.watch(lambda: told.append("locking"))
        os.waitpid(short_lived, 0)
    assert told == ["locking"]
