# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka stamp`: ask the time authorities for what is still missing; what stays missing is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate
from sviedka.cli.reasons import why_said
from sviedka.core.base.errors import Unavailable
from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.anchor.proof_files import ProofFileState
    from sviedka.anchor.stamp_state import StampState
    from sviedka.cli.console import Console
    from sviedka.vault.layout import Archive

SUMMARY: Final = "have the checkpoints stamped by time authorities"
EXAMPLE: Final = "sviedka stamp"


class ProofFileUnreadable(Unavailable):
    """The file that was to be attached cannot be read."""

    code = "unavailable.proof-file"


def configure(parser: ArgumentParser) -> None:
    """Add the proof file that was made elsewhere; the queue itself is what has no stamp yet."""
    parser.add_argument(
        "--attach",
        type=Path,
        metavar="FILE.ots",
        help=translate("keep an OpenTimestamps proof that was made elsewhere"),
    )


def run(arguments: Namespace, console: Console) -> int:
    """Work through the queue and say what is stamped, pending, late or failed."""
    from sviedka.anchor.config import read_authorities
    from sviedka.anchor.stamping import stamp_all
    from sviedka.vault.clock import now
    from sviedka.vault.entropy import random_bytes
    from sviedka.vault.layout import find_archive

    archive = find_archive(arguments.archive)
    if arguments.attach:
        return _attach(archive, arguments.attach, console)
    authorities = read_authorities(archive)
    states = stamp_all(archive, authorities, at=now(), random_bytes=random_bytes)
    missing = [state for state in states if state.state != "stamped"]
    console.document |= {
        "verdict": "unproven" if missing or not authorities else "holds",
        "stamps": [
            {"authority": one.authority, "kind": one.kind, "state": one.state, "why": one.why} for one in states
        ],
    }
    for state in states:
        _show(state, console)
    if not authorities:
        console.say("No time authority is configured; sviedka.toml names them.")
    elif not states:
        console.say("Every checkpoint is stamped by every authority.")
    _ask_calendars(archive, console)
    _record(archive, [one.name for one in authorities], console)
    copy_after(archive, console)
    return 20 if missing or not authorities else 0


def _attach(archive: Archive, path: Path, console: Console) -> int:
    from sviedka.anchor.proof_files import attach_proof

    try:
        data = path.read_bytes()
    except OSError as reason:
        raise ProofFileUnreadable("The proof file cannot be read: {path}", path=str(path)) from reason
    state = attach_proof(archive, data)
    console.document |= {"verdict": "holds", "size": state.size}
    console.say("Kept beside the checkpoint of {size} entries.", size=state.size)
    _show_proof(state, console)
    return 0


def _ask_calendars(archive: Archive, console: Console) -> None:
    from sviedka.anchor.proof_files import ask_calendars, read_calendars
    from sviedka.vault.entropy import random_bytes

    calendars = read_calendars(archive)
    states = ask_calendars(archive, calendars, random_bytes=random_bytes) if calendars else ()
    console.document["opentimestamps"] = [{"desk": one.desk, "size": one.size, "why": one.why} for one in states]
    for state in states:
        _show_proof(state, console)


def _record(archive: Archive, authorities: list[str], console: Console) -> None:
    """State in the log where the stamps stand: a missing proof is a fact that nobody can drop later."""
    from sviedka.keeper.client import Keeper, Locked
    from sviedka.store.session import close_store
    from sviedka.store.stamp_records import record_stamps

    try:
        with Keeper.connect(archive) as keeper:
            console.document["recorded"] = record_stamps(archive, keeper, authorities)
    except Locked:
        console.document["recorded"] = None
        console.say("Where the stamps stand is stated in the log at the next `sviedka stamp` on an unlocked archive.")
    finally:
        close_store()


def _show_proof(state: ProofFileState, console: Console) -> None:
    if state.finding is None:
        console.say("OpenTimestamps: nothing yet, because {why}. It is asked again next time.", why=why_said(state.why))
    elif state.finding.bitcoin_heights:
        console.say(
            "OpenTimestamps: names a block; whether the block holds it needs a Bitcoin node, and stays unproven here."
        )
    else:
        console.say("OpenTimestamps: pending; the calendars have promised.")


def _show(state: StampState, console: Console) -> None:
    if state.state == "stamped" and state.time is not None:
        console.say(
            "{authority} ({kind}): stamped, existed by {time}.",
            authority=state.authority,
            kind=Phrase(state.kind.value),
            time=state.time.isoformat(),
        )
    elif state.state == "stamped":
        console.say("{authority} ({kind}): stamped.", authority=state.authority, kind=Phrase(state.kind.value))
    else:
        console.say(
            "{authority} ({kind}): {state} since {since}, because {why}. It is asked again next time.",
            authority=state.authority,
            kind=Phrase(state.kind.value),
            state=Phrase(state.state.value),
            since=state.since.isoformat(),
            why=why_said(state.why),
        )
