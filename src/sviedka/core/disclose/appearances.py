# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who appears in a dossier, and by what: the question that consent has to answer.

Builder and verifier ask it here in the same way, from the disclosed fields alone. Persons are found by identifier,
never by name. Spec: spec/08-dossier.md §8.10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.core.base.ids import SubjectId, is_id
from sviedka.core.disclose.consent_terms import Material

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sviedka.core.base.canonical import Json

ID_CHARS: Final = 32

_ONE: Final = "person"
_SEVERAL: Final = frozenset({"persons", "shows"})
_SENSITIVE: Final = "sensitive"
_SEXUAL_ACTS: Final = frozenset({"rape", "sexual-assault"})
_SEXUAL_METHODS: Final = frozenset({"rape-with-object", "sexual-threat"})
"""Words of acts that say what they are, whether or not somebody also marked them (rule R5)."""


class Traces(NamedTuple):
    """What one statement shows of anybody. A tuple, since thousands of them go from process to process.

    Attributes:
        mentioned: Every identifier among its values, and its subject.
        persons: Those of them that are persons by the place where they stand.
        sensitive: Kinds of sensitive material that it says it holds.
    """

    type: str
    subject: str
    mentioned: tuple[str, ...]
    persons: tuple[str, ...]
    sensitive: tuple[Material, ...]


def find_traces(*, kind: str, subject: str, fields: Mapping[str, Json]) -> Traces:
    """Collect what the disclosed fields of one statement show of anybody.

    Args:
        kind: The statement's type, such as `act/1`.
        subject: What it is about.
        fields: Disclosed fields by name; repeated ones are written `role.1`, `role.2`, …
    """
    mentioned: set[str] = {subject}
    persons: set[str] = {subject} if kind.startswith("person/") else set()
    for name, value in fields.items():
        # Most values are words or sentences and name nobody.
        if type(value) is not str or len(value) == ID_CHARS:
            _collect(name.partition(".")[0], value, mentioned, persons)
    return Traces(
        type=kind,
        subject=subject,
        mentioned=tuple(mentioned),
        persons=tuple(persons),
        sensitive=tuple(_sensitive(fields)),
    )


def find_appearances(
    statements: Iterable[Traces], *, listed: Collection[str], exhibits: Mapping[str, str]
) -> dict[SubjectId, frozenset[Material]]:
    """Return everybody who appears and the material that their grant must name.

    Args:
        statements: What each statement of the dossier shows.
        listed: Persons whom the dossier itself names as being in it; they are looked for everywhere.
        exhibits: Media type by item, for each item that is an exhibit.
    """
    found = tuple(statements)
    known = set(listed).union(*(traces.persons for traces in found if not _is_consent(traces.type)))
    appear: dict[SubjectId, set[Material]] = {}
    for traces in found:
        if _is_consent(traces.type):
            continue
        for person in known.intersection(traces.mentioned):
            appear.setdefault(SubjectId(person), set()).update(_shown_by(traces, exhibits))
    return {person: frozenset(material) for person, material in appear.items()}


def _shown_by(traces: Traces, exhibits: Mapping[str, str]) -> Iterator[Material]:
    yield from traces.sensitive
    if traces.type.startswith("item.") and traces.subject in exhibits:
        yield _material_of(exhibits[traces.subject])
    elif not traces.type.startswith("person/"):
        yield Material.STATEMENT_TEXT


def _material_of(media_type: str) -> Material:
    by_kind = {"image": Material.IMAGE_OF_FACE, "video": Material.VIDEO, "audio": Material.AUDIO}
    return by_kind.get(media_type.partition("/")[0], Material.DOCUMENT)


def _is_consent(kind: str) -> bool:
    return kind.startswith("consent.")


def _sensitive(fields: Mapping[str, Json]) -> Iterator[Material]:
    marked = _words(fields.get(_SENSITIVE))
    act_type = fields.get("act_type")
    says_it = isinstance(act_type, str) and act_type in _SEXUAL_ACTS
    if says_it or Material.SEXUAL_VIOLENCE in marked or not _SEXUAL_METHODS.isdisjoint(_words(fields.get("methods"))):
        yield Material.SEXUAL_VIOLENCE
    if Material.MEDICAL in marked:
        yield Material.MEDICAL


def _words(value: Json) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _collect(name: str, value: Json, mentioned: set[str], persons: set[str]) -> None:
    if isinstance(value, dict):
        for member, inner in value.items():
            _collect(member, inner, mentioned, persons)
    elif isinstance(value, list):
        for inner in value:
            if name in _SEVERAL and isinstance(inner, str) and is_id(inner):
                persons.add(inner)
            _collect("", inner, mentioned, persons)
    elif isinstance(value, str) and is_id(value):
        mentioned.add(value)
        if name == _ONE:
            persons.add(value)
