# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two desks of one archive in which people gave something, with all users at both."""

from dataclasses import replace as changed

from erase_kit import HouseKeeper, Office
from two_desks import Desk, list_anew

from sviedka.keeper.desk_founding import found_desk
from sviedka.keeper.successors import join_list
from sviedka.store.connect import disconnect
from sviedka.store.deposit.opening import open_item
from sviedka.store.session import open_store
from sviedka.vault.durable import replace


class Peopled(Desk):
    """A desk of a house with several users."""

    def __init__(self, house):
        self.archive, self.house = house.archive, house
        self.keeper = HouseKeeper(house)


def open_desks(tmp_path):
    """Yield the office in which Beta gave what she gave, two desks of it, of which the second has taken all in, and a folder between."""
    office = Office(tmp_path)
    minsk = Peopled(office.house)
    new = found_desk(minsk.archive, minsk.keeper.facts().vault_recipient, "vilnius-1", tmp_path / "vilnius-1")
    keylist = list_anew(minsk.archive, lines=list(new.lines))
    replace(minsk.archive.keylist, keylist)
    join_list(new.archive, keylist)
    office.keeper = minsk.keeper = HouseKeeper(office.house)
    founded = changed(office.house.founded, archive=new.archive)
    vilnius = Peopled(changed(office.house, founded=founded))
    (tmp_path / "between").mkdir()
    tell(minsk, vilnius, tmp_path / "between")
    yield office, minsk, vilnius, tmp_path / "between"
    disconnect()


def tell(desk, other, folder):
    """Let `other` hear what `desk` has stated."""
    desk.send(folder)
    assert [one.failure for one in other.receive(folder)] == [None]


def opened(desk, item, out):
    disconnect()
    open_item(desk.archive, desk.keeper, item, out=out, purpose="a test")
    return out.read_bytes()


def told_of(desk, cell):
    disconnect()
    rows = open_store(desk.archive, desk.keeper).run(
        "SELECT count(*) FROM store_passage WHERE cells LIKE ? AND NOT withheld AND disclosures <> ''", (f"%{cell}%",)
    )
    return rows.fetchone()[0]
