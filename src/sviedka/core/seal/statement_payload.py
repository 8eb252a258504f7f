# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one spelling of a statement's header and payload: what composing writes, and what reading compares with.

Every value is an identifier, base64url or a number, so that nothing needs an escape and this is canonical JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.seal.statement_shapes import TYP, VCT

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEXT: Final = '","'


def format_header(kid: str) -> bytes:
    """Return the protected header."""
    return f'{{"alg":"EdDSA","kid":"{kid}","typ":"{TYP}"}}'.encode("ascii")


def format_payload(*, digests: Sequence[str], enc: str, iat: int, iss: str, jti: str) -> bytes:
    """Return the payload; `enc` is the digest of the sealed disclosures in base64url."""
    listed = _NEXT.join(digests)
    return (
        f'{{"_sd":["{listed}"],"_sd_alg":"sha-256","enc":"{enc}","iat":{iat},"iss":"{iss}","jti":"{jti}","vct":"{VCT}"}}'
    ).encode("ascii")
