# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a dossier will hold, decided before anything is opened: statements and their parts, exhibits, consents, proofs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sviedka.core.disclose.choosing import WHO, Chosen, ChosenStatement, choose, choose_fields
from sviedka.core.disclose.dossier_lines import PersonLine
from sviedka.core.disclose.dossier_spec import Reason, WithheldCounts
from sviedka.store.dossier.choice import Selection, select
from sviedka.store.dossier.consents import SHOWN, Agreed, collect_grants, decide_consent, is_granted
from sviedka.store.dossier.exhibits import name_exhibits
from sviedka.vault.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from sviedka.core.base.ids import SubjectId
    from sviedka.core.disclose.consent import Decision
    from sviedka.store.dossier.order import DossierOrder
    from sviedka.store.dossier.reading import CaseMaterial


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A dossier before it is built.

    Attributes:
        stopped: Whoever has not agreed; a plan with any is not built.
        statements: With their chosen disclosures, in the order of the logs; consents included.
        paths, media, received: Of each exhibit, by item: its path, media type, and the statement that names it.
        pseudonyms: Of everybody in the case, for a refusal.
    """

    order: DossierOrder
    material: CaseMaterial
    selection: Selection
    stopped: tuple[Decision, ...]
    agreed: Agreed
    statements: tuple[ChosenStatement, ...]
    paths: Mapping[SubjectId, str]
    media: Mapping[SubjectId, str]
    received: Mapping[SubjectId, ChosenStatement]
    withheld: WithheldCounts
    pseudonyms: Mapping[SubjectId, str]

    @property
    def persons(self) -> tuple[PersonLine, ...]:
        """Everybody who appears, and the consent relied on for them."""
        return tuple(
            PersonLine(person=person, consent=jti) for person, jtis in self.agreed.relied_on.items() for jti in jtis
        )


def make_plan(
    material: CaseMaterial,
    order: DossierOrder,
    *,
    archive_name: str,
    today: date,
    frozen: Collection[str] = (),
) -> Plan:
    """Decide what goes and whether it may.

    Raises:
        SpecRefused: The order names something that is not in the case.
        Frozen: It would hold an item that was taken back. Whoever was taken back has agreed to nothing.
    """

    def reason_for(person: SubjectId) -> Reason:
        granted = is_granted(material, order, person, archive_name=archive_name, today=today)
        return Reason.LEFT_OUT if granted else Reason.NO_GRANT

    selection = select(material, order, reason_for)
    for item in sorted(item.item for item in selection.exhibits if item.item in frozen):
        raise Frozen("{item} was taken back; nothing of it is opened.", item=item)
    chosen = choose(selection.statements, selection.choice)
    media = _media_types(chosen)
    decisions = decide_consent(material, order, chosen.statements, media, archive_name=archive_name, today=today)
    decisions = tuple(
        replace(decision, relied_on=(), missing=None) if decision.person in frozen else decision
        for decision in decisions
    )
    stopped = tuple(decision for decision in decisions if not decision.allowed)
    agreed = collect_grants(material, [decision for decision in decisions if decision.allowed])
    received = {
        one.held.subject: one
        for one in chosen.statements
        if one.held.kind == "item.received" and "original_name" in one.shown.fields
    }
    return Plan(
        order=order,
        material=material,
        selection=selection,
        stopped=stopped,
        agreed=agreed,
        statements=_with_consents(material, chosen, agreed, SHOWN | (WHO if order.authors else frozenset())),
        paths=name_exhibits(selection.exhibits, received),
        media=media,
        received=received,
        withheld=WithheldCounts(
            exhibits=selection.exhibits_withheld,
            passages=chosen.passages_withheld,
            statements=chosen.statements_withheld,
            persons=len(selection.choice.persons),
        ),
        pseudonyms={known.person: known.pseudonym for known in material.persons if known.pseudonym},
    )


def _media_types(chosen: Chosen) -> dict[SubjectId, str]:
    """Return what each exhibit is, by the statement that sealed it, as the verifier will read it."""
    return {
        one.held.subject: str(one.shown.fields.get("media_type", ""))
        for one in chosen.statements
        if one.held.kind == "item.sealed"
    }


def _with_consents(
    material: CaseMaterial, chosen: Chosen, agreed: Agreed, names: frozenset[str]
) -> tuple[ChosenStatement, ...]:
    relied_on = {jti for jtis in agreed.relied_on.values() for jti in jtis}
    consents = [choose_fields(held, names) for held in material.statements if held.jti in relied_on]
    return tuple(sorted([*chosen.statements, *consents], key=lambda one: (one.held.desk, one.held.index)))
