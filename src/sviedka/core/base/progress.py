# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long work tells whoever waits for it that it moves, and how far it has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told, of everything since the last call, how much was done and how much more came into sight.

    Both in one unit that the caller names: bytes, statements, originals. What never says what to expect is shown
    moving, without an end.
    """

    def __call__(self, done: int, expected: int = 0, /) -> None:
        """Move on by `done`; `expected` more is to be done than was known."""


def unwatched(_done: int, _expected: int = 0, /) -> None:
    """Do nothing: nobody is watching."""
