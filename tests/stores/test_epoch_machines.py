# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two machines have mounted one archive's folder, each with a `run/` of its own: neither ends an epoch that the other seals into."""

import os
import select
import signal

import pytest
from archive_kit import found

from sviedka.store.taking_back.rotation_lock import RotationUnderWay, rotating_alone
from sviedka.vault.epoch_turn import EpochEnd, enter_epoch, epochs_alone, write_end
from sviedka.vault.group_commit import GroupCommit
from sviedka.vault.layout import Archive

EPOCH = "2026-11.1"
END = EpochEnd(epoch=EPOCH, rewrapped_to="2026-11.2", slips=0, cells=0)


@pytest.fixture
def one(tmp_path):
    return found(tmp_path)


@pytest.fixture
def other(one, tmp_path):
    """The same folder on another machine."""
    (one.root / "locks").mkdir(exist_ok=True)
    root = tmp_path / "mounted"
    (root / "run").mkdir(parents=True)
    for path in one.root.iterdir():
        if path.name != "run":
            (root / path.name).symlink_to(path)
    return Archive(root=root)


def ends(archive):
    """Begin to end the epoch in another process; return it, and a pipe that tells when it is done."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.closerange(3, write)  # a lock that was inherited would be waited for here
        os.closerange(write + 1, 1024)
        with epochs_alone(archive):
            write_end(archive, END)
        os.write(write, b"!")
        os._exit(0)
    os.close(write)
    return child, read


def told(read, seconds):
    return bool(select.select([read], [], [], seconds)[0])


def test_an_epoch_ends_once_what_another_machine_puts_into_it_is_durable(one, other):
    slip = one.slip(EPOCH, "a" * 32)
    slip.parent.mkdir(parents=True)
    with GroupCommit(one.root / "slips") as group:
        enter_epoch(one, EPOCH, group)
        child, read = ends(other)
        try:
            assert not told(read, 0.5)
            group.add(slip, b"a slip", 0o444)
            group.commit()
            assert told(read, 20)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(read)
    assert one.epoch_end(EPOCH).exists()


def test_control_an_epoch_that_nobody_writes_into_ends_at_once(other):
    child, read = ends(other)
    assert told(read, 20)
    os.waitpid(child, 0)
    os.close(read)


def test_only_one_machine_rotates(one, other):
    with rotating_alone(one), pytest.raises(RotationUnderWay), rotating_alone(other):
        pass
    with rotating_alone(other):
        pass
