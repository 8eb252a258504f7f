# SPDX-License-Identifier: AGPL-3.0-or-later
"""What peers make of the same pairs of names. Runs in their environment; reads and writes JSON on standard input and output.

In: {"names": [[given, surname], ...], "pairs": [[i, j], ...]}. Out, for each peer: {"scores": [...], "seconds": of the pairs}.
What a peer can work out for each name beforehand is worked out beforehand, as with ours.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import jellyfish
from followthemoney.proxy import EntityProxy
from nomenklatura.matching import get_algorithm
from rigour.names import NameTypeTag, analyze_names
from rigour.text import ascii_text, jaro_winkler

if TYPE_CHECKING:
    from collections.abc import Callable

names_and_pairs = json.load(sys.stdin)
names, pairs = names_and_pairs["names"], names_and_pairs["pairs"]
latin = [(ascii_text(given).lower(), ascii_text(surname).lower()) for given, surname in names]
symbols = [
    frozenset(symbol for name in analyze_names(NameTypeTag.PER, [given]) for symbol in name.symbols)
    for given, _ in names
]
entities = [
    EntityProxy.from_dict({"id": str(place), "schema": "Person", "properties": {"name": [f"{given} {surname}"]}})
    for place, (given, surname) in enumerate(names)
]


def by_jellyfish(i: int, j: int) -> float:
    """Jaro-Winkler on transliterated letters."""
    (given, surname), (other_given, other_surname) = latin[i], latin[j]
    return min(
        jellyfish.jaro_winkler_similarity(given, other_given), jellyfish.jaro_winkler_similarity(surname, other_surname)
    )


def by_rigour(i: int, j: int) -> float:
    """Given names by Wikidata symbols, else by letters; surnames by letters."""
    (given, surname), (other_given, other_surname) = latin[i], latin[j]
    by_given = 1.0 if symbols[i] & symbols[j] else jaro_winkler(given, other_given)
    return min(by_given, jaro_winkler(surname, other_surname))


def by_nomenklatura(name: str) -> Callable[[int, int], float]:
    """One of its matchers, on entities that have a name and nothing else."""
    algorithm = get_algorithm(name)
    settings = algorithm.default_config()
    return lambda i, j: algorithm.compare(entities[i], entities[j], settings).score


def main() -> None:
    """Score each pair by each peer."""
    peers = {
        "jellyfish, on rigour's ascii_text": by_jellyfish,
        "rigour": by_rigour,
        "nomenklatura logic-v2": by_nomenklatura("logic-v2"),
        "nomenklatura name-based": by_nomenklatura("name-based"),
    }
    found = {}
    for peer, score in peers.items():
        start = time.perf_counter()
        scores = [score(i, j) for i, j in pairs]
        found[peer] = {"scores": scores, "seconds": time.perf_counter() - start}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
