# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk that was restored from older copies does not overwrite what it had sent under a larger head: it may be the last copy."""

import os
import shutil

import pytest
from archive_kit import CASE, source
from two_desks import Desk

from sviedka.anchor.published import newest_checkpoint
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.desks.errors import OwnHeadAhead

HEAD = "minsk-1/logs/minsk-1/checkpoint"


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def keep_copy(desk, target):
    disconnect()
    shutil.copytree(desk.archive.root, target)


def restore(desk, engine, older):
    disconnect()
    shutil.rmtree(desk.archive.root)
    shutil.copytree(older, desk.archive.root)
    if engine.name == "postgresql":  # a new machine has a new database
        lost, engine.database = engine.database, engine.server.new_database()
        engine.server.release(lost)
        desk.archive.config.write_text(desk.archive.config.read_text().replace(lost, engine.database))
    return Desk(desk.archive)


@pytest.fixture
def lost(minsk, engine, folder, tmp_path):
    """Minsk restored from copies older than what it sent."""
    minsk.admit(source("one"))
    minsk.send(folder)
    keep_copy(minsk, tmp_path / "older")
    (tmp_path / "f.txt").write_bytes(b"acknowledged and sent")
    deposit(minsk.archive, minsk.keeper, [tmp_path / "f.txt"], case=CASE)
    minsk.send(folder)  # nobody has taken it in yet
    return restore(minsk, engine, tmp_path / "older")


@pytest.mark.parametrize("admitted", [1, 8])  # less than the head there, and more: another history
def test_what_lies_under_its_own_larger_head_stays(lost, folder, admitted):
    there = files(folder)
    lost.admit(*[source(f"after the loss {number}") for number in range(admitted)])
    with pytest.raises(OwnHeadAhead) as raised:
        lost.send(folder)
    assert (newest_checkpoint(lost.archive, "minsk-1").size > raised.value.facts["size"]) == (admitted == 8)
    assert files(folder) == there


def test_control_its_own_smaller_head_is_replaced(minsk, vilnius, folder):
    minsk.admit(source("one"))
    size = minsk.send(folder).statements
    minsk.admit(source("two"))
    assert minsk.send(folder).statements > size
    assert [one.failure for one in vilnius.receive(folder)] == [None]


def junk(path):
    path.write_bytes(b"x" * 200)


def others_head(path):
    path.write_bytes(path.read_bytes().replace(b"/minsk-1", b"/minsk-2"))


def forged(path):
    origin, _, rest = path.read_text().split("\n", 2)
    path.write_text(f"{origin}\n1000000\n{rest}")


def pipe(path):
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("change", [junk, others_head, forged, pipe])
def test_a_head_that_its_key_did_not_sign_keeps_it_from_nothing(minsk, vilnius, folder, change):
    minsk.admit(source("one"))
    minsk.send(folder)
    change(folder / HEAD)
    minsk.send(folder)
    assert [one.failure for one in vilnius.receive(folder)] == [None]
