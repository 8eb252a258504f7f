# SPDX-License-Identifier: AGPL-3.0-or-later
"""YAML as far as a record file needs it: text, lists and mappings, each with its line.

Scalars stay text (a date is no number of seconds, `no` is no falsehood). Anchors, aliases, tags, merge keys, several
documents and duplicate keys are refused: a reader and a person must see the same thing, and a short file must not
grow into a large one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

import yaml

from sviedka.core.base.errors import Malformed, TooLarge
from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 24
MAX_NODES: Final = 1_000_000


class YamlRefused(Malformed):
    """Not YAML, or YAML with a part that a record file may not have."""

    code = "malformed.yaml"
    hint = "Nothing was recorded. Correct the line and run the command again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A value and the line it begins on, counted from 1.

    Attributes:
        plain: A scalar written without quotation marks, so that `3` may mean a number and `null` nothing.
    """

    value: str | tuple[Node, ...] | dict[str, Node]
    line: int
    plain: bool = False


def parse_yaml(data: bytes) -> Node:
    """Read one document.

    Untrusted: `data`.

    Raises:
        TooLarge: Over `MAX_BYTES`.
        YamlRefused: See the module.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("A record file of {size} bytes; at most {most} are read.", size=len(data), most=MAX_BYTES)
    try:
        return _Reader(data.decode("utf-8")).document()
    except UnicodeDecodeError as reason:
        raise YamlRefused("The file is not UTF-8 text.") from reason
    except yaml.MarkedYAMLError as reason:
        mark = reason.problem_mark
        raise YamlRefused("Line {line} is not YAML.", line=0 if mark is None else mark.line + 1) from reason
    except yaml.YAMLError as reason:
        raise YamlRefused("The file holds a character that YAML does not allow.") from reason


class _Reader:
    """Builds nodes from libyaml's events."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CBaseLoader)
        self._count = 0

    def document(self) -> Node:
        self._skip(yaml.StreamStartEvent)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise YamlRefused("The file is empty.")
        node = self._node(next(self._events), 0)
        self._skip(yaml.DocumentEndEvent)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            _refuse(after, Phrase("a second document begins"))
        return node

    def _skip(self, kind: type[yaml.Event]) -> None:
        event = next(self._events)
        if not isinstance(event, kind):
            _refuse(event, Phrase("something unexpected stands"))

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_NODES:
            _refuse(event, Phrase("the file is nested too deep or has too many parts"))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            _refuse(event, Phrase("an anchor or alias stands"))
        if getattr(event, "tag", None) is not None:
            _refuse(event, Phrase("a tag stands"))
        line = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            return Node(value=event.value, line=line, plain=not event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(value=tuple(self._items(depth)), line=line)
        if not isinstance(event, yaml.MappingStartEvent):
            _refuse(event, Phrase("something unexpected stands"))
        return Node(value=self._mapping(depth), line=line)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key.value, str) or key.value == "<<":
                _refuse(event, Phrase("a key that is not text stands"))
            if key.value in found:
                _refuse(event, Phrase("a key stands for the second time"))
            found[key.value] = self._node(next(self._events), depth + 1)
        return found


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return 0 if mark is None else mark.line + 1


def _refuse(event: yaml.Event, what: Phrase) -> NoReturn:
    raise YamlRefused("On line {line} {what}; a record file has no such thing.", line=_line(event), what=what)
