# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka stamp`: ask the time authorities for what is still missing; what stays missing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.anchor.stamp_state import StampState
    from sviedka.cli.console import Console

SUMMARY: Final = "have the checkpoints stamped by time authorities"
EXAMPLE: Final = "sviedka stamp"


def configure(parser: ArgumentParser) -> None:
    """Add nothing: the queue is what has no stamp yet."""
    del parser


def run(arguments: Namespace, console: Console) -> int:
    """Work through the queue and say what is stamped, pending, late or failed."""
    from sviedka.anchor.config import read_authorities
    from sviedka.anchor.stamping import stamp_all
    from sviedka.vault.clock import now
    from sviedka.vault.entropy import random_bytes
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    authorities = read_authorities(archive)
    if not authorities:
        console.say("No time authority is configured; sviedka.toml names them.")
        console.document |= {"verdict": "unproven", "stamps": []}
        return 20
    states = stamp_all(archive, authorities, at=now(), random_bytes=random_bytes)
    missing = [state for state in states if state.time is None and state.state != "stamped"]
    console.document |= {
        "verdict": "unproven" if missing else "holds",
        "stamps": [
            {"authority": one.authority, "kind": one.kind, "state": one.state, "why": one.why} for one in states
        ],
    }
    for state in states:
        _show(state, console)
    if not states:
        console.say("Every checkpoint is stamped by every authority.")
    return 20 if missing else 0


def _show(state: StampState, console: Console) -> None:
    if state.state == "stamped" and state.time is not None:
        console.say(
            "{authority} ({kind}): stamped, existed by {time}.",
            authority=state.authority,
            kind=state.kind.value,
            time=state.time.isoformat(),
        )
    elif state.state == "stamped":
        console.say("{authority} ({kind}): stamped.", authority=state.authority, kind=state.kind.value)
    else:
        console.say(
            "{authority} ({kind}): {state} since {since}, because {why}. It is asked again next time.",
            authority=state.authority,
            kind=state.kind.value,
            state=state.state.value,
            since=state.since.isoformat(),
            why=state.why or "-",
        )
