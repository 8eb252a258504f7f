# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys of a name: derived columns beside the original, which stays as it was written.

Keys are for matching inside one run. They are as sensitive as the names that they come from: whoever has the keys of a list
can try names against them. They are printed nowhere, and their text form says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.count.names.roles import find_roles
from sviedka.core.count.names.tokens import TokenReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.core.count.names.tokens import TokenFacts

KEY_VERSION: Final = 1
"""Stands beside each stored key. Any change of a rule or of a table that changes a key raises it."""

MOST_KEYS: Final = 6


@dataclass(frozen=True, kw_only=True, repr=False)
class NameKeys:
    """What one name is matched by. Each field is a column that DuckDB can hold.

    Attributes:
        surname_keys: Skeletons of the surname, 0 to 6 of them: more than one where a spelling can be read in several ways,
            is irregular, or the surname is a double one. Two names meet if one key of each is the same.
        given_id: The one row of the table of given names; none if no row fits, or several do.
        given_ids: All rows that fit, such as two for Алесь.
        given_keys: Skeletons of the given name, for names in no row and for slips of the pen.
        patronymic_id: The father's given name: id of its row (`a|b` where the ending hides which), or `~` and its
            skeleton if no row fits.
        sex: `m` or `f` where the patronymic or all rows that fit say so.
    """

    surname_keys: tuple[str, ...] = ()
    given_id: str | None = None
    given_ids: tuple[str, ...] = ()
    given_keys: tuple[str, ...] = ()
    patronymic_id: str | None = None
    sex: str | None = None

    def __repr__(self) -> str:
        """Say nothing of the name."""
        return f"<NameKeys version {KEY_VERSION}>"

    @property
    def father_ids(self) -> tuple[str, ...]:
        """The rows that the patronymic may come from."""
        return tuple(self.patronymic_id.split("|")) if self.patronymic_id else ()


def derive_keys(text: str, *, reader: TokenReader | None = None) -> NameKeys:
    """Return the keys of a whole name or of one token, as somebody wrote it.

    Which token is the surname is told by a comma, by a patronymic behind its given name, by the table of given names, by the
    surname's ending, and at last by habit: Cyrillic lists put the surname first, Latin ones last.

    Args:
        text: At most `LONGEST_NAME` characters. Nothing in it is changed.
        reader: Remembers tokens that it has read; give the same one for many names.

    Raises:
        NameMalformed: It is too long to be a name.
    """
    facts, comma_at = (reader or TokenReader()).read(text)
    roles = find_roles(tuple([each.kind for each in facts]), comma_at)
    return _keys(
        surnames=[facts[place] for place in roles.surnames],
        given=None if roles.given is None else facts[roles.given],
        patronymic=None if roles.patronymic is None else facts[roles.patronymic],
    )


def derive_parts(
    *, surname: str = "", given: str = "", patronymic: str = "", reader: TokenReader | None = None
) -> NameKeys:
    """Return the keys of a name that a list keeps in columns of its own.

    A patronymic that stands behind the given name in its column is found there.

    Raises:
        NameMalformed: A part is too long to be a name.
    """
    reader = reader or TokenReader()
    first, _ = reader.read(given)
    father, _ = reader.read(patronymic)
    father = father or first[1:2]
    return _keys(
        surnames=reader.read(surname)[0],
        given=first[0] if first else None,
        patronymic=father[0] if father else None,
    )


def _keys(*, surnames: Sequence[TokenFacts], given: TokenFacts | None, patronymic: TokenFacts | None) -> NameKeys:
    given_ids = given.given_ids if given else ()
    return NameKeys(
        surname_keys=_surname_keys(surnames),
        given_id=given_ids[0] if len(given_ids) == 1 else None,
        given_ids=given_ids,
        given_keys=given.given_keys if given else (),
        patronymic_id=patronymic.patronymic_id if patronymic else None,
        sex=_sex(given, patronymic),
    )


def _surname_keys(surnames: Sequence[TokenFacts]) -> tuple[str, ...]:
    if len(surnames) == 1:
        return surnames[0].surname_keys[:MOST_KEYS]
    return tuple(dict.fromkeys(key for facts in surnames for key in facts.surname_keys))[:MOST_KEYS]


def _sex(given: TokenFacts | None, patronymic: TokenFacts | None) -> str | None:
    if patronymic and patronymic.sex_of_child:
        return patronymic.sex_of_child
    return next(iter(given.sexes)) if given and len(given.sexes) == 1 else None
