# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log's part of a dossier: checkpoint, stamped heads with their tokens, and where each statement stands in them.

A statement is proven in the earliest head that covers it and bears a stamp; the dossier's own checkpoint goes along as a
head too, so that a stamp that is still missing is shown. Spec: spec/08-dossier.md §8.7, §8.8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sviedka.anchor.config import read_authorities
from sviedka.anchor.published import frozen_sizes, newest_checkpoint
from sviedka.anchor.stamp_files import StampFiles
from sviedka.anchor.stamp_state import StampWord
from sviedka.core.base.errors import Unproven
from sviedka.core.base.ids import parse_origin
from sviedka.core.disclose.bag import BagHead, BagLog
from sviedka.core.disclose.bag_paths import is_authority_name
from sviedka.core.disclose.dossier_lines import ProofLine
from sviedka.core.disclose.report_facts import ReportAuthority, ReportHead
from sviedka.core.disclose.stamp_states import StampProgress, StampState
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint
from sviedka.store.checkpointing import LogDiffers, load_log
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sviedka.core.seal.keylist import KeyList, Successor
    from sviedka.core.seal.merkle import Tree
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_OTHER: Final = re.compile(r"[^a-z0-9]+")


class CheckpointMissing(Unproven):
    """No checkpoint of that size was signed."""

    code = "unproven.checkpoint-missing"
    hint = "Run sviedka log checkpoint, or name the size of a checkpoint that there is."


@dataclass(frozen=True, kw_only=True)
class StampedHead:
    """A checkpoint that was stamped, or waits for it: states by authority, tokens' times, and the files."""

    size: int
    checkpoint: bytes
    states: tuple[StampState, ...]
    times: Mapping[str, datetime]
    files: Mapping[str, bytes]

    @property
    def stamped_by(self) -> frozenset[str]:
        """The authorities whose stamp is there."""
        return frozenset(state.authority for state in self.states if state.state is StampProgress.STAMPED)


@dataclass(frozen=True, kw_only=True)
class LogMaterial:
    """What a log gives to a dossier.

    Attributes:
        tree: Over the checkpoint's statements; of a closed log over all that is held, which may be more.
        number: Of the log in the dossier, from 1.
    """

    checkpoint: Checkpoint
    tree: Tree
    heads: tuple[StampedHead, ...]
    authorities: tuple[ReportAuthority, ...] = field(default=())
    number: int = 1

    def bag_log(self, key_list: KeyList) -> BagLog:
        """Return the log as the bag takes it."""
        heads = tuple(
            BagHead(
                checkpoint=head.checkpoint,
                consistency=tuple(self.tree.consistency(head.size, self.checkpoint.size))
                if head.size < self.checkpoint.size
                else (),
                states=head.states,
                files=head.files,
            )
            for head in self.heads
        )
        origin = self.checkpoint.origin
        return BagLog(origin=origin, checkpoint=self.checkpoint.data, key=key_list.log_key(origin), heads=heads)

    def place(self, index: int) -> ProofLine:
        """Return where the statement at `index` is proven: in the earliest stamped head that covers it."""
        for number, head in enumerate(self.heads, start=1):
            if index < head.size and head.stamped_by:
                return self._proof(number, index, head.size)
        return self._proof(0, index, self.checkpoint.size if index < self.checkpoint.size else self.tree.size)

    def _proof(self, head: int, index: int, size: int) -> ProofLine:
        return ProofLine(log=self.number, head=head, index=index, hashes=tuple(self.tree.inclusion(index, size)))

    def report_heads(self) -> tuple[ReportHead, ...]:
        """Return the heads as a report shows them."""
        origin = self.checkpoint.origin
        return tuple(
            ReportHead(origin=origin, size=head.size, states=head.states, times=head.times) for head in self.heads
        )


def read_log(
    archive: Archive, database: Database, *, desk: str, size: int | None, as_of: datetime | None = None
) -> LogMaterial:
    """Read checkpoint and heads of one desk.

    Args:
        archive: Whose log.
        database: The projections, for the tree.
        desk: Whose log goes on.
        size: Of the checkpoint; None for the newest.
        as_of: The moment at which a stamp that is not there counts as pending or late.

    Raises:
        CheckpointMissing: There is none of that size.
        LogDiffers: It is not of the log that the statements make.
    """
    checkpoint = read_checkpoint(archive, desk, size)
    tree = load_log(database, desk, checkpoint.size)
    if tree.size != checkpoint.size or tree.root() != checkpoint.root:
        raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=checkpoint.size)
    return _with_heads(archive, desk, checkpoint, tree, as_of)


