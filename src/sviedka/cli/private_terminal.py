# SPDX-License-Identifier: AGPL-3.0-or-later
"""The terminal of the person who sits here, and of nobody else: where an identity is typed and shown.

Standard output may be a file, a pipe, another program's log; so nothing of an identity ever goes there. What is shown
stands on the terminal's second screen, which leaves no scrollback, and is wiped after two minutes or a key.
"""

from __future__ import annotations

import os
import select
import termios
from typing import TYPE_CHECKING, Final, Self

from sviedka.cli.console import visible
from sviedka.cli.language import translate
from sviedka.core.base.errors import Withheld

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_S: Final = 120
MOST_LINE_BYTES: Final = 4_096
_SECOND_SCREEN: Final = "\x1b[?1049h\x1b[H\x1b[2J"
_FIRST_SCREEN: Final = "\x1b[H\x1b[2J\x1b[3J\x1b[?1049l"


class TerminalMissing(Withheld):
    """There is no terminal at which one person sits."""

    code = "withheld.no-terminal"
    hint = "Type this at a terminal yourself; an identity is not written into files or pipes."


class PrivateTerminal:
    """The controlling terminal; use as a context manager."""

    def __init__(self) -> None:
        """Open it; raise `TerminalMissing` if there is none."""
        try:
            self._terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as reason:
            raise TerminalMissing("An identity is shown at a terminal only, and there is none.") from reason

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._terminal)

    def say(self, line: str) -> None:
        """Write one line."""
        self._write(f"{line}\n")

    def ask(self, prompt: str) -> str:
        """Return one line that the person types, without its end; empty for Enter alone."""
        self._write(prompt)
        line = bytearray()
        while (byte := os.read(self._terminal, 1)) not in {b"", b"\n", b"\r"} and len(line) < MOST_LINE_BYTES:
            line += byte
        return line.decode("utf-8", "replace")

    def show_once(self, lines: Sequence[str], *, seconds: int = SHOWN_S) -> None:
        """Show lines until a key is pressed or the time is up; nothing of them stays on the terminal."""
        text = "\n".join(visible(line) for line in lines)
        self._write(f"{_SECOND_SCREEN}{text}\n\n{translate('Enter wipes this; so do two minutes.')}\n")
        try:
            select.select([self._terminal], [], [], seconds)
        finally:
            termios.tcflush(self._terminal, termios.TCIFLUSH)  # the key that wiped it answers no later question
            self._write(_FIRST_SCREEN)

    def _write(self, text: str) -> None:
        data = text.replace("\n", "\r\n").encode("utf-8", "replace")
        while data:
            data = data[os.write(self._terminal, data) :]
