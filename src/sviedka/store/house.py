# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the archive states of itself, when it becomes true: a new key list, a new epoch, an epoch whose key is destroyed.

They go before the first admission that finds them missing, so that no hand is needed after a month has turned or the
root has signed. Their ids follow from what they are about: said once, whoever is first. They belong to the archive's
own case, whose id is that of its cell.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.base.ids import SubjectId
from sviedka.core.base.instants import format_instant
from sviedka.core.seal.keylist import parse_keylist
from sviedka.core.seal.succession import SUCCEEDED, succession_fields
from sviedka.store.connect import database_failures
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.labels import LabelIds
from sviedka.store.ledger import find_leaves
from sviedka.vault.clock import now
from sviedka.vault.disk_errors import translating
from sviedka.vault.epoch_turn import list_ended, read_ends

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.statement import Draft
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.facts import KeeperFacts
    from sviedka.store.engine import Database
    from sviedka.vault.epoch_turn import EpochEnd
    from sviedka.vault.layout import Archive

_said: set[tuple[str, str, bytes, int]] = set()
"""(database, epoch, key list, epochs ended) that this process has seen in the log: spares two look-ups at each admission."""


def own_case(facts: KeeperFacts) -> SubjectId:
    """Return the case of statements about the archive itself."""
    return SubjectId(facts.archive_cell)


def house_drafts(archive: Archive, keeper: Keeper, database: Database, facts: KeeperFacts) -> list[Draft]:
    """Return what the archive must state of itself before anything else. The caller holds the admission lock."""
    with translating():
        listed = archive.keylist.read_bytes()
    ended = list_ended(archive)
    seen = (str(database.place), facts.epoch, sha256(listed).digest(), len(ended))
    if seen in _said:
        return []
    ids = LabelIds(keeper.label_key())
    sayings = [*_log_succeeded(listed, facts, ids), _key_listed(listed, facts, ids), _epoch_begun(facts, ids)]
    sayings += [_epoch_ended(end, facts, ids) for end in read_ends(archive) if end.epoch in ended]
    ids.wipe()
    with database_failures():
        known = find_leaves(database, [saying.jti for saying in sayings])
    if len(known) == len(sayings):
        _said.add(seen)
    drafter = Drafter(database, archive_cell=facts.archive_cell)
    return [drafter.draft(saying, now()) for saying in sayings if saying.jti not in known]


def _log_succeeded(listed: bytes, facts: KeeperFacts, ids: LabelIds) -> list[Saying]:
    """Return what a log says first that goes on after one that lost its end."""
    successor = parse_keylist(listed).find_predecessor(facts.origin)
    if successor is None:
        return []
    return [
        Saying(
            jti=ids.house("succession", successor.closed, origin=successor.origin),
            case=own_case(facts),
            type=SUCCEEDED,
            subject=own_case(facts),
            fields=succession_fields(successor),
        )
    ]


def _key_listed(listed: bytes, facts: KeeperFacts, ids: LabelIds) -> Saying:
    keylist, digest = parse_keylist(listed), sha256(listed).hexdigest()
    return Saying(
        jti=ids.house("keylist", digest, origin=facts.origin),
        case=own_case(facts),
        type="key.listed/1",
        subject=own_case(facts),
        fields={"number": keylist.number, "keylist_sha256": digest, "issued": format_instant(keylist.issued)},
    )


def _epoch_begun(facts: KeeperFacts, ids: LabelIds) -> Saying:
    recipient = facts.epoch_recipient.text
    jti = ids.house("epoch", facts.epoch, origin=facts.origin)
    return Saying(
        jti=jti,
        case=own_case(facts),
        type="epoch.begun/1",
        subject=SubjectId(jti),
        fields={"epoch": facts.epoch, "recipient": recipient},
    )


def _epoch_ended(end: EpochEnd, facts: KeeperFacts, ids: LabelIds) -> Saying:
    confirmed: list[Json] = list(end.confirmed_by)
    fields: dict[str, Json] = {
        "epoch": end.epoch,
        "rewrapped_to": end.rewrapped_to,
        "slips": end.slips,
        "cells": end.cells,
    }
    return Saying(
        jti=ids.house("epoch-ended", end.epoch, origin=facts.origin),
        case=own_case(facts),
        type="epoch.ended/1",
        subject=SubjectId(ids.house("epoch", end.epoch, origin=facts.origin)),
        fields=fields | ({"confirmed_by": confirmed} if confirmed else {}),
    )
