# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka erase`: what somebody takes back is frozen at once; erasing waits for time, two people and a check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.core.disclose.types.erasure_asked import ASKED_BY, CHANNELS
from sviedka.core.disclose.types.erasure_checked import OUTCOMES
from sviedka.core.disclose.types.erasure_narrowed import TO

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.store.session import Session
    from sviedka.store.taking_back.erasing import Erased
    from sviedka.store.taking_back_ledger import Subject
    from sviedka.store.taking_back_requests import Preview, Request

SUMMARY: Final = "take back: freeze at once, then make unreadable; the log still verifies"
EXAMPLE: Final = (
    "sviedka erase person-b --preview\n"
    "sviedka erase person-b --asked-by the-person --channel in-person\n"
    "sviedka erase person-b --checked free --channel agreed-channel\n"
    "sviedka erase person-b --carry-out"
)

_MESSAGES: Final = {
    "waiting": "not yet to be carried out",
    "ready": "may be carried out",
    "held": "held, since the wish was found not to be free",
    "narrowed": "narrowed to a freeze",
    "lifted": "given up by two people",
    "done": "carried out",
}
"""What a stage is to a person."""


def configure(parser: ArgumentParser) -> None:
    """Add whom or what, and the one step that is to be taken."""
    parser.add_argument(
        "subject", metavar=translate("SUBJECT"), help=translate("a person or an item: the identifier, or the label")
    )
    steps = parser.add_mutually_exclusive_group()
    steps.add_argument("--preview", action="store_true", help=translate("only show what would follow; change nothing"))
    steps.add_argument("--asked-by", choices=ASKED_BY, help=translate("who takes it back; this freezes at once"))
    steps.add_argument("--checked", choices=OUTCOMES, help=translate("whether the wish was found to be free"))
    steps.add_argument(
        "--narrow", choices=TO, help=translate("keep it frozen without erasing, or give it up; two approve the latter")
    )
    steps.add_argument("--lift", action="store_true", help=translate("end a freeze that two people gave up"))
    steps.add_argument("--carry-out", action="store_true", help=translate("erase now, if nothing lacks"))
    parser.add_argument(
        "--channel", choices=CHANNELS, default="in-person", help=translate("by which the person was heard")
    )


def run(arguments: Namespace, console: Console) -> int:
    """Take the step, then show where it stands."""
    from sviedka.store.session import open_archive, open_store
    from sviedka.store.taking_back.asking import requests_of, standing_requests
    from sviedka.store.taking_back_requests import find_subject, preview
    from sviedka.vault.clock import now

    with open_archive(arguments.archive) as session:
        subject = find_subject(open_store(session.archive, session.keeper), arguments.subject)
        console.document |= {"verdict": "holds", "subject": subject.subject, "of": subject.kind}
        if arguments.carry_out:
            return _carry_out(session, subject, console)
        standing = standing_requests(session.archive, session.keeper, subject, at=now())
        listed = {item for one in standing for item in (*one.items, *one.blocked)} if standing else None
        _show_preview(preview(open_store(session.archive, session.keeper), subject, listed), console)
        _take_step(arguments, session, subject)
        requests = requests_of(session.archive, session.keeper, subject, at=now())
        console.document["requests"] = [_to_json(one) for one in requests]
        for one in requests:
            _show_request(one, console)
    return 0


def _take_step(arguments: Namespace, session: Session, subject: Subject) -> None:
    from sviedka.store.taking_back import asking

    archive, keeper, channel = session.archive, session.keeper, arguments.channel
    if arguments.asked_by is not None:
        asking.ask(archive, keeper, subject, asked_by=arguments.asked_by, channel=channel)
    elif arguments.checked is not None:
        asking.check(archive, keeper, subject, outcome=arguments.checked, channel=channel)
    elif arguments.narrow is not None:
        asking.narrow(archive, keeper, subject, to=arguments.narrow)
    elif arguments.lift:
        asking.lift(keeper)


