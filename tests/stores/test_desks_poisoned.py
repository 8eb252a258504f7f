# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever writes into the folder between two desks, without a key, makes nothing unreadable at the one that imports."""

import os
import shutil

import pytest
from erase_kit import HouseKeeper, Office
from peopled_desks import opened, tell, told_of

from seats_kit import fill_seats
from sviedka.core.seal.age_file import encrypt_bytes
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.keeper.identity_lines import Identity
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.desks.errors import SentForeign
from sviedka.store.identities import deposit as deposit_identity
from sviedka.store.taking_back.rotation import rotate
from sviedka.vault.durable import replace
from sviedka.vault.slips import SlipLost, find_slip

STRANGER = X25519Identity.from_bytes(bytearray(b"s" * 32)).recipient()


def sealed_at(desk, folder, *words):
    """Seal a file for each word and put all where the other desk finds it; return the items."""
    for word in words:
        (folder / f"{word}.txt").write_text(word)
    disconnect()
    done = deposit(desk.archive, desk.keeper, [folder / f"{word}.txt" for word in words], case="case-one")
    disconnect()
    return [one.item_id for one in done.sealed]


def lying(folder, store, name):
    (path,) = (folder / "minsk-1" / store).glob(f"*/??/{name}")
    path.chmod(0o600)
    return path


def receive(desk, folder):
    (received,) = desk.receive(folder)
    assert received.failure is None
    return received


def test_a_slip_for_another_key_is_not_kept_and_the_right_one_is_when_it_comes(desks, tmp_path):
    _, minsk, vilnius, folder = desks
    (item,) = sealed_at(minsk, tmp_path, "new")
    minsk.send(folder)
    path = lying(folder, "slips", item)
    path.write_bytes(wrap_file_key(os.urandom(16), [STRANGER], [os.urandom(32)]))
    received = receive(vilnius, folder)
    assert isinstance(received.foreign, SentForeign)
    assert received.foreign.exit_status == 10
    assert item in str(received.foreign.facts)
    with pytest.raises(SlipLost):
        find_slip(vilnius.archive, item)
    path.unlink()  # as the hint says
    disconnect()
    minsk.send(folder)
    assert receive(vilnius, folder).foreign is None, "the control"
    assert opened(vilnius, item, tmp_path / "out") == b"new"


def test_nor_are_two_slips_that_changed_places(desks, tmp_path):
    _, minsk, vilnius, folder = desks
    one, other = sealed_at(minsk, tmp_path, "one", "other")
    minsk.send(folder)
    first, second = lying(folder, "slips", one), lying(folder, "slips", other)
    a, b = first.read_bytes(), second.read_bytes()
    first.write_bytes(b)
    second.write_bytes(a)
    assert receive(vilnius, folder).foreign.facts["count"] == 2
    first.write_bytes(a)
    second.write_bytes(b)
    receive(vilnius, folder)
    assert opened(vilnius, one, tmp_path / "out") == b"one"


def test_nor_is_a_cell_for_another_key(desks, tmp_path):
    """What is told under it is withheld until the right one comes."""
    office, minsk, vilnius, folder = desks
    assert isinstance(office, Office)
    (cell,) = new_person(minsk)
    minsk.send(folder)
    path = lying(folder, "cells", cell)
    good = path.read_bytes()
    path.write_bytes(
        encrypt_bytes(b"k" * 32, [STRANGER], file_key=os.urandom(16), nonce=os.urandom(16), ephemerals=[os.urandom(32)])
    )
    assert cell in str(receive(vilnius, folder).foreign.facts)
    assert told_of(vilnius, cell) == 0
    disconnect()
    path.write_bytes(good)
    assert receive(vilnius, folder).foreign is None
    assert told_of(vilnius, cell) > 0


def new_person(desk):
    from archive_kit import person

    disconnect()
    said = person(desk.keeper, "Gamma, invented")
    desk.admit(said)
    return (said.fields["cell"],)


def test_an_exchange_of_what_nobody_touched_refuses_nothing(desks, tmp_path):
    _, minsk, vilnius, folder = desks
    (item,) = sealed_at(minsk, tmp_path, "untouched")
    new_person(minsk)
    disconnect()
    tell(minsk, vilnius, folder)
    assert opened(vilnius, item, tmp_path / "out") == b"untouched"


