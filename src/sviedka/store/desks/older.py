# SPDX-License-Identifier: AGPL-3.0-or-later
"""A copy of a desk's log as it was before: a folder or bucket that was put back, or a stick that lay in a drawer.

It fits to what is held, so nothing is refuted, and it changes nothing. But whoever imports it hears nothing new of that
desk, and must be told so: "nothing is new" alone would pass for "that desk has said nothing".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from sviedka.store.ledger import find_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.store.engine import Database


@dataclass(frozen=True, kw_only=True)
class Older:
    """How old what was sent is, beside what is held.

    Attributes:
        size: Statements under the head that was sent.
        day: Of the newest of them, UTC.
        held: Statements that are here.
        held_day: Of the newest of these, UTC.
    """

    size: int
    day: date
    held: int
    held_day: date

    @classmethod
    def from_json(cls, told: Mapping[str, Json]) -> Self:
        """Return what a job of our own keeper told."""
        return cls(
            size=int(str(told["statements"])),
            day=date.fromisoformat(str(told["day"])),
            held=int(str(told["held"])),
            held_day=date.fromisoformat(str(told["held_day"])),
        )

    def as_json(self) -> dict[str, Json]:
        """Return it as `from_json` reads it."""
        return {
            "statements": self.size,
            "day": self.day.isoformat(),
            "held": self.held,
            "held_day": self.held_day.isoformat(),
        }


def older_copy(database: Database, desk: str, size: int, held: int) -> Older | None:
    """Return how old a head of `size` statements is beside `held`, all of them here; None if it is not older."""
    if size >= held:
        return None
    return Older(size=size, day=find_day(database, desk, size), held=held, held_day=find_day(database, desk, held))
