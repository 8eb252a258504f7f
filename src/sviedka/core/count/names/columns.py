# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys of whole lists at once, as columns. A token is read once, however many names it stands in."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Final, Self

from sviedka.core.base.progress import Progress, unwatched
from sviedka.core.count.names.keys import KEY_VERSION, NameKeys, derive_keys, derive_parts
from sviedka.core.count.names.spelling import NameMalformed
from sviedka.core.count.names.tokens import TokenReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_STEP: Final = 10_000


@dataclass(frozen=True, kw_only=True, repr=False)
class KeyColumns:
    """The keys of n names: one entry for each name in each column, in the order of the names.

    Attributes:
        version: `KEY_VERSION` of the code that made them.
        surname_keys: Lists of texts, as `given_ids` and `given_keys` are; empty where a name has no such part.
        given_id: Text or none, as `patronymic_id` and `sex` are.
    """

    version: int
    surname_keys: list[tuple[str, ...]]
    given_id: list[str | None]
    given_ids: list[tuple[str, ...]]
    given_keys: list[tuple[str, ...]]
    patronymic_id: list[str | None]
    sex: list[str | None]

    @classmethod
    def from_keys(cls, keys: Iterable[NameKeys]) -> Self:
        """Return the columns of keys that were made one by one."""
        columns = cls(
            version=KEY_VERSION, surname_keys=[], given_id=[], given_ids=[], given_keys=[], patronymic_id=[], sex=[]
        )
        for each in keys:
            columns.surname_keys.append(each.surname_keys)
            columns.given_id.append(each.given_id)
            columns.given_ids.append(each.given_ids)
            columns.given_keys.append(each.given_keys)
            columns.patronymic_id.append(each.patronymic_id)
            columns.sex.append(each.sex)
        return columns

    def __len__(self) -> int:
        """Return n."""
        return len(self.surname_keys)


def derive_columns(names: Sequence[str], *, progress: Progress = unwatched) -> KeyColumns:
    """Return the keys of whole names.

    Args:
        names: As written; an empty text has no keys.
        progress: Told of names.

    Raises:
        NameMalformed: One is too long to be a name. The sentence says which by its place, counted from 1.
    """
    reader = TokenReader()
    with _without_collector():
        return KeyColumns.from_keys(
            _watched((derive_keys(name, reader=reader) for name in names), len(names), progress)
        )


def derive_part_columns(
    *,
    surnames: Sequence[str],
    given: Sequence[str],
    patronymics: Sequence[str] = (),
    progress: Progress = unwatched,
) -> KeyColumns:
    """Return the keys of names that a list keeps in two or three columns, all of one length (no patronymics at all is one).

    Raises:
        NameMalformed: As `derive_columns`.
        ValueError: The columns are not of one length.
    """
    reader = TokenReader()
    rows = zip(surnames, given, patronymics or repeat("", len(surnames)), strict=True)
    keys = (
        derive_parts(surname=surname, given=first, patronymic=father, reader=reader) for surname, first, father in rows
    )
    with _without_collector():
        return KeyColumns.from_keys(_watched(keys, len(surnames), progress))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python's collector of cycles from looking at millions of new tuples again and again: keys make no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _watched(keys: Iterator[NameKeys], expected: int, progress: Progress) -> Iterator[NameKeys]:
    progress(0, expected)
    done = 0
    while True:
        try:
            each = next(keys)
        except StopIteration:
            break
        except NameMalformed as failure:
            message = "Entry {number}: a name of {size} characters is none."
            raise NameMalformed(message, number=done + 1, size=failure.facts["size"]) from failure
        done += 1
        if done % _STEP == 0:
            progress(_STEP)
        yield each
    progress(done % _STEP)
