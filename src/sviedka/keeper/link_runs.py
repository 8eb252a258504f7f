# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a recorded request to an order for the link cells of one linkage, and from two answers to name keys in a job.

No identity is opened: each cell is one that a deposit names as its link cell, and its layers say so to the seats as well. The
name keys come to exist in the process of the job alone. Spec: spec/07-keys.md §12.8.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.link_order import (
    MOST_CELLS,
    LinkOrder,
    digest_link_copies,
    format_link_order_file,
    parse_link_order_file,
)
from sviedka.core.seal.link_peel import parse_link_peel, verify_link_peel
from sviedka.keeper.identity_errors import IdentityRefused
from sviedka.keeper.seat_desk import LASTS, Deposit, SeatDesk, in_own_log
from sviedka.vault.frozen import require_not_frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.core.base.ids import CellId, SubjectId
    from sviedka.keeper.receipts import StatementReceipt

REQUESTED: Final = "linkage.requested/1"
OPENED: Final = "linkage.opened/1"
LINKAGES_PER_DAY: Final = 2
"""Orders for a linkage that one person may have in any 24 hours."""

_WITH_LISTS: Final = " | lists sha256 "

PeopleKeys = tuple[tuple["SubjectId", tuple[str, ...]], ...]
"""For each person the lines of their name keys."""


def digest_cells(cells: Sequence[CellId]) -> str:
    """Return the digest, hexadecimal, by which request and opening name exactly these link cells."""
    return sha256("".join(f"{cell}\n" for cell in sorted(cells)).encode("ascii")).hexdigest()


def purpose_with_lists(purpose: str, lists_sha256: str) -> str:
    """Return the purpose that custodians read where keys are to be linked with lists: it ends with which lists.

    A list of one name more or less would ask whether that person is here. So custodians answer for these lists and no
    others, and can see how many records each has from whoever asks them.
    """
    return f"{purpose}{_WITH_LISTS}{lists_sha256}"


def require_lists(purpose: str, lists_sha256: str | None) -> None:
    """Raise `IdentityRefused` unless the custodians answered for just these lists, or for none."""
    _, found, named = purpose.rpartition(_WITH_LISTS)
    if (named if found else None) != lists_sha256:
        raise IdentityRefused("The custodians answered for other lists.")


class LinkDesk(SeatDesk):
    """What the keeper does with link cells."""

    def order(self, receipt: StatementReceipt, deposits: Sequence[StatementReceipt]) -> bytes:
        """Return the file that asks two custodians for one linkage, once its request is found recorded.

        Untrusted: all receipts, and the vault's files.

        Args:
            receipt: Where the request stands in this desk's log.
            deposits: Where it is stated that each person's identity was deposited.

        Raises:
            OpeningRefused: One of them is not there, or not genuine.
            IdentityRefused: They are not the cells that the request names, or an order was made already.
            IdentityLimit: Too many for this person today.
            SeatsMissing: Two different people do not hold these seats.
            Frozen, CellErased, CellLost, CopiesForeign: A cell was taken back, or its copies are not those deposited.
            JournalRefused, HeadRefused: What the keeper remembers is missing or was changed.
        """
        keyring, now = self._keyring, self._keyring.clock()
        request = self._own(receipt, REQUESTED, now)
        fields = dict(request.statement.fields)
        low, high, purpose = self._seats_asked(fields)
        told = self._told(deposits, fields.get("cells_sha256"))
        copies = {one.cell: self._copies(one)[low, high] for one in told}
        answer = self._answer_key(receipt.jti)
        order = LinkOrder(
            origin=keyring.config.origin,
            order=receipt.jti,
            cells=len(copies),
            copies_sha256=digest_link_copies(copies),
            low=low,
            high=high,
            answer=answer.recipient(),
            by=keyring.actor,
            until=(now + LASTS).replace(microsecond=0),
            purpose=purpose,
        )
        answer.wipe()
        self._remember(request.record, told, deposits)
        keyring.identities.order(receipt.jti, actor=keyring.actor, per_day=LINKAGES_PER_DAY, now=now, linkage=True)
        return format_link_order_file(note=self._sign(order), keylist=keyring.keylist.data, copies=copies)

    def open(
        self,
        order_file: bytes,
        peel_file: bytes,
        receipt: StatementReceipt,
        deposits: Sequence[StatementReceipt],
        lists_sha256: str | None = None,
    ) -> Callable[[], PeopleKeys]:
        """Return what, called in the process of the job, gives the name keys of the run. Once for each order.

        Untrusted: everything.

        Args:
            order_file: The order that this keeper made.
            peel_file: The second seat's answer.
            receipt: Where it is recorded that this linkage opens its cells now.
            deposits: As for the order.
            lists_sha256: Of the lists that the keys are to be linked with; None for no lists.

        Raises:
            IdentityRefused: Not an order of this keeper to this person, out of time, answered, or not recorded as it is.
            OpeningRefused: The record or a deposit is not there, or not genuine.
            PeelMalformed, PeelRefuted: The custodians did not answer this order.
            SeatsMissing, Frozen, CellErased, JournalRefused, HeadRefused: As for the order.
        """
        keyring, now = self._keyring, self._keyring.clock()
        file, peel = parse_link_order_file(order_file), parse_link_peel(peel_file)
        order = file.order
        self._require_own_order(order, file.note, now)
        require_lists(order.purpose, lists_sha256)
        self._require_answered(
            order, lambda answer, low, high: verify_link_peel(peel, file, answer, low=low, high=high)
        )
        record = self._own(receipt, OPENED, now)
        said = record.statement.fields
        told = self._told(deposits, said.get("cells_sha256"))
        if said.get("request") != order.order or [one.cell for one in told] != [*file.copies]:
            raise IdentityRefused("What is recorded is not the linkage that this order asks for.")
        self._remember(record.record, told, deposits)
        keyring.identities.open(order.order, actor=keyring.actor, now=now, linkage=True)
        return partial(self._read, told, peel.layers)  # from here on keys are used

    def _told(self, deposits: Sequence[StatementReceipt], named: object) -> list[Deposit]:
        """Return the deposits by their link cell, if they are those that a statement names, none is frozen, all have a key."""
        told = sorted((self._deposit(one, link=True) for one in deposits), key=lambda one: one.cell)
        cells = [one.cell for one in told]
        people = {one.found.statement.subject for one in told}
        if not 1 <= len(set(cells)) == len(people) == len(told) <= MOST_CELLS or digest_cells(cells) != named:
            raise IdentityRefused("These are not the link cells that the record names, one for each person.")
        for one in told:
            require_not_frozen(self._keyring.archive, str(one.found.statement.subject))
            self._find_half(one.cell)
        return told

    def _remember(self, record: object, told: Sequence[Deposit], deposits: Sequence[StatementReceipt]) -> None:
        by_jti = {one.jti: one for one in deposits}
        covered = [each for one in told for each in in_own_log(one, by_jti[one.found.statement.head.jti])]
        self._keyring.heads.open_records.remember(record, *covered)  # type: ignore[arg-type]

    def _read(self, told: Sequence[Deposit], layers: Sequence[bytes]) -> PeopleKeys:
        found = []
        for one, layer in zip(told, layers, strict=True):
            lines = tuple(str(text) for name, text in self._values(one, layer) if name.startswith("name_key."))
            found.append((one.found.statement.subject, lines))
        return tuple(found)  # type: ignore[arg-type]  # `_told` has seen that each is about a person
