# SPDX-License-Identifier: AGPL-3.0-or-later
"""Epochs that other desks say they ended, as far as their own signature says it.

The rows that are read can be written by whoever works at a desk; a statement in them that bears the signature of a desk
cannot be made there in another desk's name. It says who ended what; whether a key may go is found out by opening (`letting_go`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sviedka.core.base.ids import parse_origin
from sviedka.core.seal.statement import parse_jwt, read_disclosures, verify_signature
from sviedka.keeper.config import read_config
from sviedka.keeper.epoch_keys import series_of
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.store.ledger import find_all_of, find_disclosures
from sviedka.store.taking_back.epochs_begun import BEGUN
from sviedka.vault.epoch_turn import read_ends

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.keeper.jobs import JobKeys
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

_ENDED = "epoch.ended/1"


def stated_ends(database: Database, keys: JobKeys) -> dict[str, str]:
    """Return each epoch that the desk which began it has ended and that has not ended here, with where it was rewrapped to.

    A desk's own are left out: they end by its own rotation only. A log that goes on after a closed one speaks for it.

    Raises:
        KeyNotListed, SignatureInvalid: A row that no desk of the key list signed.
    """
    own = read_config(keys.archive).epoch_series
    return {epoch: to for epoch, to in all_stated_ends(database, keys).items() if series_of(epoch) != own}


def all_stated_ends(database: Database, keys: JobKeys) -> dict[str, str]:
    """Return what `stated_ends` does, of this desk's own epochs too: after a restore its log alone says what it ended.

    Raises:
        KeyNotListed, SignatureInvalid: A row that no desk of the key list signed.
    """
    archive = keys.archive
    began = defaultdict[int, set[str]](set)
    for origin, fields in _signed(database, keys, BEGUN):
        began[series_of(str(fields["epoch"]))].add(origin)
    ends: dict[str, str] = {}
    for origin, fields in _signed(database, keys, _ENDED):
        epoch = str(fields["epoch"])
        speaks_for = {origin, *(one.closed for one in keys.key_list.closed_before(origin))}
        if speaks_for & began[series_of(epoch)] and not archive.epoch_end(epoch).exists():
            ends[epoch] = str(fields["rewrapped_to"])
    return ends


def silent_desks(database: Database, keys: JobKeys) -> tuple[str, ...]:
    """Return the other desks that have not stated of each epoch which ended at this one that its key is gone at theirs."""
    own = read_config(keys.archive).epoch_series
    ours = {end.epoch for end in read_ends(keys.archive) if series_of(end.epoch) == own}
    told = defaultdict[str, set[str]](set)
    for origin, fields in _signed(database, keys, _ENDED):
        told[parse_origin(origin)[1]].add(str(fields["epoch"]))
    return tuple(desk for desk in other_desks(keys.archive) if not ours <= told[desk])


def other_desks(archive: Archive) -> tuple[str, ...]:
    """Return the names of the archive's other desks that are at work, as the key list has them; as yet unverified."""
    keylist = read_keylist(archive)
    own = f"{keylist.archive}/{read_config(archive).desk}"
    closed = {one.closed for one in keylist.successors}
    origins = {entry.origin for entry in keylist.desk_keys if not keylist.is_revoked(entry.origin)}
    return tuple(sorted(parse_origin(origin)[1] for origin in origins - closed - {own}))


def _signed(database: Database, keys: JobKeys, kind: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield origin and fields of each statement of one type, its desk's signature verified."""
    for leaf, disclosures in find_disclosures(database, find_all_of(database, kind)).values():
        head = parse_jwt(leaf)
        verify_signature(head, keys.key_list.statement_key(head.kid).public)
        statement = read_disclosures(head, disclosures)
        if statement.type == kind and head.kid.startswith(f"{head.iss}+"):
            yield head.iss, statement.fields
