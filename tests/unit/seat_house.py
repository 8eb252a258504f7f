# SPDX-License-Identifier: AGPL-3.0-or-later
"""An archive on paper: a root, a desk, five seats, one identity cell. For tests of orders and peels."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.ids import CellId, StatementId, SubjectId, UserId
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.identity_order import Order, format_order_file
from sviedka.core.seal.keylist import DeskKey, KeyList, Revocation, Seat, format_keylist, format_keylist_text
from sviedka.core.seal.note import VerifierKey, format_note, sign_note
from sviedka.keeper.sealing import seal_small
from sviedka.keeper.wrapping import KdfCost
from sviedka.seat.seat_file import OpenSeat, SeatFacts, make_seat, open_seat

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
CHEAP = KdfCost(memory_kib=8, passes=1)
CELL_KEY = b"\x77" * 32
HALF = X25519Identity.from_bytes(bytearray(b"\x6f" * 32))
HOLDERS = {number: f"{number}" * 32 for number in (1, 2, 3)}
"""Seats 4 and 5 lie sealed."""


def private(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def verifier(name: str, seed: int) -> VerifierKey:
    return VerifierKey(name=name, public=private(seed).public_key().public_bytes_raw())


def seat_identity(number: int, mark: int = 0x60) -> X25519Identity:
    return X25519Identity.from_bytes(bytearray([mark + number]) * 32)


@dataclass
class SeatHouse:
    """One archive. Each method gives what an honest office would, and takes changes as a dishonest one would make them."""

    name: str = "archive.example"
    seed: int = 1
    holders: dict[int, str] = field(default_factory=lambda: dict(HOLDERS))
    extra: tuple = ()

    @property
    def root(self) -> VerifierKey:
        return verifier(f"{self.name}/root", self.seed)

    @property
    def statements(self) -> VerifierKey:
        return verifier(f"{self.name}/minsk-1/statements", self.seed + 1)

    @property
    def seats(self) -> tuple[Seat, ...]:
        return tuple(
            Seat(number=number, recipient=seat_identity(number).recipient().text, holder=self.holders.get(number))
            for number in range(1, 6)
        )

    def keylist(self) -> bytes:
        origin = f"{self.name}/minsk-1"
        keylist = KeyList(
            archive=self.name,
            number=1,
            issued=NOW,
            previous=None,
            entries=(
                DeskKey(origin=origin, role="log", key=verifier(origin, self.seed + 2)),
                DeskKey(origin=origin, role="statements", key=self.statements),
                *self.seats,
                *self.extra,
            ),
        )
        line = sign_note(format_keylist_text(keylist), name=self.root.name, private_key=private(self.seed))
        return format_keylist(keylist, line)

    def revoked(self) -> "SeatHouse":
        return replace(self, extra=(Revocation(kid=self.statements.kid, at=NOW, reason="seized"),))

    def copies(self, cell_key: bytes = CELL_KEY, label: bytes = b"") -> dict[tuple[int, int], bytes]:
        """The ten copies of an identity cell, or with `LINK_LABEL` of a link cell."""
        made = {}
        for low, high in combinations(range(1, 6), 2):
            layer = seal_small(cell_key, (HALF.recipient(),))
            layer = seal_small(label + layer, (seat_identity(high).recipient(),))
            made[low, high] = seal_small(label + layer, (seat_identity(low).recipient(),))
        return made

    def order(self, copy: bytes, answer: X25519Identity, **changes) -> Order:
        facts = {
            "origin": f"{self.name}/minsk-1",
            "order": StatementId("a" * 32),
            "person": SubjectId("b" * 32),
            "cell": CellId("c" * 32),
            "low": 1,
            "high": 2,
            "copy_sha256": sha256(copy).digest(),
            "answer": answer.recipient(),
            "by": UserId("d" * 32),
            "until": NOW + timedelta(days=3),
            "purpose": "a lawyer needs to reach the person",
        }
        return Order(**facts | changes)

    def file(self, order: Order, copy: bytes, *, seed: int | None = None, keylist: bytes | None = None) -> bytes:
        """The order as it travels, signed by this desk (or with another key in its name)."""
        key = private(self.seed + 1 if seed is None else seed)
        name = f"{order.origin}/statements"
        note = format_note(order.text, [sign_note(order.text, name=name, private_key=key)])
        return format_order_file(note=note, keylist=keylist or self.keylist(), copy=copy)

    def seat(self, number: int, **changes) -> OpenSeat:
        """A seat as its custodian opens it."""
        facts = {"number": number, "root": self.root, "holder": self.holders.get(number)} | changes
        data, _ = make_seat(seat_identity(number).secret_bytes(), bytearray(b"a passphrase"), cost=CHEAP, **facts)
        return open_seat(data, bytearray(b"a passphrase"))

    def facts(self, number: int) -> SeatFacts:
        return self.seat(number).facts
