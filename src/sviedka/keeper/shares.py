# SPDX-License-Identifier: AGPL-3.0-or-later
"""Five shares, of which any three give a secret back and any two say nothing (SLIP-39).

Shares are made and joined offline only, on a machine that is trusted for the moment: the library says itself that it
does not guard against side channels. Nothing in the running keeper imports this module.
Spec: spec/07-keys.md §9. Source: SLIP-39.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDED: Final = 3
MADE: Final = 5
SECRET_BYTES: Final = 32
ITERATION_EXPONENT: Final = 1
"""SLIP-39's own stretching, 10,000 · 2**1 rounds. The shares hide the secret; no passphrase stands behind them."""


class SharesMalformed(Malformed):
    """Words that do not join to a secret."""

    code = "malformed.shares"
    hint = "Three different shares of one and the same secret are needed, each copied word for word."


def split_secret(secret: bytearray, *, iteration_exponent: int = ITERATION_EXPONENT) -> tuple[str, ...]:
    """Return five shares of `secret` (32 bytes): 33 words each, any three of which join."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("a secret to be shared has 32 bytes")
    groups = generate_mnemonics(1, [(NEEDED, MADE)], bytes(secret), iteration_exponent=iteration_exponent)
    return tuple(groups[0])


def join_shares(shares: Sequence[str]) -> bytearray:
    """Return the secret that `shares` were made from, in a buffer that the caller wipes.

    Untrusted: `shares`.

    Raises:
        SharesMalformed: Too few or too many, of different secrets, a word that is wrong.
    """
    try:
        secret = combine_mnemonics([" ".join(share.split()) for share in shares])
    except MnemonicError as reason:
        raise SharesMalformed("These shares do not join to a secret.") from reason
    if len(secret) != SECRET_BYTES:
        raise SharesMalformed("These shares join to something that is not a key of this archive.")
    return bytearray(secret)
