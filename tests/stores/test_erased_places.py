# SPDX-License-Identifier: AGPL-3.0-or-later
"""A place of keys that is not there while an erasure is carried out: named, made up for, and no old key dies before it is."""

import pytest
from erase_kit import Office

from sviedka.keeper.errors import CellErased
from sviedka.store.connect import disconnect
from sviedka.store.deposit.opening import ItemErased
from sviedka.store.taking_back.rotation import rotate
from sviedka.vault.replica.errors import ReplicaUnreachable
from sviedka.vault.replica.running import replicate
from sviedka.vault.slips import find_slip


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path / "office")
    (tmp_path / "keys").mkdir()
    with made.archive.config.open("a") as file:
        file.write(f'\n[[replicas]]\nname = "keys"\nholds = "keys"\nurl = "{tmp_path / "keys"}"\n')
    assert [one.failure for one in replicate(made.archive)] == [None]
    yield made
    disconnect()


def holding(place, name):
    """Return where a slip or cell still lies in a place of keys; marks of freezing and removal are not it."""
    tops = {"slips", "cells"}
    found = (path for path in place.rglob(name) if path.is_file() and path.relative_to(place).parts[0] in tops)
    return [path for path in found if "removed" not in path.parts]


def test_it_is_named_nothing_opens_here_and_the_next_copy_takes_it_away_there(office, tmp_path, monkeypatch):
    place, away = tmp_path / "keys", tmp_path / "away"
    (cell,), epoch = office.subject().told, office.keeper.facts().epoch
    office.make_ready()
    place.rename(away)
    done = office.carry_out(monkeypatch)
    assert "keys" in done.not_reached
    with pytest.raises(ItemErased):
        office.open(office.given, "after")
    with pytest.raises(CellErased):
        office.keeper.keyring.cells.need({cell})
    assert holding(away, office.given)  # the control: there it still is, and the epoch's key would open it
    assert holding(away, cell)

    with pytest.raises(ReplicaUnreachable):  # so that key is not destroyed while the place has not let go
        rotate(office.archive, office.keeper)
    assert office.archive.epoch_key(epoch).exists()

    away.rename(place)
    assert [one.failure for one in replicate(office.archive)] == [None]
    assert not holding(place, office.given)
    assert not holding(place, cell)
    assert holding(place, office.shows_both)  # for Alpha, whom it shows as well
    assert find_slip(office.archive, office.shows_both)


def test_a_place_that_is_there_lets_go_at_once(office, tmp_path, monkeypatch):
    (cell,) = office.subject().told
    assert holding(tmp_path / "keys", cell)
    office.make_ready()
    done = office.carry_out(monkeypatch)
    assert "keys" in done.reached
    assert "keys" not in done.not_reached
    assert not holding(tmp_path / "keys", cell)
    assert not holding(tmp_path / "keys", office.given)
