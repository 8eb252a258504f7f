# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka status`: what the archive holds and what it can prove right now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate, translate_count
from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.store.upkeep.status import ArchiveStatus
    from sviedka.vault.replica.safe import ReplicaStatus

SUMMARY: Final = "the keeper, and what the archive can prove right now"
EXAMPLE: Final = "sviedka status"


def configure(parser: ArgumentParser) -> None:
    """Add nothing: it shows all there is."""
    del parser


def run(arguments: Namespace, console: Console) -> int:
    """Show the state, locked or not; a missing proof is a line of its own."""
    from sviedka.store.upkeep.status import read_status
    from sviedka.vault.layout import find_archive

    status = read_status(find_archive(arguments.archive))
    console.document |= status.to_json() | {"verdict": "holds"}
    _holdings(status, console)
    _proofs(status, console)
    return 0


def _holdings(status: ArchiveStatus, console: Console) -> None:
    console.say("Archive and desk: {origin}", origin=status.origin)
    if status.actor is None:
        console.say("Locked. {packs} packs of statements lie in the vault; unlock to see more.", packs=status.packs)
    else:
        console.say("Unlocked until {until}, epoch {epoch}.", until=status.locks_at, epoch=status.epoch)
    if status.kept is not None:
        console.say(
            "Kept on this disk: {statements} statements, {items} sealed files.",
            statements=status.kept.statements,
            items=status.kept.items,
        )
        for desk, count in status.kept.elsewhere.items():
            console.show(
                translate_count(
                    "Held of the log of {desk}: {count} statement.",
                    "Held of the log of {desk}: {count} statements.",
                    count,
                    desk=desk,
                )
            )
        if not status.kept.in_step:
            console.say("The database is behind the vault; it catches up at the next command.")
    if status.database == "server":
        console.say("Database: a PostgreSQL server. That its disk is encrypted is declared, not proven.")
    _copies(status, console)


def _copies(status: ArchiveStatus, console: Console) -> None:
    safety = status.safety
    if not safety.replicas:
        console.say("Safe: nothing yet. No replica is registered; if this disk is lost, what it holds is lost.")
        return
    if status.safe is not None:
        console.say(
            "Safe, confirmed by every replica: {statements} statements, {items} sealed files.",
            statements=status.safe.statements,
            items=status.safe.items,
        )
    else:
        console.say(
            "Safe, confirmed by every replica: {safe} of {kept} packs.", safe=safety.packs, kept=safety.packs_kept
        )
    if safety.pending_since is not None:
        console.say(
            "PENDING since {time}: {count} packs are only kept.",
            time=safety.pending_since,
            count=safety.packs_kept - safety.packs,
        )
    for one in safety.replicas:
        _replica(one, console)
    if safety.pair is None:
        console.say("MISSING: payloads in one place and keys in another; nothing can be restored without both.")
    else:
        console.say("Restorable from {payloads} with {keys}.", payloads=safety.pair[0], keys=safety.pair[1])


def _replica(one: ReplicaStatus, console: Console) -> None:
    if one.confirmed_at is None:
        console.say("{replica} ({holds}): never confirmed anything.", replica=one.name, holds=Phrase(one.holds))
    else:
        console.say(
            "{replica} ({holds}): confirmed at {time}.",
            replica=one.name,
            holds=Phrase(one.holds),
            time=one.confirmed_at,
        )
    if one.locked_until is not None:
        console.say(
            "{replica}: nothing can be taken away there before {time}.", replica=one.name, time=one.locked_until
        )
    if one.last is not None and one.last.verdict != "holds":
        console.warn(
            "{verdict}: {sentence}",
            verdict=one.last.verdict,
            sentence=translate(one.last.message, **(one.last.facts or {})),
        )
    if one.same_disk:
        console.say("{replica} lies on the archive's own disk: it is lost with it.", replica=one.name)


def _proofs(status: ArchiveStatus, console: Console) -> None:
    if not status.signed:
        console.say(
            "The log has no signed head yet: nothing can be proven to a stranger. `sviedka log checkpoint` signs it."
        )
        return
    console.say("The signed head covers {size} statements.", size=status.signed)
    if status.kept is not None and status.kept.statements > status.signed:
        console.say(
            "Newer statements that are not under it yet: {count}.", count=status.kept.statements - status.signed
        )
    for name in status.cosigned:
        console.say("Cosigned by {name}.", name=name)
    for name in status.not_cosigned:
        console.say("MISSING: not cosigned by {name}.", name=name)
    if not status.cosigned and not status.not_cosigned:
        console.say("MISSING: no cosigner is configured, so a second history of this log could go unnoticed.")
    for stamp in status.stamps:
        if stamp.time:
            console.say(
                "{authority} ({kind}): existed by {time}.",
                authority=stamp.authority,
                kind=Phrase(stamp.kind),
                time=stamp.time,
            )
        else:
            console.say(
                "MISSING: stamp of {authority} ({kind}): {state}.",
                authority=stamp.authority,
                kind=Phrase(stamp.kind),
                state=Phrase(stamp.state),
            )
    if not status.stamps:
        console.say("MISSING: no time authority is configured, so nothing says by when this existed.")
