# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one way in: statements become durable, or nothing of their group does.

For each group, in this order: rows written but not committed (so that no pack exists which the tables refuse) -> pack
durable in the vault, created exclusively -> commit -> acknowledged as *kept*. A kill between any two steps loses
nothing that was acknowledged: before the pack, nothing happened; after it, the next start replays it. The keeper
seals and signs the next group while this one is written. Spec: spec/06-vault.md §4.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import StatementId, parse_origin
from sviedka.keeper import identity_openings as identity
from sviedka.keeper import link_runs as linkage
from sviedka.keeper.freezing import ASKED_TYPE
from sviedka.keeper.receipts import OPENED_TYPE
from sviedka.keeper.sealing import seal_small
from sviedka.store.connect import database_failures
from sviedka.store.errors import JtiReused
from sviedka.store.folding import fold
from sviedka.store.house import house_drafts
from sviedka.store.known import check_same_content, content_of
from sviedka.store.ledger import find_heads, find_last_moment, find_leaves, find_moments, next_index
from sviedka.store.moments import not_before
from sviedka.store.packing import Entry, format_pack
from sviedka.store.rows import one_transaction, write_pack, write_rows
from sviedka.store.session import bring_in_step, open_for_admission
from sviedka.store.telling import check_commitment, read_back, telling_of_draft
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.packs import StaleWriter, put_pack

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime

    from sviedka.core.base.ids import SubjectId
    from sviedka.core.seal.statement import Composed, Draft
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.store.engine import Database
    from sviedka.store.telling import Telling
    from sviedka.vault.begun import BegunDeposit
    from sviedka.vault.layout import Archive

GROUP: Final = 256
"""Statements in one group commit: one pack, one transaction, a handful of syncs."""


