# SPDX-License-Identifier: AGPL-3.0-or-later
"""How somebody asserts a statement with their passphrase: in a process of its own, which sees what they are asked.

The key of the person who asserts may be another's than that of whoever is logged in. It is opened by a process that is
forked for this alone: it reads what the statement says, shows it, asks the passphrase, signs and ends. Neither the desk
nor the keeper ever holds that key. Spec: spec/07-keys.md §13.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.seal.assertion import Assertion, KeyAssertion
from sviedka.core.seal.statement import Statement
from sviedka.core.seal.webauthn import SIGNATURE_BYTES
from sviedka.keeper.apart import run_apart
from sviedka.keeper.errors import AssertionGivenUp, FrameMalformed, UserUnknown
from sviedka.keeper.hygiene import forbid_dumps, wipe
from sviedka.keeper.login import open_user
from sviedka.keeper.pending import PendingStatement

if TYPE_CHECKING:
    from sviedka.core.base.ids import UserId
    from sviedka.keeper.frames import Header
    from sviedka.vault.layout import Archive

Assertor = Callable[[Sequence[PendingStatement]], list[Assertion]]
"""Gets a person's assertions of statements, one for each, in order; raises `AssertionGivenUp` if they will not."""

Ask = Callable[[Sequence[Statement]], bytearray]
"""Shows a person what they are asked to stand behind, and returns their passphrase, which is wiped here."""


def with_passphrase(archive: Archive, user: UserId, ask: Ask) -> Assertor:
    """Return an assertor by which `user` asserts with their own key.

    Args:
        archive: Where their key rests, under their passphrase.
        user: Who asserts.
        ask: Called in the process that ends right after; raises `AssertionGivenUp`, or another failure.
    """

    def sign(pending: Sequence[PendingStatement]) -> list[Assertion]:
        if not archive.user_key(user).is_file():
            raise UserUnknown("No key of this user lies in the archive.")
        frame = run_apart(lambda: _sign(archive, user, ask, pending))
        signatures = bytes(frame.parts[0])
        if len(signatures) != SIGNATURE_BYTES * len(pending):
            raise FrameMalformed("The process that asserts gave another number of signatures.")
        return [
            KeyAssertion(by=user, signature=signatures[place : place + SIGNATURE_BYTES])
            for place in range(0, len(signatures), SIGNATURE_BYTES)
        ]

    return sign


def _sign(
    archive: Archive, user: UserId, ask: Ask, pending: Sequence[PendingStatement]
) -> tuple[Header, tuple[bytearray, ...]]:
    """Be that process."""
    forbid_dumps()
    statements = [one.read() for one in pending]
    try:
        passphrase = ask(statements)
    except KeyboardInterrupt as reason:
        raise AssertionGivenUp("It was not asserted.") from reason
    try:
        seed = open_user(archive, user, passphrase)
    finally:
        wipe(passphrase)
    key = Ed25519PrivateKey.from_private_bytes(seed)
    wipe(seed)
    return {}, (bytearray(b"".join(key.sign(one.message) for one in pending)),)
