# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key of one seat under its custodian's passphrase, and beside it, sealed with it, whose seat it is.

The file binds the archive's root: so a device believes no order that another archive's keys have signed, and needs to
remember nothing else. Handing a seat over changes the passphrase and the holder, never the key; so no cell has to be
opened for it. Spec: spec/07-keys.md §2, §12.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import is_id
from sviedka.core.base.wiping import wipe
from sviedka.core.seal.age_keys import X25519Identity, parse_recipient
from sviedka.core.seal.keylist import Seat
from sviedka.core.seal.note import VerifierKey, parse_vkey
from sviedka.keeper.wrapping import (
    MAX_FILE_BYTES,
    SALT_BYTES,
    KdfCost,
    Wrapped,
    parse_wrapped,
    unwrap_secret,
    wrap_secret,
)
from sviedka.seat.errors import SeatFileMalformed
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

WHAT: Final = "seat"
MOST_BYTES: Final = MAX_FILE_BYTES
_ROOT_SUFFIX: Final = "/root"


@dataclass(frozen=True, kw_only=True)
class SeatFacts:
    """Whose seat it is. Trusted once the passphrase has opened the file.

    Attributes:
        number: 1 to 5.
        root: The archive's root, under which orders have to stand.
        recipient: The seat's public key (`age1…`).
        holder: Who holds it; None while it lies sealed.
    """

    number: int
    root: VerifierKey
    recipient: str
    holder: str | None

    @property
    def archive(self) -> str:
        """The archive's name."""
        return self.root.name.removesuffix(_ROOT_SUFFIX)

    @property
    def listed(self) -> Seat:
        """The line that the key list is to have for this seat."""
        return Seat(number=self.number, recipient=self.recipient, holder=self.holder)


@dataclass(frozen=True, kw_only=True)
class OpenSeat:
    """A seat that was opened; `wipe` after use."""

    facts: SeatFacts
    identity: X25519Identity = field(repr=False)

    def wipe(self) -> None:
        """Overwrite the key."""
        self.identity.wipe()


def make_seat(
    secret: bytearray, passphrase: bytearray, *, number: int, root: VerifierKey, holder: str | None, cost: KdfCost
) -> tuple[bytes, SeatFacts]:
    """Return the file of a seat and what it says. Wipes neither buffer.

    Args:
        secret: The seat's key, 32 bytes: fresh, or joined from its shares.
        passphrase: Of whoever will hold it.
        number: 1 to 5.
        root: The archive's root (its name ends with `/root`).
        holder: Whoever holds it; None for a seat that is to lie sealed.
        cost: Price of a guess at the passphrase.

    Raises:
        SeatFileMalformed: No such seat, root or holder can be.
    """
    if not 1 <= number <= 5 or not root.name.endswith(_ROOT_SUFFIX) or not (holder is None or is_id(holder)):
        raise SeatFileMalformed(
            "A seat has a number from 1 to 5, an archive's root, and a holder of 32 digits or none."
        )
    identity = X25519Identity.from_bytes(bytearray(secret))
    facts = SeatFacts(number=number, root=root, recipient=identity.recipient().text, holder=holder)
    identity.wipe()
    bound = {"recipient": facts.recipient, "root": root.vkey, "seat": str(number)}
    bound |= {} if holder is None else {"holder": holder}
    return wrap_secret(secret, passphrase, what=WHAT, bound=bound, cost=cost, salt=random_bytes(SALT_BYTES)), facts


def read_seat(data: bytes) -> SeatFacts:
    """Return what a seat's file says without opening it: for showing, not for believing.

    Untrusted: `data`. Raises as `open_seat`, but for the passphrase.
    """
    return _facts(_parse(data))


def open_seat(data: bytes, passphrase: bytearray) -> OpenSeat:
    """Open a seat's file. Wipes the passphrase.

    Untrusted: `data`.

    Raises:
        WrongPassphrase: It does not open.
        SeatFileMalformed, WrappedMalformed, KeyFileDamaged: Not a seat's file, or changed since it was written.
    """
    try:
        wrapped = _parse(data)
        secret = unwrap_secret(wrapped, passphrase)
    finally:
        wipe(passphrase)
    facts, identity = _facts(wrapped), X25519Identity.from_bytes(secret)
    if identity.recipient().text != facts.recipient:
        raise SeatFileMalformed("This file's public key is not the one of the key in it.")
    return OpenSeat(facts=facts, identity=identity)


def hand_over(seat: OpenSeat, passphrase: bytearray, *, holder: str | None, cost: KdfCost) -> tuple[bytes, SeatFacts]:
    """Return the same seat's file under another passphrase, for another holder. Wipes the passphrase, not the seat.

    Args:
        seat: The seat as it is held now.
        passphrase: Of whoever takes it over, typed by them.
        holder: Whoever takes it over; None to seal it away.
        cost: Price of a guess at the passphrase.
    """
    secret = seat.identity.secret_bytes()
    try:
        return make_seat(secret, passphrase, number=seat.facts.number, root=seat.facts.root, holder=holder, cost=cost)
    finally:
        wipe(secret, passphrase)


def _parse(data: bytes) -> Wrapped:
    wrapped = parse_wrapped(data)
    if wrapped.what != WHAT:
        raise SeatFileMalformed("This file holds another key than a seat's.")
    return wrapped


def _facts(wrapped: Wrapped) -> SeatFacts:
    bound: Mapping[str, str] = wrapped.bound
    if set(bound) - {"holder"} != {"recipient", "root", "seat"} or bound["seat"] not in set("12345"):
        raise SeatFileMalformed("This file does not say which seat it is.")
    holder = bound.get("holder")
    try:
        root, recipient = parse_vkey(bound["root"]), parse_recipient(bound["recipient"]).text
    except Malformed as reason:
        raise SeatFileMalformed("This file does not say which seat it is.") from reason
    if not root.name.endswith(_ROOT_SUFFIX) or not (holder is None or is_id(holder)):
        raise SeatFileMalformed("This file does not say which seat it is.")
    return SeatFacts(number=int(bound["seat"]), root=root, recipient=recipient, holder=holder)