def changed_places(folder, store, one, other):
    first, second = lying(folder, store, one), lying(folder, store, other)
    a, b = first.read_bytes(), second.read_bytes()
    first.write_bytes(b)
    second.write_bytes(a)


def test_nor_are_two_cells_that_changed_places(desks):
    """Both open with the key of their epoch. What is told under them is read as soon as the folder is right again."""
    _, minsk, vilnius, folder = desks
    (one,), (other,) = new_person(minsk), new_person(minsk)
    minsk.send(folder)
    changed_places(folder, "cells", one, other)
    assert receive(vilnius, folder).foreign.facts["count"] == 2
    assert (told_of(vilnius, one), told_of(vilnius, other)) == (0, 0)
    changed_places(folder, "cells", one, other)
    disconnect()
    assert receive(vilnius, folder).foreign is None, "the control"
    assert told_of(vilnius, one) > 0
    assert told_of(vilnius, other) > 0
    assert minsk.digests() == vilnius.digests()


def test_nor_are_they_when_they_come_after_the_statements(desks, tmp_path):
    """A folder that is carried in parts."""
    _, minsk, vilnius, folder = desks
    (one,), (other,) = new_person(minsk), new_person(minsk)
    minsk.send(folder)
    changed_places(folder, "cells", one, other)
    (folder / "minsk-1" / "cells").rename(tmp_path / "late")
    assert receive(vilnius, folder).foreign is None
    (tmp_path / "late").rename(folder / "minsk-1" / "cells")
    disconnect()
    assert receive(vilnius, folder).foreign.facts["count"] == 2
    changed_places(folder, "cells", one, other)
    disconnect()
    assert receive(vilnius, folder).foreign is None, "the control"
    assert told_of(vilnius, one) > 0
    assert minsk.digests() == vilnius.digests()


def test_nor_are_they_when_they_come_before_the_statements(desks, tmp_path):
    """They wait in the folder until something is stated of them."""
    _, minsk, vilnius, folder = desks
    minsk.send(folder)
    shutil.copytree(folder / "minsk-1", tmp_path / "before")
    (one,), (other,) = new_person(minsk), new_person(minsk)
    minsk.send(folder)
    changed_places(folder, "cells", one, other)
    (folder / "minsk-1").rename(tmp_path / "whole")
    (tmp_path / "before").rename(folder / "minsk-1")
    shutil.copytree(tmp_path / "whole" / "cells", folder / "minsk-1" / "cells", dirs_exist_ok=True)
    assert receive(vilnius, folder).foreign is None
    shutil.rmtree(folder / "minsk-1")
    (tmp_path / "whole").rename(folder / "minsk-1")
    disconnect()
    assert receive(vilnius, folder).foreign.facts["count"] == 2
    changed_places(folder, "cells", one, other)
    disconnect()
    assert receive(vilnius, folder).foreign is None, "the control"
    assert minsk.digests() == vilnius.digests()


def test_nor_are_two_that_changed_places_when_they_come_under_a_new_key(desks):
    """A desk that rotates sends every cell anew, and the newer one would hold."""
    _, minsk, vilnius, folder = desks
    (one,), (other,) = new_person(minsk), new_person(minsk)
    disconnect()
    tell(minsk, vilnius, folder)
    disconnect()
    rotate(minsk.archive, minsk.keeper)
    minsk.send(folder)
    changed_places(folder, "cells", one, other)
    assert receive(vilnius, folder).foreign.facts["count"] == 2
    assert told_of(vilnius, one) > 0
    changed_places(folder, "cells", one, other)
    disconnect()
    assert receive(vilnius, folder).foreign is None, "the control"
    assert vilnius.archive.cell(minsk.keeper.facts().epoch, one).exists()


def test_the_keepers_half_of_an_identity_is_no_cell_for_another_desk(desks):
    """It is the key of nothing that is stated; what was deposited stays closed there, and all else is read."""
    office, minsk, vilnius, folder = desks
    (cell,) = new_person(minsk)
    fill_seats(office.house)
    replace(vilnius.archive.keylist, minsk.archive.keylist.read_bytes())
    minsk.keeper, vilnius.keeper = HouseKeeper(minsk.house), HouseKeeper(vilnius.house)
    disconnect()
    deposit_identity(minsk.archive, minsk.keeper, office.beta, Identity(lines=[("name", "Beta, invented")]))
    minsk.send(folder)
    assert receive(vilnius, folder).foreign is None
    assert told_of(vilnius, cell) > 0
