# SPDX-License-Identifier: AGPL-3.0-or-later
"""Acts of a case, to be counted: of those persons only who allow statistics to the public (G6).

Nothing that is read here is kept or shown; what comes of it is numbers. Where a part of an act can no longer be read, the act is counted
by what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.dates import parse_date
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import SubjectId, is_id, parse_origin
from sviedka.core.count.release.guarding import SEXUAL_VIOLENCE
from sviedka.core.count.release.tallying import TalliedAct
from sviedka.core.count.suppress.table import Unit
from sviedka.core.disclose.consent_terms import Level, Material, Need, Purpose
from sviedka.core.record.act_words import VICTIMS
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.connect import database_failures
from sviedka.store.dossier.consents import find_granting
from sviedka.store.dossier.reading import read_case
from sviedka.store.labels import LabelIds, parse_label
from sviedka.store.ledger import known_desks, next_index
from sviedka.store.models import Supersession
from sviedka.store.scope import in_cases
from sviedka.vault.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.disclose.choosing import HeldStatement
    from sviedka.keeper.client import Keeper
    from sviedka.store.engine import Database

RECIPIENT: Final = "public"
"""To whom statistics go; the word that a grant has to name."""

Fields = dict[str, "Json"]


def read_acts(database: Database, keeper: Keeper, label: str, *, unit: Unit, as_of: str) -> tuple[TalliedAct, ...]:
    """Return the acts of a case that all desks known here had recorded by a day.

    Args:
        database: The projections.
        keeper: Makes identifiers from labels.
        label: The case's label or identifier.
        unit: Of persons, those are left out who do not allow it; an act, unless all its victims do.
        as_of: The day, as a date.

    Raises:
        CaseEmpty: There is no such case.
    """
    archive_name, desk = parse_origin(keeper.facts().origin)
    with database_failures():
        under = {one: next_index(database, one) for one in sorted(known_desks(database), key=lambda one: one == desk)}
    with in_cases(_case(keeper, label)):
        material = read_case(desk=desk, under={**under, desk: under.get(desk, 0)})
        with database_failures():
            superseded = set(Supersession.objects.values_list("old", flat=True))
    told = [
        (held, _read(held))
        for held in material.statements
        if held.jti not in superseded and material.times[held.jti].date().isoformat() <= as_of
    ]
    allowed = {
        material_asked: find_granting(
            material,
            Need(purpose=Purpose.STATISTICS, recipient=RECIPIENT, level=Level.AGGREGATE, material=material_asked),
            archive_name=archive_name,
            today=now().date(),
        )
        for material_asked in (frozenset[Material](), frozenset({Material.SEXUAL_VIOLENCE}))
    }
    return tuple(_acts(unit, told, allowed))


def _case(keeper: Keeper, label: str) -> SubjectId:
    if is_id(label):
        return SubjectId(label)
    ids = LabelIds(keeper.label_key())
    try:
        return ids.case(parse_label(label))
    finally:
        ids.wipe()


def _read(held: HeldStatement) -> Fields:
    texts = [text for group in held.groups if not group.withheld for text in group.disclosures]
    return dict(read_disclosures(parse_jwt(held.jwt), texts).fields)


def _acts(
    unit: Unit,
    told: list[tuple[HeldStatement, Fields]],
    allowed: Mapping[frozenset[Material], frozenset[SubjectId]],
) -> Iterator[TalliedAct]:
    sources = _sources_by_subject(told)
    for held, fields in told:
        act_type = fields.get("act_type")
        if held.kind != "act" or not isinstance(act_type, str):
            continue
        asked = frozenset({Material.SEXUAL_VIOLENCE} if act_type in SEXUAL_VIOLENCE else ())
        victims = {one for role in _repeated(fields, "role") if (one := _victim(role)) is not None}
        people = frozenset(victims & {str(person) for person in allowed[asked]})
        if not people if unit is Unit.PERSONS else people != victims:
            continue
        behind = sources.get(held.subject, frozenset()) | sources.get(str(fields.get("event")), frozenset())
        yield TalliedAct(words=_words(act_type, fields), people=people, sources=behind)


def _victim(role: Json) -> str | None:
    """Return the person of a role, if it is a victim's and names one."""
    person = role.get("person") if isinstance(role, dict) and role.get("role") in VICTIMS else None
    return person if isinstance(person, str) else None


def _words(act_type: str, fields: Fields) -> dict[str, tuple[str, ...]]:
    place = fields.get("place")
    named = place if isinstance(place, dict) else {}
    month = _month(fields.get("date"))
    return {
        "act": (act_type,),
        "place": tuple(str(named[name]) for name in ("settlement", "district", "region") if name in named),
        "facility": tuple(str(named[name]) for name in ("site",) if name in named),
        "month": () if month is None else (month,),
    }


def _month(value: Json) -> str | None:
    """Return the month of a date, if all of its doubt lies in one."""
    try:
        found = None if value is None else parse_date(value)
    except Malformed:
        return None
    if found is None or found.earliest is None or found.latest is None:
        return None
    first, last = f"{found.earliest:%Y-%m}", f"{found.latest:%Y-%m}"
    return first if first == last else None


def _sources_by_subject(told: list[tuple[HeldStatement, Fields]]) -> dict[str, frozenset[str]]:
    """Return for each act and event the groups of sources that claims about it rest on."""
    groups = {
        str(held.subject): str(fields.get("independence_group") or held.subject)
        for held, fields in told
        if held.kind == "source"
    }
    cited = {str(held.subject): str(fields.get("source")) for held, fields in told if held.kind == "citation"}
    found: dict[str, frozenset[str]] = {}
    for held, fields in told:
        if held.kind != "claim" or fields.get("status") == "retracted":
            continue
        behind = {cited.get(str(citation), "") for citation in _repeated(fields, "citation")}
        about = fields.get("about")
        for subject in about.values() if isinstance(about, dict) else ():  # one, by its kind
            found[str(subject)] = found.get(str(subject), frozenset()) | {
                groups[one] for one in behind if one in groups
            }
    return found


def _repeated(fields: Fields, name: str) -> Iterator[Json]:
    yield from (value for key, value in fields.items() if key.startswith(f"{name}."))
