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
    from collections.abc import Callable, Sequence

    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.statement import Statement


def ask_in_person(arguments: Namespace, console: Console) -> Callable[[Sequence[Statement]], bytearray]:
    """Return what shows statements and asks; `arguments` may name a file with the passphrase."""

    def ask(statements: Sequence[Statement]) -> bytearray:
        for statement in statements:
            console.say("You are asked to stand behind this in person:")
            show_statement(statement, console)
        return read_passphrase(arguments)

    return ask


def show_statement(statement: Statement, console: Console) -> None:
    """Show what a statement says: its type in words, and each field."""
    from sviedka.core.base.schema import TypeUnknown
    from sviedka.core.catalogue import find_type

    kind = statement.type or ""
    with suppress(TypeUnknown):  # of a newer program: its own name is shown
        kind = translate(find_type(kind).label)
    console.show(f"    {kind}")
    for name, value in sorted(statement.fields.items()):
        console.show(f"    {name}: {_spelt(value)}")


def _spelt(value: Json) -> str:
    from sviedka.core.base.canonical import encode_canonical

    return value if isinstance(value, str) else encode_canonical(value).decode("utf-8")
