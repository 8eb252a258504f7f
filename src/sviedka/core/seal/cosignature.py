# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cosignatures: another organisation's word that a checkpoint is the newest it has seen of a log that only grows.

A cosigner (C2SP: *witness*) signs the whole text of the checkpoint together with its own time. It does not vouch for
what the log holds. Enough of them under a policy mean that the log cannot show different people different trees. Only
the Ed25519 form, type 0x04, is written and read. Spec: spec/04-log.md §5. Source: C2SP tlog-cosignature.
Vectors: spec/vectors/cosignature/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.note import COSIGNATURE_V1, Note, NoteSignature, SignatureRefuted, VerifierKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MAX_TIME: Final = 2**63 - 1
_TIME_BYTES: Final = 8
_SIGNATURE_BYTES: Final = 64


class CosignatureRefuted(SignatureRefuted):
    """A cosignature in the name of a cosigner that we know does not fit the checkpoint."""

    code = "refuted.cosignature"
    hint = "The checkpoint was changed after it was cosigned, or somebody cosigned it in this name."


@dataclass(frozen=True, kw_only=True, slots=True)
class Cosignature:
    """A verified cosignature: by `key`, made at `time` (POSIX seconds, by the cosigner's own clock)."""

    key: VerifierKey
    time: int


def cosign(text: str, *, name: str, private_key: Ed25519PrivateKey, time: int) -> str:
    """Return the cosignature line, with its line feed, over the text of a checkpoint.

    Pure: whoever calls this has checked, in one step with recording it, that the checkpoint continues the last one
    cosigned (spec/04-log.md §5.2). `time` is in POSIX seconds, 0 to 2**63 - 1.
    """
    if not 0 <= time <= MAX_TIME:
        raise ValueError("a cosignature's time is a number of seconds from 0 to 2**63 - 1")
    key = VerifierKey(name=name, key_type=COSIGNATURE_V1, public=private_key.public_key().public_bytes_raw())
    signature = time.to_bytes(_TIME_BYTES, "big") + private_key.sign(_message(text, time))
    return NoteSignature(name=name, key_id=key.key_id, signature=signature).line


def verify_cosignatures(note: Note, keys: Iterable[VerifierKey]) -> tuple[Cosignature, ...]:
    """Check every cosignature by a cosigner that we know; return them in the order of their lines.

    Untrusted: `note`. Trusted: `keys`, of type `COSIGNATURE_V1`. Lines by other keys are ignored. None at all is no
    error here: whether enough have cosigned is the policy's question.

    Raises:
        CosignatureRefuted: A line with name and id of a known cosigner that this cosigner did not make.
    """
    known = tuple(keys)
    if any(key.key_type != COSIGNATURE_V1 for key in known):
        raise ValueError("only cosignature keys cosign")
    found = []
    for line in note.signatures:
        candidates = [key for key in known if line.claims(key)]
        time = int.from_bytes(line.signature[:_TIME_BYTES], "big")
        signer = next((key for key in candidates if _signed(key, note.text, line.signature, time)), None)
        if signer is not None:
            found.append(Cosignature(key=signer, time=time))
        elif candidates:
            raise CosignatureRefuted("The cosignature of {kid} does not fit the checkpoint.", kid=candidates[0].kid)
    return tuple(found)


def add_cosignatures(note: Note, lines: Iterable[NoteSignature]) -> Note:
    """Return the note with further lines below its own, one for each name and key id: a later line replaces an earlier.

    Nothing is checked: the caller adds only lines that `verify_cosignatures` has accepted.
    """
    merged = {(line.name, line.key_id): line for line in (*note.signatures, *lines)}
    return Note(text=note.text, signatures=tuple(merged.values()))


def _signed(key: VerifierKey, text: str, signature: bytes, time: int) -> bool:
    if len(signature) != _TIME_BYTES + _SIGNATURE_BYTES or time > MAX_TIME:
        return False
    return key.signed(_message(text, time), signature[_TIME_BYTES:])


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
