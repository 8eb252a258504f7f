# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small secrets into age files, with fresh randomness for each: key files, cells, the desk's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.seal.age_file import encrypt_bytes
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.age_keys import Recipient


def seal_small(plaintext: bytes | bytearray, recipients: Sequence[Recipient]) -> bytes:
    """Return an age file of `plaintext` to `recipients`."""
    fresh = random_bytes(32 + 32 * len(recipients))
    ephemerals = [fresh[32 + 32 * place : 64 + 32 * place] for place in range(len(recipients))]
    return encrypt_bytes(plaintext, recipients, file_key=fresh[:16], nonce=fresh[16:32], ephemerals=ephemerals)
