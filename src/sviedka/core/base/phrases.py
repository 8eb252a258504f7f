# SPDX-License-Identifier: AGPL-3.0-or-later
"""A piece of a sentence that can be said in another language.

A failure's message often holds what was expected at a place, or another failure's sentence. As plain text these pieces
stayed English inside a Belarusian or Russian sentence. A phrase is that English text, and knows what it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sviedka.core.base.errors import Failure


class Phrase(str):
    """English text, with the message and the facts that it was made of; equal to the plain text everywhere.

    Attributes:
        message: The key of its translation.
        facts: Values for the placeholders of `message`; phrases among them are translated as well.
    """

    __slots__ = ("facts", "message")

    message: str
    facts: Mapping[str, object]

    def __new__(cls, message: str, /, **facts: object) -> Self:
        """Make the text of `message` with its `{placeholders}` filled in."""
        phrase = super().__new__(cls, message.format(**facts) if facts else message)
        phrase.message = message
        phrase.facts = facts
        return phrase


def joined(separator: str, parts: Iterable[str]) -> Phrase:
    """Return the parts as one phrase, those that are phrases translated by themselves."""
    named = {f"part{number}": part for number, part in enumerate(parts)}
    message = separator.join(f"{{{name}}}" for name in named)
    return Phrase(message, **named)


def said_of(failure: Failure) -> Phrase:
    """Return what a failure says, to stand in another sentence."""
    return Phrase(failure.message, **failure.facts)
