# SPDX-License-Identifier: AGPL-3.0-or-later
"""The records of a replica, read from it alone: the longest chain, and what lies beside it.

Under object lock nobody can take a record away, but whoever has the credentials can put another one under its name, before
or after it. So every version counts that follows on one that counts: none is taken for the record because it was first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.vault.replica.errors import JournalMalformed
from sviedka.vault.replica.journal import Record, parse_record, record_name
from sviedka.vault.replica.registry import PAYLOADS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.vault.replica.store import ReplicaStore


@dataclass(frozen=True, kw_only=True)
class Journal:
    """What a replica of payloads has written down.

    Attributes:
        chain: Records that follow one another, as many as there are; of two equally long chains that which was put first.
        beside: Records that follow on one of these, and are in another chain: somebody else wrote these, or those.
    """

    chain: tuple[Record, ...]
    beside: tuple[Record, ...]


def read_journal(store: ReplicaStore, *, mark: str | None = None, name: str | None = None) -> Journal:
    """Read a replica's records from the first on, as far as they follow one another.

    Args:
        store: The replica.
        mark: Of the archive that it must be of; None for any one.
        name: That the replica must have been registered under; None for any one.

    Raises:
        JournalMalformed: One is not in its one form, and no other version of it is.
    """
    found: dict[str, Record] = {}
    last: dict[str, Record] = {}
    number = 1
    while number == 1 or last:
        said = [record for record in _versions(store, number) if _is_asked_for(record, mark, name)]
        following = (one for one in said if one.number == number and _follows(one, last.get(one.previous or "")))
        grown = {one.digest: one for one in following}
        found |= grown
        if not grown:
            break
        last, number = grown, number + 1
    chain = _back_from(next(iter(last.values()), None), found)
    taken = {one.digest for one in chain}
    return Journal(chain=chain, beside=tuple(one for digest, one in found.items() if digest not in taken))


def _versions(store: ReplicaStore, number: int) -> Iterable[Record]:
    """Return every version of one record that is in its form."""
    whole, failures = list[Record](), list[JournalMalformed]()
    for data in store.get_all(record_name(number)):
        try:
            whole.append(parse_record(data))
        except JournalMalformed as failure:
            failures.append(failure)
    if failures and not whole and not store.keeps_all(record_name(number)):
        raise failures[0]  # ours, and damaged: where nothing can be taken away it would be there beneath
    return whole


def _is_asked_for(record: Record, mark: str | None, name: str | None) -> bool:
    return record.archive == (mark or record.archive) and record.replica == (name or record.replica)


def _follows(record: Record, before: Record | None) -> bool:
    if before is None:
        return record.previous is None and record.number == 1 and record.holds == PAYLOADS
    return (record.archive, record.replica, record.holds) == (before.archive, before.replica, before.holds)


def _back_from(record: Record | None, found: dict[str, Record]) -> tuple[Record, ...]:
    chain = []
    while record is not None:
        chain.append(record)
        record = found[record.previous] if record.previous is not None else None
    return tuple(reversed(chain))
