# SPDX-License-Identifier: AGPL-3.0-or-later
"""A seat's file: under whose passphrase, whose seat, handed over without a cell being opened, made again from shares."""

import json
import os

import pytest
from seat_house import CHEAP, HALF, HOLDERS, NOW, SeatHouse, seat_identity

from sviedka.core.base.errors import Failure, Malformed, Unproven
from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.identity_peel import parse_peel
from sviedka.core.seal.keylist import parse_keylist
from sviedka.keeper.errors import KeyFileDamaged, WrongPassphrase
from sviedka.keeper.shares import SharesMalformed
from sviedka.keeper.wrapping import wrap_secret
from sviedka.seat.copies import SeatNotListed, restore_seat, share_seat
from sviedka.seat.device_files import read_file, write_new_file
from sviedka.seat.errors import DeviceFailed, OrderWithheld, SeatFileMalformed
from sviedka.seat.peeling import peel
from sviedka.seat.seat_file import hand_over, make_seat, open_seat, read_seat

HOUSE = SeatHouse()


def made(number=1, passphrase=b"oak", **changes):
    facts = {"number": number, "root": HOUSE.root, "holder": HOLDERS.get(number)} | changes
    data, _ = make_seat(seat_identity(number).secret_bytes(), bytearray(passphrase), cost=CHEAP, **facts)
    return data


def test_a_seat_opens_with_its_passphrase_and_says_whose_it_is():
    seat = open_seat(made(), bytearray(b"oak"))
    assert seat.facts.listed == HOUSE.seats[0]
    assert seat.facts == read_seat(made())
    with pytest.raises(WrongPassphrase):
        open_seat(made(), bytearray(b"elm"))


def test_the_passphrase_is_wiped_and_the_key_does_not_show():
    passphrase = bytearray(b"oak")
    seat = open_seat(made(), passphrase)
    assert passphrase == bytes(3)
    assert seat_identity(1).secret_bytes().hex() not in repr(seat)


@pytest.mark.parametrize("name", ["seat", "holder", "root", "recipient"])
def test_whose_seat_it_is_cannot_be_changed_in_the_file(name):
    document = json.loads(made())
    document["bound"][name] = {"seat": "2", "holder": "9" * 32, "root": "x", "recipient": "age1x"}[name]
    with pytest.raises((KeyFileDamaged, Malformed)):
        open_seat(json.dumps(document, sort_keys=True, separators=(",", ":")).encode(), bytearray(b"oak"))


def test_another_kind_of_key_is_no_seat():
    bound = {"archive": "archive.example", "vkey": HOUSE.root.vkey}
    root = wrap_secret(bytearray(32), bytearray(b"oak"), what="root", bound=bound, cost=CHEAP, salt=os.urandom(16))
    with pytest.raises(SeatFileMalformed):
        open_seat(root, bytearray(b"oak"))


@pytest.mark.parametrize("changes", [{"number": 0}, {"number": 6}, {"holder": "anna"}])
def test_a_seat_that_no_key_list_can_have_is_not_made(changes):
    with pytest.raises(SeatFileMalformed):
        made(**changes)


def test_handing_over_changes_passphrase_and_holder_and_no_cell_is_opened():
    copy = HOUSE.copies()[1, 2]
    data, facts = hand_over(open_seat(made(), bytearray(b"oak")), bytearray(b"elm"), holder="7" * 32, cost=CHEAP)
    with pytest.raises(WrongPassphrase):
        open_seat(data, bytearray(b"oak"))
    assert facts.recipient == read_seat(made()).recipient
    after = SeatHouse(holders=HOLDERS | {1: "7" * 32})
    answer = seat_identity(5)
    order = after.file(after.order(copy, answer), copy)
    with pytest.raises(OrderWithheld):  # whoever held it before is not in the list any more
        peel(order, open_seat(made(), bytearray(b"oak")), before=None, now=NOW)
    taken = peel(order, open_seat(data, bytearray(b"elm")), before=None, now=NOW)
    layer = decrypt_bytes(parse_peel(taken).layer, seat_identity(2))  # the same copy of the same cell
    assert len(decrypt_bytes(layer, HALF)) == 32


def test_a_sealed_seat_says_that_nobody_holds_it_and_is_taken_over():
    sealed = made(4, holder=None)
    assert read_seat(sealed).listed.line == f"seat 4 {seat_identity(4).recipient().text}"
    data, facts = hand_over(open_seat(sealed, bytearray(b"oak")), bytearray(b"ash"), holder="4" * 32, cost=CHEAP)
    assert open_seat(data, bytearray(b"ash")).facts == facts
    assert facts.listed.line.endswith(" " + "4" * 32)


def test_three_shares_make_a_lost_seat_again_and_two_do_not():
    pages = [page.decode() for page in share_seat(open_seat(made(2), bytearray(b"oak")))]
    keylist = parse_keylist(HOUSE.keylist())
    options = {"keylist": keylist, "root": HOUSE.root, "holder": "8" * 32, "cost": CHEAP}
    for three in ((0, 1, 2), (4, 2, 0)):
        data, facts = restore_seat([pages[place] for place in three], bytearray(b"yew"), **options)
        assert facts.number == 2
        assert open_seat(data, bytearray(b"yew")).identity.secret_bytes() == seat_identity(2).secret_bytes()
    last = pages[2].split()[-1]
    mistyped = pages[2].rpartition(last)[0] + ("academic" if last != "academic" else "acid")
    for wrong in (pages[:2], [pages[0]] * 3, [*pages[:2], "no share"], [*pages[:2], mistyped]):
        with pytest.raises(SharesMalformed):
            restore_seat(wrong, bytearray(b"yew"), **options)


def test_shares_of_a_key_that_is_no_seat_make_none():
    data, _ = make_seat(bytearray(b"\x05" * 32), bytearray(b"oak"), number=2, root=HOUSE.root, holder=None, cost=CHEAP)
    pages = [page.decode() for page in share_seat(open_seat(data, bytearray(b"oak")))]
    keylist = parse_keylist(HOUSE.keylist())
    with pytest.raises(SeatNotListed):
        restore_seat(pages[:3], bytearray(b"x"), keylist=keylist, root=HOUSE.root, holder=None, cost=CHEAP)
    with pytest.raises((Unproven, Failure)):
        restore_seat(pages[:3], bytearray(b"x"), keylist=keylist, root=SeatHouse(seed=9).root, holder=None, cost=CHEAP)


def test_files_are_written_once_and_for_their_owner(tmp_path):
    write_new_file(tmp_path / "seat", b"first")
    assert (tmp_path / "seat").stat().st_mode & 0o077 == 0
    with pytest.raises(DeviceFailed):
        write_new_file(tmp_path / "seat", b"second")
    assert read_file(tmp_path / "seat", most_bytes=5) == b"first"
    with pytest.raises(Malformed):
        read_file(tmp_path / "seat", most_bytes=4)
    with pytest.raises(DeviceFailed):
        read_file(tmp_path / "nothing", most_bytes=4)
    with pytest.raises(DeviceFailed):
        write_new_file(tmp_path / "no-folder" / "seat", b"x")
