# SPDX-License-Identifier: AGPL-3.0-or-later
"""One way to divide people: categories under a total, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.count.suppress.suppress_errors import TableMalformed

if TYPE_CHECKING:
    from collections.abc import Iterator

TOTAL: Final = ""
"""The code of everybody, whatever their category."""


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A way to divide what is counted.

    Attributes:
        name: As `act`, `place`, `month`.
        parents: For each category its parent; `TOTAL` for one of the first level. A parent stands before its children.
        several: One person may stand in several categories (acts done to them, months of them). Then a total is no
            sum: it is at least the largest part and at most the sum of all parts.
    """

    name: str
    parents: tuple[tuple[str, str], ...]
    several: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no tree."""
        seen = {TOTAL}
        for code, parent in self.parents:
            if code in seen or parent not in seen:
                raise TableMalformed("A category of {name} stands twice, or before its parent.", name=self.name)
            seen.add(code)
        if not self.name or not self.parents:
            raise TableMalformed("A dimension has a name and at least one category.")

    @property
    def codes(self) -> tuple[str, ...]:
        """All categories, the total first."""
        return (TOTAL, *(code for code, _ in self.parents))

    @property
    def leaves(self) -> tuple[str, ...]:
        """The categories that are not divided further."""
        inner = {parent for _, parent in self.parents}
        return tuple(code for code, _ in self.parents if code not in inner)

    def families(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each category that is divided, with its parts."""
        children: dict[str, list[str]] = {}
        for code, parent in self.parents:
            children.setdefault(parent, []).append(code)
        for parent, parts in children.items():
            yield parent, tuple(parts)
