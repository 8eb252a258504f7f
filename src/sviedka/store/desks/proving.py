# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what another desk sent is its log, whole up to a head that it signed, and the one that was known before.

Everything is looked at before anything is taken in: the head is signed by the log key that the root lists for this
desk; every pack opens, and each statement in it bears the signatures of the desk and of its author; none is missing;
and the statements, after those that this archive holds of that desk already, lead to exactly the root that was
signed. So a log with two histories is refuted, whichever of them came first; where both have a signed head, both are
shown (`forks`). A head over fewer statements than are held changes nothing, and is told. Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sviedka.anchor.config import read_cosigners
from sviedka.anchor.published import newest_checkpoint
from sviedka.core.seal.checkpoint import OriginRefuted, parse_checkpoint
from sviedka.core.seal.cosignature import verify_cosignatures
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.succession import verify_log_head
from sviedka.store.desks.errors import DeskRevoked, LogRefuted, NothingSent, SentChanged, SentCut
from sviedka.store.desks.forks import find_fork
from sviedka.store.desks.older import older_copy
from sviedka.store.ledger import leaf_hashes, next_index
from sviedka.store.pack_reading import PackReader
from sviedka.vault.disk_errors import translating
from sviedka.vault.packs import list_packs, read_pack
from sviedka.vault.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.desks.older import Older
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_MOST_HEAD_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Proven:
    """A log that holds.

    Attributes:
        head: Its signed head.
        held: How many of its statements this archive had before.
        packs: The packs that are new, by their first leaf: SHA-256 (hex) of the bytes that were proven; none if nothing is.
        tree: Over all statements under the head.
        older: Set if the head is of fewer statements than are held.
    """

    head: Checkpoint
    held: int
    packs: Mapping[int, str]
    tree: Tree
    older: Older | None = None


def prove_log(database: Database, keys: JobKeys, sent: Archive, desk: str, progress: Progress) -> Proven:
    """Return what a desk sent, proven. Nothing is written.

    Untrusted: everything in `sent`.

    Args:
        database: This archive's projections: what is known of the desk.
        keys: What opens packs, and the key list.
        sent: The folder that the desk put it into.
        desk: Whose it is said to be.
        progress: Told statements.

    Raises:
        NothingSent: No head lies there.
        KeyNotListed: The root lists no such desk.
        DeskRevoked: A key of the desk was taken back.
        SignatureRefuted, OriginRefuted, CheckpointMalformed: The head is not one of this desk's.
        CosignatureRefuted: It bears a line in a known cosigner's name that this cosigner did not make.
        AfterSuccession: Its log was closed before this head.
        SentCut, PackRefuted, PackUnreadable, TooLarge: A pack is missing, or not as it was admitted.
        LogForked: It is another log than the one that is held, and its key signed both heads.
        LogRefuted: The statements lead to another root.
        LogDiffers: What was published here of that log does not fit to what is held.
    """
    head = _head(keys, sent, desk)
    held = list(leaf_hashes(database, desk, next_index(database, desk)))
    reader = PackReader(keys, desk, archive=sent)
    try:
        packs, tree = _go_on(reader, sent, head, desk, held, progress)
    except (SentCut, LogRefuted):
        known = newest_checkpoint(keys.archive, desk)
        read_sent = partial(_read_whole, reader, sent, desk, head.size)
        fork = None if known is None else find_fork(desk, head, known, held, read_sent, keys.key_list)
        if fork is not None:
            raise fork from None
        raise
    return Proven(
        head=head, held=len(held), packs=packs, tree=tree, older=older_copy(database, desk, head.size, len(held))
    )


def read_proven(proven: Proven, sent: Archive, desk: str, first: int) -> bytes:
    """Return the bytes of a new pack, which are those that were proven.

    Others write into the folder: what was proven a moment ago may be something else by now, and is never taken in unproven.

    Raises:
        SentChanged: They are others.
        TooLarge, DiskError: As reading a pack does.
    """
    data = read_pack(sent, desk, first)
    if hashlib.sha256(data).hexdigest() != proven.packs[first]:
        raise SentChanged(
            "The pack of leaf {index} of desk {desk} was changed while it was taken in.", index=first, desk=desk
        )
    return data


def _go_on(
    reader: PackReader, sent: Archive, head: Checkpoint, desk: str, held: list[bytes], progress: Progress
) -> tuple[dict[int, str], Tree]:
    """Return the digests of the packs that are new and the tree under the head: what is held, cut at its size, and then those packs."""
    hashes = held[: head.size]
    packs: dict[int, str] = {}
    for first, found, sha256 in _packs(reader, sent, desk, len(held), head.size):
        if first != len(hashes):
            raise SentCut("Desk {desk} lacks the pack of leaf {index}.", desk=desk, index=len(hashes))
        hashes += found
        packs[first] = sha256
        progress(len(found))
    if len(hashes) < head.size:
        raise SentCut("Desk {desk} lacks the pack of leaf {index}.", desk=desk, index=len(hashes))
    tree = Tree.from_hashes(hashes)
    if tree.size != head.size or tree.root() != head.root:
        raise LogRefuted(
            "The statements of desk {desk} do not lead to its signed head of {size}.", desk=desk, size=head.size
        )
    return packs, tree


def _head(keys: JobKeys, sent: Archive, desk: str) -> Checkpoint:
    origin = f"{keys.key_list.archive}/{desk}"
    keys.key_list.log_key(origin)  # one is listed
    if keys.key_list.is_revoked(origin):
        raise DeskRevoked("A key of desk {desk} was taken back.", desk=desk)
    with translating():
        try:
            with open_regular(sent.checkpoint(desk)) as file:
                head = parse_checkpoint(file.read(_MOST_HEAD_BYTES))
        except FileNotFoundError as reason:
            raise NothingSent("Desk {desk} has sent no signed head.", desk=desk) from reason
    if head.size == 0:
        raise NothingSent("Desk {desk} has sent no signed head.", desk=desk)
    if head.origin != origin:
        raise OriginRefuted("This is a checkpoint of another log than {origin}.", origin=origin)
    verify_log_head(head, keys.key_list)
    verify_cosignatures(head.note, [cosigner.key for cosigner in read_cosigners(keys.archive)])
    return head


def _read_whole(reader: PackReader, sent: Archive, desk: str, size: int) -> list[bytes]:
    return [one for _, found, _ in _packs(reader, sent, desk, 0, size) for one in found]


def _packs(
    reader: PackReader, sent: Archive, desk: str, held: int, size: int
) -> Iterator[tuple[int, list[bytes], str]]:
    """Yield (first leaf, leaf hashes, SHA-256) of each new pack, every signature in it checked."""
    for first in list_packs(sent, desk):
        if held <= first < size:
            data = read_pack(sent, desk, first)
            yield first, [one.leaf_hash for one in reader.parse(first, data).folded], hashlib.sha256(data).hexdigest()