_BY_THE_CLOCK: Final = frozenset(
    {ASKED_TYPE, OPENED_TYPE, identity.REQUESTED, identity.OPENED, linkage.REQUESTED, linkage.OPENED}
)
"""Records that the keeper holds to its clock, and a wish, whose days are counted from it: they keep their time, whatever they know."""
_Group = tuple["Sequence[Draft]", "Sequence[Composed]"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Admitted:
    """Where a statement stands now. It is *kept*: durable on this disk.

    Attributes:
        already: It was there before; nothing was added.
    """

    jti: StatementId
    desk: str
    leaf_index: int
    already: bool = False


def admit(
    archive: Archive,
    keeper: Keeper,
    drafts: Sequence[Draft],
    *,
    group: int = GROUP,
    read_back_every: int = 1,
    begun: BegunDeposit | None = None,
) -> list[Admitted]:
    """Seal, sign, log and project statements, durably, in the order given. Safe to repeat: a known `jti` adds nothing.

    Args:
        archive: Whose vault and projections.
        keeper: Seals and signs, as the person who is logged in.
        drafts: Their `heads` are filled in here. Whether they fit their types was checked where they were made.
        group: Statements in one group commit.
        read_back_every: 1 reads each statement back as a stranger would before it is kept; n only every n-th of a
            group, the others
            only as far as what their leaf commits to.
        begun: The deposit whose items these are about. Whoever gives it up holds the same lock.

    Returns:
        One for each draft, in order.

    Raises:
        JtiReused: A statement of that id says something else already. Groups before it are kept.
        DiskFull, ReadOnly, DiskError: The group at hand was not acknowledged; groups before it are kept.
        DepositCut: `begun` was given up: its slips may be gone, and nothing was stated.
        Locked: The keeper holds no keys.
    """
    with admission_lock(archive):
        database = open_for_admission(archive, keeper)
        if begun is not None:
            begun.require()
        facts = keeper.facts()
        house = house_drafts(archive, keeper, database, facts)
        writer = Writer(archive, keeper, database, facts, read_back_every=read_back_every)
        try:
            admitted = writer.run([*house, *drafts], group)
        except StaleWriter:
            # Somebody wrote although we hold the lock (a shared folder without working locks): take in what they
            # wrote, once.
            bring_in_step(archive, keeper)
            admitted = writer.run([*house, *drafts], group)
        return admitted[len(house) :]


class Writer:
    """What writes groups of statements, while the caller holds the admission lock."""

    def __init__(
        self,
        archive: Archive,
        keeper: Keeper,
        database: Database,
        facts: KeeperFacts,
        *,
        read_back_every: int = 1,
    ) -> None:
        """Write to `database` and the vault what `keeper` seals; see `admit`."""
        self._archive = archive
        self._keeper = keeper
        self._database = database
        self._facts = facts
        self._read_back_every = read_back_every
        self._desk = parse_origin(facts.origin)[1]
        self._kept: dict[StatementId, Admitted] = {}
        self._moments: dict[StatementId, tuple[datetime, str]] = {}

    def run(self, drafts: Sequence[Draft], group: int) -> list[Admitted]:
        """Admit what is not known yet; return one for each draft."""
        known = self.find_known(drafts)
        fresh = [draft for draft in _once_each(drafts) if draft.jti not in known and draft.jti not in self._kept]
        with closing(self._compose_ahead(fresh, group)) as groups:
            for listed, composed in groups:
                self.write(listed, composed)
        return [self._kept.get(draft.jti) or known[draft.jti] for draft in drafts]

    def find_known(self, drafts: Sequence[Draft]) -> dict[StatementId, Admitted]:
        """Return where those drafts stand that are in the log; raise `JtiReused` where one says something else."""
        with database_failures():
            found = find_leaves(self._database, [draft.jti for draft in drafts])
            check_same_content(self._database, [draft for draft in drafts if draft.jti in found])
        return {
            StatementId(jti): Admitted(jti=StatementId(jti), desk=desk, leaf_index=index, already=True)
            for jti, (desk, index) in found.items()
        }

    def _compose_ahead(self, fresh: Sequence[Draft], group: int) -> Generator[_Group, None, None]:
        """Yield the groups sealed and signed; while one is being written, the keeper works on the next."""
        heads: dict[SubjectId, tuple[StatementId, ...]] = {}
        groups = [fresh[start : start + group] for start in range(0, len(fresh), group)]
        if len(groups) == 1:  # nothing to overlap, and a thread costs as much as a statement
            named = self.with_heads(groups[0], heads)
            yield named, self._keeper.compose(named)
            return
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="compose") as ahead:
            waiting: tuple[list[Draft], Future[list[Composed]]] | None = None
            for listed in groups:
                named = self.with_heads(listed, heads)
                following = ahead.submit(self._keeper.compose, named)
                if waiting is not None:
                    yield waiting[0], waiting[1].result()
                waiting = named, following
            if waiting is not None:
                yield waiting[0], waiting[1].result()

    def with_heads(self, drafts: Sequence[Draft], heads: dict[SubjectId, tuple[StatementId, ...]]) -> list[Draft]:
        """Let each draft name the heads of its subject; it is the subject's only head for those after it.

        What a desk knew came before what it says: a draft is not dated before a head that it names, whatever the clocks
        of two desks say, so that it is the newer one everywhere (`moments`). A record that opens something keeps its time.
        """
        unseen = [draft.subject for draft in drafts if draft.subject not in heads]
        with database_failures():
            heads.update(find_heads(self._database, unseen))
            named_heads = {jti for draft in drafts for jti in heads.get(draft.subject, ())}
            self._moments.update(find_moments(self._database, sorted(named_heads - self._moments.keys())))
        named = []
        for draft in drafts:
            known = heads.get(draft.subject, ())
            at = (
                draft.at
                if draft.type in _BY_THE_CLOCK
                else not_before(draft.at, (self._moments[jti] for jti in known), desk=self._desk, last=self._last)
            )
            named.append(replace(draft, heads=known, at=at))
            heads[draft.subject], self._moments[draft.jti] = (draft.jti,), (at, self._desk)
        return named

    def _last(self) -> datetime:
        with database_failures():
            return find_last_moment(self._database, self._desk)

    def write(self, drafts: Sequence[Draft], composed: Sequence[Composed]) -> list[Admitted]:
        """Write one group: rows, pack, commit."""
        tellings = self._checked(drafts, composed)
        with database_failures():
            first = next_index(self._database, self._desk)
            folded = [
                fold(telling, jwt=one.jwt, groups=one.groups, desk=self._desk, leaf_index=index)
                for index, (one, telling) in enumerate(zip(composed, tellings, strict=True), start=first)
            ]
            with one_transaction(self._database):
                if next_index(self._database, self._desk) != first:
                    raise StaleWriter("Another writer has admitted statements at this place in the log.")
                write_rows(self._database, folded)
                write_pack(self._database, desk=self._desk, first_index=first, count=len(folded))
                self._put_pack(first, composed)
        written = [
            Admitted(jti=telling.jti, desk=self._desk, leaf_index=index)
            for index, telling in enumerate(tellings, start=first)
        ]
        self._kept.update((one.jti, one) for one in written)
        return written

    def _checked(self, drafts: Sequence[Draft], composed: Sequence[Composed]) -> list[Telling]:
        """Return what the group tells, once the keeper's work was found to tell the same."""
        tellings = [telling_of_draft(draft, self._facts.actor) for draft in drafts]
        for number, (telling, draft, one) in enumerate(zip(tellings, drafts, composed, strict=True)):
            if number % self._read_back_every == 0:
                read_back(telling, one)
            else:
                check_commitment(telling, draft, one)
        return tellings

    def _put_pack(self, first: int, composed: Sequence[Composed]) -> None:
        plain = format_pack(Entry(jwt=one.jwt, sealed=one.sealed) for one in composed)
        put_pack(self._archive, self._desk, first, seal_small(plain, [self._facts.vault_recipient]))


def _once_each(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts, each `jti` once; raise `JtiReused` where two of one id differ."""
    seen: dict[StatementId, Draft] = {}
    for draft in drafts:
        first = seen.setdefault(draft.jti, draft)
        if first is not draft and content_of(first) != content_of(draft):
            raise JtiReused("Statement id {jti} is used twice for different contents.", jti=draft.jti)
    return list(seen.values())
