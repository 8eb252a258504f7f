# SPDX-License-Identifier: AGPL-3.0-or-later
"""An estimate that stands in the log, as a release shows it: minimum first, range or refusal, by which methods, until when.

The statement `estimate/1` is the only source: nothing of it can be written otherwise in a plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sviedka.core.base.errors import Withheld
from sviedka.core.count.counted import spell_people
from sviedka.core.count.release.estimate_words import ESTIMATE_WORDS
from sviedka.core.count.release.plan import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sviedka.core.base.ids import StatementId
    from sviedka.core.base.schema import Fields
    from sviedka.core.count.release.estimate_words import EstimateWords

_QUESTION = ("unit", "what", "where", "until")


class EstimateReveals(Withheld):
    """An estimate whose minimum, by itself or beside an earlier one, would tell of few people."""

    code = "withheld.estimate-reveals"
    hint = "Leave the estimate out until enough people more are documented."


def figure_of_estimate(jti: StatementId, fields: Fields, languages: Iterable[str]) -> Figure:
    """Return the estimate as a figure in `languages`."""
    low, high = (cast("int | None", fields.get(name)) for name in ("range_low", "range_high"))
    counted = f"{fields['unit']}: {fields['what']}, {fields['where']}"
    languages = tuple(languages)
    return Figure(
        text={language: _number(fields, ESTIMATE_WORDS[language]) for language in languages},
        unit=dict.fromkeys(languages, counted),
        as_of=str(fields["until"]),
        source={language: _source(jti, fields, ESTIMATE_WORDS[language]) for language in languages},
        low=low,
        high=high,
    )


def _number(fields: Fields, words: EstimateWords) -> str:
    told = words.at_least.format(least=spell_people(cast("int", fields["documented_low"])))
    refused = [words.reasons.get(code, code) for code in _codes(fields, "refused_for")]
    return f"{told}; {words.no_total.format(reasons='; '.join(refused))}" if refused else told


def _source(jti: StatementId, fields: Fields, words: EstimateWords) -> str:
    told = [
        words.resting_on.format(jti=jti, lists=fields["lists"], draws=fields["draws"], level=fields["level_percent"])
    ]
    methods = cast("Sequence[Mapping[str, object]]", fields.get("methods") or ())
    inside = [_method(one, words) for one in methods if one.get("range") == "inside"]
    outside = [_method(one, words) for one in methods if one.get("range") != "inside"]
    told.append(words.by.format(methods=", ".join(inside)) if inside else words.no_method)
    if outside:
        told.append(words.left_out.format(methods=", ".join(outside)))
    if warned := _codes(fields, "warned_of"):
        told.append(words.warned.format(warnings=len(warned)))
    return "; ".join(told)


def _method(one: Mapping[str, object], words: EstimateWords) -> str:
    low, high = (spell_people(cast("int", one[end])) for end in ("low", "high"))
    return f"{words.methods[str(one['name'])]} ({low}\N{EN DASH}{high})"


def _codes(fields: Fields, name: str) -> list[str]:
    return [str(code) for code in cast("Sequence[object]", fields.get(name) or ())]


def refuse_revealing_minimum(fields: Fields, earlier: Iterable[Fields], threshold: int) -> None:
    """Refuse a minimum below the threshold, and one that differs by less from what was published of the same question.

    The same question is the same unit, what and where, whatever the day.

    Raises:
        EstimateReveals: It would tell of few people.
    """
    least = cast("int", fields["documented_low"])
    if least < threshold:
        raise EstimateReveals("Fewer than {threshold} people are documented.", threshold=threshold)
    question = [str(fields[name]).casefold() for name in _QUESTION[:3]]
    for before in earlier:
        apart = abs(least - cast("int", before["documented_low"]))
        if [str(before[name]).casefold() for name in _QUESTION[:3]] == question and 0 < apart < threshold:
            raise EstimateReveals(
                "An estimate of the same people was published, and the two minimums differ by fewer than {threshold}.",
                threshold=threshold,
            )
