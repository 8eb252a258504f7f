# SPDX-License-Identifier: AGPL-3.0-or-later
"""One linkage of several lists, as numbers: which records may be of one person, how likely, and what was decided.

No name, date of birth, place or identifier is in it, only record numbers, agreement levels and probabilities. Who holds
this and not the lists knows how many people there are, and nobody of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.base.errors import Malformed
from sviedka.core.count.counted import Counted as Counted  # noqa: PLC0414, TC001  # whoever makes or reads a run names it from here

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MOST_RECORDS: Final = 50_000_000
"""Record numbers are `int32`, and a run has to fit into the memory of one machine."""

_UNFIT: Final = "The parts of this linkage run do not fit together: {part}."


class RunMalformed(Malformed):
    """This is no linkage run, or its parts do not fit together."""

    code = "malformed.linkage-run"
    hint = "Link the lists again; a run is only read as `sviedka link` wrote it."


@dataclass(frozen=True, kw_only=True)
class LinkedList:
    """One list that was linked: where it is from, and which bytes it was.

    Attributes:
        holder: Who keeps it.
        provenance: How it came about.
        copied_from: The list that it was copied from, if it was: then it is no list of its own for counting.
        sha256: Of the file as it came, in hexadecimal.
        rows: Its records.
    """

    name: str
    holder: str
    provenance: str
    copied_from: str | None = None
    sha256: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class BlockingRule:
    """One rule by which pairs were chosen for comparison, and how many of all true pairs it is estimated to find.

    Attributes:
        pairs: Pairs that it proposes.
        recall: Estimated share of true pairs that it proposes, 0 to 1; None where that cannot be estimated.
    """

    name: str
    pairs: int
    recall: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoredPairs:
    """Pairs of records that were compared and are not plainly apart.

    Attributes:
        i, j: `int32[m]`, record numbers, `i < j`, each pair once.
        p: `float32[m]`, the estimated probability that both are of one person.
        agreement: `int8[m, k]`, level of each comparison: 0 disagrees, higher agrees more, -1 not known.
    """

    i: NDArray[np.int32]
    j: NDArray[np.int32]
    p: NDArray[np.float32]
    agreement: NDArray[np.int8]


@dataclass(frozen=True, kw_only=True, eq=False)
class Conflicts:
    """Pairs of records that cannot be of one person, whatever else agrees; no machine puts them together.

    Attributes:
        i, j: `int32[c]`, record numbers, `i < j`: between records that hang together in the decision or in a draw, but for
            those of a crowd (`sviedka.link.conflicts.CROWD`).
        reason: `uint8[c]`, bits of `sviedka.link.facts.Conflict`.
    """

    i: NDArray[np.int32]
    j: NDArray[np.int32]
    reason: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkageRun:
    """A linkage: its input by digest, its pairs, the clusters decided and clusters drawn.

    Attributes:
        counted: What is counted.
        as_of: The day on which it was made.
        lists: The lists, 1 to 16, in the order in which `list_of` numbers them.
        key_version: Of the name keys (`core.count.names`).
        settings: The settings that made it: numbers and words.
        rules: The blocking rules, with their estimated recall.
        comparisons: The k names of what was compared, in the order of `pairs.agreement`'s columns.
        list_of: `int16[n]`, the list of each record.
        row_of: `int32[n]`, its place among the records of its file, from 1.
        pairs: The pairs that were compared.
        conflicts: What cannot be together.
        cluster_of: `int32[n]`, the cluster decided: records with one number are one person's.
        draws: `int32[D, n]`, clusters drawn by the pairs' probabilities under the conflicts; their spread is what the
            linkage does not know.
        quality: Figures such as expected precision and recall, by name.
    """

    counted: Counted
    as_of: str
    lists: tuple[LinkedList, ...]
    key_version: int
    settings: Mapping[str, str | int | float | bool]
    rules: tuple[BlockingRule, ...]
    comparisons: tuple[str, ...]
    list_of: NDArray[np.int16]
    row_of: NDArray[np.int32]
    pairs: ScoredPairs
    conflicts: Conflicts
    cluster_of: NDArray[np.int32]
    draws: NDArray[np.int32]
    quality: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        _check_lists(self.lists)
        n, m, c = len(self.list_of), len(self.pairs.i), len(self.conflicts.i)
        _shaped("list_of", self.list_of, np.int16, (n,))
        _shaped("row_of", self.row_of, np.int32, (n,))
        _shaped("cluster_of", self.cluster_of, np.int32, (n,))
        _shaped("draws", self.draws, np.int32, (len(self.draws), n))
        _shaped("pairs.p", self.pairs.p, np.float32, (m,))
        _shaped("pairs.agreement", self.pairs.agreement, np.int8, (m, len(self.comparisons)))
        _shaped("conflicts.reason", self.conflicts.reason, np.uint8, (c,))
        for name, side, count in (
            ("pairs.i", self.pairs.i, m),
            ("pairs.j", self.pairs.j, m),
            ("conflicts.i", self.conflicts.i, c),
            ("conflicts.j", self.conflicts.j, c),
        ):
            _shaped(name, side, np.int32, (count,))
        _ordered("pairs", self.pairs.i, self.pairs.j, n)
        _ordered("conflicts", self.conflicts.i, self.conflicts.j, n)
        if n > MOST_RECORDS or (n and not 0 <= self.list_of.min() <= self.list_of.max() < len(self.lists)):
            raise RunMalformed(_UNFIT, part="list_of")
        if m and not (self.pairs.p.min() >= 0 and self.pairs.p.max() <= 1):
            raise RunMalformed(_UNFIT, part="pairs.p")

    @property
    def records(self) -> int:
        """How many records were linked."""
        return len(self.list_of)

    @property
    def people(self) -> int:
        """How many clusters were decided: the number documented, by this linkage."""
        return len(np.unique(self.cluster_of))


def _check_lists(lists: tuple[LinkedList, ...]) -> None:
    origins = {one.name: one.copied_from for one in lists}
    if not lists or len(origins) != len(lists):
        raise RunMalformed(_UNFIT, part="lists")
    for name, origin in origins.items():
        seen, at = {name}, origin
        while at is not None:
            if at in seen or at not in origins:
                raise RunMalformed(_UNFIT, part="copied_from")
            seen.add(at)
            at = origins[at]


def _shaped(name: str, array: NDArray[np.generic], kind: type[np.generic], shape: tuple[int, ...]) -> None:
    if array.dtype != np.dtype(kind) or array.shape != shape:
        raise RunMalformed(_UNFIT, part=name)


def _ordered(name: str, i: NDArray[np.int32], j: NDArray[np.int32], n: int) -> None:
    if len(i) and not (i.min() >= 0 and j.max() < n and bool((i < j).all())):
        raise RunMalformed(_UNFIT, part=name)
