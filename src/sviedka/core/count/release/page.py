# SPDX-License-Identifier: AGPL-3.0-or-later
"""A release as one page of HTML: no script, nothing from elsewhere, tables that a screen reader can walk through."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from sviedka.core.count.release.facts import figure_blocks, tell_facts
from sviedka.core.count.release.grid import lay_out_all
from sviedka.core.count.release.wording import HIDDEN_MARK, WORDING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.count.release.facts import Audited, FigureBlock
    from sviedka.core.count.release.grid import Grid, GridRow
    from sviedka.core.count.release.plan import ReleasePlan
    from sviedka.core.count.suppress.version import Version

_STYLE: Final = """
:root{color-scheme:light dark;--line:#bbb;--soft:#555;--back:#fff;--ink:#111;--total:#f1f1ee}
@media (prefers-color-scheme:dark){:root{--line:#555;--soft:#bbb;--back:#161616;--ink:#eee;--total:#242424}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem 1rem 3rem;max-width:68rem;font:1rem/1.5 system-ui,sans-serif;background:var(--back);color:var(--ink)}
h1{font-size:1.6rem;line-height:1.25;margin:.4rem 0 0}h2{font-size:1.2rem;margin:2.2rem 0 .6rem}
.day,.note{color:var(--soft)}.note{font-size:.9rem;max-width:44rem}
dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.5rem 1.2rem;margin:0}
dt{font-weight:600}dd{margin:0;max-width:44rem}
@media (max-width:38rem){dl{display:block}dt{margin-top:.8rem}}
.scroll{overflow-x:auto;margin:1.4rem 0 .3rem;border:1px solid var(--line)}
.scroll:focus-visible{outline:3px solid #36c}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:600;padding:.6rem .7rem;position:sticky;left:0}
th,td{padding:.35rem .7rem;border-top:1px solid var(--line);vertical-align:baseline}
th{text-align:left;font-weight:500}thead th{font-weight:600}
thead th.number,td{text-align:right;font-variant-numeric:tabular-nums}
.total>*{background:var(--total);font-weight:600}
.d2{padding-left:1.8rem}.d3{padding-left:2.9rem}.d4{padding-left:4rem}
td{position:relative}tbody th:first-child,thead th:first-child{position:sticky;left:0;background:var(--back);z-index:1}
.total>th:first-child{background:var(--total)}
td.hidden{color:var(--soft)}td.text{text-align:left}
.told{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
figure{margin:1rem 0 0}figure svg{max-width:100%;height:auto;background:#fff}
@media print{.scroll{overflow:visible;border:0}tr{break-inside:avoid}}
"""


def render_page(
    plan: ReleasePlan, version: Version, audited: Audited, *, language: str, charts: Mapping[str, str]
) -> str:
    """Return the page.

    Args:
        plan: What was decided before.
        version: The numbers, and which are shown.
        audited: What the attacker was left with.
        language: One of the plan's.
        charts: An SVG element for each table that has a chart, by the table's name; trusted, of our own making.
    """
    words = WORDING[language]
    title = escape(plan.title[language])
    parts = [
        _head(title, language),
        f'<p class="day">{escape(words.page_of.format(as_of=plan.as_of))}</p>\n',
        f"<h2>{words.facts}</h2>\n<dl>\n",
        *(f"<dt>{escape(head)}</dt><dd>{escape(text)}</dd>\n" for head, text in tell_facts(plan, audited, language)),
        f"</dl>\n<h2>{words.tables}</h2>\n",
    ]
    for number, grid in enumerate(lay_out_all(plan, version, language), start=1):
        parts += _table(grid, number, language)
        if grid.name in charts:
            label = escape(words.chart.format(number=number))
            note = escape(words.chart_note.format(mark=HIDDEN_MARK))
            parts.append(f'<figure role="group" aria-label="{label}">{charts[grid.name]}')
            parts.append(f'<figcaption class="note">{label}. {note}</figcaption></figure>\n')
    for block in figure_blocks(plan, language):
        parts += _figures(block, language)
    parts.append(f'<h2>{words.check}</h2>\n<p class="note">{escape(words.check_text)} {escape(words.files)}</p>\n')
    return "".join(parts) + "</main>\n</body>\n</html>\n"


def _head(title: str, language: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )


def _table(grid: Grid, number: int, language: str) -> Iterator[str]:
    words = WORDING[language]
    name = f"table-{number}"
    caption = f"{words.table.format(number=number)}. {grid.caption}"
    yield f'<div class="scroll" role="region" aria-labelledby="{name}" tabindex="0">\n<table>\n'
    yield f'<caption id="{name}">{escape(caption)}</caption>\n<thead><tr>'
    yield from (f'<th scope="col">{escape(corner)}</th>' for corner in grid.corners)
    yield from (f'<th scope="col" class="number">{escape(column.text)}</th>' for column in grid.columns)
    yield "</tr></thead>\n<tbody>\n"
    for row in grid.rows:
        yield from _row(row, language)
    yield "</tbody>\n</table>\n</div>\n"
    for note in notes(grid, language):
        yield f'<p class="note">{escape(note)}</p>\n'


def _row(row: GridRow, language: str) -> Iterator[str]:
    yield '<tr class="total">' if row.is_total else "<tr>"
    for heading in row.headings:
        yield f'<th scope="row" class="d{min(heading.depth, 4)}">{escape(heading.text)}</th>'
    for number in row.numbers:
        if number is None:
            told = WORDING[language].hidden
            yield f'<td class="hidden"><span aria-hidden="true">{HIDDEN_MARK}</span><span class="told">{told}</span></td>'
        else:
            yield f"<td>{number}</td>"
    yield "</tr>\n"


def notes(grid: Grid, language: str) -> Iterator[str]:
    """Yield what stands under a table."""
    words = WORDING[language]
    if grid.hidden:
        numbers = sum(len(row.numbers) for row in grid.rows)
        yield words.hidden_note.format(mark=HIDDEN_MARK, hidden=grid.hidden, all=numbers)
    if not grid.adds_up:
        yield words.not_a_sum


def _figures(block: FigureBlock, language: str) -> Iterator[str]:
    words = WORDING[language]
    heads = (words.figure, words.what_it_counts, words.until, words.who_says_so)
    yield f'<h2>{escape(block.heading)}</h2>\n<p class="note">{escape(block.note)}</p>\n'
    yield f'<div class="scroll" role="region" aria-label="{escape(block.heading)}" tabindex="0">\n<table>\n<thead><tr>'
    yield from (f'<th scope="col">{escape(head)}</th>' for head in heads)
    yield "</tr></thead>\n<tbody>\n"
    for first, *others in block.rows:
        yield f'<tr><th scope="row">{escape(first)}</th>'
        yield from (f'<td class="text">{escape(text)}</td>' for text in others)
        yield "</tr>\n"
    yield "</tbody>\n</table>\n</div>\n"
