# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking cosigners for their signature, over HTTP or by a carried file.

An answer is worth what its signature is: a line is taken only if it verifies with the key that the archive knows for
this cosigner. A cosigner that has seen a longer log than ours is not a fault of the network: this archive was rolled
back, and it is said so. Spec: spec/04-log.md §5.1. Source: C2SP tlog-witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.anchor.http_client import Answer, ask
from sviedka.core.base.errors import Malformed, Refuted, Unavailable
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint, parse_size
from sviedka.core.seal.cosignature import add_cosignatures, verify_cosignatures
from sviedka.core.seal.cosignature_request import CosignRequest, format_cosign_request
from sviedka.core.seal.note import MAX_SIGNATURES, Note, NoteMalformed, parse_signature_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.core.seal.note_key import VerifierKey

MAX_ANSWER_BYTES: Final = 65_536


class CosignerRefused(Unavailable):
    """A cosigner answered, and did not sign. The reason it gave is in the message's status."""

    code = "unavailable.cosigner-refused"
    hint = "Ask the cosigner's keeper; the checkpoint stands without this cosignature."


class CosignerAhead(Refuted):
    """A cosigner has signed a longer log of this origin than the archive holds."""

    code = "refuted.cosigner-ahead"
    hint = "This archive was restored from an old copy. Do not sign anything; fetch the newest backup first."


class AnswerMalformed(Malformed):
    """A cosigner's answer holds no cosignature of its key."""

    code = "malformed.cosign-answer"
    hint = "Compare the cosigner's key in sviedka.toml with the one it publishes."


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCosigner:
    """A cosigner of this archive: its key (type 0x04) and, where it is reached over HTTP, its submission prefix."""

    key: VerifierKey
    url: str | None = None


def make_request(checkpoint: bytes, *, old_size: int, prove: Callable[[int], Sequence[bytes]]) -> bytes:
    """Return the request for a checkpoint, to be sent or carried.

    Args:
        checkpoint: Signed by the log.
        old_size: The size that the cosigner signed last; 0 if it never did.
        prove: Gives the consistency proof from a size to the checkpoint's; not asked for size 0.
    """
    head = parse_checkpoint(checkpoint)
    proof = tuple(prove(old_size)) if 0 < old_size < head.size else ()
    return format_cosign_request(CosignRequest(old_size=old_size, proof=proof, checkpoint=head))


def request_cosignature(
    cosigner: KnownCosigner, checkpoint: bytes, *, old_size: int, prove: Callable[[int], Sequence[bytes]]
) -> bytes:
    """Ask a cosigner over HTTP; return the checkpoint with its cosignature added.

    When the cosigner names another size than `old_size`, it is asked once more from there.

    Raises:
        PeerUnreachable: No answer. CosignerRefused: an answer that is no.
        CosignerAhead: It has seen more of this log than we have.
        AnswerMalformed, CosignatureRefuted: What it sent is not its cosignature.
    """
    head = parse_checkpoint(checkpoint)
    answer = _post(cosigner, make_request(checkpoint, old_size=old_size, prove=prove))
    if answer.status == 409:
        latest = _latest(answer)
        if latest > head.size:
            raise CosignerAhead(
                "A cosigner has signed {latest} entries of this log; it has {size} here.", latest=latest, size=head.size
            )
        answer = _post(cosigner, make_request(checkpoint, old_size=latest, prove=prove))
    if answer.status != 200:
        raise CosignerRefused("The cosigner answered {status} and did not sign.", status=answer.status)
    return take_answer(checkpoint, answer.body, (cosigner.key,))


def take_answer(checkpoint: bytes, answer: bytes, keys: Sequence[VerifierKey]) -> bytes:
    """Check a cosigner's answer and return the checkpoint with the cosignatures in it that verify.

    Untrusted: `answer`. Trusted: `keys` of the cosigners that the archive knows. Lines by other keys are dropped.

    Raises:
        AnswerMalformed: Not signature lines, or none by a known cosigner.
        CosignatureRefuted: A line in a known cosigner's name that it did not make.
    """
    head: Checkpoint = parse_checkpoint(checkpoint)
    try:
        lines = [parse_signature_line(line + "\n") for line in answer.decode("utf-8").removesuffix("\n").split("\n")]
    except (UnicodeDecodeError, NoteMalformed) as reason:
        raise AnswerMalformed("A cosigner's answer is not made of signature lines.") from reason
    if len(answer) > MAX_ANSWER_BYTES or len(lines) > MAX_SIGNATURES:
        raise AnswerMalformed("A cosigner's answer is longer than any that is accepted.")
    known = [line for line in lines if any(line.claims(key) for key in keys)]
    if not verify_cosignatures(Note(text=head.note.text, signatures=tuple(known)), keys):
        raise AnswerMalformed("A cosigner's answer holds no cosignature by a key that this archive knows.")
    return add_cosignatures(head.note, known).data


def _post(cosigner: KnownCosigner, request: bytes) -> Answer:
    if cosigner.url is None:
        raise CosignerRefused("This cosigner is reached by carried files only (status {status}).", status=0)
    url = cosigner.url.rstrip("/") + "/add-checkpoint"
    return ask(url, body=request, media_type="text/plain; charset=utf-8", max_bytes=MAX_ANSWER_BYTES)


def _latest(answer: Answer) -> int:
    try:
        return parse_size(answer.body.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, Malformed) as reason:
        raise AnswerMalformed("A cosigner named no size it had signed last.") from reason
