# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies of a seat's key, so that a lost device does not lose a seat: five shares, any three of which give it back.

Cells have no copies: what is erased stays erased. Needs the SLIP-39 library, which the base install does not have.
Spec: spec/07-keys.md §12.2. Source: SLIP-39.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unproven
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.keylist import verify_keylist
from sviedka.keeper.share_text import format_share, parse_share
from sviedka.keeper.shares import join_shares, split_secret
from sviedka.seat.seat_file import make_seat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.note import VerifierKey
    from sviedka.keeper.wrapping import KdfCost
    from sviedka.seat.seat_file import OpenSeat, SeatFacts


class SeatNotListed(Unproven):
    """The shares join to a key that the key list has for no seat."""

    code = "unproven.seat-not-listed"
    hint = "These may be shares of another key, or the key list is an older one."


def share_seat(seat: OpenSeat) -> list[bytes]:
    """Return the pages of five shares of a seat's key."""
    secret, kind = seat.identity.secret_bytes(), f"seat-{seat.facts.number}"
    try:
        shares = split_secret(secret)
    finally:
        wipe(secret)
    return [
        format_share(words, number=number, kind=kind, archive=seat.facts.archive).encode("ascii")
        for number, words in enumerate(shares, start=1)
    ]


def restore_seat(
    pages: Sequence[str],
    passphrase: bytearray,
    *,
    keylist: KeyList,
    root: VerifierKey,
    holder: str | None,
    cost: KdfCost,
) -> tuple[bytes, SeatFacts]:
    """Return a seat's file made of three of its shares, under a new passphrase. Wipes the passphrase.

    Untrusted: `pages`, `keylist`.

    Args:
        pages: The texts of three shares.
        passphrase: Of whoever will hold the seat.
        keylist: The archive's, which tells which seat the key is of.
        root: The archive's root.
        holder: Whoever will hold it; None to seal it away again.
        cost: Price of a guess at the passphrase.

    Raises:
        SharesMalformed: They do not join.
        SignatureRefuted, KeyUnknown: The key list is not by this root.
        SeatNotListed: It has no seat with this key.
    """
    verify_keylist(keylist, root)
    secret = join_shares([parse_share(page) for page in pages])
    try:
        identity = X25519Identity.from_bytes(bytearray(secret))
        recipient = identity.recipient().text
        identity.wipe()
        numbers = [seat.number for seat in keylist.seats if seat.recipient == recipient]
        if not numbers:
            raise SeatNotListed("The key list names no seat with this key.")
        return make_seat(secret, passphrase, number=numbers[0], root=root, holder=holder, cost=cost)
    finally:
        wipe(secret, passphrase)
