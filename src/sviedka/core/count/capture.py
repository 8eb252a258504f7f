# SPDX-License-Identifier: AGPL-3.0-or-later
"""A capture table: how many people stand on just these lists and no others. It knows numbers, not people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.base.errors import Malformed

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LISTS: Final = 16
"""A table has 2^t cells; with more lists than this nobody has data to fill them."""


class CaptureMalformed(Malformed):
    """This is no table of captures."""

    code = "malformed.captures"
    hint = "Give each list its name once, and for each pattern of lists a number of people, 0 or more."


@dataclass(frozen=True, kw_only=True)
class CaptureTable:
    """People counted by the lists that they stand on.

    Attributes:
        lists: The names of the t lists, 1 to 16 of them, each once.
        people: `int64[2**t]`. Index `p` is a pattern: the bit `1 << (t - 1 - i)` is set if list `i` has them, so
            that the binary digits read in the order of `lists`. `people[0]` is 0: nobody saw those.
    """

    lists: tuple[str, ...]
    people: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse what is no table of captures."""
        if not 1 <= len(self.lists) <= MOST_LISTS or len(set(self.lists)) != len(self.lists):
            raise CaptureMalformed("A capture table has 1 to {most} lists, each named once.", most=MOST_LISTS)
        if self.people.shape != (1 << len(self.lists),) or self.people.dtype != np.int64:
            raise CaptureMalformed("A capture table has one whole number for each pattern of lists.")
        if bool((self.people < 0).any()) or int(self.people[0]) != 0:
            raise CaptureMalformed("Numbers of people are not negative, and nobody is known who is on no list.")

    @property
    def observed(self) -> int:
        """How many people stand on one list at least."""
        return int(self.people.sum())


def tabulate_captures(
    lists: tuple[str, ...], *, list_of: NDArray[np.integer], cluster_of: NDArray[np.integer]
) -> CaptureTable:
    """Count the clusters of one linkage by the lists that their records come from.

    Args:
        lists: The lists' names.
        list_of: `int[n]`, 0 to t-1: which list record `i` comes from.
        cluster_of: `int[n]`, any numbers: records with the same number are the same person.

    Raises:
        CaptureMalformed: The two arrays are not of one length, or a list has no name.
    """
    if list_of.shape != cluster_of.shape or list_of.ndim != 1:
        raise CaptureMalformed("Each record has one list and one cluster.")
    if list_of.size and not 0 <= int(list_of.min()) <= int(list_of.max()) < len(lists):
        raise CaptureMalformed("A record is of a list that has no name.")
    _, cluster = np.unique(cluster_of, return_inverse=True)
    pattern = np.zeros(int(cluster.max()) + 1 if cluster.size else 0, dtype=np.int64)
    np.bitwise_or.at(pattern, cluster, np.int64(1) << (len(lists) - 1 - list_of.astype(np.int64)))
    return CaptureTable(lists=lists, people=np.bincount(pattern, minlength=1 << len(lists)).astype(np.int64))
