# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two desks with keepers of their own, and the commands that the how-to gives after a rotation: at their end nobody is named any more."""

import json
from dataclasses import replace as changed

import pytest

from sviedka.keeper.desk_founding import found_desk
from sviedka.keeper.keylist_proposing import Wanted
from sviedka.keeper.successors import join_list
from sviedka.keeper.unlocking import lock
from users_kit import change_keylist, found_with_users, keyring_of, unlock_as


@pytest.fixture
def desks(tmp_path):
    """Return the archives of two desks, both unlocked."""
    from sviedka.store.connect import disconnect

    house = found_with_users(tmp_path, 2)
    recipient = keyring_of(house, 0).facts().vault_recipient
    other = found_desk(house.archive, recipient, "vilnius-1", tmp_path / "vilnius-1")
    join_list(other.archive, change_keylist(house.founded, Wanted(lines=list(other.lines))))
    houses = house, changed(house, founded=changed(house.founded, archive=other.archive))
    for one in houses:
        unlock_as(one, 0)
    yield house.archive, other.archive
    disconnect()
    for one in houses:
        lock(one.archive)


@pytest.mark.timeout(300)
def test_a_key_that_one_desk_destroyed_is_destroyed_at_the_other_and_said_to_be(desks, tmp_path, capsys):
    from sviedka.cli.main import main
    from sviedka.store.connect import disconnect

    minsk, vilnius = desks
    between = tmp_path / "between"
    between.mkdir()

    def sviedka(archive, *words):
        disconnect()
        status = main([*words, "--archive", str(archive.root), "--json"])
        told = json.loads(capsys.readouterr().out)
        assert status == 0, told
        return told

    def tell(desk, other):
        sviedka(desk, "log", "checkpoint")
        sviedka(desk, "exchange", "export", str(between))
        return sviedka(other, "exchange", "import", str(between))

    (tmp_path / "report.txt").write_text("What was seen.\n")
    (item,) = sviedka(minsk, "seal", str(tmp_path / "report.txt"), "--case", "case-one")["sealed"]
    tell(minsk, vilnius)
    rotated = sviedka(minsk, "epoch", "rotate")
    (old,) = rotated["ended"]
    assert (rotated["waited_for"], vilnius.epoch_key(old).exists()) == (["vilnius-1"], True)
    assert tell(minsk, vilnius)["ended_elsewhere"] == [old]
    assert not vilnius.epoch_key(old).exists()
    assert tell(vilnius, minsk)["waited_for"] == []
    assert not list(between.rglob(f"{old}.age"))
    sviedka(vilnius, "open", item["item"], "-o", str(tmp_path / "opened"), "--purpose", "a test")
    assert (tmp_path / "opened").read_text() == "What was seen.\n"
