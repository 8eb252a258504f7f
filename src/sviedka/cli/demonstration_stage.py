# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stage of the demonstration: a folder of its own, the real commands, and a narrator.

Every command that the reader sees is run as it is printed, in a process of its own, so that it can be copied and tried.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.cli.language import translate
from sviedka.core.base.errors import Refuted, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.cli.console import Console

MARK: Final = ".made-by-sviedka-demo"
"""Only a folder that carries this file is ever cleared away."""

TIMEOUT_S: Final = 240


class FolderNotOurs(Unavailable):
    """The demonstration does not touch a folder that it has not made."""

    code = "unavailable.demo-folder"
    hint = "Choose another with --folder."


class DemonstrationFailed(Refuted):
    """A step of the demonstration did not end as it must."""

    code = "refuted.demonstration"


@dataclass(kw_only=True)
class Stage:
    """Where the demonstration plays, and how many chapters were told."""

    folder: Path
    console: Console
    chapters: int = 0

    def clear(self) -> None:
        """Make an empty folder; clear an older demonstration away."""
        if self.folder.exists():
            if not (self.folder / MARK).is_file():
                raise FolderNotOurs("{folder} exists and is not from a demonstration.", folder=str(self.folder))
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        (self.folder / MARK).write_text("`sviedka demo` may delete this folder.\n", encoding="utf-8")

    def title(self, message: str) -> None:
        """Begin a chapter."""
        self.chapters += 1
        self.console.say()
        self.console.say("{number}. {title}", number=self.chapters, title=translate(message))

    def tell(self, message: str, **facts: object) -> None:
        """Say what just happened, in words for somebody who has never seen a hash."""
        self.console.say("   " + translate(message, **facts).replace("\n", "\n   "))

    def sviedka(self, *words: str, expect: int = 0, quiet: bool = False) -> str:
        """Run `sviedka` with `words` in the folder and show what it says.

        Returns:
            Its standard output.

        Raises:
            DemonstrationFailed: It left with another status than `expect`.
        """
        return self.program("sviedka", *words, expect=expect, quiet=quiet)

    def program(self, name: str, *words: str, expect: int = 0, quiet: bool = False, within: Path | None = None) -> str:
        """Run any program as `sviedka` does, in the folder or `within` one below it."""
        self.console.show("   $ " + " ".join([name, *(f"'{word}'" if " " in word else word for word in words)]))
        start = [sys.executable, "-m", "sviedka.cli"] if name == "sviedka" else [name]
        done = subprocess.run(
            [*start, *words],
            cwd=within or self.folder,
            env=os.environ | {"SVIEDKA_ARCHIVE": str(self.folder / "archive")},
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
        if not quiet or done.returncode != expect:
            for line in (done.stdout + done.stderr).splitlines():
                self.console.show("     " + line)
        if done.returncode != expect:
            raise DemonstrationFailed(
                "`{command}` left with status {got}, not {expect}.", command=name, got=done.returncode, expect=expect
            )
        return done.stdout
