# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far two reviewers agree beyond chance: Cohen's kappa with its interval, and what they saw differently.

Only what people judged counts here: a rule agrees with itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import TYPE_CHECKING, Final

from sviedka.core.count.review.judgement import Judgement, Look, Record, Reviewer, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Z_95: Final = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""

_VERDICTS: Final = tuple(Verdict)


@dataclass(frozen=True, kw_only=True)
class Kappa:
    """Agreement over n clusters that both judged.

    Attributes:
        observed: Share on which the verdicts are the same.
        expected: Share to be expected if each judged without looking, with the same shares of verdicts.
        value: (observed - expected) / (1 - expected); None if both gave one verdict throughout, when it says nothing.
        low, high: 95 % interval, by the large-sample standard error, within -1 to 1; None with `value`.
    """

    n: int
    observed: float
    expected: float
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What two reviewers came to.

    Attributes:
        reviewers: The two; None where fewer than two people judged.
        kappa: Over the clusters that both judged; None if there are none.
        differing: Clusters on which the verdicts differ, or the groups of two "not the same".
        once: How many clusters one of the two has judged and the other has not.
    """

    reviewers: tuple[Reviewer, Reviewer] | None
    kappa: Kappa | None
    differing: tuple[tuple[Record, ...], ...]
    once: int


def measure_agreement(judgements: Iterable[Judgement]) -> Agreement:
    """Compare the two reviewers who have most clusters in common; the newest judgement of each on a cluster counts.

    What was taken back counts as not judged.
    """
    newest: dict[Reviewer, dict[tuple[Record, ...], Judgement]] = {}
    for one in sorted(judgements, key=lambda one: one.rank):
        if one.look is Look.BLIND:
            newest.setdefault(one.by, {})[one.records] = one
    standing = {
        by: {records: one for records, one in theirs.items() if not one.taken_back} for by, theirs in newest.items()
    }
    pairs = sorted(
        combinations(sorted(standing), 2), key=lambda pair: -len(standing[pair[0]].keys() & standing[pair[1]].keys())
    )
    if not pairs:
        return Agreement(reviewers=None, kappa=None, differing=(), once=sum(map(len, standing.values())))
    first, second = standing[pairs[0][0]], standing[pairs[0][1]]
    both = sorted(first.keys() & second.keys())
    return Agreement(
        reviewers=pairs[0],
        kappa=cohen_kappa([(first[one].verdict, second[one].verdict) for one in both]) if both else None,
        differing=tuple(one for one in both if first[one].groups != second[one].groups),
        once=len(first.keys() ^ second.keys()),
    )


def cohen_kappa(verdicts: Sequence[tuple[Verdict, Verdict]]) -> Kappa:
    """Return Cohen's kappa of at least one pair of verdicts.

    Source: Cohen 1960, A coefficient of agreement for nominal scales; the standard error of Fleiss, Cohen and Everitt
    1969, Large sample standard errors of kappa and weighted kappa, eq. 13.
    """
    n = len(verdicts)
    share = {
        (left, right): sum(one == (left, right) for one in verdicts) / n for left in _VERDICTS for right in _VERDICTS
    }
    rows = {left: sum(share[left, right] for right in _VERDICTS) for left in _VERDICTS}
    columns = {right: sum(share[left, right] for left in _VERDICTS) for right in _VERDICTS}
    observed = sum(share[verdict, verdict] for verdict in _VERDICTS)
    expected = sum(rows[verdict] * columns[verdict] for verdict in _VERDICTS)
    if 1 - expected < 1e-12:
        return Kappa(n=n, observed=observed, expected=expected, value=None, low=None, high=None)
    kappa = (observed - expected) / (1 - expected)
    diagonal = sum(
        share[verdict, verdict] * (1 - (rows[verdict] + columns[verdict]) * (1 - kappa)) ** 2 for verdict in _VERDICTS
    )
    beside = (1 - kappa) ** 2 * sum(
        share[left, right] * (columns[left] + rows[right]) ** 2
        for left in _VERDICTS
        for right in _VERDICTS
        if left is not right
    )
    variance = (diagonal + beside - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    half = Z_95 * sqrt(max(variance, 0.0))
    return Kappa(
        n=n, observed=observed, expected=expected, value=kappa, low=max(kappa - half, -1.0), high=min(kappa + half, 1.0)
    )
