# SPDX-License-Identifier: AGPL-3.0-or-later
"""OpenTimestamps proof files: an extra beside time authorities, never the only anchor.

A proof commits a digest to a Bitcoin block, hours after it was asked for. Whether that block exists only a Bitcoin node
can say, and there is none here: so what a file shows is reported as *pending* or as *unproven without a node*, never as
proven. The format is the library's business; this module asks calendars and names what went wrong.
Spec: spec/05-time.md §7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpSHA256
from opentimestamps.core.serialize import (
    BytesDeserializationContext,
    BytesSerializationContext,
    DeserializationError,
)
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

from sviedka.anchor.http_client import Answer, PeerUnreachable, ask
from sviedka.core.base.errors import Failure, Malformed, Refuted, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_PROOF_BYTES: Final = 65_536
MAX_ANSWER_BYTES: Final = 10_000
MIN_CALENDARS: Final = 2
NONCE_BYTES: Final = 16

_BROKEN: Final = (DeserializationError, ValueError, TypeError, OverflowError, AssertionError)


class ProofFileMalformed(Malformed):
    """Bytes that are not an OpenTimestamps proof of a SHA-256 digest."""

    code = "malformed.opentimestamps"
    hint = "The file was damaged; ask the calendars again."


class ProofFileRefuted(Refuted):
    """An OpenTimestamps proof of another digest."""

    code = "refuted.opentimestamps"
    hint = "The proof belongs to another checkpoint, or the checkpoint was changed."


class CalendarsUnreachable(Unavailable):
    """Fewer calendars answered than are needed."""

    code = "unavailable.calendars"
    hint = "Try again later; the checkpoint's other stamps do not depend on this."


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofFileFinding:
    """What a proof file says; none of it is proven here.

    Attributes:
        bitcoin_heights: Blocks that are said to hold the digest, ascending. Unproven without a Bitcoin node.
        pending: Calendars that have promised to put it into a block, sorted.
        others: Number of attestations of other kinds, which are not looked at.
    """

    bitcoin_heights: tuple[int, ...]
    pending: tuple[str, ...]
    others: int


def read_proof_file(data: bytes, *, digest: bytes) -> ProofFileFinding:
    """Read a `.ots` file and check that it starts from `digest`.

    Untrusted: `data`. Trusted: `digest`, 32 bytes of SHA-256, computed by the caller.

    Raises:
        ProofFileRefuted: It starts from another digest.
        ProofFileMalformed, TooLarge: It cannot be read.
    """
    stamp = _parse(data).timestamp
    if stamp.msg != digest:
        raise ProofFileRefuted("The OpenTimestamps proof is of another digest.")
    found = [attestation for _, attestation in stamp.all_attestations()]
    heights = {item.height for item in found if isinstance(item, BitcoinBlockHeaderAttestation)}
    pending = {item.uri for item in found if isinstance(item, PendingAttestation)}
    known = (BitcoinBlockHeaderAttestation, PendingAttestation)
    return ProofFileFinding(
        bitcoin_heights=tuple(sorted(heights)),
        pending=tuple(sorted(pending)),
        others=sum(not isinstance(item, known) for item in found),
    )


def request_proof_file(digest: bytes, calendars: Sequence[str], *, nonce: bytes) -> bytes:
    """Ask calendars to put a digest into a block; return the `.ots` file, still pending.

    Each calendar sees SHA-256 of digest and nonce, so it learns nothing that it could compare.

    Args:
        digest: SHA-256, 32 bytes.
        calendars: Their addresses, at least two.
        nonce: 16 random bytes.

    Raises:
        CalendarsUnreachable: Fewer than two gave a usable answer.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError("the nonce has 16 bytes")
    stamp = Timestamp(digest)
    commitment = stamp.ops.add(OpAppend(nonce)).ops.add(OpSHA256())
    answered = 0
    for calendar in calendars:
        try:
            promise = _ask(f"{calendar.rstrip('/')}/digest", commitment.msg, body=commitment.msg)
        except Failure:
            continue
        commitment.merge(promise)
        answered += 1
    if answered < MIN_CALENDARS:
        raise CalendarsUnreachable("{count} calendars answered; two are needed.", count=answered)
    return _format(DetachedTimestampFile(OpSHA256(), stamp))


def upgrade_proof_file(data: bytes, *, calendars: Sequence[str]) -> bytes:
    """Ask the calendars named in a proof whether their block is there by now; return the file with what they said.

    Only calendars that are in `calendars` as well are asked: a file from elsewhere must not choose whom we call.
    """
    proof = _parse(data)
    allowed = {calendar.rstrip("/") for calendar in calendars}
    for stamp, uri in _pending(proof.timestamp):
        if uri.rstrip("/") in allowed:
            try:
                stamp.merge(_ask(f"{uri.rstrip('/')}/timestamp/{stamp.msg.hex()}", stamp.msg, body=None))
            except Failure:
                continue  # not there yet: it stays pending
    return _format(proof)


def _parse(data: bytes) -> DetachedTimestampFile:
    if len(data) > MAX_PROOF_BYTES:
        raise TooLarge("A proof file of {size} bytes is longer than any that is accepted.", size=len(data))
    try:
        proof = DetachedTimestampFile.deserialize(BytesDeserializationContext(data))
    except _BROKEN as reason:
        raise ProofFileMalformed("This is not an OpenTimestamps proof.") from reason
    if not isinstance(proof.file_hash_op, OpSHA256):
        raise ProofFileMalformed("The OpenTimestamps proof is not of a SHA-256 digest.")
    return proof


def _format(proof: DetachedTimestampFile) -> bytes:
    context = BytesSerializationContext()
    proof.serialize(context)
    return bytes(context.getbytes())


def _ask(url: str, message: bytes, *, body: bytes | None) -> Timestamp:
    answer: Answer = ask(url, body=body, max_bytes=MAX_ANSWER_BYTES)
    if answer.status != 200:
        raise PeerUnreachable("The calendar answered {status}.", status=answer.status)
    try:
        return Timestamp.deserialize(BytesDeserializationContext(answer.body), message)
    except _BROKEN as reason:
        raise ProofFileMalformed("The calendar's answer cannot be read.") from reason


def _pending(stamp: Timestamp) -> list[tuple[Timestamp, str]]:
    found = [(stamp, item.uri) for item in stamp.attestations if isinstance(item, PendingAttestation)]
    for below in stamp.ops.values():
        found += _pending(below)
    return found
