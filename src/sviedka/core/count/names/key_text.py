# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name keys as one line of text with their version, as a link cell keeps them. Spec: spec/07-keys.md §12.7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed, UnknownVersion
from sviedka.core.count.names.keys import KEY_VERSION, NameKeys

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json

MOST_BYTES: Final = 65_536
_LISTS: Final = ("surname", "ids", "given")
_TEXTS: Final = ("father", "sex")


class KeysMalformed(Malformed):
    """A line that is no name keys."""

    code = "malformed.name-keys"


def format_keys(keys: NameKeys) -> str:
    """Return the line: canonical JSON."""
    document: dict[str, Json] = {
        "father": keys.patronymic_id,
        "given": [*keys.given_keys],
        "ids": [*keys.given_ids],
        "sex": keys.sex,
        "surname": [*keys.surname_keys],
        "v": KEY_VERSION,
    }
    return encode_canonical(document).decode("utf-8")


def parse_keys(text: str) -> NameKeys:
    """Read a line.

    Untrusted: `text`.

    Raises:
        UnknownVersion: Of another version of the rules: its keys do not meet those of this one.
        KeysMalformed, NotCanonical, TooLarge: It is none.
    """
    document = parse_canonical(text.encode("utf-8"), max_bytes=MOST_BYTES)
    if not isinstance(document, dict) or set(document) != {*_LISTS, *_TEXTS, "v"}:
        raise KeysMalformed("This is no line of name keys.")
    if document["v"] != KEY_VERSION:
        raise UnknownVersion("Name keys of another version do not meet those of version {own}.", own=KEY_VERSION)
    surname, ids, given = (_texts(document[name]) for name in _LISTS)
    father, sex = document["father"], document["sex"]
    if not isinstance(father, str | None) or not (sex is None or (isinstance(sex, str) and sex in {"m", "f"})):
        raise KeysMalformed("This is no line of name keys.")
    return NameKeys(
        surname_keys=surname,
        given_id=ids[0] if len(ids) == 1 else None,
        given_ids=ids,
        given_keys=given,
        patronymic_id=father,
        sex=sex,
    )


def _texts(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise KeysMalformed("This is no line of name keys.")
    return tuple(str(text) for text in value)
