# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the attacker's equations from the releases, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, log2
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

from sviedka.core.count.suppress.suppress_errors import TableMalformed
from sviedka.core.count.suppress.system import System
from sviedka.core.count.suppress.version import round_to_base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sviedka.core.count.suppress.primary import PrimaryRule
    from sviedka.core.count.suppress.table import Cell, Sum
    from sviedka.core.count.suppress.version import Version

    Terms = tuple[tuple[int, int], ...]

REACH: Final = 10
"""An attacker looks so many thresholds above twice the largest number. That they stop there only makes us hide more."""


def build_system(versions: Sequence[Version]) -> System:
    """Write all releases, oldest first, as equations; the last one is being made.

    Raises:
        TableMalformed: A total is not what its parts come to.
    """
    writing = _Writing()
    for version in versions:
        writing.add(version)
    return writing.finish(versions[-1])


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    """Where a cell stood last: its column, as of when, and the columns of the parts in each sum that it is the whole of."""

    column: int
    as_of: str
    divided: frozenset[tuple[int, ...]]


@dataclass(kw_only=True)
class _Writing:
    """The equations while they grow."""

    value: list[float] = field(default_factory=list)
    hidden: list[tuple[float, float]] = field(default_factory=list)
    shown: dict[int, tuple[float, float]] = field(default_factory=dict)
    cells: dict[int, Cell] = field(default_factory=dict)
    latest: dict[Cell, _State] = field(default_factory=dict)
    stated: dict[Cell, int] = field(default_factory=dict)
    """The columns of the version that is being added."""
    sensitive: set[int] = field(default_factory=set)
    needs: dict[int, tuple[float, float]] = field(default_factory=dict)
    """By column, the widest interval that any release promised."""
    rows: dict[Terms, int | None] = field(default_factory=dict)
    """Terms that come to 0; or, with the column of a slack, to no less than 0."""

    def add(self, version: Version) -> None:
        """Add one release: its numbers, how they changed, and what adds up."""
        sums: dict[Cell, list[Sum]] = {}
        for one in (one for table in version.tables for one in table.sums()):
            sums.setdefault(one.whole, []).append(one)
        self.stated = {}
        for cell in dict.fromkeys(cell for table in version.tables for cell in table.cells()):
            column = self._number(cell, version, sums)
            if cell in version.shown:
                self._show(column, version.base)
        for ones in sums.values():
            for one in ones:
                self._add_up(one)

    def _number(self, cell: Cell, version: Version, sums: Mapping[Cell, Sequence[Sum]]) -> int:
        """Return the column of a cell in this version, after those of its parts."""
        if cell in self.stated:
            return self.stated[cell]
        divided = {tuple(self._number(part, version, sums) for part in one.parts) for one in sums.get(cell, ())}
        count = version.counts[cell]
        before = self.latest.get(cell)
        if before is not None and self._is_known_to_stand(before, version, divided):
            column = before.column
        else:
            column = self._column(count.people, (0, inf))
            self.cells[column] = cell
            if before is not None:
                self._change(before.column, column, version.rule, is_whole=bool(divided))
        self.stated[cell] = column
        self.latest[cell] = _State(column=column, as_of=version.as_of, divided=frozenset(divided))
        if version.rule.is_sensitive(count) and column not in self.shown:
            self.sensitive.add(column)
            self._need(column, *version.rule.kept_apart(count.people))
        return column

    def _is_known_to_stand(self, before: _State, version: Version, divided: set[tuple[int, ...]]) -> bool:
        """Whether an attacker is granted that a cell is the same number as in the version before.

        They are for a cell that is not divided, and for data of the same day. A divided one follows from its parts: if
        it stands although a category was added, that the new category is empty is just what may not be known.
        """
        count = self.value[before.column]
        if count != version.counts[self.cells[before.column]].people:
            return False
        return not (divided or before.divided) or before.as_of == version.as_of or bool(divided & before.divided)

    def _change(self, before: int, after: int, rule: PrimaryRule, *, is_whole: bool) -> None:
        """Add how a number changed: as sensitive as a number, if few people came or went."""
        change = int(self.value[after] - self.value[before])
        limits = (-inf, inf) if is_whole else (0, inf) if change > 0 else (-inf, 0)
        column = self._column(change, limits)
        self.rows[(after, 1), (before, -1), (column, -1)] = None
        if rule.is_small_change(change):
            far = rule.threshold if change > 0 else -rule.threshold
            self._need(column, min(0, far), max(0, far))

    def _need(self, column: int, low: float, high: float) -> None:
        before = self.needs.get(column, (low, high))
        self.needs[column] = min(low, before[0]), max(high, before[1])

    def _show(self, column: int, base: int) -> None:
        number, half = round_to_base(int(self.value[column]), base), base // 2
        lower, upper = self.shown.get(column, (0, inf))
        self.shown[column] = (max(lower, number - half), min(upper, number + half))

    def _add_up(self, one: Sum) -> None:
        whole, parts = self.stated[one.whole], [self.stated[part] for part in one.parts]
        less_whole: Terms = ((whole, -1), *((part, 1) for part in parts))
        if not one.several:
            if sum(self.value[column] * sign for column, sign in less_whole) != 0:
                raise TableMalformed("A total is not the sum of its parts.")
            self.rows.setdefault(less_whole, None)
            return
        for terms in (less_whole, *(((whole, 1), (part, -1)) for part in parts)):
            self._at_least_nothing(terms)

    def _at_least_nothing(self, terms: Terms) -> None:
        if terms in self.rows:
            return
        left = sum(self.value[column] * sign for column, sign in terms)
        if left < 0:
            raise TableMalformed("A part is larger than its whole, or the whole larger than all its parts.")
        self.rows[terms] = self._column(left, (0, inf))

    def _column(self, value: float, limits: tuple[float, float]) -> int:
        self.value.append(value)
        self.hidden.append(limits)
        return len(self.value) - 1

    def finish(self, newest: Version) -> System:
        """Return the equations; the cells of the newest release that may be shown are left open."""
        size = len(self.value)
        value = np.array(self.value)
        far = 2 * float(np.abs(value).max(initial=0)) + REACH * newest.rule.threshold
        hidden = np.clip(np.array(self.hidden).T.reshape(2, size), -far, far)
        known = np.array([self.shown.get(column, self._rounded(column, newest.base)) for column in range(size)])
        column_of = dict(self.stated)
        is_open, cost = np.zeros(size, dtype=bool), np.zeros(size)
        deepest = max((len(cell.at) for cell in column_of), default=0)
        for cell, column in column_of.items():
            is_open[column] = column not in self.sensitive and column not in self.shown
            cost[column] = is_open[column] * (1 + deepest - len(cell.at)) * (1 + log2(1 + value[column]) / 8)
        return System(
            rows=self._matrix(size),
            value=value,
            hidden_range=hidden,
            shown_range=known.T.reshape(2, size),
            is_shown=np.isin(np.arange(size), list(self.shown)),
            is_open=is_open,
            is_cell=np.isin(np.arange(size), list(self.cells)),
            needs=tuple((column, low, high) for column, (low, high) in self.needs.items()),
            column_of=column_of,
            cost=cost,
        )

    def _rounded(self, column: int, base: int) -> tuple[float, float]:
        number = round_to_base(int(self.value[column]), base)
        return max(0, number - base // 2), number + base // 2

    def _matrix(self, size: int) -> csr_array:
        entries = [
            (row, column, sign)
            for row, (terms, slack) in enumerate(self.rows.items())
            for column, sign in (*terms, *(() if slack is None else ((slack, -1),)))
        ]
        row, column, sign = np.array(entries, dtype=np.int64).reshape(-1, 3).T
        return csr_array((sign.astype(np.float64), (row, column)), shape=(len(self.rows), size))
