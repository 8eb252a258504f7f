# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why two names match, for somebody who has to judge it and may not see them.

An explanation holds degrees of agreement and a score, no key and no letter of a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase, joined
from sviedka.core.count.names.scoring import (
    OTHER_FATHER,
    compare_fathers,
    compare_given,
    compare_surnames,
    score_pair,
)

if TYPE_CHECKING:
    from sviedka.core.count.names.keys import NameKeys

CLOSE: Final = 0.9
"""Similarity of keys from which two spellings count as close: about one letter in eight."""


class Degree(Enum):
    """How far one part of two names agrees."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    MISSING = "missing"


_SURNAMES: Final = {
    Degree.SAME: Phrase("The surnames can be spellings of one."),
    Degree.CLOSE: Phrase("The surnames differ by about a letter."),
    Degree.DIFFERENT: Phrase("The surnames differ."),
    Degree.MISSING: Phrase("A surname is missing."),
}
_GIVEN: Final = {
    Degree.SAME: Phrase("The given names are forms of one."),
    Degree.CLOSE: Phrase("The given names differ by about a letter."),
    Degree.DIFFERENT: Phrase("The given names differ."),
    Degree.MISSING: Phrase("A given name is missing."),
}
_FATHERS: Final = {
    Degree.SAME: Phrase("The fathers have one given name, as the patronymics say."),
    Degree.DIFFERENT: Phrase("The patronymics name different fathers: perhaps a parent and a child, or relatives."),
    Degree.MISSING: Phrase("A patronymic is missing: the names alone cannot tell a father from a son."),
}
_LIMIT: Final = Phrase("Names alone never show that two records are of one person; a date of birth has to agree.")


@dataclass(frozen=True, kw_only=True)
class NameAgreement:
    """How two names agree, part by part.

    Attributes:
        score: From `score_pair`.
        surname: Of the surnames.
        given: Of the given names; `SAME` means forms of one name, in whatever language.
        patronymic: `CLOSE` does not occur.
    """

    score: float
    surname: Degree
    given: Degree
    patronymic: Degree

    def sentence(self) -> Phrase:
        """Return the agreement as sentences that can be translated; they show no more than the degrees."""
        return joined(" ", (_SURNAMES[self.surname], _GIVEN[self.given], _FATHERS[self.patronymic], _LIMIT))


def explain_pair(left: NameKeys, right: NameKeys) -> NameAgreement:
    """Return how two names agree. Symmetric."""
    return NameAgreement(
        score=score_pair(left, right),
        surname=_degree(compare_surnames(left, right)),
        given=_degree(compare_given(left, right)),
        patronymic=_fathers_degree(left, right),
    )


def _degree(similarity: float | None) -> Degree:
    if similarity is None:
        return Degree.MISSING
    if similarity == 1.0:
        return Degree.SAME
    return Degree.CLOSE if similarity >= CLOSE else Degree.DIFFERENT


def _fathers_degree(left: NameKeys, right: NameKeys) -> Degree:
    if left.patronymic_id is None or right.patronymic_id is None:
        return Degree.MISSING
    return Degree.DIFFERENT if compare_fathers(left, right) == OTHER_FATHER else Degree.SAME
