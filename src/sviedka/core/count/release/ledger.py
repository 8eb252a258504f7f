# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was ever published, as text that is kept under the archive's cell: versions to be read back by the next release.

Canonical JSON, cut into segments. The numbers stand in the order of `Table.cells`, so that a table of 325 cells takes two kilobytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.count.release.release_errors import LedgerMalformed, PlanRefused
from sviedka.core.count.suppress.dimension import Dimension
from sviedka.core.count.suppress.primary import CellCount, PrimaryRule
from sviedka.core.count.suppress.table import Table, Unit
from sviedka.core.count.suppress.version import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.count.suppress.table import Cell

FORMAT: Final = "sviedka/release-ledger/1"
SHOWN, HIDDEN, NEVER_SHOWN = "shn"
SEGMENT_CHARS: Final = 4_000
MOST_CHARS: Final = 400_000
"""A statement's sealed part holds a mebibyte, in base64 and with salts."""


def format_ledger(version: Version) -> list[str]:
    """Return a version as segments of text.

    Raises:
        PlanRefused: It is too large for one release.
    """
    told: Json = {
        "format": FORMAT,
        "as_of": version.as_of,
        "rounded_to": version.base,
        "rule": [version.rule.threshold, version.rule.sources, version.rule.share_percent],
        "tables": [_told(table, version) for table in version.tables],
    }
    text = encode_canonical(told).decode("utf-8")
    if len(text) > MOST_CHARS:
        raise PlanRefused("The tables have too many numbers for one release; publish them in several.")
    return [text[start : start + SEGMENT_CHARS] for start in range(0, len(text), SEGMENT_CHARS)]


def parse_ledger(segments: Sequence[str]) -> Version:
    """Read a version back.

    Trusted: a statement of this archive, whose signature was checked.

    Raises:
        LedgerMalformed: It is none.
    """
    try:
        return _read(parse_canonical("".join(segments).encode("utf-8"), max_bytes=4 * MOST_CHARS))
    except (Malformed, KeyError, TypeError, ValueError, IndexError) as reason:
        raise LedgerMalformed("The ledger of a release cannot be read.") from reason


def _told(table: Table, version: Version) -> Json:
    cells = list(table.cells())
    counts = [version.counts[cell] for cell in cells]
    return {
        "unit": table.unit.value,
        "population": table.population,
        "dimensions": [
            {"name": one.name, "several": one.several, "parents": [list(pair) for pair in one.parents]}
            for one in table.dimensions
        ],
        "people": [count.people for count in counts],
        "sources": [count.sources for count in counts],
        "largest_list": [count.largest_list for count in counts],
        "marks": "".join(
            NEVER_SHOWN if count.never_shown else SHOWN if cell in version.shown else HIDDEN
            for cell, count in zip(cells, counts, strict=True)
        ),
    }


def _read(told: Any) -> Version:  # noqa: ANN401  # whatever does not fit raises, and is caught by the caller
    """Read what was written."""
    if told["format"] != FORMAT:
        raise ValueError(FORMAT)
    tables: list[Table] = []
    counts: dict[Cell, CellCount] = {}
    shown: set[Cell] = set()
    for one in told["tables"]:
        tables.append(_table(one))
        columns = (one["people"], one["sources"], one["largest_list"], one["marks"])
        for cell, people, sources, largest, mark in zip(tables[-1].cells(), *columns, strict=True):
            counts[cell] = CellCount(
                people=people, sources=sources, largest_list=largest, never_shown=mark == NEVER_SHOWN
            )
            if mark == SHOWN:
                shown.add(cell)
    threshold, sources, share = told["rule"]
    return Version(
        as_of=told["as_of"],
        tables=tuple(tables),
        counts=counts,
        shown=frozenset(shown),
        base=told["rounded_to"],
        rule=PrimaryRule(threshold=threshold, sources=sources, share_percent=share),
    )


def _table(told: dict[str, Any]) -> Table:
    dimensions = tuple(
        Dimension(
            name=one["name"],
            parents=tuple((code, parent) for code, parent in one["parents"]),
            several=one["several"],
        )
        for one in told["dimensions"]
    )
    return Table(unit=Unit(told["unit"]), population=told["population"], dimensions=dimensions)
