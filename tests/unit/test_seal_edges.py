# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the rules of sealing begin and end: the longest slip, the largest proposal, the names that a key can have."""

from dataclasses import replace

import pytest
from seat_house import NOW, SeatHouse

from sviedka.core.base.errors import TooLarge
from sviedka.core.seal.age_grammar import MAX_SLIP_BYTES, HeaderMalformed, parse_slip
from sviedka.core.seal.keylist import KeylistMalformed, parse_keylist
from sviedka.core.seal.keylist_proposal import MOST_CHANGES, Proposal, next_keylist
from sviedka.core.seal.note_key import MAX_NAME_CHARS, KeyMalformed, check_key_name


def test_a_slip_of_the_most_bytes_is_read_and_one_more_is_too_large():
    with pytest.raises(HeaderMalformed):  # read, and found to be none
        parse_slip(b"a" * MAX_SLIP_BYTES)
    with pytest.raises(TooLarge):
        parse_slip(b"a" * (MAX_SLIP_BYTES + 1))


def test_a_proposal_has_one_change_at_least_and_no_more_than_allowed():
    before = parse_keylist(SeatHouse().keylist())
    seat = before.seats[0]
    entry = replace(seat, number=1, holder="0" * 32)
    for added in ((), (entry,) * (MOST_CHANGES + 1)):
        with pytest.raises(KeylistMalformed, match="1 to"):
            next_keylist(Proposal(before=before, added=added), issued=NOW)
    with pytest.raises(KeylistMalformed) as told:  # so many are counted, and refused for something else
        next_keylist(Proposal(before=before, added=(entry,) * MOST_CHANGES), issued=NOW)
    assert "1 to" not in str(told.value)


@pytest.mark.parametrize("name", ["a", "a" * MAX_NAME_CHARS, "archive.example/root", "й", "~"])
def test_a_name_that_a_key_can_have(name):
    check_key_name(name)


NO_NAMES = ("", "a" * (MAX_NAME_CHARS + 1), "a b", "a+b", "a\tb", "\x1f", "\x00", "a\u2003b", chr(0xD800), chr(0xDFFF))


@pytest.mark.parametrize("name", NO_NAMES, ids=range(len(NO_NAMES)))
def test_a_name_that_no_key_can_have(name):
    with pytest.raises(KeyMalformed):
        check_key_name(name)
