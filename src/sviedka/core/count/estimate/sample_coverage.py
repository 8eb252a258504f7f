# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sample coverage: the share of all chances of being caught that belongs to people already caught.

C is estimated from those whom one list alone holds; dependence of two lists enters by their coefficient of covariation.
The first estimator is for high coverage (C of about 55 % and more), the second, one step of it, for low.

Assumes: dependence of three and more lists is small beside that of two.

Source: A. Chao and P. Tsay, A sample coverage approach to multiple-system estimation, JASA 93 (1998) 283-293; P. Tsay and
A. Chao, Population size estimation for capture-recapture models with applications to epidemiological data, J. Applied
Statistics 28 (2001) 25-36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.count.estimate.failures import NotEstimable
from sviedka.core.count.estimate.overlaps import bit_of, count_lists, count_pairs

if TYPE_CHECKING:
    from sviedka.core.count.capture import CaptureTable


@dataclass(frozen=True, kw_only=True)
class SampleCoverage:
    """Three estimates of all people by sample coverage, and the coverage they rest on.

    Attributes:
        coverage: The estimated share C, above 0 and at most 1.
        independence: As if lists caught independently.
        high: The estimator for high coverage.
        low: The one-step estimator for low coverage.
    """

    coverage: float
    independence: float
    high: float
    low: float


def estimate_by_coverage(table: CaptureTable) -> SampleCoverage:
    """Return the three estimators of Chao and Tsay.

    With f_k the people on list k alone, f_jk those on j and k alone, n_k those on k, z_jk those on both and M the people
    seen: C = 1 - mean(f_k / n_k); D = M - mean(f_k); A_jk = f_j + f_k + 2 f_jk; independence D / C;
    high (D - sum A_jk / t) / (C - sum A_jk z_jk / (n_j n_k) / t); low D / C + sum A_jk c_jk / (t C), where
    c_jk = N z_jk / (n_j n_k) - 1 at N = the same formula with c_jk from N = D / C.

    Raises:
        NotEstimable: Nobody was seen twice, or the dependence is so strong that the denominator is not positive.
    """
    lists, size = len(table.lists), [int(number) for number in count_lists(table)]
    alone = [int(table.people[bit_of(place, lists)]) for place in range(lists)]
    coverage = 1 - sum(one / all_of_it for one, all_of_it in zip(alone, size, strict=True) if all_of_it) / lists
    if coverage <= 0:
        raise NotEstimable("Nobody stands on two lists, so nothing is known of who was missed.")
    rest = table.observed - sum(alone) / lists
    terms = [
        (
            alone[one] + alone[other] + 2 * int(table.people[bit_of(one, lists) | bit_of(other, lists)]),
            both / (size[one] * size[other]),
        )
        for (one, other), both in count_pairs(table).items()
        if size[one] and size[other]
    ]

    def step(people: float) -> float:
        return (rest + sum(weight * (people * overlap - 1) for weight, overlap in terms) / lists) / coverage

    below = coverage - sum(weight * overlap for weight, overlap in terms) / lists
    if below <= 0:
        raise NotEstimable("The lists depend on each other so strongly that sample coverage gives no number.")
    high = (rest - sum(weight for weight, _ in terms) / lists) / below
    return SampleCoverage(coverage=coverage, independence=rest / coverage, high=high, low=step(step(rest / coverage)))
