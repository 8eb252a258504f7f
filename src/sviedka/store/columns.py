# SPDX-License-Identifier: AGPL-3.0-or-later
"""Columns that the projections need beside Django's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from sviedka.core.base.canonical import encode_canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.base.canonical import Json

    Text = models.TextField[Any, Any]
else:
    Text = models.TextField


def id_column(**options: Any) -> models.CharField[str, str]:  # noqa: ANN401
    """Return a column for an identifier: 32 hexadecimal digits."""
    return models.CharField(max_length=32, **options)


class WordsField(Text):
    """A tuple of texts that hold no space (identifiers, disclosures), kept in one column."""

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> tuple[str, ...] | None:
        """Read the column."""
        return None if value is None else tuple(value.split())

    def to_python(self, value: Any) -> Any:  # noqa: ANN401
        """Accept a tuple or the column's text."""
        return tuple(value.split()) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401
        """Write the column."""
        return value if value is None or isinstance(value, str) else join_words(value)


class CanonicalField(Text):
    """A JSON value in its one canonical spelling."""

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Json:
        """Read the column."""
        return None if value is None else _parse(value)

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401
        """Write the column."""
        return None if value is None else encode_canonical(value).decode()


def join_words(words: Sequence[str]) -> str:
    """Return what a `WordsField` keeps."""
    return " ".join(words)


def _parse(text: str) -> Json:
    value: Json = json.loads(text)  # our own canonical text; it was checked when it was admitted
    return value
