# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each rule of the skeleton is worth: leaves out one after the other and measures the invented spellings anew.

Run it after a rule was changed: `python tools/name_rules.py`. The table goes into docs/explanation/name-keys.md.
"""

from __future__ import annotations

import numpy as np
from rapidfuzz.distance import JaroWinkler

from sviedka.bench.names import FALSE_POSITIVES, pairs_of_spellings, recall_at
from sviedka.core.count.names.skeleton import NOTHING, RULE_NAMES, given_skeleton, surname_skeleton
from sviedka.core.count.names.sounds import readings, says_how_to_read
from sviedka.core.count.names.spelling import clean_word
from sviedka.core.count.names.surname_stems import find_other_skeleton

PEOPLE = 700
"""More than the measure has, so that each surname of the table is among them."""
APART = 200_000


def main() -> None:
    """Print the table, a row for each rule left out."""
    names, pairs, together = pairs_of_spellings(PEOPLE, APART)
    print(f"{together.sum()} pairs of one person, {(~together).sum()} of two; recall at {FALSE_POSITIVES}")
    print("| left out | surname keys meet | of two people | recall by letters alone |\n|---|---:|---:|---:|")
    for left_out in ("nothing", *RULE_NAMES, "irregular surnames", "second readings"):
        without = frozenset((left_out,)) if left_out in RULE_NAMES else NOTHING
        keys = [_keys(name, without, left_out) for name in names]
        met = np.array([not keys[i][0].isdisjoint(keys[j][0]) for i, j in pairs])
        scores = np.array([_score(keys[i], keys[j]) for i, j in pairs])
        print(
            f"| {left_out} | {met[together].mean():.4f} | {met[~together].mean():.4f} | {recall_at(scores, together):.4f} |"
        )


def _keys(name: tuple[str, str], without: frozenset[str], left_out: str) -> tuple[frozenset[str], frozenset[str]]:
    given, surname = clean_word(name[0]), clean_word(name[1])
    ch = says_how_to_read(surname) or says_how_to_read(given)
    surnames = [surname_skeleton(sounds, without=without) for sounds in readings(surname, ch)]
    givens = [given_skeleton(sounds, without=without) for sounds in readings(given, ch)]
    if left_out == "second readings":
        surnames, givens = surnames[:1], givens[:1]
    others = [] if left_out == "irregular surnames" else [find_other_skeleton(key) for key in surnames]
    return frozenset(key for key in (*surnames, *others) if key), frozenset(givens)


def _score(left: tuple[frozenset[str], frozenset[str]], right: tuple[frozenset[str], frozenset[str]]) -> float:
    return min(
        max(JaroWinkler.similarity(one, other) for one in ours for other in theirs)
        for ours, theirs in zip(left, right, strict=True)
    )


if __name__ == "__main__":
    main()
