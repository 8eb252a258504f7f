# SPDX-License-Identifier: AGPL-3.0-or-later
"""How alike two names are, from their keys alone: one number for each pair, by the million.

The score is `min(surname, given) * patronymic`, each in [0, 1]:

- surname: 1 if one key of each is the same, else the greatest Jaro-Winkler similarity between their keys;
- given: 1 if one row of the table fits both; if rows are known for both and none is the same, the similarity of the keys
  times `OTHER_NAME`, since Марына and Марыя are close in letters and two people; else the similarity of the keys;
- patronymic: `OTHER_FATHER` if both have one and the fathers' names differ, else 1.

A part that one of the two lacks says nothing: the other part alone counts, times `PART_ONLY`. A name says nothing of a father
and a son who share all of it; that takes a date of birth.

Source: Winkler 1990, "String Comparator Metrics and Enhanced Decision Rules" (prefix weight 0.1 over 4 letters, from 0.7 on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import JaroWinkler

if TYPE_CHECKING:
    from sviedka.core.count.names.keys import NameKeys

OTHER_NAME: Final = 0.7
OTHER_FATHER: Final = 0.6
PART_ONLY: Final = 0.9


def score_pair(left: NameKeys, right: NameKeys) -> float:
    """Return how alike two names are, 0 to 1; symmetric, and 1 for a name with itself if it has both parts.

    Two names of which nothing can be compared score 0.
    """
    surname = compare_surnames(left, right)
    given = compare_given(left, right)
    if surname is None or given is None:
        return PART_ONLY * (surname if surname is not None else given or 0.0) * compare_fathers(left, right)
    return min(surname, given) * compare_fathers(left, right)


def compare_surnames(left: NameKeys, right: NameKeys) -> float | None:
    """Return the similarity of the surnames, none if one name has none."""
    return _nearest(left.surname_keys, right.surname_keys)


def compare_given(left: NameKeys, right: NameKeys) -> float | None:
    """Return the similarity of the given names, none if one name has none."""
    ours, theirs = left.given_ids, right.given_ids
    if ours and theirs:
        if ours[0] in theirs or (len(ours) > 1 and not frozenset(ours).isdisjoint(theirs)):
            return 1.0
        return OTHER_NAME * (_nearest(left.given_keys, right.given_keys) or 0.0)
    return _nearest(left.given_keys, right.given_keys)


def compare_fathers(left: NameKeys, right: NameKeys) -> float:
    """Return `OTHER_FATHER` if the patronymics name different fathers, else 1."""
    ours, theirs = left.patronymic_id, right.patronymic_id
    if ours is None or theirs is None or ours == theirs:
        return 1.0
    return OTHER_FATHER if frozenset(left.father_ids).isdisjoint(right.father_ids) else 1.0


def _nearest(left: tuple[str, ...], right: tuple[str, ...]) -> float | None:
    if not left or not right:
        return None
    if left[0] in right:
        return 1.0
    return max(JaroWinkler.similarity(ours, theirs) for ours in left for theirs in right)
