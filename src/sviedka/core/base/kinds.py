# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a field of a statement may hold: each kind tells what is wrong with a value, and which references are in it.

A kind never repeats the value in what it says: messages of failures carry no content. Its `problem` is a
phrase of what was expected, with the way to the place inside the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.dates import parse_date
from sviedka.core.base.edtf import EdtfMalformed, parse_edtf
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import is_id
from sviedka.core.base.instants import parse_instant
from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.core.base.canonical import Json

MAX_LINE: Final = 500

_HEX_64: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
# Controls, separators of lines, half surrogates. Format characters stay: some scripts need them.
_CONTROLS: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A value names another subject: what kind of subject, and its identifier."""

    to: str
    id: str


class Kind:
    """What a value may be."""

    def expects(self) -> Phrase:
        """Return an English phrase: what stands there if it is right."""
        raise NotImplementedError

    def problem(self, value: Json) -> Phrase | None:
        """Return what was expected, or `None` if `value` is of this kind."""
        raise NotImplementedError

    def references(self, value: Json) -> Iterator[Reference]:
        """Yield what a value of this kind names. The caller has checked that it is of this kind."""
        del value  # most kinds name nothing
        yield from ()

    def names(self) -> Iterator[str]:
        """Yield the names of all members that a value of this kind can have."""
        yield from ()


@dataclass(frozen=True, kw_only=True)
class Line(Kind):
    """One line of text. It may be of any script; control characters have no place in it."""

    most: int = MAX_LINE

    def expects(self) -> Phrase:
        """A line of text."""
        return Phrase("a line of 1 to {most} characters", most=self.most)

    def problem(self, value: Json) -> Phrase | None:
        """Refuse empty and over-long lines, and control characters."""
        fits = isinstance(value, str) and 1 <= len(value) <= self.most and not _CONTROLS.search(value)
        return None if fits else self.expects()


@dataclass(frozen=True, kw_only=True)
class Token(Kind):
    """A short word of a machine's making: it has a pattern."""

    pattern: str
    says: str

    def expects(self) -> Phrase:
        """What the declaration says of it."""
        return Phrase(self.says)

    def problem(self, value: Json) -> Phrase | None:
        """Refuse what the pattern does not match as a whole."""
        return None if isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII) else self.expects()


@dataclass(frozen=True, kw_only=True)
class OneOf(Kind):
    """One word of a closed vocabulary; `source` says where the vocabulary comes from."""

    words: tuple[str, ...]
    source: str

    def expects(self) -> Phrase:
        """The words."""
        return Phrase("one of {words}", words=", ".join(self.words))

    def problem(self, value: Json) -> Phrase | None:
        """Refuse any other word."""
        return None if isinstance(value, str) and value in self.words else self.expects()


@dataclass(frozen=True, kw_only=True)
class Ref(Kind):
    """The identifier of another subject (or, for `statement`, of one statement)."""

    to: str

    def expects(self) -> Phrase:
        """The identifier."""
        return Phrase("an identifier ({kind})", kind=self.to)

    def problem(self, value: Json) -> Phrase | None:
        """Refuse what is not of an identifier's shape."""
        return None if is_id(value) else self.expects()

    def references(self, value: Json) -> Iterator[Reference]:
        """Yield it."""
        if isinstance(value, str):
            yield Reference(to=self.to, id=value)


@dataclass(frozen=True, kw_only=True)
class Integer(Kind):
    """A whole number between two bounds, both allowed."""

    least: int = 0
    most: int = 2**53 - 1

    def expects(self) -> Phrase:
        """The range."""
        return Phrase("a whole number from {least} to {most}", least=self.least, most=self.most)

    def problem(self, value: Json) -> Phrase | None:
        """Refuse other numbers."""
        fits = isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most
        return None if fits else self.expects()


@dataclass(frozen=True, kw_only=True)
class Flag(Kind):
    """Yes or no."""

    def expects(self) -> Phrase:
        """The value."""
        return Phrase("true or false")

    def problem(self, value: Json) -> Phrase | None:
        """Refuse what is neither."""
        return None if isinstance(value, bool) else self.expects()


@dataclass(frozen=True, kw_only=True)
class Nothing(Kind):
    """The value null, where its presence says something."""

    def expects(self) -> Phrase:
        """The value."""
        return Phrase("null")

    def problem(self, value: Json) -> Phrase | None:
        """Refuse anything."""
        return None if value is None else self.expects()


@dataclass(frozen=True, kw_only=True)
class Digest(Kind):
    """A SHA-256 digest in lower-case hexadecimal, as `sha256sum` prints it."""

    def expects(self) -> Phrase:
        """The value."""
        return Phrase("64 lower-case hexadecimal digits")

    def problem(self, value: Json) -> Phrase | None:
        """Refuse any other spelling."""
        return None if isinstance(value, str) and _HEX_64.fullmatch(value) else self.expects()


@dataclass(frozen=True, kw_only=True)
class Date(Kind):
    """A date with doubt: EDTF text, or an object with `edtf` and what else is known of it (`core.base.dates`)."""

    def expects(self) -> Phrase:
        """The value."""
        return Phrase("a date with doubt, such as 2020-08-10 or 2020-08-XX")

    def problem(self, value: Json) -> Phrase | None:
        """Refuse what `parse_date` refuses."""
        return _problem_of(parse_date, value, self.expects())


@dataclass(frozen=True, kw_only=True)
class Day(Kind):
    """One day of the calendar, without doubt: an expiry, a term."""

    def expects(self) -> Phrase:
        """The value."""
        return Phrase("a day, such as 2031-12-31")

    def problem(self, value: Json) -> Phrase | None:
        """Refuse anything less exact."""
        return _problem_of(_parse_day, value, self.expects())


@dataclass(frozen=True, kw_only=True)
class Instant(Kind):
    """A moment, UTC, whole seconds."""

    def expects(self) -> Phrase:
        """The value."""
        return Phrase("a moment, such as 2026-11-21T22:53:00Z")

    def problem(self, value: Json) -> Phrase | None:
        """Refuse any other spelling."""
        return _problem_of(parse_instant, value, self.expects())


def _parse_day(value: Json) -> None:
    span = parse_edtf(value).spans[0] if isinstance(value, str) and len(value) == 10 else None
    if span is None or not span.exact:
        raise EdtfMalformed("This is not one day.")


def _problem_of(parse: Callable[[Json], object], value: Json, expected: Phrase) -> Phrase | None:
    try:
        parse(value)
    except Malformed:
        return expected
    return None
