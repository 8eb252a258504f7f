# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be asked of the keeper about names: to seal one, to have one opened by two seats, to count without opening.

Spec: spec/07-keys.md §12.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical
from sviedka.core.seal.peel_proof import PeelMalformed, PeelRefuted
from sviedka.core.seal.statement import Disclose
from sviedka.keeper.channel import Channel
from sviedka.keeper.errors import FrameMalformed
from sviedka.keeper.identity_errors import (
    CopiesForeign,
    IdentityLimit,
    IdentityRefused,
    JournalRefused,
    SeatsMissing,
)
from sviedka.keeper.identity_lines import encode_identity, parse_lines
from sviedka.keeper.wire import encode_drafts, encode_proof, parse_composed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.statement import Composed, Draft
    from sviedka.keeper.frames import Header
    from sviedka.keeper.identity_lines import Identity
    from sviedka.keeper.receipts import StatementReceipt

TOLD: Final = (CopiesForeign, IdentityLimit, IdentityRefused, JournalRefused, PeelMalformed, PeelRefuted, SeatsMissing)
"""Failures that only the keeper raises: known here, so that `parse_failure` gives what it tells its own name."""


class IdentityRequests(Channel):
    """A connection on which identities may be asked for; each answer is one person's, or numbers."""

    def deposit_identity(self, draft: Draft, identity: Identity) -> tuple[Draft, Composed]:
        """Have an identity sealed under new cells for the ten pairs of seats; they are durable when this returns.

        Args:
            draft: Of type `identity.deposited/1`, without parts.
            identity: What is sealed. It is not told again.

        Returns:
            The draft as everybody may know it, and the statement, whose secret groups are marked withheld.

        Raises:
            SeatsMissing: Too few seats are held.
            RequestRefused, DraftRefused, JournalRefused: Nothing was sealed.
        """
        (part,) = encode_drafts([draft])
        frame = self._ask({"ask": "deposit_identity"}, (part, encode_identity(identity)))
        told = frame.header.get("told")
        if len(frame.parts) != 2 or not isinstance(told, dict):
            raise FrameMalformed("The keeper's answer lacks a part.")
        parts = tuple(Disclose(name=name, value=value, cells=(draft.archive_cell,)) for name, value in told.items())
        (composed,) = parse_composed(*frame.parts)
        return replace(draft, parts=parts), composed

    def order_identity(self, request: StatementReceipt, deposit: StatementReceipt) -> bytes:
        """Return the file that asks two custodians to open one identity; see `IdentityDesk.order`."""
        return bytes(self._part({"ask": "order_identity", **_two_places(request, deposit)}))

    def open_identity(
        self, order: bytes, peel: bytes, record: StatementReceipt, deposit: StatementReceipt
    ) -> list[tuple[str, str]]:
        """Return one identity, once: (kind, text) of each line; see `IdentityDesk.open`."""
        part = self._part({"ask": "open_identity", **_two_places(record, deposit)}, (order, peel))
        return parse_lines(bytes(part))

    def order_linkage(self, request: StatementReceipt, deposits: Sequence[StatementReceipt]) -> bytes:
        """Return the file that asks two custodians for the link cells of one linkage; see `LinkDesk.order`."""
        header: Header = {"ask": "order_linkage", **_place(request)}
        return bytes(self._part(header, (_places(deposits),)))

    def run_linkage(
        self,
        order: bytes,
        peel: bytes,
        record: StatementReceipt,
        deposits: Sequence[StatementReceipt],
        lists: Json = None,
    ) -> Json:
        """Have the keeper's own job open the link cells of one linkage, once, and return what it tells of them.

        Args:
            order: The order, as it was made.
            peel: The second seat's answer.
            record: Where it is recorded that it opens now.
            deposits: Where it is stated that each person's identity was deposited.
            lists: What `sviedka.link.key_lists:job` takes, for a linkage with lists from outside.
        """
        parts = (order, peel, _places(deposits), encode_canonical(lists))
        return self._job({"ask": "run_linkage", **_place(record)}, parts, None)


def _two_places(own: StatementReceipt, deposit: StatementReceipt) -> Header:
    return {**_place(own), **_place(deposit, "deposit_")}


def _place(receipt: StatementReceipt, prefix: str = "") -> Header:
    header: Header = {f"{prefix}jti": receipt.jti, f"{prefix}leaf_index": receipt.leaf_index}
    if receipt.desk:
        header |= {f"{prefix}desk": receipt.desk, f"{prefix}proof": encode_proof(receipt.proof)}
    return header


def _places(deposits: Sequence[StatementReceipt]) -> bytes:
    return encode_canonical([dict(_place(one)) for one in deposits])
