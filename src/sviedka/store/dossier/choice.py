# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an order's words to what must not be shown: persons with their cells, items with what they lie in, segments.

Whoever is left out takes along every exhibit that shows them, every container in which such an exhibit lies, and every
other copy of the same bytes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import SubjectId, is_id
from sviedka.core.base.schema import PART
from sviedka.core.disclose.choosing import Choice
from sviedka.core.disclose.dossier_spec import Reason
from sviedka.core.seal.statement import parse_disclosure
from sviedka.core.seal.succession import SUCCEEDED
from sviedka.store.dossier.order import SpecRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import CellId, StatementId
    from sviedka.core.disclose.choosing import HeldStatement
    from sviedka.store.dossier.order import DossierOrder
    from sviedka.store.dossier.reading import CaseMaterial, KnownItem

TEXT: Final = "text"

_WAY: Final = ("path", "parent")
"""Where an item lay."""

_OF_EXHIBITS: Final = frozenset({"item.received", "item.sealed", "item.opened", "custody.transfer"})
_OF_RECORD: Final = frozenset({"case.opened", "person", "source", "citation", "claim", "event", "act"})


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What an order selects.

    Attributes:
        statements: That may go, before anything in them is withheld.
        exhibits: Items, in the order in which they were sealed.
        exhibits_withheld: How many were asked for and do not go, by reason.
    """

    choice: Choice
    statements: tuple[HeldStatement, ...]
    exhibits: tuple[KnownItem, ...]
    exhibits_withheld: Mapping[Reason, int]


def select(material: CaseMaterial, order: DossierOrder, reason_for: Callable[[SubjectId], Reason]) -> Selection:
    """Work out what an order means in this case.

    Args:
        material: The case.
        order: What a person asked for.
        reason_for: Why a person is left out: because they have granted nothing of the kind, or by order alone.

    Raises:
        SpecRefused: A word that means nothing in this case, or two things.
    """
    names = _Names(material)
    persons: dict[SubjectId, Reason] = {}
    subjects: dict[SubjectId, Reason] = {}
    segments: set[tuple[SubjectId, str, int]] = set()
    for word in order.leave_out:
        label, mark, number = word.partition("#")
        if mark and number.isascii() and number.isdecimal():
            segments.add((names.subject(label), TEXT, int(number)))
        elif (person := names.find_person(word)) is not None:
            persons[person] = reason_for(person)
        else:
            subjects[names.subject(word)] = Reason.LEFT_OUT
    cells: dict[CellId, Reason] = {
        cell: persons[known.person] for known in material.persons if known.person in persons for cell in known.cells
    }
    choice = Choice(persons=persons, cells=cells, subjects=subjects, segments=segments, authors=order.authors)
    wanted = _wanted(material, order, names)
    gone = _spread(material, _shown_reasons(material, choice))
    exhibits = tuple(item for item in wanted if item.item not in gone)
    return Selection(
        choice=replace(choice, fields=_paths_through(material, gone)),
        statements=tuple(_statements(material, {item.item for item in exhibits})),
        exhibits=exhibits,
        exhibits_withheld=dict(Counter(gone[item.item] for item in wanted if item.item in gone)),
    )


class _Names:
    """What words mean in the case."""

    def __init__(self, material: CaseMaterial) -> None:
        self._material = material
        self._persons = {known.person for known in material.persons}

    def find_person(self, word: str) -> SubjectId | None:
        found = {known.person for known in self._material.persons if known.pseudonym == word}
        if len(found) > 1:
            raise SpecRefused("Several persons are called {word}; use a label.", word=word)
        if found:
            return found.pop()
        subject = self._material.labels.get(word, SubjectId(word))
        return subject if subject in self._persons else None

    def subject(self, word: str) -> SubjectId:
        if word in self._material.labels:
            return self._material.labels[word]
        if is_id(word):
            return SubjectId(word)
        raise SpecRefused("Nothing in this case is called {word}.", word=word)


def _wanted(material: CaseMaterial, order: DossierOrder, names: _Names) -> list[KnownItem]:
    if order.exhibits is None:
        chosen = list(material.items.values())
    else:
        subjects = {names.subject(word): word for word in order.exhibits}
        for subject, word in subjects.items():
            if subject not in material.items:
                raise SpecRefused("{word} is no sealed original under this checkpoint.", word=word)
        chosen = [material.items[subject] for subject in subjects]
    places = {held.jti: number for number, held in enumerate(material.statements)}
    return sorted(chosen, key=lambda item: places[item.sealed])


def _shown_reasons(material: CaseMaterial, choice: Choice) -> dict[SubjectId, Reason]:
    """Find the items that show somebody who is left out, or are left out themselves."""
    found: dict[SubjectId, Reason] = dict(choice.subjects)
    for held in material.statements:
        if held.kind in _OF_EXHIBITS and held.subject in material.items:
            reason = next(_reasons(held, choice), None)
            if reason is not None:
                found.setdefault(held.subject, reason)
    return found


def _reasons(held: HeldStatement, choice: Choice) -> Iterator[Reason]:
    for group in held.groups:
        yield from (choice.cells[cell] for cell in group.cells if cell in choice.cells)
        for text in group.disclosures:
            named = _identifiers(parse_disclosure(text).value)
            yield from (choice.persons[person] for person in named if person in choice.persons)


def _spread(material: CaseMaterial, gone: dict[SubjectId, Reason]) -> dict[SubjectId, Reason]:
    """Add what holds the same content: what lay in it, other copies of the same bytes, and the containers of all that.

    A container goes with any of its parts, but not the other parts with it.
    """
    inside: dict[SubjectId, list[SubjectId]] = {}
    for item, parent in material.parents.items():
        inside.setdefault(parent, []).append(item)
    copies: dict[str, list[SubjectId]] = {}
    for known in material.items.values():
        copies.setdefault(known.plain_sha256 or known.item, []).append(known.item)

    def same(item: SubjectId) -> list[SubjectId]:
        known = material.items.get(item)
        return copies[known.plain_sha256 or item] if known is not None else []

    def around(item: SubjectId) -> list[SubjectId]:
        return [*same(item), *([material.parents[item]] if item in material.parents else [])]

    return _reach(_reach(gone, lambda item: [*same(item), *inside.get(item, [])]), around)


def _paths_through(material: CaseMaterial, gone: Mapping[SubjectId, Reason]) -> dict[SubjectId, dict[str, Reason]]:
    """Withhold the paths of what lay in a container that is withheld: its name may say whom it is about."""
    found: dict[SubjectId, dict[str, Reason]] = {}
    for item in material.parents:
        lay_in = (one for one in _above(material, item) if one in gone and one in material.items)
        above = next(lay_in, None)
        if above is not None:
            found[item] = dict.fromkeys(_WAY, gone[above])
    return found


def _above(material: CaseMaterial, item: SubjectId) -> Iterator[SubjectId]:
    while item in material.parents:
        item = material.parents[item]
        yield item


def _reach(found: Mapping[SubjectId, Reason], step: Callable[[SubjectId], list[SubjectId]]) -> dict[SubjectId, Reason]:
    reached = dict(found)
    waiting = list(reached)
    while waiting:
        item = waiting.pop()
        for other in step(item):
            if other not in reached:
                reached[other] = reached[item]
                waiting.append(other)
    return reached


def _statements(material: CaseMaterial, exhibits: set[SubjectId]) -> Iterator[HeldStatement]:
    """Yield everything that was said of the exhibits, and of each other subject what was said of it last.

    What two desks said of one subject without knowing of each other stands side by side.
    """
    last: dict[tuple[SubjectId, str], dict[str, list[HeldStatement]]] = {}
    for held in material.statements:
        if (held.kind in _OF_EXHIBITS and held.subject in exhibits) or held.type == SUCCEEDED:
            yield held
        elif held.kind in _OF_RECORD:
            said = last.setdefault((held.subject, held.kind), {}).setdefault(held.desk, [])
            if not _continues(held):
                said.clear()
            said.append(held)
    for desks in last.values():
        known = _known_elsewhere(material, desks)
        for said in desks.values():
            if known.isdisjoint(held.jti for held in said):
                yield from said


def _known_elsewhere(material: CaseMaterial, desks: Mapping[str, list[HeldStatement]]) -> frozenset[StatementId]:
    """Return what each desk that spoke last of a subject knew of it: what another desk had said is set right by that."""
    if len(desks) == 1:
        return frozenset()
    return frozenset(
        jti
        for said in desks.values()
        for held in said
        for jti in material.known_before(held.jti) - {one.jti for one in said}
    )


def _continues(held: HeldStatement) -> bool:
    """Tell whether a statement goes on where another one of the same subject was full."""
    return any(parse_disclosure(text).name == PART.name for group in held.groups for text in group.disclosures)


def _identifiers(value: Json) -> Iterator[SubjectId]:
    if isinstance(value, str) and is_id(value):
        yield SubjectId(value)
    elif isinstance(value, list):
        for inner in value:
            yield from _identifiers(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _identifiers(inner)
