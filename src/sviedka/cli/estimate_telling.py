# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `sviedka estimate` says at the terminal: the sentence that may be quoted, the table of methods, the doubts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sviedka.cli.language import translate
from sviedka.core.count.counted import spell_people
from sviedka.core.count.estimate.method import LABELS
from sviedka.store.estimates.page import say_headline, say_role

if TYPE_CHECKING:
    from sviedka.cli.console import Console
    from sviedka.core.count.estimate.report import EstimateReport


def tell_estimate(report: EstimateReport, console: Console) -> None:
    """Say the report, and put it into the document."""
    console.document |= {**report.to_json(), "verdict": "holds", "headline": str(say_headline(report))}
    counted = report.counted
    console.say(
        "Counted: {what} ({unit}), {where}, until {until}. Lists: {lists}.",
        what=counted.what,
        unit=counted.unit,
        where=counted.where,
        until=counted.until,
        lists=", ".join(report.lists),
    )
    console.say("{headline}", headline=say_headline(report))
    for reason in report.refusal:
        console.say("    Refused: {sentence}", sentence=reason.sentence)
    _tell_methods(report, console)
    for warning in report.warnings:
        console.say("Warning: {sentence}", sentence=warning.sentence)
    console.say(
        "Linkage draws: {draws}. Level of intervals: {level} %. Seed: {seed}.",
        draws=report.draws,
        level=round(report.level * 100),
        seed=report.seed,
    )


def _tell_methods(report: EstimateReport, console: Console) -> None:
    if not report.methods:
        return
    if report.refusal:
        console.say("The data carry no total: none of these numbers is for publication.")
    heads = (translate("method"), translate("people"), translate("from"), translate("to"))
    rows = [heads]
    for one in report.methods:
        name = translate(LABELS[one.name].message)
        if one.people is None or one.low is None or one.high is None:
            rows.append((name, "-", "-", "-"))
        else:
            rows.append(
                (name, spell_people(one.people), spell_people(math.floor(one.low)), spell_people(math.ceil(one.high)))
            )
    width = max(len(row[0]) for row in rows)
    for row in rows:
        console.show("    " + row[0].ljust(width) + "".join(cell.rjust(12) for cell in row[1:]))
    for one in report.methods:
        if one.refuted:
            name, role = LABELS[one.name], say_role(report, one)
            console.say("    {method}: {role} (p {fit})", method=name, role=role, fit=f"{one.facts['fit']:.2g}")
    for xi, low, high in report.sensitivity:
        console.say(
            "    If the unseen are taken {xi} times: {low} to {high}",
            xi=str(xi),
            low=spell_people(low),
            high=spell_people(high),
        )
