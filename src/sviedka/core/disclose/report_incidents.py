# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of a report that retells: events, what was done in them, and the official version beside the rest.

Every claim carries the number of its citations (rule R16); those who contradict each other stand side by side, and the
official version is a claim like any other (rule R20).
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from sviedka.core.disclose.document import Block, heading, small, subheading, table, text
from sviedka.core.disclose.telling import (
    ABSENT,
    repeated,
    say_place,
    say_role,
    say_text,
    say_title,
    say_value,
)
from sviedka.core.disclose.telling_dates import say_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.disclose.choosing import ChosenStatement
    from sviedka.core.disclose.report_facts import ReportFacts


class Incidents:
    """Writes incidents and, after them, the sources in the order in which they were first cited."""

    def __init__(self, facts: ReportFacts) -> None:
        """Look up what refers to what."""
        self._facts = facts
        self._say = facts.wording.say
        self._word = facts.wording.word
        self._citations: dict[str, ChosenStatement] = {one.held.subject: one for one in facts.of_kind("citation")}
        self._sources: dict[str, ChosenStatement] = {one.held.subject: one for one in facts.of_kind("source")}
        self._numbers: dict[str, int] = {}
        self._claims_about: dict[str, list[ChosenStatement]] = {}
        for one in facts.of_kind("claim"):
            self._claims_about.setdefault(_reference(one.shown.fields.get("about")), []).append(one)

    def blocks(self) -> Iterator[Block]:
        """Yield the incidents."""
        yield heading(self._say("incidents"))
        events = list(self._facts.of_kind("event"))
        acts: dict[str, list[ChosenStatement]] = {}
        for act in self._facts.of_kind("act"):
            acts.setdefault(str(act.shown.fields.get("event", "")), []).append(act)
        told: set[str] = set()
        for event in events:
            mine = acts.pop(event.held.subject, [])
            told.update((event.held.subject, *(act.held.subject for act in mine)))
            yield from self._incident(event, mine)
        for act in (act for listed in acts.values() for act in listed):
            told.add(act.held.subject)
            yield from self._act(act)
            yield from self._versions([act.held.subject])
        others = [claim for about, listed in self._claims_about.items() if about not in told for claim in listed]
        if others:
            yield subheading(self._say("claims.other"))
            yield from self._table(others)
        if not (events or acts or others):
            yield text(self._say("incidents.none"))

    def sources(self) -> Iterator[Block]:
        """Yield the sources that were cited, by number. After `blocks`."""
        yield heading(self._say("sources"))
        if not self._numbers:
            yield text(self._say("sources.none"))
        for citation, number in self._numbers.items():
            yield from self._source(self._citations[citation].shown.fields, number)

    def _incident(self, event: ChosenStatement, acts: list[ChosenStatement]) -> Iterator[Block]:
        fields = event.shown.fields
        yield subheading(say_title(fields.get("title"), self._facts.wording))
        yield from self._when_and_where(fields)
        if "summary" in fields:
            yield text(say_text(fields["summary"], event.shown.positions.get("summary", ()), self._facts.wording))
        for act in acts:
            yield from self._act(act)
        yield from self._versions([event.held.subject, *(act.held.subject for act in acts)])

    def _act(self, act: ChosenStatement) -> Iterator[Block]:
        fields = act.shown.fields
        kind = self._word(str(fields.get("act_type", "")))
        yield Block(kind="lead", text=kind[:1].upper() + kind[1:])
        yield from self._when_and_where(fields)
        methods = fields.get("methods")
        if isinstance(methods, list) and methods:
            yield text(f"{self._say('methods')}: {', '.join(self._word(str(method)) for method in methods)}.")
        roles = [say_role(role, self._facts) for role in repeated(fields, "role")]
        if roles:
            yield text(f"{self._say('roles')}: {'; '.join(roles)}.")
        if "text" in fields:
            account = say_text(fields["text"], act.shown.positions.get("text", ()), self._facts.wording)
            yield text(f"{self._say('account')}: {account}")

    def _when_and_where(self, fields: Mapping[str, Json]) -> Iterator[Block]:
        wording = self._facts.wording
        told = (("date", say_date(fields.get("date"), wording)), ("place", say_place(fields.get("place"), wording)))
        line = " · ".join(f"{self._say(name)}: {value}" for name, value in told if value)
        if line:
            yield small(line)

    def _versions(self, subjects: Iterable[str]) -> Iterator[Block]:
        claims = [claim for subject in subjects for claim in self._claims_about.get(subject, ())]
        if claims:
            yield from self._table(claims)

    def _table(self, claims: list[ChosenStatement]) -> Iterator[Block]:
        reported = [self._claim(claim) for claim in claims if not self._is_official(claim)]
        official = [self._claim(claim) for claim in claims if self._is_official(claim)]
        pairs = zip_longest(
            reported or [self._say("reported.none")], official or [self._say("official.none")], fillvalue=""
        )
        rows = [(self._say("reported"), self._say("official")), *pairs]
        yield table((1, 1), rows)

    def _is_official(self, claim: ChosenStatement) -> bool:
        citations = [self._citations.get(str(one)) for one in repeated(claim.shown.fields, "citation")]
        sources = [self._sources.get(str(one.shown.fields.get("source"))) for one in citations if one is not None]
        first = next((source for source in sources if source is not None), None)
        return first is not None and first.shown.fields.get("connection") == "official"

    def _claim(self, claim: ChosenStatement) -> str:
        fields = claim.shown.fields
        predicate = self._word(str(fields.get("predicate", "")))
        value = say_value(fields["value"], self._facts) if "value" in fields else ""
        if "text" in fields:
            told = say_text(fields["text"], claim.shown.positions.get("text", ()), self._facts.wording)
            value = f"{value} {told}".strip()
        stance = str(fields.get("stance", "asserts"))
        form = f"claim.{stance}" if f"claim.{stance}" in self._facts.wording.texts else "claim"
        marks = "".join(f"[{self._number(str(one))}]" for one in repeated(fields, "citation") if one in self._citations)
        said = f"{self._say(form, predicate=predicate, value=value.rstrip('.'))} {marks}".rstrip()
        grades = self._say(
            "claim.basis",
            basis=self._word(str(fields.get("basis", ""))),
            credibility=str(fields.get("credibility", ABSENT)),
            status=self._word(str(fields.get("status", ""))),
        )
        note = fields.get("public_note")
        return "\n".join((said, grades, *([self._say("claim.note", note=str(note))] if note else [])))

    def _number(self, citation: str) -> int:
        return self._numbers.setdefault(citation, len(self._numbers) + 1)

    def _source(self, citation: Mapping[str, Json], number: int) -> Iterator[Block]:
        source = self._sources.get(str(citation.get("source")))
        fields = source.shown.fields if source is not None else {}
        named = [say_title(fields.get("title"), self._facts.wording) or self._say("source.unshown")]
        named += [str(fields[part]) for part in ("publisher", "published") if isinstance(fields.get(part), str)]
        access = str(citation.get("access", "whole"))
        locator = str(citation.get("locator") or self._say("locator.whole"))
        if locator.isdecimal():
            locator = f"{self._word(access)} {locator}"  # a bare number; elsewhere the locator says what it counts
        yield text(self._say("source.line", number=number, source=", ".join(named), locator=locator))
        grade, reason = fields.get("reliability"), fields.get("reliability_reason")
        notes = [self._say("source.through")] if access == "reported" or "through" in citation else []
        if grade and reason:
            notes.append(self._say("source.reliability", grade=str(grade), reason=str(reason)))
        if notes:
            yield small(" ".join(notes))


def _reference(value: Json) -> str:
    """Return the identifier that a reference of any kind means."""
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value.values())))
    return str(value)
