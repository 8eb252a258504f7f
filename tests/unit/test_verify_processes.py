# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work shared by processes: each task once, whatever fails or dies left to the one who waits."""

import os
from collections import Counter
from fcntl import ioctl
from pathlib import Path
from struct import unpack
from termios import FIONREAD
from time import sleep

import pytest

from sviedka.verify import processes
from sviedka.verify.container import DossierUnreadable
from sviedka.verify.processes import MAX_PIECES, Processes


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})


def run(perform, tasks):
    done = Counter()
    team = Processes(perform, lambda task, result: done.update([(task, result)]))
    try:
        team.share_out(tasks)
        team.collect()
    finally:
        team.end()
    return done


@pytest.mark.parametrize("count", [0, 1, 2, 7, MAX_PIECES, 2 * MAX_PIECES + 3])
def test_each_task_is_done_once(count):
    assert run(lambda task: -task, range(count)) == Counter({(task, -task): 1 for task in range(count)})


def test_it_is_done_elsewhere_and_by_two():
    # Each waits for the other, so that neither can take all.
    reading, writing = os.pipe()
    try:
        where = {process for _, process in run(lambda _: _meet(reading, writing), [0, 1])}
    finally:
        os.close(reading)
        os.close(writing)
    assert len(where) == 2
    assert os.getpid() not in where


def _meet(reading, writing):
    os.write(writing, b"x")
    while unpack("i", ioctl(reading, FIONREAD, b"\0\0\0\0"))[0] < 2:
        sleep(0.001)
    return os.getpid()


def test_what_fails_is_left_undone_and_the_rest_is_done():
    def perform(task):
        if task % 3 == 0:
            raise DossierUnreadable("The bytes do not come.")
        return task

    assert {task for task, _ in run(perform, range(10))} == {1, 2, 4, 5, 7, 8}


def test_a_process_that_dies_takes_only_its_task_with_it():
    def perform(task):
        if task == 5:
            os._exit(9)
        return task

    assert {task for task, _ in run(perform, range(100))} == set(range(100)) - {5}


def test_none_outlives_its_end(monkeypatch):
    started = []
    fork = os.fork

    def note():
        started.append(fork())
        return started[-1]

    monkeypatch.setattr(os, "fork", note)
    team = Processes(sleep, lambda *_: None)
    team.share_out([600, 600])
    assert [os.kill(process, 0) for process in started] == [None, None]
    team.end()
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_large_answers_arrive_whole():
    sizes = [3 << 20, 1, (1 << 20) + 1, 0]
    assert {(task, len(answer)) for task, answer in run(os.urandom, sizes)} == {(size, size) for size in sizes}


def test_on_one_core_and_without_fork_nothing_is_begun(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0})
    assert not run(abs, range(3))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})
    monkeypatch.delattr(os, "fork")
    assert not run(abs, range(3))


def test_where_no_process_can_be_had_nothing_is_begun_and_no_pipe_stays_open(monkeypatch):
    def refuse():
        raise BlockingIOError

    before = _count_open()
    monkeypatch.setattr(os, "fork", refuse)
    assert not run(abs, range(3))
    assert _count_open() == before


def _count_open():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_numbers_of_all_pieces_fit_into_the_smallest_pipe():
    assert MAX_PIECES * processes._NUMBER_BYTES <= 4_096
