# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kinds made of others: text in segments, lists, objects of a fixed shape, one of several."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import is_id
from sviedka.core.base.kinds import Kind, Ref, Reference
from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.base.canonical import Json

MAX_SEGMENT: Final = 4_000
MAX_SEGMENTS: Final = 256
MAX_LIST: Final = 256

_CONTROLS_BUT_BREAKS: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")


@dataclass(frozen=True, kw_only=True)
class Words(Kind):
    """Long text, in segments that can be shown or withheld one by one.

    Before sealing, a list of segments: text, or an object with `text` and `about`, the persons whom it is about. A
    segment that does not say is about everyone in its statement; `about: []` says that it is about nobody. As read
    back, a list of text.
    """

    def expects(self) -> Phrase:
        """The value."""
        return Phrase("a list of 1 to {most} segments of text", most=MAX_SEGMENTS)

    def problem(self, value: Json) -> Phrase | None:
        """Refuse empty texts and segments, and over-long ones."""
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_SEGMENTS:
            return self.expects()
        return next((wrong for wrong in map(_segment_problem, value) if wrong is not None), None)

    def references(self, value: Json) -> Iterator[Reference]:
        """Yield the persons whom segments say they are about."""
        for segment in value if isinstance(value, list) else []:
            about = segment.get("about") if isinstance(segment, dict) else None
            for person in about if isinstance(about, list) else []:
                yield Reference(to="person", id=str(person))


@dataclass(frozen=True, kw_only=True)
class ListOf(Kind):
    """A list of values of one kind."""

    of: Kind
    least: int = 0
    most: int = MAX_LIST

    def expects(self) -> Phrase:
        """The list."""
        return Phrase("a list of {least} to {most}: {of}", least=self.least, most=self.most, of=self.of.expects())

    def problem(self, value: Json) -> Phrase | None:
        """Refuse wrong lengths and the first wrong element."""
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            return self.expects()
        return next((wrong for wrong in map(self.of.problem, value) if wrong is not None), None)

    def references(self, value: Json) -> Iterator[Reference]:
        """Yield those of the elements."""
        for inner in value if isinstance(value, list) else []:
            yield from self.of.references(inner)

    def names(self) -> Iterator[str]:
        """Yield those of the elements."""
        yield from self.of.names()


@dataclass(frozen=True, kw_only=True)
class Map(Kind):
    """An object of a fixed shape. `one_of` names members of which exactly one must be there."""

    required: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()

    def expects(self) -> Phrase:
        """The members."""
        return Phrase("an object with the members {names}", names=", ".join((*self.required, *self.optional)))

    def problem(self, value: Json) -> Phrase | None:
        """Refuse missing, foreign and wrong members."""
        if not isinstance(value, dict) or not self.required.keys() <= value.keys():
            return self.expects()
        for name, inner in value.items():
            kind = self.required.get(name) or self.optional.get(name)
            if kind is None:
                return self.expects()
            wrong = kind.problem(inner)
            if wrong is not None:
                return Phrase("in {name}, {wrong}", name=name, wrong=wrong)
        if self.one_of and sum(name in value for name in self.one_of) != 1:
            return Phrase("exactly one of the members {names}", names=", ".join(self.one_of))
        return None if value else self.expects()

    def references(self, value: Json) -> Iterator[Reference]:
        """Yield those of the members."""
        for name, inner in value.items() if isinstance(value, dict) else ():
            kind = self.required.get(name) or self.optional.get(name)
            if kind is not None:
                yield from kind.references(inner)

    def names(self) -> Iterator[str]:
        """Yield the members' names and theirs."""
        for name, kind in (*self.required.items(), *self.optional.items()):
            yield name
            yield from kind.names()


@dataclass(frozen=True, kw_only=True)
class Either(Kind):
    """A value of one of several kinds."""

    kinds: tuple[Kind, ...]

    def expects(self) -> Phrase:
        """All of them."""
        return reduce(_either, (kind.expects() for kind in self.kinds))

    def problem(self, value: Json) -> Phrase | None:
        """Refuse what none of the kinds takes."""
        return None if any(kind.problem(value) is None for kind in self.kinds) else self.expects()

    def references(self, value: Json) -> Iterator[Reference]:
        """Yield those of the first kind that takes it."""
        for kind in self.kinds:
            if kind.problem(value) is None:
                yield from kind.references(value)
                return

    def names(self) -> Iterator[str]:
        """Yield those of all kinds."""
        for kind in self.kinds:
            yield from kind.names()


def any_ref(*kinds: str) -> Map:
    """Return the kind of a reference that says what it refers to: an object with one member, `{"act": "<id>"}`."""
    return Map(optional={kind: Ref(to=kind) for kind in kinds}, one_of=kinds)


def _either(one: Phrase, other: Phrase) -> Phrase:
    return Phrase("{one} or {other}", one=one, other=other)


def _segment_problem(segment: Json) -> Phrase | None:
    text, about = segment, None
    if isinstance(segment, dict):
        text, about = segment.get("text"), segment.get("about", [])
        if not segment.keys() <= {"text", "about"}:
            return Phrase("a segment: text, or an object of text and about")
        if not isinstance(about, list) or len(about) > MAX_LIST or not all(map(is_id, about)):
            return Phrase("a segment's about: a list of identifiers of persons")
    if not isinstance(text, str) or not 1 <= len(text) <= MAX_SEGMENT or _CONTROLS_BUT_BREAKS.search(text):
        return Phrase("a segment's text of 1 to {most} characters", most=MAX_SEGMENT)
    return None
