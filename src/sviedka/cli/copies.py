# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copying to the replicas, told to a person: by itself (`replicate`) and after something was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.cli.language import translate
from sviedka.cli.worst_failure import conclude
from sviedka.core.base.errors import Failure
from sviedka.core.base.instants import format_instant

if TYPE_CHECKING:
    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.running import Outcome


def copy_and_tell(archive: Archive, console: Console) -> int:
    """Copy to every replica, tell each outcome, and return the exit status of the worst."""
    from sviedka.vault.replica.running import replicate

    with console.progress("copying and reading back") as advance:
        outcomes = replicate(archive, progress=advance)
    console.document |= {"verdict": "holds", "replicas": [_json(one) for one in outcomes]}
    if not outcomes:
        console.say("No replica is registered. docs/howto/keep-copies-elsewhere.md tells how.")
    for outcome in outcomes:
        _tell(outcome, console)
    return conclude(console, (one.failure or locks_failure(one) for one in outcomes))


def copy_after(archive: Archive, console: Console) -> None:
    """Copy what was just kept, if there are replicas. What goes wrong is told; it takes nothing back.

    It is called safe only as `status` calls it: in a replica of payloads and in a place of keys.
    """
    from sviedka.vault.replica.registry import KEYS, PAYLOADS, read_replicas
    from sviedka.vault.replica.running import replicate

    try:
        if not read_replicas(archive):
            return
        with console.progress("copying and reading back") as advance:
            outcomes = replicate(archive, progress=advance)
    except Failure as failure:
        console.document["safe"] = False
        console.warn("Kept, and not copied: {sentence}", sentence=translate(failure.message, **failure.facts))
        return
    copied = all(one.failure is None for one in outcomes)
    pair = {one.entry.holds for one in outcomes} == {PAYLOADS, KEYS}
    console.document["safe"] = copied and pair
    console.document["replicas"] = [_json(one) for one in outcomes]
    for outcome in outcomes:
        if outcome.failure is not None or outcome.findings:
            _tell(outcome, console)
        else:
            _tell_locks(outcome, console)
    if copied:
        console.say("Copied to every replica and read back.")
        if not pair:
            console.warn("MISSING: payloads in one place and keys in another; nothing can be restored without both.")
    else:
        console.warn("What was kept is kept on this disk; `sviedka replicate` copies the rest when it can.")


def _tell(outcome: Outcome, console: Console) -> None:
    for finding in outcome.findings:
        console.warn(
            "{verdict}: {reference}: {sentence}",
            verdict=finding.verdict,
            reference=finding.reference,
            sentence=translate(finding.message, **finding.facts),
        )
    if outcome.failure is not None:
        _tell_failure(outcome.failure, console)
        return
    console.say(
        "{replica}: everything that is kept is there and was read back; {count} files were new.",
        replica=outcome.entry.name,
        count=outcome.copied,
    )
    _tell_locks(outcome, console)


def _tell_failure(failure: Failure, console: Console) -> None:
    sentence = translate(failure.message, **failure.facts)
    console.warn("{verdict}: {sentence}", verdict=failure.verdict, sentence=sentence)
    if failure.hint:
        console.warn(failure.hint)


def _tell_locks(outcome: Outcome, console: Console) -> None:
    ended = locks_failure(outcome)
    if ended is not None:
        _tell_failure(ended, console)
    elif outcome.short is not None:
        console.warn(
            "{replica}: from {time} on {count} files are locked no longer, and their locks could not be made longer.",
            replica=outcome.entry.name,
            time=format_instant(outcome.short.until),
            count=outcome.short.files,
        )


def locks_failure(outcome: Outcome) -> Failure | None:
    """Return the failure of a replica where a lock has ended; None while everything is locked."""
    from sviedka.vault.replica.errors import LocksEnded

    if outcome.short is None or not outcome.short.ended:
        return None
    return LocksEnded(
        "Whoever has the credentials of replica {replica} can delete files there: locks have ended, of {count} files at most.",
        replica=outcome.entry.name,
        count=outcome.short.files,
    )


def _json(outcome: Outcome) -> dict[str, Json]:
    failure = outcome.failure
    return {
        "name": outcome.entry.name,
        "holds": outcome.entry.holds,
        "copied": outcome.copied,
        "verdict": "holds" if failure is None else failure.verdict,
        "code": None if failure is None else failure.code,
        "locks_end": None if outcome.short is None else format_instant(outcome.short.until),
        "findings": [
            {"verdict": one.verdict, "code": one.code, "reference": one.reference, "message": str(one.message)}
            for one in outcome.findings
        ],
    }
