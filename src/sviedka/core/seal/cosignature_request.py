# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a log asks of a cosigner, over HTTP or carried as a file: one format for both.

The size that the cosigner saw last, the proof that the new tree continues that one, and the new checkpoint.
Spec: spec/04-log.md §5.1. Source: C2SP tlog-witness, add-checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, NotCanonical, TooLarge
from sviedka.core.seal.checkpoint import Checkpoint, CheckpointMalformed, parse_checkpoint, parse_size
from sviedka.core.seal.merkle_proof import HASH_BYTES

MAX_BYTES: Final = 131_072
MAX_HASHES: Final = 63
"""C2SP tlog-witness: a client sends no more."""


class CosignRequestMalformed(Malformed):
    """Bytes that are not a request for a cosignature."""

    code = "malformed.cosign-request"
    hint = "Make the request again with `sviedka log cosign`."


@dataclass(frozen=True, kw_only=True, slots=True)
class CosignRequest:
    """A request as read: not yet verified. `old_size` is 0 for a cosigner that never saw the log."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint


def format_cosign_request(request: CosignRequest) -> bytes:
    """Return the request's bytes."""
    lines = [f"old {request.old_size}", *(encode_base64(item) for item in request.proof), ""]
    return "".join(line + "\n" for line in lines).encode() + request.checkpoint.data


def parse_cosign_request(data: bytes) -> CosignRequest:
    """Read a request.

    Untrusted: `data`; the result is unverified.

    Raises:
        CosignRequestMalformed: Not lines of old size, hashes, an empty line.
        CheckpointMalformed, NoteMalformed, TooLarge: No checkpoint below them.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("A request of {size} bytes is longer than any that is accepted.", size=len(data))
    head, blank, below = data.partition(b"\n\n")
    try:
        first, *rest = head.decode("ascii").split("\n")
    except UnicodeDecodeError as reason:
        raise CosignRequestMalformed("A request is ASCII text above its checkpoint; this is not.") from reason
    if not blank or not first.startswith("old ") or len(rest) > MAX_HASHES:
        raise CosignRequestMalformed(
            "A request is a line old, at most {most} hashes and an empty line.", most=MAX_HASHES
        )
    try:
        old_size = parse_size(first.removeprefix("old "))
        proof = tuple(decode_base64(line) for line in rest)
    except (CheckpointMalformed, NotCanonical) as reason:
        raise CosignRequestMalformed("A number or hash in the request is not in its one spelling.") from reason
    if any(len(item) != HASH_BYTES for item in proof):
        raise CosignRequestMalformed("A hash in the request does not have 32 bytes.")
    return CosignRequest(old_size=old_size, proof=proof, checkpoint=parse_checkpoint(below))
