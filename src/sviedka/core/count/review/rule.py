# SPDX-License-Identifier: AGPL-3.0-or-later
"""A documented rule that judges cases without a person: for demonstrations, and for the plain cases of a large linkage.

`sure-90-40/1`: pairs of at least 0.90 hold a case together. If that makes it one piece, without a conflict, it is the same
person. If it makes several, and every pair between them is below 0.40 or in conflict, they are different people. All else
it leaves to people. It knows no more than the linkage does: it can make a decision certain, and never a better one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scipy.cluster.hierarchy import DisjointSet

from sviedka.core.count.review.judgement import number_groups

if TYPE_CHECKING:
    from sviedka.core.count.review.queue import Case, Linked

RULE: Final = "sure-90-40/1"
SURE: Final = 0.90
PLAINLY_APART: Final = 0.40


def judge_by_rule(case: Case, linked: Linked) -> tuple[int, ...]:
    """Return the group of each of the case's records, in their order; empty if the rule leaves it to people."""
    pieces = DisjointSet(case.records.tolist())
    p = linked.p[case.pairs]
    pairs = list(zip(linked.scored[0][case.pairs].tolist(), linked.scored[1][case.pairs].tolist(), strict=True))
    for (left, right), likely in zip(pairs, p >= SURE, strict=True):
        if likely:
            pieces.merge(left, right)
    against = set(zip(*(end[case.conflicts].tolist() for end in linked.conflicts), strict=True))
    if any(pieces.connected(left, right) for left, right in against):
        return ()
    doubtful = (
        pair
        for pair, apart in zip(pairs, p < PLAINLY_APART, strict=True)
        if not apart and pair not in against and not pieces.connected(*pair)
    )
    return () if any(True for _ in doubtful) else number_groups(pieces[record] for record in case.records.tolist())
