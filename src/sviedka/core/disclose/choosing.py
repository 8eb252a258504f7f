# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which parts of which statements may leave, given who must not be shown.

A part sealed under the cell of a person who is left out is withheld, and so is a part that names them; a sentence about
two people goes only if both may be shown. A statement of which nothing is left to understand is withheld whole, and so
is what was said about it alone. What is withheld is counted, by reason and never by person. Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import CellId, StatementId, SubjectId
from sviedka.core.disclose.dossier_spec import Reason
from sviedka.core.seal.statement import (
    Group,
    Statement,
    digest_text,
    parse_disclosure,
    parse_jwt,
    read_disclosures,
)
from sviedka.core.seal.statement_shapes import ASSERTION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.disclosure import Disclosure

ALWAYS_WITHHELD: Final = frozenset({"label", "heads", "case"})
"""What a receiver does not need: our own words for things, links between versions, the case that spec.json names."""

WHO: Final = frozenset({"author_sig", ASSERTION})
"""Which user wrote a statement, and who stood behind it in person: shown both or neither (spec/07-keys.md §13)."""


_ESSENTIAL: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "person": (frozenset({"pseudonym"}),),
    "act": (frozenset({"act_type", "text"}),),
    "claim": (frozenset({"predicate"}), frozenset({"value", "text"})),
    "source": (frozenset({"title"}),),
    "citation": (frozenset({"source"}),),
    "event": (frozenset({"title"}),),
    "item.received": (frozenset({"media_type", "size_bytes", "original_name"}),),
    "item.sealed": (frozenset({"plain_sha256"}),),
    "custody.transfer": (frozenset({"from"}), frozenset({"to"})),
}
"""Of each group of fields one must be shown, or the statement says nothing to anybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldStatement:
    """A statement as the archive holds it: its leaf, its place, and its disclosures by the cells they are under.

    Attributes:
        desk: In whose log it stands; "" where there is one log only.
    """

    jti: StatementId
    index: int
    jwt: bytes
    type: str
    subject: SubjectId
    groups: tuple[Group, ...]
    desk: str = ""

    @property
    def kind(self) -> str:
        """The type without its version."""
        return self.type.partition("/")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What must not be shown, and why.

    Attributes:
        persons: Persons who are left out, with the reason of each.
        cells: Their cells.
        subjects: Left out by order: everything that is said of them.
        segments: Left out by order: subject, field and number (from 1) of a segment of text.
        fields: Fields that are withheld of single subjects, with the reason.
        authors: Whether it may be shown which user wrote a statement.
    """

    persons: Mapping[SubjectId, Reason] = field(default_factory=dict)
    cells: Mapping[CellId, Reason] = field(default_factory=dict)
    subjects: Mapping[SubjectId, Reason] = field(default_factory=dict)
    segments: Collection[tuple[SubjectId, str, int]] = ()
    fields: Mapping[SubjectId, Mapping[str, Reason]] = field(default_factory=dict)
    authors: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenStatement:
    """A statement with the disclosures that are shown, sorted, and what they say."""

    held: HeldStatement
    disclosures: tuple[str, ...]
    shown: Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What goes, and how much does not."""

    statements: tuple[ChosenStatement, ...]
    passages_withheld: Mapping[Reason, int]
    statements_withheld: Mapping[Reason, int]


def choose(statements: Sequence[HeldStatement], choice: Choice) -> Chosen:
    """Decide what of `statements` is shown.

    Raises:
        Malformed, Refuted: A statement that is not as it was admitted.
    """
    looked = [_Looked(held, choice) for held in statements]
    ordered = {one.held.jti: choice.subjects[one.held.subject] for one in looked if one.held.subject in choice.subjects}
    gone = _find_gone(looked, ordered)
    passages: Counter[Reason] = Counter()
    whole: Counter[Reason] = Counter()
    kept: list[ChosenStatement] = []
    for one in looked:
        reason = gone.get(one.held.jti)
        if reason is not None:
            whole[reason] += 1
        else:
            passages.update(one.withheld)
            kept.append(one.chosen())
    return Chosen(
        statements=tuple(_without_bystanders(kept)),
        passages_withheld=dict(passages),
        statements_withheld=dict(whole),
    )


def choose_fields(held: HeldStatement, names: Collection[str]) -> ChosenStatement:
    """Show only the named properties of a statement: for a consent, the grants and nothing else that was said."""
    disclosures = [text for group in held.groups for text in group.disclosures]
    kept = [text for text in disclosures if parse_disclosure(text).name in names]
    return _chosen(held, kept)


class _Looked:
    """One statement, its disclosures sorted into shown and withheld."""

    def __init__(self, held: HeldStatement, choice: Choice) -> None:
        self.held = held
        self.withheld: Counter[Reason] = Counter()
        self._choice = choice
        self._parts: dict[str, tuple[str, Disclosure]] = {}
        for group in held.groups:
            reason = _first_reason(choice.cells.get(cell) for cell in group.cells)
            if group.withheld:
                self.withheld[reason or Reason.NO_GRANT] += 1  # taken back: its cell is gone, and nobody reads it
            for text in group.disclosures:
                self._take(text, reason)
        self._kept = self._reachable()
        self._statement = _chosen(held, [self._parts[digest][0] for digest in self._kept])

    @property
    def is_understood(self) -> bool:
        """Tell whether what is shown still says something."""
        shown = {name.partition(".")[0] for name, value in self.fields.items() if value not in ([], {})}
        return all(shown & one_of for one_of in _ESSENTIAL.get(self.held.kind, ()))

    @property
    def fields(self) -> Mapping[str, Json]:
        """The fields that are shown."""
        return self._statement.shown.fields

    @property
    def reason(self) -> Reason:
        """Why most of it is withheld."""
        return max(self.withheld, key=lambda reason: (self.withheld[reason], reason), default=Reason.LEFT_OUT)

    def chosen(self) -> ChosenStatement:
        """Return what is shown."""
        return self._statement

    def _take(self, text: str, reason: Reason | None) -> None:
        part = parse_disclosure(text)
        if part.name in ALWAYS_WITHHELD or (part.name in WHO and not self._choice.authors):
            return
        if reason is None:
            reason = self._reason_inside(part)
        if reason is not None:
            self.withheld[reason] += 1
        else:
            self._parts[digest_text(text)] = (text, part)

    def _reason_inside(self, part: Disclosure) -> Reason | None:
        if part.name == "subject":
            return self._choice.persons.get(self.held.subject)
        if part.name is not None and part.name in self._choice.fields.get(self.held.subject, {}):
            return self._choice.fields[self.held.subject][part.name]
        return _first_reason(self._choice.persons.get(SubjectId(text)) for text in _texts(part.value))

    def _reachable(self) -> list[str]:
        """Keep what the statement leads to: an element whose list is withheld would belong to nothing."""
        waiting = [digest for digest, (_, part) in self._parts.items() if part.name is not None]
        found: list[str] = []
        while waiting:
            digest = waiting.pop()
            found.append(digest)
            name, value = self._parts[digest][1].name, self._parts[digest][1].value
            for number, inner in enumerate(_references(value), start=1):
                if (self.held.subject, name, number) in self._choice.segments and inner in self._parts:
                    self.withheld[Reason.LEFT_OUT] += 1
                elif inner in self._parts:
                    waiting.append(inner)
        return found


def _find_gone(looked: Sequence[_Looked], ordered: Mapping[StatementId, Reason]) -> dict[StatementId, Reason]:
    """Find what is withheld whole: what says nothing any more, and what was only said for or about that."""
    gone = {one.held.jti: one.reason for one in looked if one.withheld and not one.is_understood} | dict(ordered)
    while more := dict(_follow(looked, gone)):
        gone |= more
    return gone


def _follow(looked: Sequence[_Looked], gone: Mapping[StatementId, Reason]) -> Iterator[tuple[StatementId, Reason]]:
    """Find claims about a subject that is gone, and citations and sources that nothing left refers to any more."""
    left = [one for one in looked if one.held.jti not in gone]
    subjects = {one.held.subject for one in left}
    lost = {one.held.subject: gone[one.held.jti] for one in looked if one.held.jti in gone}
    used = {text for one in left for text in _texts(dict(one.fields)) if text != one.held.subject}
    once_used = {
        text for one in looked if one.held.jti in gone for group in one.held.groups for text in _all_texts(group)
    }
    for one in left:
        about = [text for text in _texts(one.fields.get("about")) if text in lost and text not in subjects]
        if one.held.kind == "claim" and about:
            yield one.held.jti, lost[SubjectId(about[0])]
        elif one.held.kind in {"citation", "source", "event"} and one.held.subject in once_used - used:
            yield one.held.jti, next(iter(lost.values()))


def _without_bystanders(kept: Sequence[ChosenStatement]) -> Iterator[ChosenStatement]:
    """Leave out the records of persons who appear in nothing that is shown: there is no reason to name them."""
    told = {text for one in kept if one.held.kind != "person" for text in _texts(dict(one.shown.fields))}
    yield from (one for one in kept if one.held.kind != "person" or one.held.subject in told)


def _chosen(held: HeldStatement, disclosures: Iterable[str]) -> ChosenStatement:
    kept = tuple(sorted(disclosures))
    return ChosenStatement(held=held, disclosures=kept, shown=read_disclosures(parse_jwt(held.jwt), kept))


def _first_reason(reasons: Iterable[Reason | None]) -> Reason | None:
    return next((reason for reason in reasons if reason is not None), None)


def _references(value: Json) -> Iterator[str]:
    """Yield the digests that a list of segments holds, in order."""
    for inner in value if isinstance(value, list) else ():
        digest = inner.get("...") if isinstance(inner, dict) else None
        if isinstance(digest, str):
            yield digest


def _all_texts(group: Group) -> Iterator[str]:
    for text in group.disclosures:
        yield from _texts(parse_disclosure(text).value)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
