# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether everybody in a dossier has agreed to it; if not, the refusal is recorded and said.

Consents must be provable under the checkpoint; what took them back counts whenever and at whichever desk it was
recorded. Rules R1 to R3; spec/08-dossier.md §8.10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.phrases import joined
from sviedka.core.disclose.appearances import find_appearances, find_traces
from sviedka.core.disclose.consent import (
    NOT_AGREED,
    ConsentEvent,
    ConsentKind,
    ConsentMissing,
    Decision,
    decide,
    describe_missing,
    missing_words,
)
from sviedka.core.disclose.consent_terms import Grant, Level, Material, Need, parse_grants

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import StatementId, SubjectId
    from sviedka.core.disclose.choosing import ChosenStatement
    from sviedka.store.dossier.order import DossierOrder
    from sviedka.store.dossier.reading import CaseMaterial, RecordedConsent

SHOWN: Final = frozenset({"type", "subject", "at", "person", "grants"})
"""What of a consent statement goes along. How it was given, and in which language, stays."""


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """Everybody's consent: the statements relied on, by person, and what they grant."""

    relied_on: Mapping[SubjectId, tuple[StatementId, ...]]
    grants: Mapping[SubjectId, tuple[Grant, ...]]


def decide_consent(
    material: CaseMaterial,
    order: DossierOrder,
    chosen: Sequence[ChosenStatement],
    media: Mapping[SubjectId, str],
    *,
    archive_name: str,
    today: date,
) -> tuple[Decision, ...]:
    """Judge everybody who appears in `chosen`; `media` is the media type of each exhibit, by item."""
    traces = [
        find_traces(kind=one.shown.type or "", subject=one.shown.subject or "", fields=one.shown.fields)
        for one in chosen
    ]
    appearing = find_appearances(traces, listed=(), exhibits={str(item): kind for item, kind in media.items()})
    needs = {
        person: Need(purpose=order.purpose, recipient=order.recipient.kind, level=Level.PSEUDONYM, material=shown_by)
        for person, shown_by in appearing.items()
    }
    under = {held.jti for held in material.statements}
    return decide(needs, _events(material, archive_name), today, provable=under)


def collect_grants(material: CaseMaterial, decisions: Iterable[Decision]) -> Agreed:
    """Return what is relied on; the caller has made sure that everybody allows it."""
    said = {consent.jti: _grants(consent.fields) for consent in material.consents}
    relied_on = {decision.person: decision.relied_on for decision in decisions}
    grants = {
        decision.person: tuple(
            grant
            for jti in decision.relied_on
            for grant in said[jti]
            if grant.purpose is decision.need.purpose and decision.need.recipient in grant.recipients
        )
        for decision in decisions
    }
    return Agreed(relied_on=relied_on, grants=grants)


def refusal_of(stopped: Sequence[Decision], pseudonyms: Mapping[SubjectId, str]) -> ConsentMissing:
    """Return the refusal in words: who, by pseudonym, and which grant is missing."""
    told = joined(
        "; ",
        (
            joined(": ", (pseudonyms.get(decision.person, decision.person), describe_missing(decision)))
            for decision in stopped
        ),
    )
    failure = ConsentMissing("Consent is missing: {missing}.", missing=told)
    # The same once more, word by word, for shells that speak another language.
    failure.details = tuple(
        (NOT_AGREED, {"who": pseudonyms.get(decision.person, decision.person), **words})
        for decision in stopped
        for words in missing_words(decision)
    )
    return failure


def refusal_fields(order: DossierOrder, stopped: Sequence[Decision]) -> dict[str, Json]:
    """Return the fields of the statement that records a refusal. Persons stand in it by identifier only."""
    return {
        "purpose": order.purpose.value,
        "recipient": {"kind": order.recipient.kind, "name": order.recipient.name},
        "missing": [_missing(decision) for decision in stopped],
    }


def _missing(decision: Decision) -> Json:
    entry: dict[str, Json] = {
        "person": decision.person,
        "reason": "no-consent" if decision.missing is None else "not-covered",
    }
    lacking = decision.need.material if decision.missing is None else decision.missing
    if lacking:
        entry["material"] = min(lacking).value
    return entry


def _events(material: CaseMaterial, archive_name: str) -> list[ConsentEvent]:
    under = {held.jti for held in material.statements}
    return [
        ConsentEvent(
            jti=consent.jti,
            person=consent.person,
            kind=ConsentKind(consent.event),
            on=consent.at.date(),
            log=f"{archive_name}/{consent.desk}",
            index=consent.index,
            heads=tuple(material.known_before(consent.jti)),
            grants=_grants(consent.fields),
        )
        for consent in material.consents
        if _counts(consent, under)
    ]


def _counts(consent: RecordedConsent, under: set[StatementId]) -> bool:
    """Leave out only a giving that cannot be proven in this dossier; whatever takes back counts always."""
    return consent.event != ConsentKind.GIVEN or consent.jti in under


def _grants(fields: Mapping[str, Json]) -> tuple[Grant, ...]:
    try:
        return parse_grants(fields.get("grants", []))
    except Malformed:
        return ()  # what is not understood allows nothing


def is_granted(
    material: CaseMaterial,
    order: DossierOrder,
    person: SubjectId,
    *,
    archive_name: str,
    today: date,
) -> bool:
    """Tell whether somebody has granted anything at all to this recipient for this purpose."""
    need = Need(
        purpose=order.purpose, recipient=order.recipient.kind, level=Level.PSEUDONYM, material=frozenset[Material]()
    )
    (decision,) = decide({person: need}, _events(material, archive_name), today)
    return decision.allowed


def find_granting(material: CaseMaterial, need: Need, *, archive_name: str, today: date) -> frozenset[SubjectId]:
    """Return everybody of the case who grants what is needed."""
    needs = {known.person: need for known in material.persons}
    decisions = decide(needs, _events(material, archive_name), today)
    return frozenset(decision.person for decision in decisions if decision.allowed)
