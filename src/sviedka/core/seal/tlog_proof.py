# SPDX-License-Identifier: AGPL-3.0-or-later
"""A `.tlog-proof` file: that an entry is in a log, checked offline.

It holds the entry's position, the hashes up to the root, and the checkpoint with its cosignatures. The entry itself
comes from elsewhere. Spec: spec/04-log.md §8. Source: C2SP tlog-proof. Vectors: spec/vectors/tlog-proof/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed, NotCanonical, TooLarge
from sviedka.core.seal.checkpoint import (
    Checkpoint,
    CheckpointMalformed,
    parse_checkpoint,
    parse_size,
    verify_checkpoint,
)
from sviedka.core.seal.cosignature import Cosignature, verify_cosignatures
from sviedka.core.seal.merkle_proof import HASH_BYTES, verify_inclusion
from sviedka.core.seal.policy_terms import Policy, verify_quorum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.seal.note_key import VerifierKey

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
MAX_HASHES: Final = 63
MAX_EXTRA_CHARS: Final = 65_536
MAX_BYTES: Final = 1_048_576


class TlogProofMalformed(Malformed):
    """A file that is not a `.tlog-proof` in its one spelling."""

    code = "malformed.tlog-proof"
    hint = "Ask for the proof again; this file was damaged or edited."


@dataclass(frozen=True, kw_only=True, slots=True)
class TlogProof:
    """A proof as read: not yet verified.

    Attributes:
        index: Position of the entry, from 0.
        hashes: Inclusion proof, the leaf's sibling first; each 32 bytes.
        checkpoint: The signed head it leads to.
        extra: Whatever somebody put there. Nobody signed it; it proves nothing.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint
    extra: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """What a verified proof shows: which log, where in it, and who cosigned."""

    log: VerifierKey
    index: int
    size: int
    cosignatures: tuple[Cosignature, ...]


def format_tlog_proof(proof: TlogProof) -> bytes:
    """Return the file."""
    lines = [FIRST_LINE]
    if proof.extra is not None:
        lines.append(f"extra {encode_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines += [encode_base64(item) for item in proof.hashes]
    return "".join(line + "\n" for line in [*lines, ""]).encode() + proof.checkpoint.data


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Read a proof.

    Untrusted: `data`; the result is unverified.

    Raises:
        TlogProofMalformed: Another first line, no index, a line that is no hash, too many hashes, no checkpoint.
        CheckpointMalformed, NoteMalformed, TooLarge: The checkpoint in it is none.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("A proof of {size} bytes is longer than any that is accepted.", size=len(data))
    head, blank, below = data.partition(b"\n\n")
    if not blank:
        raise TlogProofMalformed("A proof has an empty line before its checkpoint; this one has none.")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as reason:
        raise TlogProofMalformed("A proof is ASCII text above its checkpoint; this is not.") from reason
    if lines[0] != FIRST_LINE:
        raise TlogProofMalformed("A proof begins with the line {first}.", first=FIRST_LINE)
    extra, lines = _take_extra(lines[1:])
    index, lines = _take_index(lines)
    if len(lines) > MAX_HASHES:
        raise TlogProofMalformed("A proof has at most {most} hashes.", most=MAX_HASHES)
    hashes = tuple(_hash(line) for line in lines)
    return TlogProof(index=index, hashes=hashes, checkpoint=parse_checkpoint(below), extra=extra)


def verify_tlog_proof(proof: TlogProof, *, leaf: bytes, policy: Policy, log_keys: Sequence[VerifierKey] = ()) -> Logged:
    """Check that the entry whose leaf hash is `leaf` is in a log that the policy accepts.

    Untrusted: `proof`, `leaf`. Trusted: `policy`, and `log_keys`, which a verified key list adds to the policy's own.
    What contradicts is told before what is merely missing.

    Raises:
        InclusionRefuted, ProofMalformed: As `verify_inclusion`.
        SignatureRefuted, CosignatureRefuted: A known key's bad signature.
        KeyUnknown: No accepted log signed the checkpoint.
        QuorumMissing: Too few known cosigners have.
    """
    head = proof.checkpoint
    verify_inclusion(leaf=leaf, index=proof.index, size=head.size, proof=proof.hashes, root=head.root)
    cosignatures = verify_cosignatures(head.note, policy.witness_keys)
    log = verify_checkpoint(head, (*policy.log_keys, *log_keys))
    verify_quorum(policy, [cosignature.key for cosignature in cosignatures])
    return Logged(log=log, index=proof.index, size=head.size, cosignatures=cosignatures)


def _take_extra(lines: list[str]) -> tuple[bytes | None, list[str]]:
    if not lines or not lines[0].startswith("extra "):
        return None, lines
    encoded = lines[0].removeprefix("extra ")
    if len(encoded) > MAX_EXTRA_CHARS:
        raise TlogProofMalformed("The extra data of a proof is too long.")
    try:
        return decode_base64(encoded), lines[1:]
    except NotCanonical as reason:
        raise TlogProofMalformed("The extra data of a proof is base64; this is not.") from reason


def _take_index(lines: list[str]) -> tuple[int, list[str]]:
    if not lines or not lines[0].startswith("index "):
        raise TlogProofMalformed("A proof names the entry's position in a line index; this one does not.")
    try:
        return parse_size(lines[0].removeprefix("index ")), lines[1:]
    except CheckpointMalformed as reason:
        raise TlogProofMalformed("A position is written in decimal without leading zeros.") from reason


def _hash(line: str) -> bytes:
    try:
        item = decode_base64(line)
    except NotCanonical as reason:
        raise TlogProofMalformed("A line of a proof is not base64 in its one spelling.") from reason
    if len(item) != HASH_BYTES:
        raise TlogProofMalformed("A hash in a proof does not have 32 bytes.")
    return item