def read_closed_log(
    archive: Archive, database: Database, successor: Successor, *, here: int, as_of: datetime | None = None
) -> LogMaterial:
    """Read a closed log as far as it can be proven, and the newest head within that, signed by its key.

    Args:
        archive: Whose log.
        database: The projections, for the tree.
        successor: The root's word on it.
        here: How many statements of it can be proven: all that are held, or fewer at a desk that only heard of it.
        as_of: See `read_log`.

    Raises:
        CheckpointMissing: No head within it is left.
        LogDiffers: The statements do not lead to it, or to what the root named as held.
    """
    desk, held = parse_origin(successor.closed)[1], successor.held
    size = max((known for known in frozen_sizes(archive, desk) if known <= here), default=-1)
    checkpoint = read_checkpoint(archive, desk, size)
    tree = load_log(database, desk, here)
    is_held = here != held.size or tree.root() == held.root
    if tree.size != here or not is_held or tree.root(size) != checkpoint.root:
        raise LogDiffers("The checkpoint of {size} statements is not of this log.", size=checkpoint.size)
    return _with_heads(archive, desk, checkpoint, tree, as_of)


def _with_heads(archive: Archive, desk: str, checkpoint: Checkpoint, tree: Tree, as_of: datetime | None) -> LogMaterial:
    authorities = read_authorities(archive)
    names = _names_in_paths(authority.name for authority in authorities)
    pins = tuple(
        ReportAuthority(name=pin.name, kind=pin.kind.value, sha256=pin.sha256)
        for pin in (authority.pin for authority in authorities)
    )
    sizes = [known for known in frozen_sizes(archive, desk) if known <= checkpoint.size]
    heads = tuple(_read_head(archive, desk, known, names, as_of) for known in sizes)
    return LogMaterial(checkpoint=checkpoint, tree=tree, heads=heads, authorities=pins)


def keep_needed(material: LogMaterial, indexes: Sequence[int]) -> LogMaterial:
    """Return the log with those heads only that prove something: for each authority the earliest that covers.

    The head of the dossier's own checkpoint stays in any case.
    """
    authorities = {name for head in material.heads for name in head.stamped_by}
    needed = {material.checkpoint.size}
    for name in authorities:
        sizes = [head.size for head in material.heads if name in head.stamped_by]
        for index in indexes:
            needed.update([next((size for size in sizes if index < size), material.checkpoint.size)])
    heads = tuple(head for head in material.heads if head.size in needed)
    return replace(material, heads=heads)


def read_checkpoint(archive: Archive, desk: str, size: int | None) -> Checkpoint:
    """Return a desk's head of `size` statements, or its newest, with the cosignatures that are known.

    Raises:
        CheckpointMissing: There is none.
    """
    newest = newest_checkpoint(archive, desk)
    if newest is not None and size in (None, newest.size):
        return newest
    if size is not None:
        for path in (archive.cosigned_checkpoint(desk, size), archive.frozen_checkpoint(desk, size)):
            with translating():
                if path.exists():
                    return parse_checkpoint(path.read_bytes())
    raise CheckpointMissing("There is no checkpoint of {size} statements.", size="any" if size is None else size)


def _read_head(archive: Archive, desk: str, size: int, names: Mapping[str, str], as_of: datetime | None) -> StampedHead:
    with translating():
        checkpoint = archive.frozen_checkpoint(desk, size).read_bytes()
    states: list[StampState] = []
    times: dict[str, datetime] = {}
    files: dict[str, bytes] = {}
    for authority, name in names.items():
        stamp = StampFiles(archive=archive, desk=desk, size=size, authority=authority)
        state = stamp.state(1)
        if stamp.count():
            (first, *_), request = stamp.stamps(), stamp.request(1)
            files |= {f"{name}.tsr": first.token, f"{name}.chain.pem": first.chain}
            files |= {f"{name}.crl.pem": first.crls} if first.crls else {}
            files |= {f"{name}.tsq": request} if request else {}
            if state is not None and state.time is not None:
                times[name] = state.time
            progress = StampProgress.STAMPED
        elif state is None:
            continue  # never asked: nothing is known of it
        else:
            shown = state.at(as_of) if as_of is not None else state
            progress = StampProgress.PENDING if shown.state is StampWord.STAMPED else StampProgress(shown.state.value)
        if state is not None:
            states.append(StampState(authority=name, since=state.since, state=progress))
        elif as_of is not None:
            states.append(StampState(authority=name, since=as_of, state=progress))
    proof = archive.stamps(desk, size) / "opentimestamps.ots"
    if proof.exists():
        with translating():
            files["opentimestamps.ots"] = proof.read_bytes()
    return StampedHead(size=size, checkpoint=checkpoint, states=tuple(states), times=times, files=files)


def _names_in_paths(authorities: Iterable[str]) -> dict[str, str]:
    """Return for each authority the name that a dossier's paths may bear: no dots, at most 32 characters, each once."""
    found: dict[str, str] = {}
    for authority in authorities:
        short = _OTHER.sub("-", authority)[:30].strip("-") or "authority"
        name, number = short, 2
        while name in found.values() or not is_authority_name(name):
            name, number = f"{short[:28].strip('-')}-{number}", number + 1
        found[authority] = name
    return found
