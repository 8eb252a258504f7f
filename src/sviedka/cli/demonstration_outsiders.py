# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two outsiders of the demonstration: another organisation that cosigns, and a time authority.

Both run as processes of their own on this machine's loopback address, as they would elsewhere. That they are ours is said
wherever they appear: the authority is pinned as *internal*.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_S: Final = 20


class OutsiderMissing(Unavailable):
    """A process of the demonstration did not start."""

    code = "unavailable.demo-outsider"


@contextmanager
def running(module: str, *words: str, folder: Path) -> Iterator[str]:
    """Run `python -m MODULE WORDS` in `folder` until the block ends.

    Yields:
        Its first line: the address at which it answers.
    """
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            first = process.stdout.readline().strip() if process.stdout else ""
            if not first:
                raise OutsiderMissing("A process of the demonstration did not start: {module}.", module=module)
            yield first
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)
