# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each person allows, from everything they ever said about it.

Default: no. A withdrawal or narrowing ends whatever was given without knowledge of it, in whatever order the statements
reach us, so that two desks that hear of it at different times never disagree (practice rules R1 to R3). Everybody in
a package must allow it; one missing grant is enough to stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Withheld
from sviedka.core.base.phrases import Phrase, joined
from sviedka.core.disclose.consent_terms import Grant, Material, Need, covers, narrow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sviedka.core.base.ids import StatementId, SubjectId

HINT: Final = "Ask the person, record what they grant, or leave them out of the dossier with leave_out."

NOT_AGREED: Final = "{who}: no consent for {purpose} (recipient: {recipient}; level: {level}; material: {material})"
"""A sentence for each missing grant; every word in it but the pseudonym is one of the format's words."""


class ConsentMissing(Withheld):
    """Somebody in the package has not allowed it. Names are pseudonyms only."""

    code = "withheld.consent-missing"
    hint = HINT


class ConsentKind(StrEnum):
    """What a consent statement does."""

    GIVEN = "given"
    NARROWED = "narrowed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentEvent:
    """One consent statement.

    Attributes:
        on: The day on which the person said so, not the day on which it was recorded, where both are known.
        log, index: Where the statement stands: a desk knew what stands before it in its own log.
        heads: Statements about the same subject that the desk knew.
        grants: What is given; of a narrowing, what may remain; of a withdrawal, nothing.
    """

    jti: StatementId
    person: SubjectId
    kind: ConsentKind
    on: date
    log: str
    index: int
    heads: tuple[StatementId, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What still counts of one act of giving, and the statement that shows it (the act, or what narrowed it last)."""

    shown_by: StatementId
    given_by: StatementId
    grants: tuple[Grant, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Whether one person allows what is needed of them.

    Attributes:
        relied_on: Statements that together cover the need; empty when it is not covered.
        missing: Material that no grant covers; None when no grant fits purpose, recipient and level.
    """

    person: SubjectId
    need: Need
    relied_on: tuple[StatementId, ...]
    missing: frozenset[Material] | None

    @property
    def allowed(self) -> bool:
        """Tell whether the person allows it."""
        return bool(self.relied_on)


def grants_at(events: Iterable[ConsentEvent], at: date) -> tuple[Standing, ...]:
    """Return what one person's consent statements allow on the day `at`, sorted by the statement that shows it.

    The order of `events` does not matter. Grants that have ended by `at` are left out.
    """
    known = {event.jti: event for event in events}
    ends = [event for event in known.values() if event.kind is not ConsentKind.GIVEN]
    standing = (_standing(event, ends, known, at) for event in known.values() if event.kind is ConsentKind.GIVEN)
    return tuple(sorted((item for item in standing if item.grants), key=lambda item: (item.shown_by, item.given_by)))


def decide(
    needs: Mapping[SubjectId, Need],
    events: Iterable[ConsentEvent],
    at: date,
    *,
    provable: Collection[StatementId] | None = None,
) -> tuple[Decision, ...]:
    """Judge a package: what everybody in it allows on the day `at`, sorted by person.

    Args:
        needs: What the package asks of each person in it.
        events: Every consent statement that is known, in any order.
        at: The day.
        provable: Statements that can be shown. A narrowing that came too late to be among them counts all the same;
            the giving that it narrowed is then what is relied on. None: all can.
    """
    by_person: dict[SubjectId, list[ConsentEvent]] = {}
    for event in events:
        by_person.setdefault(event.person, []).append(event)
    decisions = []
    for person in sorted(needs):
        standing = grants_at(by_person.get(person, ()), at)
        shown = [item if provable is None or item.shown_by in provable else _as_given(item) for item in standing]
        decisions.append(_decide(person, needs[person], shown))
    return tuple(decisions)


def intersect(needs: Mapping[SubjectId, Need], events: Iterable[ConsentEvent], at: date) -> tuple[Decision, ...]:
    """Return the decisions that stop a package: empty exactly when everybody in it allows it."""
    return tuple(decision for decision in decide(needs, events, at) if not decision.allowed)


def describe_missing(decision: Decision) -> Phrase:
    """Say in words which grant is missing: `prosecution-abroad to prosecutor at level pseudonym for statement-text`."""
    need = decision.need
    lacking = need.material if decision.missing is None else decision.missing
    return Phrase(
        "{purpose} to {recipient} at level {level} for {material}",
        purpose=Phrase(need.purpose),
        recipient=Phrase(need.recipient),
        level=Phrase(need.level),
        material=joined(", ", map(Phrase, sorted(lacking))) if lacking else Phrase("any material"),
    )


def missing_words(decision: Decision) -> list[dict[str, str]]:
    """Return the words of each grant that is missing, one material each, for `NOT_AGREED`."""
    need = decision.need
    lacking = need.material if decision.missing is None else decision.missing
    common = {"purpose": str(need.purpose), "recipient": need.recipient, "level": str(need.level)}
    return [{**common, "material": material} for material in sorted(map(str, lacking)) or ["any material"]]


def _decide(person: SubjectId, need: Need, standing: Sequence[Standing]) -> Decision:
    missing = covers((grant for item in standing for grant in item.grants), need)
    relied_on: tuple[StatementId, ...] = ()
    if missing is not None and not missing:
        relied_on = _fewest(standing, need)
    return Decision(person=person, need=need, relied_on=relied_on, missing=missing)


def _as_given(standing: Standing) -> Standing:
    return Standing(shown_by=standing.given_by, given_by=standing.given_by, grants=standing.grants)


def _fewest(standing: Sequence[Standing], need: Need) -> tuple[StatementId, ...]:
    """Return one statement if one is enough, else all that contribute: consent shows no more than it has to."""
    useful = [item for item in standing if covers(item.grants, need) is not None]
    alone = next((item for item in useful if not covers(item.grants, need)), None)
    return (alone.shown_by,) if alone else tuple(sorted({item.shown_by for item in useful}))


def _standing(
    given: ConsentEvent, ends: Sequence[ConsentEvent], known: Mapping[StatementId, ConsentEvent], at: date
) -> Standing:
    grants, shown_by = given.grants, given
    for end in sorted(ends, key=lambda event: (event.on, event.jti)):
        if _given_knowing(given, end, known):
            continue
        grants = narrow(grants, end.grants) if end.kind is ConsentKind.NARROWED else ()
        shown_by = end
    return Standing(
        shown_by=shown_by.jti, given_by=given.jti, grants=tuple(grant for grant in grants if grant.counts_on(at))
    )


def _given_knowing(given: ConsentEvent, end: ConsentEvent, known: Mapping[StatementId, ConsentEvent]) -> bool:
    """Tell whether `given` is a new decision after `end`: said no earlier, and recorded by a desk that knew of it."""
    if given.on < end.on:
        return False
    return (given.log == end.log and end.index < given.index) or end.jti in _ancestors(given, known)


def _ancestors(event: ConsentEvent, known: Mapping[StatementId, ConsentEvent]) -> set[StatementId]:
    found: set[StatementId] = set()
    waiting = list(event.heads)
    while waiting:
        head = waiting.pop()
        if head not in found:
            found.add(head)
            waiting.extend(known[head].heads if head in known else ())
    return found
