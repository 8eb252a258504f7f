# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which pairs of records are compared at all. A pair that no rule proposes is never found, so their recall is printed.

Two kinds of evidence must both be there: rules that ask for the surname and rules that do not, else nobody can tell how many
pairs all of them miss (`recall`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Collection

EVENT_DAYS: Final = 2
"""Days by which two lists may differ in when it happened and still be compared by that."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One blocking rule: all that it asks for has to agree.

    Attributes:
        name: In words, as it is printed.
        same: Columns of `Records.table` that have to be equal.
        share: Columns of lists that have to have an entry in common.
        event: Whether the days of the event may lie `EVENT_DAYS` apart at most.
    """

    name: Phrase
    same: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    event: bool = False

    @property
    def needs(self) -> frozenset[str]:
        """All columns that it looks at."""
        return frozenset((*self.same, *self.share, *(("event_day",) if self.event else ())))

    @property
    def by_surname(self) -> bool:
        """Whether it asks for the surname, in some way."""
        return any(column.startswith(("surname", "name_pair")) for column in self.needs)

    def unpacked(self) -> str:
        """Return its condition over `l` and `r` where lists are unpacked, one row for each entry."""
        return " AND ".join([*(f"l.{name} = r.{name}" for name in (*self.same, *self.share)), *self._near()])

    def proposing(self) -> str:
        """Return the query that counts the pairs that it proposes among `records`, some of them more than once."""
        columns, source = "rec, " + ", ".join(sorted(self.needs)), "records"
        for name in self.share:  # one after the other: two lists unpacked at once are laid side by side
            source = f"(SELECT * REPLACE (unnest({name}) AS {name}) FROM (SELECT {columns} FROM {source}))"  # noqa: S608  # columns of our own
        return f"SELECT count(*) FROM {source} l JOIN {source} r ON {self.unpacked()} AND l.rec < r.rec"  # noqa: S608

    def packed(self) -> str:
        """Return its condition over `l` and `r` as they are, in DuckDB's words."""
        shared = [f"list_has_any(l.{name}, r.{name})" for name in self.share]
        return " AND ".join([*(f"l.{name} = r.{name}" for name in self.same), *shared, *self._near()])

    def _near(self) -> list[str]:
        return [f"abs(l.event_day - r.event_day) <= {EVENT_DAYS}"] if self.event else []


RULES: Final = (
    Rule(name=Phrase("surname but for one sound, given name"), share=("surname_near", "given_codes")),
    Rule(name=Phrase("surname, given name but for one sound"), share=("surname_keys", "given_near")),
    Rule(
        name=Phrase("surname, first sound of the given name, event"),
        share=("surname_keys",),
        same=("given_head",),
        event=True,
    ),
    Rule(name=Phrase("surname and year of birth"), share=("surname_keys",), same=("born_year",)),
    Rule(
        name=Phrase("surname but for one sound, place, event"), share=("surname_near",), same=("place_key",), event=True
    ),
    Rule(
        name=Phrase("beginning of the surname, given name, place, event"),
        same=("surname_head", "given_code", "place_key"),
        event=True,
    ),
    Rule(
        name=Phrase("beginning of the surname, given name, year of birth"),
        same=("surname_head", "given_code", "born_year"),
    ),
    Rule(name=Phrase("given name and day of birth"), same=("given_code", "born_day")),
    Rule(
        name=Phrase("given name, year of birth, place, event"),
        same=("given_code", "born_year", "place_key"),
        event=True,
    ),
    Rule(name=Phrase("both names, in either order"), same=("name_pair",)),
    Rule(name=Phrase("day of birth and event"), same=("born_day",), event=True),
    Rule(name=Phrase("day of birth and place"), same=("born_day", "place_key")),
    Rule(name=Phrase("digest of an identifier"), same=("external_id",)),
)


def rules_for(columns: Collection[str]) -> tuple[Rule, ...]:
    """Return the rules that can find anything, where only in `columns` something is known."""
    return tuple(rule for rule in RULES if rule.needs <= set(columns))
