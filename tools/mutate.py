#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mutation testing of the rooms that everything rests on: one small change at a time, and some test has to fail.

python tools/mutate.py [--room core/seal] [--sample 60] [--seed 1]

Changes what decides, never what is said: comparisons, boundaries, conditions, arithmetic, calls that are left out, failures that are not
raised, results that are not returned. A sample is drawn by seed from all such places of a room. First every test runs once, watched, in a
copy of the tree; then each change is shown to the tests that come to its function, the short ones first, for as long as the budget lasts.
What survives is listed with its reason, if one is known, in tools/mutation/equivalent.json. See docs/adr/0056 and 0089.
"""

from __future__ import annotations

import argparse
import json
import random  # noqa: TID251  # draws a sample, no secret
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mutation.calls import Calls, load, watch
from mutation.places import Place, find_places, mutate
from mutation.trying import changed, first_failure, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
COPIED: Final = ("src", "tests", "spec", "tools", "examples", "verifier", "docs", "pyproject.toml", "README.md")
ROOMS: Final = ("core/seal", "verify", "keeper")
TESTS: Final = ("tests/unit", "tests/vectors", "tests/property", "tests/keeper", "tests/stores")
NEAREST: Final = 12
EQUIVALENT: Final = Path(__file__).parent / "mutation" / "equivalent.json"
"""Changes that change nothing, each with the reason: by file, then by the line as it stands and the change."""


def main() -> int:
    """Run the sample; return 1 if a room has fewer than nine of ten killed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="sviedka-mutate-") as scratch:
        folder = options.map or Path(scratch)
        tree = folder / "tree"
        if not tree.exists():
            _copy(tree)
            watch(tree, tuple(f"src/sviedka/{room}" for room in ROOMS), options.tests or list(TESTS), folder)
        calls = load(folder, tree)
        prepare(tree)
        scores = [_run_room(tree, calls, room, options) for room in options.room or ROOMS]
    return 0 if min(scores) >= options.least else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mutate", description="One small change at a time; some test has to fail.")
    parser.add_argument("--room", choices=ROOMS, action="append", help="only this one; may be repeated")
    parser.add_argument("--module", help="only modules with these letters in their path")
    parser.add_argument("--sample", type=int, default=60, help="changes for each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.9, help="share that has to be killed")
    parser.add_argument(
        "--budget", type=float, default=90, help="seconds of tests, as watched, that a change is shown to"
    )
    parser.add_argument("--map", type=Path, help="folder that keeps the copy and what was watched, for the next run")
    parser.add_argument("--tests", action="append", help="tests to watch instead of those of all rooms")
    return parser.parse_args()


def _run_room(tree: Path, calls: Calls, room: str, options: argparse.Namespace) -> float:
    places = list(_places(tree, room, options.module or ""))
    chosen = random.Random(options.seed).sample(places, min(options.sample, len(places)))  # noqa: S311
    known = json.loads(EQUIVALENT.read_text())
    killed = equivalent = 0
    for place in chosen:
        reason = known.get(f"{place.path}|{_line(tree, place)}|{place.change}")
        equivalent += reason is not None
        killed += reason is None and _is_killed(tree, calls, place, options.budget)
    share = killed / max(1, len(chosen) - equivalent)
    print(
        f"{room}: {killed} of {len(chosen) - equivalent} killed ({share:.0%}), {equivalent} more change nothing;"
        f" drawn with seed {options.seed} from {len(places)}",
        flush=True,
    )
    return share


def _places(tree: Path, room: str, letters: str) -> Iterator[Place]:
    for path in sorted((tree / "src/sviedka" / room).rglob("*.py")):
        if letters in str(path.relative_to(tree)):
            yield from find_places(path, path.relative_to(tree))


def _line(tree: Path, place: Place) -> str:
    return (tree / place.path).read_text().splitlines()[place.line - 1].strip()


def _is_killed(tree: Path, calls: Calls, place: Place, budget_s: float) -> bool:
    """Make the change in the copy, run the tests that come to it, put the module back; say how it ended."""
    began = time.monotonic()
    tests = _within(calls, calls.tests_of(tree, place), budget_s)
    with changed(tree, place, mutate(tree / place.path, place.number)):
        failed = None
        for some in (tests[:NEAREST], tests[NEAREST:]):
            expected = sum(calls.took_s[test] for test in some)
            failed = failed or (some and first_failure(some, timeout_s=60 + 8 * expected)) or None
    told = {
        "killed": failed is not None,
        "where": f"{place.path}:{place.line}",
        "line": _line(tree, place),
        "change": place.change,
        "by": failed,
        "tests": len(tests),
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(told), flush=True)
    return failed is not None


def _within(calls: Calls, tests: list[str], budget_s: float) -> list[str]:
    chosen: list[str] = []
    for test in tests:
        budget_s -= calls.took_s[test]
        if budget_s < 0 and chosen:
            break
        chosen.append(test)
    return chosen


def _copy(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        else:
            shutil.copy(source, folder / name)


if __name__ == "__main__":
    sys.exit(main())
