# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the keeper refuses of identities. No message names a person."""

from __future__ import annotations

from sviedka.core.base.errors import Refuted, Withheld


class SeatsMissing(Withheld):
    """Too few seats are held, or not all five have a key."""

    code = "withheld.seats"
    hint = (
        "All five seats need a key in the key list, and two of them different holders. See docs/howto/hold-a-seat.md."
    )


class SeatHeldBefore(Withheld):
    """A seat for somebody who has, or had, the key of another seat: alone they would be the two people that an opening takes."""

    code = "withheld.seat-held-before"
    hint = "Give the seat to somebody else. Whoever handed a seat over can have it back, and no other."


class KeylistMissing(Withheld):
    """An older key list is gone or changed, so that nobody can tell who has, or had, the key of a seat."""

    code = "withheld.keylist-missing"
    hint = "Fetch it from a replica, another desk's keys/keylists or the offline folder's keylists, then sviedka keylist install."


class IdentityRefused(Withheld):
    """An identity that is not opened: nothing that was recorded asks for exactly this, or it was answered already."""

    code = "withheld.identity"
    hint = "One order opens one identity once, for whoever asked. Make a new request."


class IdentityLimit(Withheld):
    """This person has asked for as many identities as a day allows."""

    code = "withheld.identity-limit"
    hint = "Wait. The limit is identities_per_day in sviedka.toml; whoever raises it answers for that."


class CopiesForeign(Refuted):
    """The copies of an identity cell are not those that the statement of the deposit names."""

    code = "refuted.identity-cell"
    hint = "Files under cells/seats were exchanged or lost. Do not ask the custodians; run sviedka check --full."


class JournalRefused(Refuted):
    """The keeper's record of orders and openings is missing, or is not what it wrote."""

    code = "refuted.identity-journal"
    hint = "Somebody changed keys/heads. No identity is opened until it is restored from a key place."
