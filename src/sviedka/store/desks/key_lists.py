# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether all desks go by the same key lists: two lists of one number are shown, as two histories of a log are.

A list is installed by hand at each desk, from the root; each desk states number and digest of those it goes by in its own
log (`store.house`). So whoever gives two desks different lists, one without a revocation say, has both stated in logs
that cannot be changed, and the first exchange lays them side by side. The list in force here fixes the digests of all
before it; of those after it, what other desks state is compared. Spec: spec/06-vault.md §11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.assertion_errors import AssertionKeyUnknown
from sviedka.core.seal.keylist import KeyNotListed
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.quick_reading import read_shown
from sviedka.core.seal.statement_errors import AuthorRefuted
from sviedka.keeper.older_lists import known_digests
from sviedka.store.desks.errors import KeylistBehind, KeylistForked
from sviedka.store.ledger import find_disclosures, find_typed
from sviedka.store.pack_reading import PackReader, PackRefuted
from sviedka.store.rows import PASSAGE
from sviedka.vault.packs import list_packs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sviedka.core.base.errors import Failure
    from sviedka.core.seal.keylist import KeyList
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_TYPE: Final = "key.listed/1"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")
_NO_SUCH_KEY: Final = frozenset({AuthorRefuted.code, KeyNotListed.code, AssertionKeyUnknown.code})
"""Why a statement is refused that is by somebody whom another key list names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A desk states that it goes by a list. `digest`: SHA-256 of the signed list, in hexadecimal."""

    desk: str
    number: int
    digest: str


def stated_lists(database: Database) -> tuple[Listed, ...]:
    """Return what every desk whose log is held states, by desk, in the order of each log."""
    places = find_typed(database, _TYPE)
    found = find_disclosures(database, list(places))
    told = [(*places[jti], *found[jti]) for jti in places if jti in found]
    return tuple(one for desk, _, jwt, texts in sorted(told) for one in _listed(desk, jwt, texts))


def find_list_forks(
    desk: str, stated: Iterable[Listed], known: Mapping[int, str], current: KeyList
) -> tuple[KeylistForked, ...]:
    """Return every list of `desk` that is another one than the list of that number here, or else at another desk.

    Args:
        desk: Whose statements are looked at.
        stated: Of all desks. Those whose keys were taken back are no measure for others.
        known: Digests that are fixed here (`known_digests`).
        current: The list in force here.
    """
    measure = {number: (digest, "") for number, digest in known.items()}
    forks = {}
    for one in sorted(stated, key=lambda one: one.desk == desk):
        if one.desk != desk and current.is_revoked(f"{current.archive}/{one.desk}"):
            continue
        digest, other = measure.setdefault(one.number, (one.digest, one.desk))
        if one.desk == desk and one.digest != digest:
            forks[one.number, one.digest] = _fork(one, digest, other)
    return tuple(forks.values())


def newest_stated(desk: str, stated: Iterable[Listed]) -> int:
    """Return the number of the newest list that `desk` states; 0 if it states none."""
    return max((one.number for one in stated if one.desk == desk), default=0)


def explain_by_lists(database: Database, keys: JobKeys, sent: Archive, desk: str, failure: PackRefuted) -> Failure:
    """Return why a statement of `desk` is not by anybody listed here, if it is for its key list; else `failure` itself.

    Untrusted: everything in `sent`. What it states up to the pack that was refused has every signature checked.
    """
    if failure.facts.get("code") not in _NO_SUCH_KEY:
        return failure
    stated = (*stated_lists(database), *_stated_in(PackReader(keys, desk, archive=sent), sent, desk))
    current, newest = keys.key_list, newest_stated(desk, stated)
    forks = find_list_forks(desk, stated, known_digests(keys.archive, current), current)
    if forks:
        return forks[0]
    if newest > current.number:
        return KeylistBehind(
            "Desk {desk} goes by key list {number}; here {current} is in force.",
            desk=desk,
            number=newest,
            current=current.number,
        )
    return failure


def _stated_in(reader: PackReader, sent: Archive, desk: str) -> Iterator[Listed]:
    for first in list_packs(sent, desk):
        try:
            folded = reader.read(first).folded
        except PackRefuted:  # the one that is being explained
            return
        for one in folded:
            jwt, kind = one.statement[5:7]
            if kind == _TYPE:
                texts = [text for sql, row in one.rows if sql == PASSAGE for text in str(row[3]).split()]
                yield from _listed(desk, str(jwt).encode("ascii"), texts)


def _listed(desk: str, jwt: bytes, texts: Sequence[str]) -> Iterator[Listed]:
    fields = read_shown(read_head(jwt), list(texts)).fields
    number, digest = fields.get("number"), fields.get("keylist_sha256")
    if isinstance(number, int) and isinstance(digest, str) and _DIGEST.match(digest):  # else it states no list
        yield Listed(desk=desk, number=number, digest=digest)


def _fork(one: Listed, digest: str, other: str) -> KeylistForked:
    facts: dict[str, str | int] = {"number": one.number, "desk": one.desk, "theirs": one.digest, "ours": digest}
    if other:
        return KeylistForked(
            "There are two key lists {number}: desk {desk} goes by {theirs}, desk {other} by {ours}.",
            other=other,
            **facts,
        )
    return KeylistForked("There are two key lists {number}: desk {desk} goes by {theirs}, here it is {ours}.", **facts)
