# SPDX-License-Identifier: AGPL-3.0-or-later
"""The logs of a dossier: the building desk's, and every other, going on or closed, that holds a part of the case.

Each is read at the size of a head of its own, and each statement is proven in the log in which it stands.
Whoever is shown a log that goes on after another is shown how it began as well, and so what was lost.
Spec: spec/04-log.md §7.5, spec/08-dossier.md §8.7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sviedka.core.base.ids import parse_origin
from sviedka.store.dossier.log_part import keep_needed, read_closed_log, read_log
from sviedka.store.dossier.reading import read_beginning
from sviedka.store.house import own_case
from sviedka.store.scope import in_cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sviedka.core.disclose.choosing import HeldStatement
    from sviedka.core.disclose.dossier_lines import ProofLine
    from sviedka.core.seal.keylist import KeyList, Successor
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.store.dossier.log_part import LogMaterial
    from sviedka.store.dossier.reading import CaseMaterial
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Logs:
    """The logs of one dossier.

    Attributes:
        own: The building desk's.
        every: All, by origin; each bears its number.
        successions: Which of them goes on after which, as the key list says it.
    """

    own: LogMaterial
    every: tuple[LogMaterial, ...]
    successions: tuple[Successor, ...]

    def place(self, held: HeldStatement) -> ProofLine:
        """Return where a statement is proven."""
        return self._of(held.desk).place(held.index)

    def uncovered(self, statements: Sequence[HeldStatement]) -> int:
        """Return how many statements no stamp covers, of their own log or, of what is held, of the one that goes on."""
        return sum(not self._is_covered(held.desk, held.index) for held in statements)

    def _is_covered(self, desk: str, index: int) -> bool:
        log = self._of(desk)
        if log.place(index).head:
            return True
        following = next((one for one in self.successions if one.closed == log.checkpoint.origin), None)
        return following is not None and self._is_covered(parse_origin(following.origin)[1], 0)

    def _of(self, desk: str) -> LogMaterial:
        return next(log for log in self.every if parse_origin(log.checkpoint.origin)[1] == desk)


def with_beginnings(material: CaseMaterial, key_list: KeyList, facts: KeeperFacts) -> CaseMaterial:
    """Add to a case the statement with which each of its logs begins that goes on after another."""
    archive, own = parse_origin(facts.origin)
    desks = sorted({own, *(held.desk for held in material.statements)})
    following = [desk for desk in desks if key_list.find_predecessor(f"{archive}/{desk}") is not None]
    with in_cases(own_case(facts)):
        found = [read_beginning(desk) for desk in following]
    return replace(
        material,
        statements=(*(held for held, _ in found), *material.statements),
        times={**material.times, **{held.jti: at for held, at in found}},
    )


def read_logs(
    archive: Archive,
    database: Database,
    key_list: KeyList,
    origin: str,
    statements: Sequence[HeldStatement],
    *,
    under: Mapping[str, int],
    as_of: datetime,
) -> Logs:
    """Read the building desk's log and those in which `statements` stand, each at its own size; see `read_sizes`.

    Raises:
        CheckpointMissing, LogDiffers: See `read_log` and `read_closed_log`.
    """
    archive_name, own = parse_origin(origin)
    found = []
    for desk in sorted({own, *(held.desk for held in statements)}):
        successor = key_list.find_successor(f"{archive_name}/{desk}")
        if desk == own or successor is None:
            log = read_log(archive, database, desk=desk, size=under[desk], as_of=as_of)
        else:
            log = read_closed_log(archive, database, successor, here=under[desk], as_of=as_of)
        indexes = [held.index for held in statements if held.desk == desk]
        found.append((desk, keep_needed(log, indexes)))
    every = {desk: replace(log, number=number) for number, (desk, log) in enumerate(found, start=1)}
    names = {f"{archive_name}/{desk}" for desk in every}
    return Logs(
        own=every[own],
        every=tuple(every.values()),
        successions=tuple(one for one in key_list.successors if names & {one.origin, one.closed}),
    )
