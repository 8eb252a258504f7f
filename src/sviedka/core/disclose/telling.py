# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recorded values in words: places, people in their roles, text with its gaps shown."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.disclose.report_facts import ReportFacts
    from sviedka.core.disclose.wording import Wording
    from sviedka.core.seal.keylist_lines import Successor

ABSENT: Final = "\u2013"
"""Stands where there is nothing to say."""

_PLACE: Final = ("sub_site", "site", "settlement", "district", "region", "country")


def repeated(fields: Mapping[str, Json], name: str) -> Iterator[Json]:
    """Yield the values of a repeated field, in order: `role.1`, `role.2`, … as far as they are shown."""
    found = [(key.partition(".")[2], value) for key, value in fields.items() if key.partition(".")[0] == name]
    yield from (value for _, value in sorted(found, key=lambda pair: int(pair[0] or 0)))


def say_title(value: Json, wording: Wording) -> str:
    """Return a heading in the report's language, or in whichever there is."""
    if isinstance(value, dict):
        return str(value.get(wording.language.value) or next(iter(value.values()), ""))
    return str(value or "")


def say_gap(successor: Successor, wording: Wording) -> str:
    """Return in words what was lost of a log, and which one goes on."""
    return wording.say(
        "gap",
        closed=successor.closed,
        origin=successor.origin,
        held=successor.held.size,
        known=successor.known.size,
    )


def say_place(value: Json, wording: Wording) -> str:
    """Return a place from the smallest part to the largest; a city that is its own region is said once."""
    if not isinstance(value, dict):
        return ""
    parts = [str(value[part]) for part in _PLACE if value.get(part)]
    return ", ".join(wording.words.get(part, part) for part, _ in groupby(parts))


def say_text(segments: Json, positions: Sequence[int], wording: Wording) -> str:
    """Return the shown segments of a text, with a mark wherever one before the last shown is withheld."""
    shown = [str(segment) for segment in segments] if isinstance(segments, list) else []
    said: list[str] = []
    expected = 0
    for place, segment in zip(positions, shown, strict=False):
        if place > expected:
            said.append(wording.say("withheld.mark"))
        said.append(segment)
        expected = place + 1
    return " ".join(said or shown)


def say_role(role: Json, facts: ReportFacts) -> str:
    """Return who stands in a role; whoever is said to have done it is *reported* (rule R26)."""
    if not isinstance(role, dict):
        return ""
    name = facts.wording.word(str(role.get("role", "")))
    if "person" in role:
        who = facts.pseudonym(role["person"])
    else:
        who = str(role.get("unit") or role.get("description") or facts.wording.say("somebody"))
    degree = role.get("degree")
    if isinstance(degree, str) and degree != "unknown":
        return facts.wording.say("role.degree", role=name, who=who, degree=facts.wording.word(degree))
    return facts.wording.say("role.unit", role=name, unit=who)


def say_party(party: Json, facts: ReportFacts) -> str:
    """Return who gave or took something."""
    if not isinstance(party, dict):
        return facts.wording.say("somebody")
    if "person" in party:
        return facts.pseudonym(party["person"])
    return str(party.get("description") or facts.wording.say("somebody"))


def say_value(value: Json, facts: ReportFacts) -> str:
    """Return the value of a claim; a reference is said by the title or text of what it means, where that is shown."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, dict):
        return str(value)
    (target,) = value.values() if len(value) == 1 else (None,)
    for one in facts.statements:
        if one.held.subject == target and "title" in one.shown.fields:
            return say_title(one.shown.fields["title"], facts.wording)
    return facts.pseudonym(target)
