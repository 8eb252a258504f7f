# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the files that people write are looked into: each value has a form, and what is not of it is refused by its line.

One reader for lists, figures, plans and dossiers; each refuses by a failure of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from sviedka.core.base.phrases import Phrase

if TYPE_CHECKING:
    from re import Pattern

    from sviedka.core.base.errors import Malformed
    from sviedka.store.records.plain_yaml import Node

MOST_TEXT: Final = 500
"""Characters of one line of text, unless the caller says otherwise."""

_NOTHING: Final[frozenset[str]] = frozenset()


class YamlForm:
    """Reads values out of nodes. Untrusted: every node."""

    def __init__(self, refused: type[Malformed]) -> None:
        """Take the failure by which this kind of file is refused."""
        self.refused = refused

    def refuse(self, node: Node, expected: Phrase) -> NoReturn:
        """Raise the failure, with the line and what was expected there; never with what stands there."""
        raise self.refused("Line {line}: expected {expected}.", line=node.line, expected=expected)

    def mapping(
        self, node: Node, *, required: frozenset[str] = _NOTHING, optional: frozenset[str] = _NOTHING
    ) -> dict[str, Node]:
        """Return the members of a mapping that has all of `required`, and of others only `optional`."""
        if not isinstance(node.value, dict):
            self.refuse(node, Phrase("names with values"))
        for name, inner in node.value.items():
            if name not in required | optional:
                self.refuse(inner, Phrase("one of {words}", words=", ".join(sorted(required | optional))))
        for name in sorted(required - node.value.keys()):
            raise self.refused("Line {line}: {field} is missing.", line=node.line, field=name)
        return node.value

    def text(self, node: Node, *, most: int = MOST_TEXT) -> str:
        """Return a line of 1 to `most` characters, without the spaces around it."""
        if not isinstance(node.value, str) or not 1 <= len(node.value.strip()) <= most:
            self.refuse(node, Phrase("a line of 1 to {most} characters", most=most))
        return node.value.strip()

    def matching(self, node: Node, pattern: Pattern[str], expected: Phrase) -> str:
        """Return a line that is all of `pattern`."""
        text = self.text(node)
        if not pattern.fullmatch(text):
            self.refuse(node, expected)
        return text

    def one_of(self, node: Node, words: tuple[str, ...]) -> str:
        """Return one of these words."""
        if node.value not in words:
            self.refuse(node, Phrase("one of {words}", words=", ".join(words)))
        return str(node.value)
