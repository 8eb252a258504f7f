# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka seat`: a custodian's own device. File in, file out; no archive, no network, the base install."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.cli.secret_input import add_passphrase_option, read_new_passphrase, read_passphrase
from sviedka.cli.usage import number_between

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from sviedka.cli.console import Console
    from sviedka.core.seal.identity_order import OrderFile
    from sviedka.core.seal.link_order import LinkOrder
    from sviedka.keeper.wrapping import KdfCost
    from sviedka.seat.seat_file import OpenSeat, SeatFacts

SUMMARY: Final = "a custodian's own device: make a seat, answer an order, hand it over"
EXAMPLE: Final = (
    "sviedka seat new seat-3 --number 3 --root archive.example/root+6141657c+AQB8BVjd\n"
    "sviedka seat show seat-3\n"
    "sviedka seat peel seat-3 order -o peel-1\n"
    "sviedka seat peel seat-3 order -o peel-1 --agree\n"
    "sviedka seat hand-over seat-3 -o seat-3-for-them\n"
    "sviedka seat copies seat-3 -o shares\n"
    "sviedka seat restore seat-3-1.txt seat-3-4.txt seat-3-5.txt --keylist keylist-4 --root VKEY -o seat-3"
)


def configure(parser: ArgumentParser) -> None:
    """Add what a custodian does."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("ACTION"))
    new = actions.add_parser("new", help=translate("make the key of a seat, under your passphrase"))
    new.add_argument("seat", type=Path, metavar=translate("SEAT"))
    new.add_argument("--number", type=number_between(1, 5), required=True, metavar="N")
    new.add_argument("--root", required=True, metavar="VKEY", help=translate("the archive's root key"))
    _add_holder(new)
    _add_cost(new)
    add_passphrase_option(new)
    show = actions.add_parser("show", help=translate("say whose seat a file is, without opening it"))
    show.add_argument("seat", type=Path, metavar=translate("SEAT"))
    _configure_peel(actions.add_parser("peel", help=translate("read an order; with --agree, take your layer off")))
    over = actions.add_parser("hand-over", help=translate("give the seat to somebody, under their passphrase"))
    over.add_argument("seat", type=Path, metavar=translate("SEAT"))
    over.add_argument("--new-passphrase-file", type=Path, metavar=translate("FILE"))
    _add_holder(over)
    _add_output(over)
    _add_cost(over)
    add_passphrase_option(over)
    _configure_copies(actions)


def _configure_peel(peel: ArgumentParser) -> None:
    peel.add_argument("seat", type=Path, metavar=translate("SEAT"))
    peel.add_argument("order", type=Path, metavar=translate("ORDER"))
    peel.add_argument(
        "--after", type=Path, metavar=translate("FILE"), help=translate("the first seat's answer, if you open second")
    )
    peel.add_argument("--agree", action="store_true", help=translate("you have read the order and agree"))
    _add_output(peel)
    add_passphrase_option(peel)


def _configure_copies(actions: _SubParsersAction[ArgumentParser]) -> None:
    copies = actions.add_parser("copies", help=translate("write five shares of the key; any three give it back"))
    copies.add_argument("seat", type=Path, metavar=translate("SEAT"))
    copies.add_argument("-o", "--output", type=Path, required=True, metavar=translate("DIR"))
    add_passphrase_option(copies)
    restore = actions.add_parser("restore", help=translate("make a lost seat's file again from three shares"))
    restore.add_argument("share", type=Path, nargs="+", metavar=translate("SHARE"))
    restore.add_argument("--keylist", type=Path, required=True, metavar=translate("FILE"))
    restore.add_argument("--root", required=True, metavar="VKEY")
    restore.add_argument("--new-passphrase-file", type=Path, metavar=translate("FILE"))
    _add_holder(restore)
    _add_output(restore)
    _add_cost(restore)


def _add_holder(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--holder",
        metavar=translate("USER"),
        help=translate("who holds it: your identifier as a user, if you have one"),
    )
    parser.add_argument("--sealed", action="store_true", help=translate("nobody holds it: it will lie sealed, outside"))


def _add_output(parser: ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, required=True, metavar=translate("FILE"))


def _add_cost(parser: ArgumentParser) -> None:
    parser.add_argument("--key-cost", choices=("full", "demonstration"), default="full")


def run(arguments: Namespace, console: Console) -> int:
    """Do what was asked on this device."""
    actions = {
        "new": _new,
        "show": _show,
        "peel": _peel,
        "hand-over": _hand_over,
        "copies": _copies,
        "restore": _restore,
    }
    return actions[arguments.action](arguments, console)


def _new(arguments: Namespace, console: Console) -> int:
    from sviedka.core.base.wiping import wipe
    from sviedka.core.seal.note import parse_vkey
    from sviedka.seat.device_files import write_new_file
    from sviedka.seat.seat_file import make_seat
    from sviedka.vault.entropy import random_bytes

    root, holder, cost = parse_vkey(arguments.root), _holder(arguments), _cost(arguments)
    passphrase, secret = read_passphrase(arguments, twice=True), bytearray(random_bytes(32))
    try:
        data, facts = make_seat(secret, passphrase, number=arguments.number, root=root, holder=holder, cost=cost)
    finally:
        wipe(passphrase, secret)
    write_new_file(arguments.seat, data)
    return _tell_seat(facts, arguments.seat, console)


def _show(arguments: Namespace, console: Console) -> int:
    from sviedka.seat.device_files import read_file
    from sviedka.seat.seat_file import MOST_BYTES, read_seat

    facts = read_seat(read_file(arguments.seat, most_bytes=MOST_BYTES))
    return _tell_seat(facts, arguments.seat, console)


def _peel(arguments: Namespace, console: Console) -> int:
    from sviedka.core.seal.link_order import MAX_FILE_BYTES
    from sviedka.seat.device_files import read_file, write_new_file
    from sviedka.seat.errors import NotAgreed
    from sviedka.seat.order_check import asks_for_linkage, check_link_order, check_order
    from sviedka.seat.peeling import peel
    from sviedka.seat.seat_file import MOST_BYTES, read_seat
    from sviedka.vault.clock import now

    order = read_file(arguments.order, most_bytes=MAX_FILE_BYTES)
    before = None if arguments.after is None else read_file(arguments.after, most_bytes=MAX_FILE_BYTES)
    claimed = read_seat(read_file(arguments.seat, most_bytes=MOST_BYTES))
    if asks_for_linkage(order):
        _tell_link_order(check_link_order(order, claimed, now=now()).order, console)
    else:
        _tell_order(check_order(order, claimed, now=now()), console)
    if not arguments.agree:
        raise NotAgreed("The order was read, and nothing was opened.")
    seat = _open(arguments)
    try:
        answer = peel(order, seat, before=before, now=now())
    finally:
        seat.wipe()
    write_new_file(arguments.output, answer)
    console.document |= {"verdict": "holds", "peel": str(arguments.output)}
    console.say("Your answer is in {path}. It is good for this order only.", path=str(arguments.output))
    return 0


def _hand_over(arguments: Namespace, console: Console) -> int:
    from sviedka.seat.device_files import write_new_file
    from sviedka.seat.seat_file import hand_over

    holder, cost, seat = _holder(arguments), _cost(arguments), _open(arguments)
    try:
        data, facts = hand_over(seat, read_new_passphrase(arguments), holder=holder, cost=cost)
    finally:
        seat.wipe()
    write_new_file(arguments.output, data)
    _tell_seat(facts, arguments.output, console)
    console.say("The key is the same, so no cell was opened. Destroy the old file once the list is in force.")
    return 0


def _copies(arguments: Namespace, console: Console) -> int:
    from sviedka.seat.copies import share_seat
    from sviedka.seat.device_files import make_folder, write_new_file

    seat = _open(arguments)
    try:
        pages = share_seat(seat)
    finally:
        seat.wipe()
    make_folder(arguments.output)
    for number, page in enumerate(pages, start=1):
        write_new_file(arguments.output / f"seat-{seat.facts.number}-{number}.txt", page)
    console.document |= {"verdict": "holds", "shares": len(pages)}
    console.say(
        "Five shares, any three of which are the seat. Print them, give them to five people, destroy the files."
    )
    return 0


def _restore(arguments: Namespace, console: Console) -> int:
    from sviedka.core.seal.keylist import parse_keylist
    from sviedka.core.seal.note import parse_vkey
    from sviedka.keeper.share_text import MAX_SHARE_BYTES
    from sviedka.seat.copies import restore_seat
    from sviedka.seat.device_files import read_file, write_new_file

    keylist = parse_keylist(read_file(arguments.keylist, most_bytes=2 * 1024 * 1024))
    pages = [read_file(path, most_bytes=MAX_SHARE_BYTES).decode("ascii", "replace") for path in arguments.share]
    data, facts = restore_seat(
        pages,
        read_new_passphrase(arguments),
        keylist=keylist,
        root=parse_vkey(arguments.root),
        holder=_holder(arguments),
        cost=_cost(arguments),
    )
    write_new_file(arguments.output, data)
    return _tell_seat(facts, arguments.output, console)


def _open(arguments: Namespace) -> OpenSeat:
    from sviedka.seat.device_files import read_file
    from sviedka.seat.seat_file import MOST_BYTES, open_seat

    return open_seat(read_file(arguments.seat, most_bytes=MOST_BYTES), read_passphrase(arguments))


def _holder(arguments: Namespace) -> str | None:
    from sviedka.vault.entropy import new_id

    if arguments.sealed:
        return None
    return arguments.holder or new_id()


def _cost(arguments: Namespace) -> KdfCost:
    from sviedka.keeper.wrapping import DEMONSTRATION_COST, FULL_COST

    return FULL_COST if arguments.key_cost == "full" else DEMONSTRATION_COST


def _tell_seat(facts: SeatFacts, path: Path, console: Console) -> int:
    console.document |= {
        "verdict": "holds",
        "seat": facts.number,
        "archive": facts.archive,
        "holder": facts.holder,
        "line": facts.listed.line,
        "file": str(path),
    }
    console.say("Seat {number} of {archive}. Its line for the key list:", number=facts.number, archive=facts.archive)
    console.show(f"    {facts.listed.line}")
    if facts.holder is None:
        console.say("Nobody holds it: it answers no order until somebody takes it over.")
    return 0


def _tell_order(file: OrderFile, console: Console) -> None:
    order = file.order
    until, seats = order.until.isoformat(), f"{order.low}, {order.high}"
    console.document |= {
        "origin": order.origin,
        "person": order.person,
        "cell": order.cell,
        "by": order.by,
        "purpose": order.purpose,
        "until": until,
        "order": order.order,
        "seats": [order.low, order.high],
    }
    console.say("An order to open one identity:")
    console.say("    asked by {by} at {origin}", by=order.by, origin=order.origin)
    console.say("    person {person}", person=order.person)
    console.say("    for: {purpose}", purpose=order.purpose)
    console.say("    until {until}, by seats {seats}", until=until, seats=seats)


def _tell_link_order(order: LinkOrder, console: Console) -> None:
    until, seats = order.until.isoformat(), f"{order.low}, {order.high}"
    console.document |= {
        "origin": order.origin,
        "cells": order.cells,
        "by": order.by,
        "purpose": order.purpose,
        "until": until,
        "order": order.order,
        "seats": [order.low, order.high],
    }
    console.say("An order for one linkage: name keys of {count} people, and no name.", count=order.cells)
    console.say("    asked by {by} at {origin}", by=order.by, origin=order.origin)
    console.say("    for: {purpose}", purpose=order.purpose)
    console.say("    until {until}, by seats {seats}", until=until, seats=seats)
