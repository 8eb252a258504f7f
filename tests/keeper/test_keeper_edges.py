# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the keeper's rules begin and end: how many, of which shape, held by how many people; and what it wipes at once."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.keeper.asserted import MOST_AT_ONCE, require_asserted
from sviedka.keeper.channel import Channel
from sviedka.keeper.errors import FrameMalformed, RequestRefused
from sviedka.keeper.identity_errors import SeatsMissing
from sviedka.keeper.request_values import find_text, read_deposits
from sviedka.keeper.seats import seat_recipients


@dataclass
class Seat:
    number: int
    recipient: str
    holder: str | None


def seats(*holders):
    return SimpleNamespace(
        seats=[
            Seat(number, X25519Identity.from_bytes(bytearray([number]) * 32).recipient().text, holder)
            for number, holder in enumerate(holders, start=1)
        ]
    )


@pytest.mark.parametrize(
    "holders",
    [("a", "b", None, None), ("a", None, None, None, None), (None,) * 5, ("a", "a", "a", None, None)],
    ids=["four seats", "one person", "nobody", "one person three times"],
)
def test_no_identity_is_accepted_before_five_seats_and_two_people(holders):
    with pytest.raises(SeatsMissing):
        seat_recipients(seats(*holders))


def test_five_seats_and_two_people_are_enough():
    assert sorted(seat_recipients(seats("a", None, None, "b", None))) == [1, 2, 3, 4, 5]


def draft(kind):
    return SimpleNamespace(type=kind)


def test_as_many_are_prepared_at_once_as_are_allowed_and_each_carries_an_assertion():
    asserted, plain = draft("consent.given/2"), draft("source/1")
    require_asserted([asserted])
    require_asserted([asserted] * MOST_AT_ONCE)
    for refused in ([], [asserted] * (MOST_AT_ONCE + 1), [plain], [asserted, plain], [plain, asserted]):
        with pytest.raises(RequestRefused):
            require_asserted(refused)


@pytest.mark.parametrize("value", [{}, "text", None, [1], ["text"], [{"jti": "0" * 32, "leaf_index": 1}, 2]])
def test_a_list_of_receipts_is_a_list_of_objects(value):
    with pytest.raises(FrameMalformed):
        read_deposits(encode_canonical(value))


def test_receipts_are_read_in_their_order():
    given = [{"jti": f"{number:032x}", "leaf_index": number} for number in (3, 1)]
    assert [one.leaf_index for one in read_deposits(encode_canonical(given))] == [3, 1]
    assert read_deposits(encode_canonical([])) == []


@pytest.mark.parametrize("value", [None, [], "lists_sha256", {}, {"lists_sha256": 1}, {"lists_sha256": None}])
def test_a_text_that_is_missing_is_said_to_be(value):
    with pytest.raises(FrameMalformed):
        find_text(value, "lists_sha256")
    assert find_text({"lists_sha256": "a"}, "lists_sha256") == "a"


def test_a_key_stays_in_no_message_that_brought_it(archive, keeper, monkeypatch):
    """What is handed out is wiped by `forget`; the frame it came in would be forgotten by nobody."""
    seen = []
    plain = Channel._part

    def watched(self, header, parts=()):
        seen.append(plain(self, header, parts))
        return seen[-1]

    monkeypatch.setattr(Channel, "_part", watched)
    key = keeper.database_key()
    assert any(key)
    assert [bytes(part) for part in seen] == [bytes(32)]
    keeper.forget()
    assert not any(key)
