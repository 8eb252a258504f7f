# SPDX-License-Identifier: AGPL-3.0-or-later
"""At which size each log of the archive is read for a dossier: the newest signed heads, or those that the SPEC names.

Every log has a head of its own, so a size says something of one log only. A closed log goes along with the one that goes
on after it, as far as it is held. Spec: spec/04-log.md §7.5, spec/08-dossier.md §8.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.anchor.published import frozen_sizes, newest_checkpoint
from sviedka.core.base.ids import parse_origin
from sviedka.store.connect import database_failures
from sviedka.store.dossier.log_part import read_checkpoint
from sviedka.store.dossier.order import SpecRefused
from sviedka.store.ledger import known_desks, next_index

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.seal.keylist import KeyList, Successor
    from sviedka.store.dossier.order import At
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class LogSizes:
    """How many statements count, by desk.

    Attributes:
        under: Of every log that is read: closed ones first, the building desk's last.
        named: Of those that have a head to be named in a SPEC, by desk.
    """

    under: Mapping[str, int]
    named: Mapping[str, int]


def read_sizes(archive: Archive, database: Database, key_list: KeyList, origin: str, at: At) -> LogSizes:
    """Work out at which size each log is read.

    Args:
        archive: Whose logs.
        database: The projections.
        key_list: Says which logs there are, and which were closed.
        origin: Of the building desk.
        at: None for the newest head of every log; a number for that head of the building desk's and no other desk's; or
            one for each desk that goes in.

    Raises:
        SpecRefused: A desk that has sent nothing, a closed log, or not the building desk among those named.
        CheckpointMissing: There is no head of that size.
    """
    own = parse_origin(origin)[1]
    with database_failures():
        known = {desk: f"{key_list.archive}/{desk}" for desk in known_desks(database)}
    going_on = {desk for desk, name in known.items() if key_list.find_successor(name) is None} | {own}
    asked = _newest(archive, own, going_on) if at is None else {own: at} if isinstance(at, int) else dict(at)
    for desk in sorted(asked.keys() - going_on):
        raise SpecRefused("No log of desk {desk} that goes on is known here.", desk=desk)
    if own not in asked:
        raise SpecRefused("The SPEC names other desks; it has to name this one, {desk}, too.", desk=own)
    in_order = sorted(asked, key=lambda desk: (desk == own, desk))
    named = {desk: read_checkpoint(archive, desk, asked[desk]).size for desk in in_order}
    closed: dict[str, int] = {}
    for desk in named:
        for before in reversed(key_list.closed_before(f"{key_list.archive}/{desk}")):
            closed |= dict(_closed(archive, database, before))
    if at is None:
        for desk in sorted(known.keys() - going_on - closed.keys()):
            closed |= dict(_closed(archive, database, key_list.find_successor(known[desk])))
    return LogSizes(under=closed | named, named=named)


def _newest(archive: Archive, own: str, desks: set[str]) -> dict[str, int | None]:
    """Ask for the newest head of this desk, and of each other that has one here."""
    return {desk: None for desk in desks if desk == own or newest_checkpoint(archive, desk) is not None}


def _closed(archive: Archive, database: Database, successor: Successor | None) -> Iterator[tuple[str, int]]:
    if successor is not None and (size := held_size(archive, database, successor)):
        yield parse_origin(successor.closed)[1], size


def held_size(archive: Archive, database: Database, successor: Successor) -> int:
    """Return how many statements of a closed log can be proven here: all that are held, or those under a head that is left.

    A desk that only heard of the log may have fewer than those that the root named as held.
    """
    desk = parse_origin(successor.closed)[1]
    with database_failures():
        here = next_index(database, desk)
    if here >= successor.held.size:
        return successor.held.size
    return max((known for known in frozen_sizes(archive, desk) if known <= here), default=0)
