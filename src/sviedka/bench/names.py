# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast names are compared and keyed, and how many spellings of one name are found at one rate of false positives.

The pairs are those of 240 invented people under ten spellings: each person's 45 pairs, and pairs of different people drawn at
random. Spellings were made by tables that the keys do not use; the table of given names has most of the given names, so the
recall of given names is better than on names that nobody foresaw.
"""

from __future__ import annotations

import json
import subprocess
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from sviedka.bench.invented_names import SPELLINGS, invent_names
from sviedka.bench.measurement import ABSENT, Measurement, seconds
from sviedka.core.count.names.columns import KeyColumns, derive_columns, derive_part_columns
from sviedka.core.count.names.pair_scores import EncodedNames, score_pairs
from sviedka.core.count.names.spelling import is_cyrillic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

PEERS: Final = Path(__file__).parents[3] / ".venv-peers" / "bin" / "python"
SCORER: Final = Path(__file__).parents[3] / "tools" / "peers" / "score_names.py"
PEOPLE: Final = 240
APART: Final = 200_000
FALSE_POSITIVES: Final = 1e-4
RUNS: Final = 3
RECORDS: Final = 1_000_000
SEED: Final = 20201112
_BEGINNINGS: Final = tuple(
    (f"{first}{second}", f"{first_latin}{second_latin}")
    for first, first_latin in zip("БВГДЗКЛМНПРСТ", "BVHDZKLMNPRST", strict=True)
    for vowel, vowel_latin in zip("аеоуі", "aeoui", strict=True)
    for second, second_latin in ((f"{vowel}ра", f"{vowel_latin}ra"), (f"{vowel}ль", f"{vowel_latin}l"))
)
"""First syllables of surnames, Cyrillic and Latin."""


def measure_names_pair(*, quick: bool = False) -> Measurement:
    """Score pairs of names from their keys, in microseconds a pair.

    Bound: rapidfuzz, in C++, comparing one surname key with one and one given key with one.
    """
    names, pairs, together = pairs_of_spellings(PEOPLE // 8 if quick else PEOPLE, APART // 40 if quick else APART)
    columns = derive_part_columns(surnames=[surname for _, surname in names], given=[given for given, _ in names])
    encoded, left, right = EncodedNames.from_columns(columns), pairs[:, 0], pairs[:, 1]
    scores = score_pairs(encoded, left, right)
    per_pair = 1e6 / len(pairs)
    times = [seconds(lambda: score_pairs(encoded, left, right)) * per_pair for _ in range(RUNS)]
    peers = _peers(names, pairs)
    return Measurement(
        values=times,
        unit="us",
        bound=min(seconds(lambda: _bound(columns, left, right)) * per_pair for _ in range(RUNS)),
        reach="at most 3 us a pair, ahead of each peer in recall",
        lower_is_better=True,
        peers={peer: found["seconds"] * per_pair / min(times) if found else ABSENT for peer, found in peers.items()},
        beside={
            "recall at 1e-4 false positives": recall_at(scores, together),
            **{
                f"the same of {peer}": recall_at(np.array(found["scores"]), together) if found else ABSENT
                for peer, found in peers.items()
            },
            "pairs of one person that share a surname key": _shared(columns, pairs[together]),
        },
    )


def measure_names_keys(*, quick: bool = False) -> Measurement:
    """Derive the keys of whole names, in names a second.

    Bound: splitting the same names into words and looking each word up in a dictionary.
    """
    names = many_names(RECORDS // 50 if quick else RECORDS)
    rates = [len(names) / seconds(lambda: derive_columns(names)) for _ in range(1 if quick else 2)]
    bound = len(names) / seconds(lambda: _look_up(names))
    return Measurement(
        values=rates,
        unit="names/s",
        bound=bound,
        reach="1,000,000 names in at most 20 s: at least 50,000 names/s",
        beside={"different words": len({word for name in names for word in name.split()})},
    )


def pairs_of_spellings(people: int, apart: int) -> tuple[list[tuple[str, str]], NDArray[np.int64], NDArray[np.bool_]]:
    """Return names as given name and surname, pairs of their places `int64[m, 2]`, and which pairs are of one person."""
    generator = np.random.default_rng(SEED)
    names = [spelling for person in invent_names(people, generator) for spelling in person.spellings]
    each = len(SPELLINGS)
    same = [(person * each + i, person * each + j) for person in range(people) for i, j in combinations(range(each), 2)]
    drawn = generator.integers(len(names), size=(apart * 2, 2))
    different = drawn[drawn[:, 0] // each != drawn[:, 1] // each][:apart]
    pairs = np.concatenate([np.array(same, dtype=np.int64), different])
    return names, pairs, np.arange(len(pairs)) < len(same)


def many_names(count: int) -> list[str]:
    """Return whole names as lists have them: spellings of some 13,000 surnames, every fifteenth with a slip of the pen."""
    generator = np.random.default_rng(SEED)
    spelled = [spelling for person in invent_names(4_000, generator) for spelling in person.spellings]
    fathers = ("", "", "Іванавіч", "Петрович", "Николаевич", "Міхайлаўна")
    chosen, slips = generator.integers(len(spelled), size=count), generator.random(count) < 1 / 15
    father, turned = generator.integers(len(fathers), size=count), generator.random(count) < 0.5
    places, begins = generator.integers(1, 6, size=count), generator.integers(len(_BEGINNINGS), size=count)
    return [
        _whole(
            *_lengthened(spelled[chosen[row]], int(begins[row])),
            fathers[father[row]],
            slip=int(places[row]) if slips[row] else 0,
            turn=turned[row],
        )
        for row in range(count)
    ]


def recall_at(scores: NDArray[np.floating], together: NDArray[np.bool_]) -> float:
    """Return the share of pairs of one person that score above all but `FALSE_POSITIVES` of the pairs of two."""
    apart = np.sort(scores[~together])[::-1]
    threshold = apart[min(int(FALSE_POSITIVES * len(apart)), len(apart) - 1)]
    return float((scores[together] > threshold).mean())


def _lengthened(name: tuple[str, str], beginning: int) -> tuple[str, str]:
    """Make one more surname of a surname, in its script; a hundred of them are too few for a million people."""
    given, surname = name
    cyrillic, latin = _BEGINNINGS[beginning]
    return given, (cyrillic if is_cyrillic(surname) else latin) + surname.lower()


def _whole(given: str, surname: str, father: str, *, slip: int, turn: bool) -> str:
    if slip:
        at = min(slip, len(surname) - 2)
        surname = surname[:at] + surname[at + 1] + surname[at] + surname[at + 2 :]
    return " ".join(filter(None, (surname, given, father) if turn else (given, father, surname)))


def _bound(columns: KeyColumns, left: NDArray[np.int64], right: NDArray[np.int64]) -> None:
    for column in (columns.surname_keys, columns.given_keys):
        first = [keys[0] for keys in column]
        cpdist([first[i] for i in left], [first[j] for j in right], scorer=JaroWinkler.similarity)


def _shared(columns: KeyColumns, pairs: NDArray[np.int64]) -> float:
    keys = [frozenset(each) for each in columns.surname_keys]
    return sum(not keys[i].isdisjoint(keys[j]) for i, j in pairs) / len(pairs)


def _look_up(names: Sequence[str]) -> None:
    known: dict[str, int] = {}
    for name in names:
        for word in name.split():
            known.setdefault(word, len(known))


def _peers(names: Sequence[tuple[str, str]], pairs: NDArray[np.int64]) -> Mapping[str, Any]:
    """Return what each peer makes of the pairs; nothing for any if their environment is not there (`make bench` makes it)."""
    if not PEERS.exists():
        return dict.fromkeys(("jellyfish, on rigour's ascii_text", "rigour", "nomenklatura logic-v2"))
    asked = json.dumps({"names": names, "pairs": pairs.tolist()})
    done = subprocess.run([PEERS, SCORER], input=asked, capture_output=True, text=True, check=True)
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found
