# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a statement of a type may say, and under whose cell each part of it goes.

A type is declared once, in one file of a `types` folder, as data. From it follow the check of what is to be sealed
(`check`), the check of what was read back (`check_shown`), the references between subjects, and, by
`core.seal.statement_parts`, the cells: what a person told, suffered or is goes under that person's cell, facts about
nobody under the archive's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sviedka.core.base.asserted import Asserted, asserted_by
from sviedka.core.base.canonical import Json
from sviedka.core.base.compound_kinds import Map, Words
from sviedka.core.base.errors import Malformed, UnknownVersion
from sviedka.core.base.kinds import Integer, Kind, Line, Ref, Reference
from sviedka.core.base.phrases import Phrase

MAX_REPEATED: Final = 200

_NUMBERED: Final = re.compile(r"([a-z][a-z0-9_]*)\.([1-9][0-9]{0,3})", re.ASCII)

Fields = Mapping[str, Json]
Rule = Callable[[Fields], Phrase | None]
"""Looks at all fields of a statement together; returns a phrase of what is wrong, or `None`."""


class DoesNotFit(Malformed):
    """A statement's fields are not those of its type."""

    code = "malformed.does-not-fit"
    hint = "Compare with the type's declaration; nothing was written."


class TypeUnknown(UnknownVersion):
    """No type of this name and version is declared here."""

    code = "malformed.unknown-type"
    hint = "A newer Sviedka may have written it; nothing is said against it."


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """Whom a field is about, so that it goes under their cells; nobody found means the archive's cell.

    Attributes:
        own: The persons named in the field's own value.
        fields: Also the persons named in these fields of the same statement.
        roles: Of those, only persons who stand in one of these roles.
        everyone: All persons that the statement names, and its subject where that is a person.
    """

    own: bool = False
    fields: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    everyone: bool = False


ARCHIVE: Final = About()
"""About nobody. A bare identifier of a person may stand here: it says that somebody is concerned, and nothing else, and
it must outlive an erasure so that what shows them stays blocked."""

OWN: Final = About(own=True)
EVERYONE: Final = About(everyone=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a type. A repeated one stands in a statement as `<name>.1`, `<name>.2` …, each a disclosure."""

    name: str
    kind: Kind
    about: About
    required: bool = False
    repeated: bool = False


PART: Final = Field(
    name="part",
    kind=Map(required={"of": Ref(to="statement"), "number": Integer(least=2, most=9_999)}),
    about=ARCHIVE,
)
"""A text too long for one statement continues in others: which one began it, and which number this is."""

LABEL: Final = Field(name="label", kind=Line(most=120), about=EVERYONE)
"""The word by which a record file calls this subject. It may give somebody away, so it goes where they go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementType:
    """One type of statement.

    Attributes:
        label: What a reader calls it, in English; the key of its translation.
        rules: What must hold between fields, and within repeated ones.
        subject_is_person: The statement's subject is a person, so that what is said of everyone is said of them too.
    """

    name: str
    version: int
    label: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    subject_is_person: bool = False

    @property
    def reference(self) -> str:
        """How statements name it: `claim/1`."""
        return f"{self.name}/{self.version}"

    @property
    def asserted(self) -> Asserted | None:
        """Whose personal assertion every statement of this type carries, or None."""
        return asserted_by(self.reference)

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Its own fields and those that every type has."""
        return (*self.fields, LABEL, PART)


def check(kind: StatementType, fields: Fields) -> None:
    """Make sure that `fields`, as they are to be sealed, fit the type. A repeated field holds a list.

    Raises:
        DoesNotFit: Names the type, the field and what was expected; never the value.
    """
    known = {field.name: field for field in kind.all_fields}
    for name in fields:
        if name not in known:
            raise DoesNotFit("{type} has no field {field}.", type=kind.reference, field=_shown_name(name))
    for name, field in known.items():
        if name in fields:
            _check_value(kind, field, fields[name])
        elif field.required:
            raise DoesNotFit("{type} needs the field {field}.", type=kind.reference, field=name)
    for rule in kind.rules:
        wrong = rule(fields)
        if wrong is not None:
            raise DoesNotFit("{type}: {wrong}", type=kind.reference, wrong=wrong)


def check_shown(kind: StatementType, shown: Fields) -> None:
    """Make sure that what was read back fits the type, as far as it is shown. Required fields may be withheld.

    Raises:
        DoesNotFit: A field that the type does not have, or a value that does not fit.
    """
    for field, name, value in shown_fields(kind, shown):
        _refuse_misfit(kind, field, name, value)


def shown_fields(kind: StatementType, shown: Fields) -> Iterator[tuple[Field, str, Json]]:
    """Yield each shown value with its field and the name it stands under.

    Raises:
        DoesNotFit: A name that the type does not have.
    """
    known = {field.name: field for field in kind.all_fields}
    for name, value in shown.items():
        match = _NUMBERED.fullmatch(name)
        field = known.get(name if match is None else match[1])
        if field is None or field.repeated is (match is None):
            raise DoesNotFit("{type} has no field {field}.", type=kind.reference, field=_shown_name(name))
        yield field, name, value


def references(kind: StatementType, shown: Fields) -> Iterator[tuple[str, Reference]]:
    """Yield (name, reference) for each other subject that a statement names in what is shown of it.

    Raises:
        DoesNotFit: A name that the type does not have.
    """
    for field, name, value in shown_fields(kind, shown):
        for reference in field.kind.references(value):
            yield name, reference


def each_value(field: Field, value: Json) -> Iterator[tuple[str, Json]]:
    """Yield (name in the statement, value) for a field as it is to be sealed."""
    if not field.repeated:
        yield field.name, value
        return
    for number, inner in enumerate(value if isinstance(value, list) else [], start=1):
        yield f"{field.name}.{number}", inner


def _check_value(kind: StatementType, field: Field, value: Json) -> None:
    if field.repeated:
        least = 1 if field.required else 0
        if not isinstance(value, list) or not least <= len(value) <= MAX_REPEATED:
            raise DoesNotFit(
                "{type}: {field} should be a list of {least} to {most}.",
                type=kind.reference,
                field=field.name,
                least=least,
                most=MAX_REPEATED,
            )
    for name, inner in each_value(field, value):
        _refuse_misfit(kind, field, name, inner)


def _refuse_misfit(kind: StatementType, field: Field, name: str, value: Json) -> None:
    wrong = field.kind.problem(value)
    if wrong is not None:
        raise DoesNotFit("{type}: {field} should be {expected}.", type=kind.reference, field=name, expected=wrong)


def _shown_name(name: str) -> str:
    # A foreign name may be anything, also somebody's; only what looks like a field's is repeated.
    return name if re.fullmatch(r"[a-z][a-z0-9_.]{0,40}", name, re.ASCII) else "(unreadable)"


def has_text(field: Field) -> bool:
    """Tell whether a field is long text in segments."""
    return isinstance(field.kind, Words)
