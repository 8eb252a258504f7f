# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys that follow from the vault key, so that nothing more need be kept (spec/07-keys.md §3).

Each is HKDF-SHA256 (RFC 5869) of the vault identity's 32 bytes with no salt and a label of its own, so that whoever is
given one learns nothing of another or of the vault key.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from sviedka.keeper.hygiene import wipe

DATABASE: Final = b"sviedka/database/1"
"""The raw key of the database of projections."""

LABELS: Final = b"sviedka/labels/1"
"""Makes statement ids from labels in a casebook, so that recording it twice admits nothing twice."""

EPOCHS: Final = b"sviedka/epochs/1"
"""Authenticates the files in keys/epochs: without it whoever can write there could name a key of his own."""

ORDERS: Final = b"sviedka/orders/1\n"
"""Followed by a request's identifier: the private key of its order to custodians. Kept nowhere, the same after a lock."""

ERASURES: Final = b"sviedka/erasures/1"
"""Authenticates what the keeper has begun to erase: without it whoever can write there could have it say that more went."""

RECOVERY_COPY: Final = b"sviedka/recovery-copy/1\n"
"""Followed by `1` or `2` and the SHA-256 of what the copy of the vault key holds: the randomness that seals that copy."""

_DERIVED_BYTES: Final = 32


def derive_from_vault(secret: bytearray, label: bytes) -> bytearray:
    """Return the 32-byte key named `label`, in a buffer that the caller wipes."""
    extracted = bytearray(hmac.digest(bytes(_DERIVED_BYTES), secret, hashlib.sha256))
    try:
        # RFC 5869 §2.3, one block: T(1) = HMAC(PRK, info ‖ 0x01)
        return bytearray(hmac.digest(extracted, label + b"\x01", hashlib.sha256))
    finally:
        wipe(extracted)
