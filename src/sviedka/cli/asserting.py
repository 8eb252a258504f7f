# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a person at a terminal is shown what they are to stand behind, and asked for their passphrase.

Runs in the process that `sviedka.keeper.asserting` forks for it. What is shown was read from the digests that will be
signed, so that it cannot say one thing and be another.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.cli.language import translate
from sviedka.cli.secret_input import read_passphrase

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Sequence

    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.statement import Statement


def ask_in_person(
    arguments: Namespace, console: Console, *, unshown: frozenset[str] = frozenset()
) -> Callable[[Sequence[Statement]], bytearray]:
    """Return what shows statements and asks.

    Args:
        arguments: May name a file with the passphrase.
        console: Where they are shown.
        unshown: Fields of which only the name is shown, because no eye on a terminal should rest on them.
    """

    def ask(statements: Sequence[Statement]) -> bytearray:
        for statement in statements:
            console.say("You are asked to stand behind this in person:")
            show_statement(statement, console, unshown=unshown)
        return read_passphrase(arguments)

    return ask


def show_statement(statement: Statement, console: Console, *, unshown: frozenset[str] = frozenset()) -> None:
    """Show what a statement says: its type in words, and each field."""
    from sviedka.core.base.schema import TypeUnknown
    from sviedka.core.catalogue import find_type

    kind = statement.type or ""
    with suppress(TypeUnknown):  # of a newer program: its own name is shown
        kind = translate(find_type(kind).label)
    console.show(f"    {kind}")
    for name, value in sorted(statement.fields.items()):
        for line in _lines(name, "…" if name in unshown else value):
            console.show(f"    {line}")


def _lines(name: str, value: Json) -> Iterator[str]:
    """Yield a field as people read it: a list of objects has a line for each."""
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        yield f"{name}:"
        yield from (f"  - {_spelt(one)}" for one in value)
    else:
        yield f"{name}: {_spelt(value)}"


def _spelt(value: Json) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_spelt(inner)}" for name, inner in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(map(_spelt, value))
    return "-" if value is None else str(value)
