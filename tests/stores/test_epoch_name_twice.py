# SPDX-License-Identifier: AGPL-3.0-or-later
"""No two keys get the name of one epoch, also after an office was lost with a place of keys that knew nothing of the last one."""

import shutil
from datetime import UTC, datetime

import pytest
from peopled_desks import opened, tell

from sviedka.core.base.errors import Failure
from sviedka.keeper.epoch_keys import epoch_order, name_to_begin, next_epoch
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.desks.errors import EpochNameTwice
from sviedka.store.desks.receiving import receive
from sviedka.store.taking_back.rotation import rotate
from sviedka.vault.epoch_names import leave_out
from sviedka.vault.layout import Archive
from sviedka.vault.replica.errors import ReplicaUnreachable
from sviedka.vault.replica.running import replicate

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def seal(desk, folder, name):
    disconnect()
    (folder / name).write_bytes(name.encode() * 50)
    return deposit(desk.archive, desk.keeper, [folder / name], case="case-one").sealed[0].item_id


def turn(desk):
    disconnect()
    return rotate(desk.archive, desk.keeper).epoch


@pytest.fixture
def lost(desks, tmp_path):
    """Minsk restored with keys from before its last rotation, of which Vilnius has all; the item sealed to it."""
    from erase_kit import HouseKeeper

    _, minsk, vilnius, folder = desks
    place = tmp_path / "abroad"
    place.mkdir()
    with minsk.archive.config.open("a") as config:
        config.write(f'\n[[replicas]]\nname = "abroad"\nholds = "keys"\nurl = "{place}"\n')
    disconnect()
    assert all(one.failure is None for one in replicate(minsk.archive))
    place.rename(tmp_path / "away")  # the stick is not plugged in
    with pytest.raises(ReplicaUnreachable):
        rotate(minsk.archive, minsk.keeper)
    begun = minsk.keeper.facts().epoch
    item = seal(minsk, tmp_path, "one.txt")
    tell(minsk, vilnius, folder)
    tell(vilnius, minsk, folder)
    disconnect()
    (tmp_path / "away").rename(place)
    for top in ("slips", "cells", "keys/epochs"):
        shutil.rmtree(minsk.archive.root / top)
        shutil.copytree(place / top, minsk.archive.root / top)
    shutil.rmtree(minsk.archive.root / "replicas")
    shutil.rmtree(minsk.archive.root / "database")
    minsk.keeper = HouseKeeper(minsk.house)
    return begun, item


def heard(desk, folder):
    disconnect()
    return [one.failure or one.foreign for one in receive(desk.archive, desk.keeper, folder).desks]


def test_control_what_the_other_desk_has_comes_back_when_it_is_taken_in_first(desks, lost, tmp_path):
    _, minsk, _, folder = desks
    assert heard(minsk, folder) == [None]
    assert opened(minsk, lost[1], tmp_path / "again")


def test_a_rotation_gives_no_name_that_the_log_says_was_given(desks, lost, tmp_path):
    _, minsk, vilnius, folder = desks
    begun, item = lost
    assert epoch_order(turn(minsk)) > epoch_order(begun)
    new = seal(minsk, tmp_path, "two.txt")
    assert heard(minsk, folder) == [None]
    minsk.send(folder)
    assert heard(vilnius, folder) == [None]
    found = [
        opened(desk, one, tmp_path / f"{number}")
        for number, (desk, one) in enumerate([(minsk, item), (vilnius, new), (vilnius, item)])
    ]
    assert found == [b"one.txt" * 50, b"two.txt" * 50, b"one.txt" * 50]


def test_two_keys_of_one_name_are_told_and_nothing_is_kept(desks, lost, tmp_path):
    _, minsk, vilnius, folder = desks
    begun, item = lost
    minsk.keeper.keyring.epochs.make(begun)  # as a program did that knew nothing of it
    before = vilnius.archive.epoch_key(begun).read_bytes()
    seal(minsk, tmp_path, "two.txt")
    for desk in (minsk, vilnius):
        desk.send(folder)
    for desk in (minsk, vilnius):
        (told,) = heard(desk, folder)
        assert isinstance(told, Failure)
        assert told.code == EpochNameTwice.code
    assert vilnius.archive.epoch_key(begun).read_bytes() == before
    turn(minsk)  # as the hint says
    minsk.send(folder)
    assert heard(vilnius, folder) == [None]
    assert opened(vilnius, item, tmp_path / "kept")


def restored(root, *names):
    archive = Archive(root=root)
    archive.epochs.mkdir(parents=True)
    for name in names:
        archive.epoch_key(name).touch()
    return archive


def test_restoring_leaves_out_what_the_lost_office_may_have_begun(tmp_path):
    archive = restored(tmp_path, "2026-11.1", "2026-11.1001", "2026-11.1002")
    leave_out(archive, NOON)
    first = name_to_begin(archive, "2026-11.1", NOON, 0, ())
    assert first == f"2026-11.{2 * 24 + 12 + 100 + 1}"
    assert name_to_begin(archive, "2026-11.1002", NOON, 1, ()) == f"2026-11.{1000 + 161}"
    leave_out(archive, NOON.replace(day=4))  # lost again, and nothing of it copied
    assert epoch_order(name_to_begin(archive, "2026-11.1", NOON, 0, ())) > epoch_order(first)
    december = NOON.replace(month=12, day=1)
    assert name_to_begin(archive, "2026-11.1", december, 0, ()) == "2026-12.1"
    leave_out(archive, december)
    assert name_to_begin(archive, "2026-11.1", december, 0, ()) == "2026-12.113"


def test_a_made_up_name_or_floor_leaves_out_a_number_and_nothing_else(tmp_path):
    archive = restored(tmp_path)
    made_up = ["2026-11.5", "2099-01.7", "2026-11.1009"]
    assert name_to_begin(archive, "2026-11.1", NOON, 0, made_up) == "2026-11.6"
    for junk in ("2099-01.3\n", "no name", "\n", "2026-11.1" * 40):
        archive.epoch_floor.write_text(junk)
        assert name_to_begin(archive, "2026-11.1", NOON, 0, ()) == "2026-11.2"


def test_when_the_numbers_of_a_month_are_used_up_the_next_month_begins_and_no_other_desks_numbers(tmp_path):
    assert next_epoch("2026-12.999", NOON) == "2027-01.1"
    assert next_epoch("2026-11.1999", NOON, 1) == "2026-12.1001"
    assert name_to_begin(restored(tmp_path), "2026-11.1", NOON, 0, ["2026-11.999", "2026-12.4"]) == "2026-12.5"
