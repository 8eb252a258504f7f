# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka identity ask-linkage` and `link`: how many people the archive's own are, by name keys that two seats open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.cli.language import translate
from sviedka.cli.places import free_place, read_at_most, readable_file
from sviedka.cli.secret_input import add_passphrase_option
from sviedka.cli.usage import WrongUsage, number_between

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from sviedka.cli.console import Console
    from sviedka.link.key_lists import OutsideLists


def configure_linkage(actions: _SubParsersAction[ArgumentParser]) -> None:
    """Add both actions."""
    asking = actions.add_parser("ask-linkage", help=translate("ask two custodians for the name keys of all, in person"))
    asking.add_argument("--seats", nargs=2, type=number_between(1, 5), required=True, metavar="N")
    asking.add_argument("--purpose", required=True, help=translate("what for; the custodians read it, it is recorded"))
    asking.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))
    add_passphrase_option(asking)
    link = actions.add_parser("link", help=translate("say whose names can be spellings of one, and open no identity"))
    link.add_argument("order", type=Path, metavar=translate("ORDER"))
    link.add_argument("answer", type=Path, metavar=translate("ANSWER"))
    link.add_argument("-o", "--output", type=Path, metavar="CAPTURES.csv", help=translate("for sviedka estimate"))
    link.add_argument("--name", default="archive", help=translate("what the archive's own list is called (archive)"))
    link.add_argument("--seed", type=number_between(0, 2**31 - 1), default=1, metavar="N")
    for one in (asking, link):
        one.add_argument(
            "--lists", type=Path, metavar="LISTS.yaml", help=translate("link with these lists from outside, by case")
        )
        one.add_argument("--case", metavar=translate("CASE"), help=translate("whose people, with --lists"))


def ask_linkage(arguments: Namespace, console: Console) -> int:
    """Record the request and write the order for two custodians."""
    from sviedka.cli.asserting import ask_in_person
    from sviedka.keeper.asserting import with_passphrase
    from sviedka.store.identity_linkage import Asked, request_linkage
    from sviedka.store.session import open_archive

    low, high = sorted(arguments.seats)
    outside = _outside(arguments)
    with open_archive(arguments.archive) as session:
        free_place(arguments.output, archive=session.archive)
        actor = session.keeper.facts().actor
        assertor = with_passphrase(session.archive, actor, ask_in_person(arguments, console))
        asked = Asked(seats=(low, high), purpose=arguments.purpose, assertor=assertor)
        if outside is None:
            done = request_linkage(session.archive, session.keeper, asked)
        else:
            from sviedka.link.archive_people import request_with_lists

            done = request_with_lists(session.archive, session.keeper, asked, outside, arguments.case)
    console.document["people"] = done.people
    console.say("It asks for the name keys of {count} people, and for no identity.", count=done.people)
    hand_out_order(arguments.output, done.order, console, jti=done.jti, seats=(low, high))
    return 0


def hand_out_order(output: Path, order: bytes, console: Console, *, jti: str, seats: tuple[int, int]) -> None:
    """Write an order for two custodians and say to whom it goes."""
    from sviedka.vault.durable import write_new

    low, high = seats
    write_new(output, order, mode=0o600)
    console.document |= {"verdict": "holds", "request": jti, "order": str(output), "seats": [low, high]}
    console.say("The request is recorded as statement {jti}.", jti=jti)
    console.say(
        "Send {path} to seat {low}, then with their answer to seat {high}. It holds for seven days.",
        path=str(output),
        low=low,
        high=high,
    )


def link_people(arguments: Namespace, console: Console) -> int:
    """Have the keeper open the link cells of an answered order, and tell groups, or with lists numbers alone."""
    from sviedka.core.seal.link_order import MAX_FILE_BYTES
    from sviedka.store.identity_linkage import run_linkage
    from sviedka.store.session import open_archive

    order, answer = (read_at_most(path, MAX_FILE_BYTES) for path in (arguments.order, arguments.answer))
    if (outside := _outside(arguments)) is not None:
        return _link_with_lists(arguments, console, outside, (order, answer))
    with open_archive(arguments.archive) as session:
        found = run_linkage(session.archive, session.keeper, order, answer)
    people = len(found.group_of)
    console.document |= {"verdict": "holds", "statement": found.jti, "people": people, "groups": found.groups}
    console.document["group_of"] = {str(person): group for person, group in found.group_of.items()}
    console.say("It is recorded as statement {jti}. The order opens nothing more.", jti=found.jti)
    console.say("{people} persons are recorded with a name; by their names they make {groups} groups.",
                people=people, groups=found.groups)  # fmt: skip
    console.say("If no name is misspelled, they are {groups} to {people} people: a name never shows that two are one.",
                groups=found.groups, people=people)  # fmt: skip
    for group in range(found.groups):
        members = [person for person, number in found.group_of.items() if number == group]
        if len(members) > 1:
            console.show(f"    {' '.join(members)}")
    return 0


def _link_with_lists(
    arguments: Namespace, console: Console, outside: OutsideLists, answered: tuple[bytes, bytes]
) -> int:
    from sviedka.core.count.estimate.capture_csv import format_capture_csv
    from sviedka.link.archive_people import link_with_lists
    from sviedka.store.session import open_archive
    from sviedka.vault.durable import write_new

    if arguments.output is None:
        raise WrongUsage(translate("--lists needs -o: a file for the numbers"), program="sviedka identity link")
    with open_archive(arguments.archive) as session:
        free_place(arguments.output, archive=session.archive)
        jti, tables = link_with_lists(
            session.archive,
            session.keeper,
            outside,
            answered=answered,
            case=arguments.case,
            name=arguments.name,
            seed=arguments.seed,
        )
    write_new(arguments.output, format_capture_csv(tables), mode=0o600)
    people = [table.observed for table in tables]
    counted = outside.order.counted
    console.document |= {"verdict": "holds", "statement": jti, "people": people[0], "output": str(arguments.output)}
    console.document["people_drawn"] = [min(people[1:]), max(people[1:])]
    console.say("It is recorded as statement {jti}. The order opens nothing more.", jti=jti)
    console.say(
        "Counted: {what}, one for each {unit}, {where}, until {until}.",
        what=counted.what, unit=counted.unit, where=counted.where, until=counted.until,
    )  # fmt: skip
    console.say(
        "{people} people stand on {lists} by this linkage; {low} to {high} over {draws} draws of it.",
        people=people[0], lists=", ".join(tables[0].lists), low=min(people[1:]), high=max(people[1:]), draws=len(people) - 1,
    )  # fmt: skip
    console.say("Which records are of one person is not told: it would say who the archive's people are.")
    console.say("The numbers are for sviedka estimate; small ones stand among them, and they are not to be published.")
    return 0


def _outside(arguments: Namespace) -> OutsideLists | None:
    """Read the lists that are to be linked with, if any are."""
    if arguments.lists is None:
        return None
    if arguments.case is None:
        raise WrongUsage(translate("--lists needs --case: whose people are linked"), program="sviedka identity")
    from sviedka.core.base.progress import unwatched
    from sviedka.link.key_lists import read_outside

    return read_outside(readable_file(arguments.lists), unwatched)
