# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this disk had lost when its person took it back: no copy of it elsewhere brings it back."""

import pytest
from erase_kit import Office

from sviedka.store.connect import disconnect
from sviedka.store.upkeep.repairing import repair_archive
from sviedka.vault.listed import read_removed
from sviedka.vault.replica.running import replicate
from sviedka.vault.slips import SlipLost, find_slip


def test_what_was_lost_here_is_erased_everywhere_and_no_repair_or_rotation_brings_it_back(tmp_path, monkeypatch):
    """Control: a slip that nobody took back, lost as well, is brought back and carried."""
    office = Office(tmp_path / "office")
    place = tmp_path / "place-of-keys"
    place.mkdir()
    with office.archive.config.open("a") as file:
        file.write(f'\n[[replicas]]\nname = "keys"\nholds = "keys"\nurl = "{place}"\n')
    assert all(one.failure is None for one in replicate(office.archive))
    epoch, slip = find_slip(office.archive, office.given)
    for lost in (office.given, office.alphas):
        office.archive.slip(epoch, lost).unlink()
    office.make_ready()
    erased = office.carry_out(monkeypatch)
    assert office.given in erased.items
    assert erased.reached == ("vault", "keys")
    assert office.given in read_removed(office.archive.slips / epoch)
    assert not (place / "slips" / epoch / office.given[:2] / office.given).exists()
    disconnect()
    repair_archive(office.archive)
    disconnect()
    with pytest.raises(SlipLost):
        find_slip(office.archive, office.given)
    assert find_slip(office.archive, office.alphas)[0] == epoch

    office.archive.slip(epoch, office.given).write_bytes(slip)  # put back by hand, without its mark
    (office.archive.slips / epoch / "removed" / office.given).unlink()
    done = office.rotate()
    with pytest.raises(SlipLost):
        find_slip(office.archive, office.given)
    assert find_slip(office.archive, office.alphas)[0] == done.epoch
    assert done.lost == ()
