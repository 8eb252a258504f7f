# SPDX-License-Identifier: AGPL-3.0-or-later
"""After a restore: the projections are made from the packs, and the log is compared with every head that is known.

If a head was signed that the restored packs do not reach, what lies between is lost, and the log is closed: nothing is
signed after it with its key, which would be a second history (spec/06-vault.md §10).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.anchor.config import read_cosigners
from sviedka.anchor.cosigner_client import CosignerAhead
from sviedka.anchor.cosigning import CosignWord, ask_how_far
from sviedka.anchor.published import newest_checkpoint
from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.succession import verify_log_head
from sviedka.keeper.closed_logs import ClosedLog, close_log, read_closed
from sviedka.keeper.config import read_config
from sviedka.keeper.heads import head_record, read_head
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.store.checkpointing import LogDiffers, load_log
from sviedka.store.cleaning import clean_projections
from sviedka.store.errors import PacksMissing
from sviedka.store.ledger import next_index
from sviedka.store.rebuild import rebuild
from sviedka.store.session import close_store, open_store
from sviedka.store.taking_back.removing import remove_again
from sviedka.store.upkeep.ending_again import end_again
from sviedka.store.upkeep.openings_again import begin_openings_again
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import remove, replace
from sviedka.vault.replica.heads_fetched import read_signed_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.keylist import KeyList
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What a restored archive came to.

    Attributes:
        root: The archive root's public key, as the passphrase vouches for it: to be compared with a policy.
        statements: Of all desks, every signature checked.
        purged: Slips and cells that an older place of keys still had, and that the log says were erased.
        closed: Logs that end with a gap, but for those after which the root lists the one that goes on.
    """

    root: str
    statements: int
    purged: int
    closed: tuple[ClosedLog, ...]


def remember_heads(archive: Archive, heads: Sequence[bytes]) -> tuple[Checkpoint, ...]:
    """Read heads that others hold, and let the keeper's memory be the newest known. Needs no key.

    Args:
        archive: Just restored.
        heads: Checkpoints as cosigners or receivers of dossiers hold them. Untrusted.

    Raises:
        Malformed, Refuted, Unproven: One is none, or not signed by a log of this archive's key list.
        HeadRefused: Of this desk's own log no signed head is known.
    """
    with translating():
        keylist = parse_keylist(archive.keylist.read_bytes())
    given = tuple(parse_checkpoint(data) for data in heads)
    for head in given:
        verify_log_head(head, keylist)
    for head in (*given, *_published(archive, keylist)):
        path = head_record(archive, parse_origin(head.origin)[1])
        with translating():
            known = parse_checkpoint(path.read_bytes()).size if path.is_file() else -1
        if head.size > known:
            replace(path, head.frozen())
    read_head(archive, read_config(archive).desk)  # refuses: without it nothing could ever be signed
    return given


def ask_cosigners(archive: Archive, known: Sequence[Checkpoint], *, without: Sequence[str] = ()) -> tuple[str, ...]:
    """Ask every cosigner that has an address whether it has seen more of the desk's log; return who did not answer.

    Args:
        archive: Just restored.
        known: Heads that were given, and so are known already.
        without: Names of cosigners that are not asked.

    Raises:
        CosignerAhead: One says that it signed a larger head than any that is known. It does not prove it: nothing is
            closed on its word, and nothing may go on against it.
    """
    desk = read_config(archive).desk
    most = max((head.size for head in known), default=0)
    silent = []
    for cosigner in read_cosigners(archive):
        name = cosigner.key.name
        if name in without or newest_checkpoint(archive, desk) is None:
            silent.append(name)
            continue
        try:
            state = ask_how_far(archive, desk, cosigner)
        except CosignerAhead as failure:
            latest = failure.facts.get("latest")
            if not isinstance(latest, int) or latest > most:
                raise
        else:
            silent += [name] if state.word is CosignWord.MISSING else []
    return tuple(silent)


def settle(
    archive: Archive, keeper: Keeper, heads: Sequence[Checkpoint] = (), *, progress: Progress | None = None
) -> Settled:
    """Make the projections of a restored archive and close what ends with a gap.

    Args:
        archive: Restored, its heads remembered (`remember_heads`).
        keeper: Unlocked.
        heads: Known from outside; those within what was restored must be of this log.
        progress: Told statements.

    Raises:
        LogDiffers: A known head is of another history than the packs.
        PackRefuted, PackUnreadable, PackMissing: A pack is not as it was admitted.
    """
    root = keeper.facts().root
    made = rebuild(archive, keeper, progress=progress)
    purged = remove_again(keeper)
    if purged:
        clean_projections(archive, keeper, progress=progress)
    end_again(keeper)
    closed = []
    try:
        while (gap := _find_gap(archive, keeper)) is not None:
            close_log(archive, gap)
            closed += [] if _is_succeeded(archive, gap) else [gap]
        database = open_store(archive, keeper)
        begin_openings_again(archive, database)
        for head in heads:
            desk = parse_origin(head.origin)[1]
            if head.size <= next_index(database, desk) and load_log(database, desk, head.size).root() != head.root:
                raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=head.size)
    finally:
        close_store()
    return Settled(root=root, statements=made.statements, purged=purged, closed=tuple(closed))


def _find_gap(archive: Archive, keeper: Keeper) -> ClosedLog | None:
    try:
        open_store(archive, keeper)
    except PacksMissing as failure:
        desk, held, known = (failure.facts.get(name) for name in ("desk", "held", "signed"))
        if not isinstance(desk, str) or not isinstance(held, int) or not isinstance(known, int):
            raise
        if read_closed(archive, desk) is not None:
            raise
        return ClosedLog(desk=desk, held=held, known=known)
    return None


def _is_succeeded(archive: Archive, gap: ClosedLog) -> bool:
    """Tell whether the root named this very gap, and the log that goes on after it: then nothing is newly lost."""
    keylist = read_keylist(archive)
    named = keylist.find_successor(f"{keylist.archive}/{gap.desk}")
    return named is not None and gap.held >= named.held.size and gap.known <= named.known.size


def _published(archive: Archive, keylist: KeyList) -> list[Checkpoint]:
    """Return the published heads; one that no listed log signed is taken away, as its size would count as signed for."""
    found = []
    for path in sorted((archive.root / "logs").glob("*/checkpoint")):
        with translating():
            head = read_signed_head(path.read_bytes(), path.parent.name, keylist)
        if head is None:
            remove(path)
        else:
            found.append(head)
    return found
