# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where one command had to do with several places and some failed: its verdict and exit status are those of the worst."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.cli.console import Console
    from sviedka.core.base.errors import Failure

_WORST_FIRST: Final = (10, 30, 40, 50, 20)


def conclude(console: Console, failures: Iterable[Failure | None]) -> int:
    """Put the worst into the document and return its exit status; 0 if there is none."""
    real = [failure for failure in failures if failure is not None]
    if not real:
        return 0
    worst = min(real, key=lambda failure: _WORST_FIRST.index(failure.exit_status))
    console.document |= {"verdict": worst.verdict, "code": worst.code, "exit_status": worst.exit_status}
    return worst.exit_status
