# SPDX-License-Identifier: AGPL-3.0-or-later
"""Logs that lost their end and those that go on after them: what the dossier says of it, against the key list (spec §8.11).

The key list decides: it names the gap, and the first statement of the log that goes on repeats it. A head that the old
key signed beyond it was refuted before (`signatures`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.seal.succession import SUCCEEDED, says_the_same
from sviedka.verify.trust import show_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.verify.contents import Contents
    from sviedka.verify.findings import Findings
    from sviedka.verify.statement_check import CheckedStatement


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """A closed log of the dossier: its number, how many of its statements are held, and the line that speaks for them."""

    log: int
    size: int
    line: int


def check_successions(contents: Contents, statements: Sequence[CheckedStatement], findings: Findings) -> None:
    """Check every statement by which a log says that it goes on after another one (step 14)."""
    origins = {log.number: log.origin for log in contents.logs}
    for statement in _stating(statements):
        successor = contents.key_list.find_predecessor(origins[statement.log])
        if successor is None or statement.leaf_index != 0 or not says_the_same(statement.fields, successor):
            findings.add("succession.differs", show_line(statement.line))


def find_carried(contents: Contents, statements: Sequence[CheckedStatement]) -> tuple[Carried, ...]:
    """Return the closed logs of which a statement in the dossier, checked, names what is held."""
    origins = {log.number: log.origin for log in contents.logs}
    numbers = {origin: number for number, origin in origins.items()}
    found = []
    for statement in _stating(statements):
        successor = contents.key_list.find_predecessor(origins[statement.log])
        if successor is not None and successor.closed in numbers:
            found.append(Carried(log=numbers[successor.closed], size=successor.held.size, line=statement.line))
    return tuple(found)


def note_successions(contents: Contents, statements: Sequence[CheckedStatement], findings: Findings) -> None:
    """Say which logs lost their end and how much, and which of those that go on do not show how they began."""
    origins = {log.origin for log in contents.logs}
    shown = {statement.log for statement in _stating(statements)}
    for one in contents.key_list.successors:
        if origins & {one.closed, one.origin}:
            findings.add("log.succeeded", f"{one.closed} {one.held.size}/{one.known.size} {one.origin}")
    for log in contents.logs:
        if contents.key_list.find_predecessor(log.origin) is not None and log.number not in shown:
            findings.add("succession.not-shown", f"logs/{log.number}/origin")


def _stating(statements: Sequence[CheckedStatement]) -> Iterator[CheckedStatement]:
    """Yield the statements that say so of themselves."""
    yield from (one for one in statements if one.traces is not None and one.traces.type == SUCCEEDED)
