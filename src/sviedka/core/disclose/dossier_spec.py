# SPDX-License-Identifier: AGPL-3.0-or-later
"""spec.json and withheld.json: what was asked for, and how much was left out.

Both travel in the dossier, so neither may tell one person from another: who was left out is a number here.
Spec: spec/08-dossier.md §8.5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import SubjectId, is_id
from sviedka.core.disclose.consent_terms import RECIPIENT, Purpose
from sviedka.core.disclose.dossier_errors import TagFileMalformed

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES: Final = 1_048_576
MAX_NAME_CHARS: Final = 200
ALL: Final = "all"

_SPEC_MEMBERS: Final = frozenset(
    {"at", "authors", "case", "exhibits", "language", "leave_out", "page", "purpose", "recipient", "report", "v"}
)
_COUNTED: Final = ("exhibits", "passages", "statements")


class Language(StrEnum):
    """A language in which dossiers are written."""

    ENGLISH = "en"
    BELARUSIAN = "be"
    RUSSIAN = "ru"


class Reason(StrEnum):
    """Why something is not in a dossier."""

    LEFT_OUT = "left-out"
    """The SPEC said so."""
    NO_GRANT = "no-grant"
    """Somebody whom it shows has not allowed it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """Who gets the dossier. `kind` is what consents name; `age` the recipient it is encrypted to, if any."""

    kind: str
    name: str
    age: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierSpec:
    """A SPEC as built.

    Attributes:
        at: Size of the building desk's checkpoint.
        authors: Whether it shows which user wrote each statement.
        exhibits: Items, or None for all that may leave.
        leave_out: How many persons were left out by order.
    """

    case: SubjectId
    purpose: Purpose
    recipient: Receiver
    at: int
    language: Language
    exhibits: tuple[SubjectId, ...] | None
    leave_out: int
    report: bool
    page: bool
    authors: bool

    def encode(self) -> bytes:
        """Return `spec.json`."""
        chosen: Json = ALL if self.exhibits is None else list[Json](sorted(self.exhibits))
        recipient: Json = {"age": self.recipient.age, "kind": self.recipient.kind, "name": self.recipient.name}
        return encode_canonical(
            {
                "at": self.at,
                "authors": self.authors,
                "case": self.case,
                "exhibits": chosen,
                "language": self.language.value,
                "leave_out": self.leave_out,
                "page": self.page,
                "purpose": self.purpose.value,
                "recipient": recipient,
                "report": self.report,
                "v": 1,
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class WithheldCounts:
    """How much was left out, by reason. Numbers only; a reason without a number is absent."""

    exhibits: Mapping[Reason, int] = field(default_factory=dict)
    passages: Mapping[Reason, int] = field(default_factory=dict)
    statements: Mapping[Reason, int] = field(default_factory=dict)
    persons: int = 0

    def encode(self) -> bytes:
        """Return `withheld.json`."""
        value: dict[str, Json] = {
            name: {reason.value: count for reason, count in counts.items() if count}
            for name, counts in (
                ("exhibits", self.exhibits),
                ("passages", self.passages),
                ("statements", self.statements),
            )
        }
        return encode_canonical({**value, "persons": self.persons, "v": 1})


def parse_spec(data: bytes) -> DossierSpec:
    """Read `spec.json`.

    Untrusted: `data`. Raises: TagFileMalformed.
    """
    value = _members(data, _SPEC_MEMBERS)
    recipient = value["recipient"]
    if not isinstance(recipient, dict) or set(recipient) != {"age", "kind", "name"}:
        raise TagFileMalformed("A recipient has a kind, a name and perhaps an age key.")
    if not is_id(value["case"]):
        raise TagFileMalformed("The case is not named by an identifier.")
    try:
        purpose, language = Purpose(str(value["purpose"])), Language(str(value["language"]))
    except ValueError as reason:
        raise TagFileMalformed("A purpose or language that is not known.") from reason
    return DossierSpec(
        case=SubjectId(str(value["case"])),
        purpose=purpose,
        recipient=_receiver(recipient),
        at=_count(value["at"]),
        language=language,
        exhibits=_chosen(value["exhibits"]),
        leave_out=_count(value["leave_out"]),
        report=_flag(value["report"]),
        page=_flag(value["page"]),
        authors=_flag(value["authors"]),
    )


def parse_withheld(data: bytes) -> WithheldCounts:
    """Read `withheld.json`.

    Untrusted: `data`. Raises: TagFileMalformed.
    """
    value = _members(data, frozenset({*_COUNTED, "persons", "v"}))
    exhibits, passages, statements = (_reasons(value[name]) for name in _COUNTED)
    return WithheldCounts(exhibits=exhibits, passages=passages, statements=statements, persons=_count(value["persons"]))


def _members(data: bytes, expected: frozenset[str]) -> dict[str, Json]:
    try:
        value = parse_canonical(data, max_bytes=MAX_BYTES)
    except Malformed as reason:
        raise TagFileMalformed("A description of the dossier is not canonical JSON.") from reason
    if not isinstance(value, dict) or set(value) != expected or _count(value["v"]) != 1:
        raise TagFileMalformed("A description of the dossier does not have its members.")
    return value


def _receiver(value: Mapping[str, Json]) -> Receiver:
    age, kind, name = value["age"], value["kind"], value["name"]
    if not isinstance(kind, str) or not RECIPIENT.fullmatch(kind):
        raise TagFileMalformed("The kind of a recipient is a word in lower case.")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME_CHARS:
        raise TagFileMalformed("A recipient's name has 1 to {most} characters.", most=MAX_NAME_CHARS)
    if age is not None and not (isinstance(age, str) and age.isascii() and age.startswith("age1")):
        raise TagFileMalformed("A recipient's key is not an age key.")
    return Receiver(kind=kind, name=name, age=age)


def _chosen(value: Json) -> tuple[SubjectId, ...] | None:
    if value == ALL:
        return None
    if not isinstance(value, list) or not all(is_id(item) for item in value):
        raise TagFileMalformed("Exhibits are all, or a list of identifiers.")
    items = [str(item) for item in value]
    if items != sorted(set(items)):
        raise TagFileMalformed("The chosen exhibits are not in order.")
    return tuple(map(SubjectId, items))


def _reasons(value: Json) -> dict[Reason, int]:
    if not isinstance(value, dict):
        raise TagFileMalformed("Counts stand beside their reasons.")
    try:
        counts = {Reason(name): _count(number) for name, number in value.items()}
    except ValueError as reason:
        raise TagFileMalformed("A reason that is not known.") from reason
    if not all(counts.values()):
        raise TagFileMalformed("A reason without a number is left out.")
    return counts


def _count(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TagFileMalformed("A number is whole and not negative.")
    return value


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise TagFileMalformed("A switch is true or false.")
    return value
