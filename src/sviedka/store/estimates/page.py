# SPDX-License-Identifier: AGPL-3.0-or-later
"""An estimate as one HTML page: what is counted first, the minimum before any range, the doubt beside every number.

It asks for nothing from anywhere: pictures are inside, no script runs. What comes from outside (names of lists, what is
counted) is escaped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase
from sviedka.core.count.counted import spell_people
from sviedka.core.count.estimate.method import LABELS, MethodResult, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sviedka.core.count.estimate.report import EstimateReport

    Say = Callable[[Phrase], str]

_STYLE: Final = """
:root{color-scheme:light}
body{margin:0 auto;max-width:46rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:#1b1f23;background:#fff}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
.said{font-size:1.2rem;border-left:.3rem solid #1d3557;padding:.5rem 1rem;background:#eef3f7}
.refused{border-color:#9b2226;background:#fbeeee}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #d5dade;vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
figure{margin:1rem 0}
figure svg{width:100%;height:auto;max-width:36rem;display:block}
figcaption,small,.why{color:#4a5560;font-size:.9rem}
.why{display:block}
li{margin:.3rem 0}
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.2rem 1rem}
dt{color:#4a5560}
dd{margin:0;overflow-wrap:anywhere}
@media(max-width:34rem){dl{display:block}dd{margin:0 0 .6rem}}
"""

_ROLES: Final = {
    Role.BOUND: Phrase("a lower bound, no total"),
    Role.TOTAL: Phrase("a total"),
    Role.READING: Phrase("one reading, outside the range"),
}
_REFUTED: Final = Phrase("a total that the data refute, outside the range")
_REFUTED_INSIDE: Final = Phrase("a total in the range, though the data refute it")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the page is made of.

    Attributes:
        report: What is told.
        pictures: SVG by name: `overlap`, `intervals`, `posterior`, `trace`; those that there are.
        language: As `be`.
        say: Says a phrase in that language.
    """

    report: EstimateReport
    pictures: Mapping[str, bytes]
    language: str
    say: Say


_CAPTIONS: Final = {
    "intervals": Phrase(
        "What each method says. Red line: the documented minimum. Band: the range. Grey, outside the range: a bound, a reading, a"
        " method that the data refute."
    ),
    "refused": Phrase(
        "What each method says. Red line: the documented minimum. Grey: a bound, a reading, a method that the data refute."
    ),
    "overlap": Phrase(
        "How many people stand on which lists together. Hatched: fewer than 10. For work inside the office, not for publication."
    ),
    "posterior": Phrase("Latent classes: the posterior, one line for each chain. The lines should lie on each other."),
    "trace": Phrase("Latent classes: the chains draw by draw. They should look like one band."),
}


def say_headline(report: EstimateReport) -> Phrase:
    """Return the one sentence that may be quoted."""
    found, least = report.published_range, spell_people(report.documented.low)
    if found is None:
        return Phrase("At least {least} documented. No total is given.", least=least)
    return Phrase(
        "At least {least} documented; models suggest {low} to {high}.",
        least=least,
        low=spell_people(found[0]),
        high=spell_people(found[1]),
    )


def render_page(page: Page) -> bytes:
    """Return the page in UTF-8."""
    say, report = page.say, page.report
    title = say(Phrase("How many: {what}, {where}", what=report.counted.what, where=report.counted.where))
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="said{" refused" if report.refusal else ""}">{escape(say(say_headline(report)))}</p>',
        _reasons(page),
        _question(page),
        _figure(page, "intervals"),
        _methods(page),
        _sensitivity(page),
        _warnings(page),
        *(_figure(page, name) for name in ("overlap", "posterior", "trace")),
    ]
    head = (
        f'<!doctype html><html lang="{page.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
    )
    return (head + "\n".join(part for part in parts if part) + "</body></html>\n").encode()


def _reasons(page: Page) -> str:
    reasons = "".join(f"<li>{escape(page.say(one.sentence))}</li>" for one in page.report.refusal)
    why = page.say(Phrase("Why no total is given:"))
    return f"<p>{escape(why)}</p><ul>{reasons}</ul>" if reasons else ""


def _question(page: Page) -> str:
    say, report = page.say, page.report
    counted = report.counted
    rows = (
        (Phrase("counted"), f"{counted.what} ({counted.unit})"),
        (Phrase("where"), counted.where),
        (Phrase("until"), counted.until),
        (Phrase("lists"), ", ".join(report.lists)),
        (Phrase("documented"), _documented(page)),
        (Phrase("draws of the linkage"), str(report.draws)),
        (Phrase("level of the intervals"), f"{report.level:.0%}".replace("%", "\N{NO-BREAK SPACE}%")),
        (Phrase("seed"), str(report.seed)),
    )
    return "<dl>" + "".join(f"<dt>{escape(say(name))}</dt><dd>{escape(value)}</dd>" for name, value in rows) + "</dl>"


def _documented(page: Page) -> str:
    minimum = page.report.documented
    if not page.report.draws:
        return spell_people(minimum.decided)
    told = Phrase(
        "{decided} by the linkage decided, {low} to {high} over its draws",
        decided=spell_people(minimum.decided),
        low=spell_people(minimum.low),
        high=spell_people(minimum.high),
    )
    return page.say(told)


def _methods(page: Page) -> str:
    if not page.report.methods:
        return ""
    say = page.say
    heads = (Phrase("method"), Phrase("people"), Phrase("from"), Phrase("to"))
    head = "".join(f"<th{' class=n' if at else ''}>{escape(say(one))}</th>" for at, one in enumerate(heads))
    rows = "".join(_row(page, one) for one in page.report.methods)
    note = (
        say(Phrase("The data carry no total: none of these numbers is for publication.")) if page.report.refusal else ""
    )
    title = escape(say(Phrase("All methods")))
    return f'<h2>{title}</h2><p>{escape(note)}</p><div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _row(page: Page, one: MethodResult) -> str:
    name = f"{escape(page.say(LABELS[one.name]))}<span class=why>{escape(page.say(say_role(page.report, one)))}{_facts(one)}</span>"
    if one.people is None or one.low is None or one.high is None:
        why = escape(page.say(one.reason)) if one.reason is not None else ""
        return f"<tr><td>{name}</td><td colspan=3>{why}</td></tr>"
    cells = (one.people, math.floor(one.low), math.ceil(one.high))
    return f"<tr><td>{name}</td>" + "".join(f"<td class=n>{spell_people(number)}</td>" for number in cells) + "</tr>"


def say_role(report: EstimateReport, one: MethodResult) -> Phrase:
    """Return what a method's number is, and whether it is in the range."""
    if one.refuted:
        return _REFUTED_INSIDE if one in report.ranged else _REFUTED
    return _ROLES[one.role]


def _facts(one: MethodResult) -> str:
    shown = {
        "model": ("", ""),
        "r_hat": ("R-hat ", ".3f"),
        "effective": ("ESS ", ".0f"),
        "fit": ("p\N{NO-BREAK SPACE}", ".2g"),
    }
    told = [
        label + (fact if isinstance(fact, str) else format(fact, form))
        for name, (label, form) in shown.items()
        if (fact := one.facts.get(name)) is not None
    ]
    return escape(" · " + " · ".join(told)) if told else ""


def _sensitivity(page: Page) -> str:
    if not page.report.sensitivity:
        return ""
    say = page.say
    intro = say(
        Phrase(
            "No data can show whether all lists together attract or avoid each other. If the unseen were xi times as many as the"
            " methods assume, the range would be:"
        )
    )
    rows = "".join(
        f"<tr><td>{xi}</td><td class=n>{spell_people(low)}</td><td class=n>{spell_people(high)}</td></tr>"
        for xi, low, high in page.report.sensitivity
    )
    heads = f"<th>xi</th><th class=n>{escape(say(Phrase('from')))}</th><th class=n>{escape(say(Phrase('to')))}</th>"
    title = escape(say(Phrase("What cannot be tested")))
    return f"<h2>{title}</h2><p>{escape(intro)}</p><table><tr>{heads}</tr>{rows}</table>"


def _warnings(page: Page) -> str:
    told = "".join(f"<li>{escape(page.say(one.sentence))}</li>" for one in page.report.warnings)
    return f"<h2>{escape(page.say(Phrase('Warnings')))}</h2><ul>{told}</ul>" if told else ""


def _figure(page: Page, name: str) -> str:
    picture = page.pictures.get(name)
    if picture is None:
        return ""
    caption = escape(page.say(_CAPTIONS["refused" if name == "intervals" and page.report.refusal else name]))
    drawing = picture.decode()
    drawing = drawing[drawing.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{caption}"', 1)
    return f"<figure>{_own_ids(drawing, name)}<figcaption>{caption}</figcaption></figure>"


def _own_ids(drawing: str, name: str) -> str:
    """Return the picture with identifiers that no other picture of the page has."""
    for before in ('id="', "url(#", 'href="#'):
        drawing = drawing.replace(before, f"{before}{name}-")
    return drawing
