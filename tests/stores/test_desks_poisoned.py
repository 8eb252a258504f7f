# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever writes into the folder between two desks, without a key, makes nothing unreadable at the one that imports."""

import os

import pytest
from erase_kit import Office
from peopled_desks import opened, tell, told_of

from sviedka.core.seal.age_file import encrypt_bytes
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.desks.errors import SentForeign
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
