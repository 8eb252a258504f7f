# SPDX-License-Identifier: AGPL-3.0-or-later
"""Having the newest checkpoint cosigned, by each cosigner over HTTP or by files that are carried.

The consistency proofs come from the published tiles, so that this needs no key and no database, and a copy of the public
part is enough. What was gathered is kept beside the checkpoint; a cosigner that did not answer is said, not forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.anchor.cosigner_client import make_request, request_cosignature, take_answer
from sviedka.anchor.published import newest_checkpoint, sizes_in
from sviedka.core.base.errors import Failure, Refuted, Unproven
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint
from sviedka.core.seal.cosignature import add_cosignatures, verify_cosignatures
from sviedka.core.seal.tiles import TileId, load_tree
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import make_folder, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.anchor.cosigner_client import KnownCosigner
    from sviedka.vault.layout import Archive

PUBLIC_MODE: Final = 0o644


class NoCheckpoint(Unproven):
    """The desk's log has no signed head yet."""

    code = "unproven.no-checkpoint"
    hint = "Run `sviedka log checkpoint` first."


class CosignWord(StrEnum):
    """How it went with one cosigner."""

    COSIGNED = "cosigned"
    MISSING = "missing"
    """Not reached, or refused; it is asked again next time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CosignState:
    """One cosigner and the newest checkpoint. `why` is the code of what stood in the way."""

    name: str
    size: int
    word: CosignWord
    why: str | None = None


def cosign_newest(archive: Archive, desk: str, cosigners: Sequence[KnownCosigner]) -> tuple[CosignState, ...]:
    """Ask every cosigner that has an address and has not yet signed; keep what verifies.

    Raises:
        NoCheckpoint: There is nothing to cosign.
        CosignerAhead: A cosigner has seen more of this log than is here: this archive was rolled back.
        CosignatureRefuted: A line in a cosigner's name that it did not make.
    """
    states = []
    for cosigner in cosigners:
        head = newest(archive, desk)
        if has_signed(head, cosigner):
            states.append(CosignState(name=cosigner.key.name, size=head.size, word=CosignWord.COSIGNED))
            continue
        states.append(_ask(archive, desk, head, cosigner))
    return tuple(states)


def ask_how_far(archive: Archive, desk: str, cosigner: KnownCosigner) -> CosignState:
    """Have a cosigner sign the newest checkpoint, though it may have already: it says if it has seen more of the log.

    Raises:
        NoCheckpoint: There is nothing to ask about.
        CosignerAhead: It says that it has. CosignatureRefuted: a line in its name that it did not make.
    """
    return _ask(archive, desk, newest(archive, desk), cosigner)


def cosign_request(archive: Archive, desk: str, cosigner: KnownCosigner) -> bytes:
    """Return the request for the newest checkpoint, to be carried to `cosigner` as a file."""
    head = newest(archive, desk)
    return make_request(
        head.note.data, old_size=last_signed(archive, desk, cosigner), prove=_prover(archive, desk, head)
    )


def take_carried(archive: Archive, desk: str, answer: bytes, cosigners: Sequence[KnownCosigner]) -> Checkpoint:
    """Keep the cosignatures of a carried answer to the newest checkpoint; see `take_answer` for what it raises."""
    head = newest(archive, desk)
    return _keep(archive, desk, take_answer(head.note.data, answer, [cosigner.key for cosigner in cosigners]))


def take_along(archive: Archive, desk: str, head: Checkpoint, cosigners: Sequence[KnownCosigner]) -> None:
    """Keep the cosignatures that another desk's head came with, if it is the newest that is known of its log.

    Untrusted: the lines of `head`, its own signature apart. Those by cosigners that this archive does not know are dropped.

    Raises:
        CosignatureRefuted: A line in a known cosigner's name that it did not make. Nothing was kept.
    """
    here, keys = newest(archive, desk), [cosigner.key for cosigner in cosigners]
    verify_cosignatures(head.note, keys)
    known = [line for line in head.note.signatures if any(line.claims(key) for key in keys)]
    if known and here.note.text == head.note.text:
        _keep(archive, desk, add_cosignatures(here.note, known).data)


def newest(archive: Archive, desk: str) -> Checkpoint:
    """Return the desk's newest checkpoint with the cosignatures gathered so far; raise `NoCheckpoint` if none."""
    head = newest_checkpoint(archive, desk)
    if head is None:
        raise NoCheckpoint("The log has no signed head yet.")
    return head


def has_signed(head: Checkpoint, cosigner: KnownCosigner) -> bool:
    """Tell whether a checkpoint bears this cosigner's verified signature."""
    return bool(verify_cosignatures(head.note, [cosigner.key]))


def last_signed(archive: Archive, desk: str, cosigner: KnownCosigner) -> int:
    """Return the size of the newest checkpoint that this cosigner signed, as far as is known here; 0 if none."""
    for size in reversed(sizes_in(archive.log(desk) / "cosigned")):
        if has_signed(parse_checkpoint(archive.cosigned_checkpoint(desk, size).read_bytes()), cosigner):
            return size
    return 0


def _ask(archive: Archive, desk: str, head: Checkpoint, cosigner: KnownCosigner) -> CosignState:
    try:
        note = request_cosignature(
            cosigner,
            head.note.data,
            old_size=last_signed(archive, desk, cosigner),
            prove=_prover(archive, desk, head),
        )
    except Refuted:
        raise  # a rolled-back archive or a forged line is not a matter of asking again
    except Failure as failure:
        return CosignState(name=cosigner.key.name, size=head.size, word=CosignWord.MISSING, why=failure.code)
    _keep(archive, desk, note)
    return CosignState(name=cosigner.key.name, size=head.size, word=CosignWord.COSIGNED)


def _keep(archive: Archive, desk: str, note: bytes) -> Checkpoint:
    head = parse_checkpoint(note)
    path = archive.cosigned_checkpoint(desk, head.size)
    make_folder(path.parent, mode=0o755)
    replace(path, note, mode=PUBLIC_MODE)
    replace(archive.checkpoint(desk), note, mode=PUBLIC_MODE)
    return head


def _prover(archive: Archive, desk: str, head: Checkpoint) -> Callable[[int], Sequence[bytes]]:
    def fetch(tile: TileId) -> bytes:
        with translating():
            return (archive.log(desk) / tile.path).read_bytes()

    return lambda old_size: load_tree(head.size, fetch, root=head.root).consistency(old_size)
