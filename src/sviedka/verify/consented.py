# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether everybody who appears had allowed it when the dossier was built (spec §8.10, §8.11).

The verifier sees only the consent statements that travel along. A withdrawal that came later is not among them; the
report says so in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.core.disclose.appearances import Traces, find_appearances
from sviedka.core.disclose.consent_terms import Grant, Level, Material, Need, covers, parse_grants
from sviedka.verify.findings import Findings, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sviedka.core.base.ids import SubjectId
    from sviedka.core.disclose.dossier_lines import PersonLine
    from sviedka.core.disclose.dossier_spec import DossierSpec
    from sviedka.verify.statement_check import CheckedStatement

_COUNTING = ("consent.given/", "consent.narrowed/")
_WITHDRAWN = "consent.withdrawn/"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Consent:
    person: str
    grants: tuple[Grant, ...] | None
    """None: not understood, or not shown."""


def check_consent(
    spec: DossierSpec,
    as_of: date,
    persons: Sequence[PersonLine],
    statements: Sequence[CheckedStatement],
    media: Mapping[str, str],
    findings: Findings,
) -> None:
    """Judge the consent of everybody who appears. `media` is the media type of each exhibit, by item."""
    relied_on: dict[SubjectId, list[str]] = {}
    for line in persons:
        relied_on.setdefault(line.person, []).append(line.consent)
    traces = [statement.traces for statement in statements if statement.traces is not None]
    appearing = find_appearances(traces, listed=relied_on.keys(), exhibits=media)
    consents = {statement.jti: _read(statement) for statement in statements if _kind(statement).startswith(_COUNTING)}
    withdrawn = {_person(statement) for statement in statements if _kind(statement).startswith(_WITHDRAWN)}
    for person in sorted(appearing.keys() | relied_on.keys()):
        need = Need(
            purpose=spec.purpose,
            recipient=spec.recipient.kind,
            level=Level.PSEUDONYM,
            material=appearing.get(person, frozenset[Material]()),
        )
        code = _judge(person, need, as_of, [consents.get(jti) for jti in relied_on.get(person, ())], withdrawn)
        if code is not None:
            findings.add(code, person)
    if findings.worst is Verdict.HOLDS:
        if relied_on:
            findings.add("consent.covered", count=len(relied_on))
        else:
            findings.add("consent.nobody")


def _judge(
    person: str, need: Need, as_of: date, relied_on: Sequence[_Consent | None], withdrawn: set[str]
) -> str | None:
    if not relied_on:
        return "consent.person-unlisted"
    grants: list[Grant] = []
    for consent in relied_on:
        if consent is None or consent.grants is None:
            return "consent.missing"
        grants.extend(consent.grants)
    others = any(consent.person != person for consent in relied_on if consent is not None)
    standing = [grant for grant in grants if grant.counts_on(as_of)]
    # In the order of the specification: the first that applies is the one that is reported.
    reasons = (
        ("consent.other-person", others),
        ("consent.withdrawn", person in withdrawn),
        ("consent.not-covered", not _covered(grants, need)),
        ("consent.expired", not _covered(standing, need)),
    )
    return next((code for code, applies in reasons if applies), None)


def _covered(grants: Sequence[Grant], need: Need) -> bool:
    missing = covers(grants, need)
    return missing is not None and not missing


def _read(statement: CheckedStatement) -> _Consent:
    try:
        grants = parse_grants(statement.fields.get("grants"))
    except Malformed:
        return _Consent(person=_person(statement), grants=None)
    return _Consent(person=_person(statement), grants=grants)


def _person(statement: CheckedStatement) -> str:
    named = statement.fields.get("person")
    return named if isinstance(named, str) else _subject(statement.traces)


def _subject(traces: Traces | None) -> str:
    return traces.subject if traces is not None else ""


def _kind(statement: CheckedStatement) -> str:
    return statement.traces.type if statement.traces is not None else ""
