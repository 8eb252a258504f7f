# SPDX-License-Identifier: AGPL-3.0-or-later
"""A rotation does not end an epoch of which this disk has lost something: a place of keys may have the only copy."""

import shutil

import pytest
from test_epoch_rotation import opened, put_slips, rotate

from sviedka.store.taking_back.lost_here import find_kept_elsewhere, find_lost
from sviedka.store.taking_back.rotation import RotationStopped
from sviedka.store.upkeep.repairing import repair_archive
from sviedka.vault.fan import scratch_of
from sviedka.vault.group_commit import GroupCommit
from sviedka.vault.replica.running import replicate
from sviedka.vault.slips import SlipLost, find_slip, put_slip, remove_slip


@pytest.fixture
def place(archive, tmp_path):
    folder = tmp_path / "place-of-keys"
    folder.mkdir()
    with archive.config.open("a") as file:
        file.write(f'\n[[replicas]]\nname = "keys"\nholds = "keys"\nurl = "{folder}"\n')
    return folder


def copy(archive):
    assert all(one.failure is None for one in replicate(archive))


def test_what_a_place_of_keys_has_and_this_disk_has_lost_stops_a_rotation(archive, keeper, place):
    slips, old = put_slips(keeper, 3), keeper.facts().epoch
    lost = next(iter(slips))
    copy(archive)
    archive.slip(old, lost).unlink()
    with pytest.raises(RotationStopped) as stopped:
        rotate(keeper)
    assert stopped.value.facts["count"] == 1
    assert archive.epoch_key(old).exists()
    assert (place / "slips" / old / lost[:2] / lost).is_file()
    repair_archive(archive)
    assert rotate(keeper).slips == 3
    assert {item: opened(keeper, item) for item in slips} == slips


def test_without_any_other_copy_too_it_is_given_up_only_by_name(archive, keeper):
    slips, old = put_slips(keeper, 2), keeper.facts().epoch
    lost, stays = slips
    archive.slip(old, lost).unlink()
    with pytest.raises(RotationStopped):
        rotate(keeper)
    done = rotate(keeper, lose_damaged=True)
    assert (done.slips, done.lost, done.ended) == (1, (lost,), (old,))
    assert opened(keeper, stays) == slips[stays]
    assert rotate(keeper).lost == ()  # once, and not again


def test_a_whole_epoch_that_is_gone_with_its_lists_is_known_from_the_place(archive, keeper, place):
    slips, old = put_slips(keeper, 2), keeper.facts().epoch
    copy(archive)
    shutil.rmtree(archive.slips / old)
    assert find_lost(archive, (old,)) == find_kept_elsewhere(archive, (old,)) == {*slips}
    with pytest.raises(RotationStopped):
        rotate(keeper)
    repair_archive(archive)
    rotate(keeper)
    assert {item: opened(keeper, item) for item in slips} == slips


def test_what_was_taken_back_or_is_being_put_is_not_lost(archive, keeper, place):
    """Control: the same name counts once its list is closed and its mark is not there."""
    (gone, stays), old = put_slips(keeper, 2), keeper.facts().epoch
    data = find_slip(archive, stays)[1]
    copy(archive)
    remove_slip(archive, old, gone)
    with GroupCommit(scratch_of(archive.slips)) as group:
        put_slip(archive, old, "0" * 31 + "1", data, group=group)
        assert find_lost(archive, (old,)) == set()
        group.commit()
    archive.slip(old, "0" * 31 + "1").unlink()
    assert find_lost(archive, (old,)) == {"0" * 31 + "1"}
    assert find_kept_elsewhere(archive, (old,)) == set()
    with pytest.raises(SlipLost):
        find_slip(archive, gone)
