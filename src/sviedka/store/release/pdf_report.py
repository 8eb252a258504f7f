# SPDX-License-Identifier: AGPL-3.0-or-later
"""A release as PDF/A-2b with its charts, the same bytes each time."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import typst

from sviedka.core.count.release.facts import figure_blocks, tell_facts
from sviedka.core.count.release.grid import lay_out_all
from sviedka.core.count.release.page import notes
from sviedka.core.count.release.wording import HIDDEN_MARK, WORDING
from sviedka.store.dossier.pdf_report import STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.count.release.facts import Audited
    from sviedka.core.count.release.plan import ReleasePlan
    from sviedka.core.count.suppress.version import Version


def draw_release_pdf(
    plan: ReleasePlan, version: Version, audited: Audited, *, language: str, charts: Mapping[str, str], at: datetime
) -> bytes:
    """Return the release in one language; `at` becomes its date, `charts` are SVG elements by the table's name."""
    words = WORDING[language]
    told = {
        "title": plan.title[language],
        "language": language,
        "day": words.page_of.format(as_of=plan.as_of),
        "mark": HIDDEN_MARK,
        "heads": {
            "facts": words.facts,
            "tables": words.tables,
            "check": words.check,
            "check_text": f"{words.check_text} {words.files}",
        },
        "facts": [list(pair) for pair in tell_facts(plan, audited, language)],
        "tables": list(_tables(plan, version, language, charts)),
        "figure_heads": [words.figure, words.what_it_counts, words.until, words.who_says_so],
        "figures": [
            {"heading": one.heading, "note": one.note, "rows": [list(row) for row in one.rows]}
            for one in figure_blocks(plan, language)
        ],
    }
    pdf: bytes = typst.compile(
        files("sviedka.store.release").joinpath("release.typ").read_bytes(),
        sys_inputs={
            "release": json.dumps(told, ensure_ascii=False),
            "at": json.dumps([at.year, at.month, at.day, at.hour, at.minute, at.second]),
        },
        pdf_standards=STANDARD,
        ignore_system_fonts=True,
    )
    return pdf


def _tables(plan: ReleasePlan, version: Version, language: str, charts: Mapping[str, str]) -> Iterator[Json]:
    words = WORDING[language]
    for number, grid in enumerate(lay_out_all(plan, version, language), start=1):
        label = f"{words.chart.format(number=number)}. {words.chart_note.format(mark=HIDDEN_MARK)}"
        yield {
            "caption": f"{words.table.format(number=number)}. {grid.caption}",
            "corners": list(grid.corners),
            "columns": [column.text for column in grid.columns],
            "rows": [
                {
                    "total": row.is_total,
                    "headings": [{"text": one.text, "depth": one.depth} for one in row.headings],
                    "numbers": list(row.numbers),
                }
                for row in grid.rows
            ],
            "notes": list(notes(grid, language)),
            "chart": charts.get(grid.name),
            "chart_label": label,
        }
