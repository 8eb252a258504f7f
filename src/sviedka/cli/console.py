# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a command says, and where.

People read sentences on standard output and progress on standard error, the latter only at a terminal. With
`--json`, one object stands on standard output and nothing else. Text that came from outside (file names, pseudonyms) is
shown with its control and direction characters made visible, so that a name cannot rewrite the line it stands in.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import TYPE_CHECKING

from sviedka.cli.language import translate
from sviedka.core.base.errors import Unavailable
from sviedka.core.base.phrases import Phrase
from sviedka.core.base.progress import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.errors import Failure
    from sviedka.core.base.progress import Progress


@dataclass(kw_only=True, slots=True)
class Console:
    """One command's way to speak. `document` becomes the JSON object."""

    json_only: bool = False
    document: dict[str, Json] = field(default_factory=dict)

    def say(self, message: str = "", /, **facts: object) -> None:
        """Say a sentence to a person; nothing under `--json`."""
        if not self.json_only:
            write_out(translate(message, **{name: _shown(value) for name, value in facts.items()}))

    def show(self, line: str, /) -> None:
        """Print a line that is not translated: a table row, a command, a path."""
        if not self.json_only:
            write_out(visible(line))

    def warn(self, message: str, /, **facts: object) -> None:
        """Say something that a person must not overlook, on standard error."""
        text = translate(message, **{name: _shown(value) for name, value in facts.items()})
        print(text, file=sys.stderr, flush=True)  # noqa: T201  # as above

    def explain(self, failure: Failure) -> None:
        """Say what failed and what may be concluded, and put it into the document."""
        self.document |= {
            "verdict": failure.verdict,
            "code": failure.code,
            "exit_status": failure.exit_status,
            "message": str(failure),
        }
        self.warn(
            "{verdict}: {sentence}", verdict=failure.verdict, sentence=translate(failure.message, **failure.facts)
        )
        for message, facts in failure.details:
            words = {name: translate(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
            self.warn("    {detail}", detail=translate(message, **words))
        if failure.hint:
            self.warn(failure.hint)

    def close(self) -> None:
        """Print the JSON object, if that is what was asked for."""
        if self.json_only:
            write_out(json.dumps(self.document, ensure_ascii=False, indent=2, sort_keys=True))

    @contextmanager
    def progress(self, message: str) -> Iterator[Progress]:
        """Show a bar on standard error while the block runs; none when that is not a terminal."""
        if self.json_only or not sys.stderr.isatty():
            yield unwatched
            return
        from rich.console import Console as Terminal
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Terminal(stderr=True), transient=True) as bar:
            task = bar.add_task(translate(message), total=None)
            known = 0

            def advance(done: int, expected: int = 0, /) -> None:
                nonlocal known
                known += expected
                bar.update(task, advance=done, total=known or None)

            yield advance


class OutputLost(Unavailable):
    """Standard output takes no more: a full disk, or a reader that has gone."""

    code = "unavailable.output"
    hint = "What was done is done; look at it again with another output."


def write_out(text: str) -> None:
    """Print to standard output as it is; raise `OutputLost` when it takes no more."""
    try:
        print(text, flush=True)  # noqa: T201  # this is the one place that prints
    except OSError as reason:
        turn_output_away()
        raise OutputLost("Standard output takes no more.") from reason


def turn_output_away() -> None:
    """Let what is still written go nowhere: Python would complain once more at exit, when it flushes what is left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def carry_every_character() -> None:
    """Let no character stop a sentence: on Windows what goes into a file or a pipe is in a code page that lacks most of them.

    Where nobody asked for an encoding (`PYTHONIOENCODING`), it becomes UTF-8; else what it lacks is written as code points.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            asked = "PYTHONIOENCODING" in os.environ or stream.isatty()
            stream.reconfigure(encoding=None if asked else "utf-8", errors="backslashreplace")


def visible(text: str) -> str:
    """Return `text` with control, format and unpaired surrogate characters written out as code points."""
    return "".join(
        f"\\u{{{ord(char):x}}}" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else char
        for char in text
    )


def _shown(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Phrase) else value
