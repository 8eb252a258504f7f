# SPDX-License-Identifier: AGPL-3.0-or-later
"""`score_pair` for many pairs at once: keys are numbered, pairs are two arrays of places, and no Python runs in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numba
import numpy as np

from sviedka.core.count.names.scoring import OTHER_FATHER, OTHER_NAME, PART_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sviedka.core.count.names.columns import KeyColumns

LONGEST_KEY: Final = 48
"""Letters that are compared; further ones of a key are not. No surname of the three languages has so many."""

_NONE: Final = -1


@dataclass(frozen=True, kw_only=True, repr=False)
class EncodedNames:
    """Keys of n names as numbers; d different keys among them.

    Attributes:
        letters: `uint8[d, LONGEST_KEY]`, the keys.
        lengths: `uint8[d]`.
        surname: `int32[n, a]`, rows of `letters`, -1 where there is none; `given` is alike.
        given_ids: `int32[n, b]`, numbers of rows of the table of given names, -1 where there is none; `fathers` is alike.
    """

    letters: NDArray[np.uint8]
    lengths: NDArray[np.uint8]
    surname: NDArray[np.int32]
    given: NDArray[np.int32]
    given_ids: NDArray[np.int32]
    fathers: NDArray[np.int32]

    @classmethod
    def from_columns(cls, columns: KeyColumns) -> Self:
        """Number the keys of some columns."""
        keys: dict[str, int] = {}
        names: dict[str, int] = {}
        fathers = [() if each is None else tuple(each.split("|")) for each in columns.patronymic_id]
        surname = _numbered(columns.surname_keys, keys)
        given = _numbered(columns.given_keys, keys)
        letters = np.zeros((max(len(keys), 1), LONGEST_KEY), dtype=np.uint8)
        for text, row in keys.items():
            encoded = text.encode("ascii", "replace")[:LONGEST_KEY]
            letters[row, : len(encoded)] = np.frombuffer(encoded, dtype=np.uint8)
        return cls(
            letters=letters,
            lengths=(letters != 0).sum(axis=1).astype(np.uint8),
            surname=surname,
            given=given,
            given_ids=_numbered(columns.given_ids, names),
            fathers=_numbered(fathers, names),
        )


def score_pairs(names: EncodedNames, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float32]:
    """Return `score_pair` of each pair: `float32[m]`.

    Args:
        names: The keys of n names.
        left: `int[m]`, places of the one name, 0 to n-1.
        right: Places of the other.

    Raises:
        IndexError: A place is none of a name.
    """
    for places in (left, right):
        if places.size and not 0 <= int(places.min()) <= int(places.max()) < len(names.surname):
            message = "A pair names a place that no name has."
            raise IndexError(message)
    scores: NDArray[np.float32] = _score_all(
        (names.letters, names.lengths),
        (names.surname, names.given, names.given_ids, names.fathers),
        left.astype(np.int64),
        right.astype(np.int64),
    )
    return scores


def _numbered(column: Sequence[Iterable[str]], numbers: dict[str, int]) -> NDArray[np.int32]:
    rows = [[numbers.setdefault(text, len(numbers)) for text in texts] for texts in column]
    table = np.full((len(rows), max(map(len, rows), default=1) or 1), _NONE, dtype=np.int32)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table


@numba.njit(cache=True, nogil=True)
def _score_all(book, columns, left, right):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # numba types it
    surname, given, given_ids, fathers = columns
    scores = np.empty(len(left), dtype=np.float32)
    for pair in range(len(left)):
        i, j = left[pair], right[pair]
        by_surname = _nearest(book, surname[i], surname[j])
        by_given = _nearest(book, given[i], given[j])
        if given_ids[i, 0] >= 0 and given_ids[j, 0] >= 0:
            by_given = 1.0 if _share(given_ids[i], given_ids[j]) else OTHER_NAME * max(by_given, 0.0)
        score = min(by_surname, by_given)
        if score < 0:
            score = PART_ONLY * max(by_surname, by_given, 0.0)
        if fathers[i, 0] >= 0 and fathers[j, 0] >= 0 and not _share(fathers[i], fathers[j]):
            score *= OTHER_FATHER
        scores[pair] = score
    return scores


@numba.njit(cache=True, nogil=True)
def _share(ours, theirs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for one in ours:
        for other in theirs:
            if one >= 0 and one == other:
                return True
    return False


@numba.njit(cache=True, nogil=True)
def _nearest(book, ours, theirs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The greatest similarity between two lists of keys; -1 if one is empty."""
    if ours[0] < 0 or theirs[0] < 0:
        return -1.0
    if _share(ours, theirs):
        return 1.0
    letters, lengths = book
    best = 0.0
    for one in ours:
        for other in theirs:
            if one >= 0 and other >= 0:
                best = max(best, jaro_winkler(letters[one], lengths[one], letters[other], lengths[other]))
    return best


@numba.njit(cache=True, nogil=True)
def jaro_winkler(left, left_size, right, right_size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return the Jaro-Winkler similarity of two rows of letters; what it counts as a match is in a bit of a word.

    Source: Jaro 1989; Winkler 1990 (weight 0.1 for up to 4 first letters, if Jaro is over 0.7).
    """
    if left_size == 0 or right_size == 0:
        return 0.0
    window = max(max(left_size, right_size) // 2 - 1, 0)
    taken_left, taken_right, matches = np.uint64(0), np.uint64(0), 0
    for i in range(left_size):
        for j in range(max(i - window, 0), min(i + window + 1, right_size)):
            if left[i] == right[j] and not (taken_right >> np.uint64(j)) & np.uint64(1):
                taken_left |= np.uint64(1) << np.uint64(i)
                taken_right |= np.uint64(1) << np.uint64(j)
                matches += 1
                break
    if matches == 0:
        return 0.0
    out_of_order, j = 0, 0
    for i in range(left_size):
        if (taken_left >> np.uint64(i)) & np.uint64(1):
            while not (taken_right >> np.uint64(j)) & np.uint64(1):
                j += 1
            out_of_order += left[i] != right[j]
            j += 1
    jaro = (matches / left_size + matches / right_size + (matches - out_of_order // 2) / matches) / 3
    prefix = 0
    while prefix < min(4, left_size, right_size) and left[prefix] == right[prefix]:
        prefix += 1
    return jaro + 0.1 * prefix * (1 - jaro) if jaro > 0.7 else jaro