def _show_preview(seen: Preview, console: Console) -> None:
    console.document["preview"] = {
        "items": [*seen.items],
        "blocked": [*seen.blocked],
        "named": [*seen.named],
        "twins": [*seen.twins],
        "statements": seen.statements,
        "shared": seen.shared,
    }
    console.say("Originals that become unreadable: {count}.", count=len(seen.items))
    for item in seen.items:
        console.show(f"    {item}")
    if seen.named:
        console.say(
            "    Of these, {count} leave their digest, and perhaps the file's name, readable in this office: nobody, or "
            "somebody else, was recorded as who gave them.",
            count=len(seen.named),
        )
    console.say(
        "Originals that stay: for others, whom they show or who gave them, or as recorded since the request. Nobody opens "
        "or hands them out: {count}.",
        count=len(seen.blocked),
    )
    for item in seen.blocked:
        console.show(f"    {item}")
    for item in seen.twins:
        console.say("    The same bytes were deposited as {item} too, and stay readable there.", item=item)
    console.say(
        "Statements that lose what is about this person: {count}; of these also about others: {shared}.",
        count=seen.statements,
        shared=seen.shared,
    )
    console.say("What has left already is out of reach: receivers keep it.")


def _show_request(request: Request, console: Console) -> None:
    state = request.state
    console.say("Request {jti}: {stage}.", jti=request.jti, stage=translate(_MESSAGES[str(state.stage)]))
    if not state.is_frozen:
        return
    console.say("It is frozen: nothing of it is opened, and nothing leaves.")
    if str(state.stage) == "done":
        return
    if str(state.stage) == "ready":
        console.say("Nothing lacks. Erase with: sviedka erase, the same name, --carry-out")
        return
    console.say(
        "Approvals: {have} of 2. Give one with: sviedka approve {jti} --action erase",
        have=len(state.approved_by),
        jti=request.jti,
    )
    if not state.is_checked:
        console.say("The wish has not been found to be free yet.")
    console.say("It waits until {until}.", until=state.waits_until.date().isoformat())
    for one in request.narrowings:
        if one.to == "nothing":
            console.say(
                "To end the freeze, two people approve: sviedka approve {jti} --action unfreeze, then --lift.",
                jti=one.jti,
            )


def _to_json(request: Request) -> dict[str, Json]:
    state = request.state
    return {
        "request": request.jti,
        "stage": str(state.stage),
        "frozen": state.is_frozen,
        "approved_by": [*state.approved_by],
        "checked": state.is_checked,
        "waits_until": state.waits_until.isoformat(),
        "narrowings": [{"narrowing": one.jti, "to": one.to} for one in request.narrowings],
    }


def _carry_out(session: Session, subject: Subject, console: Console) -> int:
    from sviedka.store.taking_back.erasing import carry_out

    with console.progress("erasing, and rebuilding without it") as advance:
        done = carry_out(session.archive, session.keeper, subject, progress=advance)
    console.document |= _done_json(done)
    console.say(
        "Erased: {items} originals, {cells} cells. Recorded as statement {jti}.",
        items=len(done.items),
        cells=len(done.cells),
        jti=done.jti,
    )
    for name in done.not_reached:
        console.warn("Not reached: {name}. Run sviedka replicate until it is.", name=name)
    for desk in done.desks:
        console.warn(
            "Not reached: desk {desk}, and the folder or bucket between you. Run sviedka log checkpoint and exchange export "
            "here, and import there.",
            desk=desk,
        )
    for name in done.holders:
        console.say("{name} keeps the encrypted files; nothing opens them.", name=name)
    console.say(
        "Beyond recovery after the next rotation of the keys: run sviedka epoch rotate now. Copies of the whole folder that "
        "you made yourself are not reached."
    )
    return 0


def _done_json(done: Erased) -> dict[str, Json]:
    return {
        "erased": done.jti,
        "items": [*done.items],
        "cells": [*done.cells],
        "epochs": [*done.epochs],
        "reached": [*done.reached],
        "not_reached": [*done.not_reached],
        "desks": [*done.desks],
        "holders": [*done.holders],
    }
