# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `sviedka exchange import` tells: of each desk what is new, that its copy is an old one, or why none of it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.cli.language import translate
from sviedka.cli.worst_failure import conclude

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.errors import Failure
    from sviedka.store.desks.older import Older
    from sviedka.store.desks.receiving import Received


def tell_received(console: Console, received: Sequence[Received]) -> int:
    """Say what became of each desk's part; return the exit status of the worst."""
    console.document |= {"verdict": "holds", "desks": [_as_json(one) for one in received]}
    for one in received:
        _tell_one(console, one)
    failures = [each for one in received for each in (one.failure, one.foreign, *one.list_forks) if each is not None]
    for hint in dict.fromkeys(failure.hint for failure in failures):
        console.warn(hint)
    return conclude(console, failures)


def _tell_one(console: Console, one: Received) -> None:
    if one.failure is not None:
        console.warn(
            "Desk {desk}: {verdict}, nothing was taken in: {sentence}",
            desk=one.desk,
            verdict=one.failure.verdict,
            sentence=translate(one.failure.message, **one.failure.facts),
        )
    elif one.older is not None:
        _tell_older(console, one.desk, one.older)
    else:
        console.say("Desk {desk}: {count} statements are new; all are proven.", desk=one.desk, count=one.statements)
    for wrong in (one.foreign, *one.list_forks):
        if wrong is not None:
            console.warn(
                "{verdict}: {sentence}", verdict=wrong.verdict, sentence=translate(wrong.message, **wrong.facts)
            )
    if one.newer_list:
        console.warn(
            "Desk {desk} goes by key list {number}, which is newer than the one in force here. Install it: keys may have been taken back.",
            desk=one.desk,
            number=one.newer_list,
        )


def _tell_older(console: Console, desk: str, older: Older) -> None:
    """Say it on standard error: whoever reads "nothing is new" alone takes a folder that was put back for silence."""
    console.warn(
        "Desk {desk}: what lies there is an older copy of its log than the one held here. It fits, and nothing was changed.",
        desk=desk,
    )
    console.warn("    there: {count} statements, the newest of {day}", count=older.size, day=older.day.isoformat())
    console.warn("    here: {count} statements, the newest of {day}", count=older.held, day=older.held_day.isoformat())
    console.warn("If that desk has exported since, somebody or something put the folder or bucket back.")


def _as_json(one: Received) -> Json:
    facts: dict[str, Json] = {} if one.failure is None else dict(one.failure.facts)
    return {
        "desk": one.desk,
        "statements": one.statements,
        "newer_list": one.newer_list or None,
        "list_forks": [_told(fork) for fork in one.list_forks],
        "foreign": None if one.foreign is None else _told(one.foreign),
        "older": None if one.older is None else one.older.as_json(),
        "code": None if one.failure is None else one.failure.code,
        "facts": facts,
    }


def _told(failure: Failure) -> Json:
    return {"code": failure.code, "facts": dict(failure.facts)}
