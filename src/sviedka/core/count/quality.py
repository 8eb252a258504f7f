# SPDX-License-Identifier: AGPL-3.0-or-later
"""How good a linkage is, against a known truth: by pairs, by records (B³), by the number of clusters.

Truth comes from simulated lists or from people who judged a sample; nothing here knows where from.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from numpy.typing import NDArray


class QualityMalformed(Malformed):
    """What was found and what is true are not of the same records."""

    code = "malformed.quality"
    hint = "Give one cluster number and one true number for each record, in one order."


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Precision (of what was found, how much is true) and recall (of what is true, how much was found), 0 to 1.

    What has nothing to be measured on is 1: who found no pair was wrong about none.
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, kw_only=True)
class LinkageQuality:
    """A linkage measured against the truth.

    Attributes:
        pairs: Over pairs of records: of two records in one cluster, are they one person?
        b_cubed: Over records: how pure is a record's cluster, how much of its person is in it.
            (Bagga and Baldwin 1998, Entity-based cross-document coreferencing; every record weighs the same.)
        clusters: How many clusters were found.
        true_clusters: How many people there are among the records.
        whole_clusters: How many people were found exactly: all their records and nobody else's.
    """

    pairs: Agreement
    b_cubed: Agreement
    clusters: int
    true_clusters: int
    whole_clusters: int

    @property
    def count_bias(self) -> float:
        """Return (clusters - true clusters) / true clusters: what linkage errors do to the count."""
        return (self.clusters - self.true_clusters) / self.true_clusters if self.true_clusters else 0.0


def measure_linkage(*, cluster_of: NDArray[np.integer], person_of: NDArray[np.integer]) -> LinkageQuality:
    """Compare clusters with the truth, in O(n log n) time and O(n) memory; no pair is listed.

    Args:
        cluster_of: `int[n]`: the cluster that each record was put into; any numbers.
        person_of: `int[n]`: whose record it is in truth; any numbers.

    Raises:
        QualityMalformed: The arrays are not of one length.
    """
    found, person, sizes = _overlaps(cluster_of, person_of)
    cluster_sizes = np.bincount(found, weights=sizes).astype(np.int64) if sizes.size else np.zeros(0, np.int64)
    person_sizes = np.bincount(person, weights=sizes).astype(np.int64) if sizes.size else np.zeros(0, np.int64)
    together = _pairs(sizes)
    squares, records = sizes.astype(np.float64) ** 2, int(sizes.sum())
    whole = (cluster_sizes[found] == sizes) & (person_sizes[person] == sizes)
    return LinkageQuality(
        pairs=Agreement(
            precision=_share(together, _pairs(cluster_sizes)), recall=_share(together, _pairs(person_sizes))
        ),
        b_cubed=Agreement(
            precision=_share(fsum(squares / cluster_sizes[found]), records),
            recall=_share(fsum(squares / person_sizes[person]), records),
        ),
        clusters=len(cluster_sizes),
        true_clusters=len(person_sizes),
        whole_clusters=int(whole.sum()),
    )


def measure_blocking(
    *, left: NDArray[np.integer], right: NDArray[np.integer], person_of: NDArray[np.integer]
) -> Agreement:
    """Say which share of true pairs blocking lets through (recall), and which share of its pairs is true (precision).

    Args:
        left: `int[m]`: one record of each candidate pair, 0 to n-1.
        right: `int[m]`: the other one. The order within a pair, and a pair named twice, change nothing.
        person_of: `int[n]`: whose record each is in truth.

    Raises:
        QualityMalformed: The two ends are not of one length, or name a record that is not there.
    """
    count = len(person_of)
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    if left.shape != right.shape or (low.size and not 0 <= int(low.min()) <= int(high.max()) < count):
        raise QualityMalformed("A candidate pair names two records that are there.")
    distinct = np.unique(low[low != high] * max(count, 1) + high[low != high])
    true = int((person_of[distinct // max(count, 1)] == person_of[distinct % max(count, 1)]).sum())
    _, sizes = np.unique(person_of, return_counts=True)
    return Agreement(precision=_share(true, len(distinct)), recall=_share(true, _pairs(sizes)))


def _overlaps(
    cluster_of: NDArray[np.integer], person_of: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return each combination of cluster and person that occurs, and how many records have it."""
    if cluster_of.shape != person_of.shape or cluster_of.ndim != 1:
        raise QualityMalformed("Each record has one cluster and one true person.")
    _, found = np.unique(cluster_of, return_inverse=True)
    _, person = np.unique(person_of, return_inverse=True)
    width = int(person.max()) + 1 if person.size else 1
    both, sizes = np.unique(found.astype(np.int64) * width + person, return_counts=True)
    return both // width, both % width, sizes.astype(np.int64)


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
