# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tests come to a place: every test of the rooms is run once and watched, then the nearest can be asked first."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mutation.places import Place

WATCH: Final = Path(__file__).with_name("watch")
ORDINARY: Final = ("-q", "-m", "not long", "-p", "no:randomly", "--no-header", "-o", "addopts=-p no:cacheprovider")


@dataclass(kw_only=True)
class Calls:
    """What was seen.

    Attributes:
        took_s: Seconds of each test that passed.
        callers: Tests by function, a function being its file and first line as `src/sviedka/x.py:12`.
        breadth: How many functions of the rooms each test calls: one that calls few was written for them.
    """

    took_s: dict[str, float] = field(default_factory=dict)
    callers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    breadth: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def tests_of(self, tree: Path, place: Place) -> list[str]:
        """Return the tests that come to a place, those first that are short and call little else."""
        name = str(place.path)
        function = _function_at(ast.parse((tree / name).read_bytes()), place.line)
        found = self.callers.get(f"{name}:{function}", set()) if function else self._of_modules(tree, name)
        return sorted(found, key=lambda test: (round(self.took_s[test], 1), self.breadth[test], test))

    def _of_modules(self, tree: Path, name: str) -> set[str]:
        """Return the tests of a module and of those that import it: where a constant is used."""
        module = name.removeprefix("src/").removesuffix(".py").replace("/", ".")
        using = re.compile(rf"^\s*from {re.escape(module)} import", re.MULTILINE)
        files = {str(path.relative_to(tree)) for path in (tree / "src").rglob("*.py") if using.search(path.read_text())}
        return {
            test
            for function, tests in self.callers.items()
            if function.rpartition(":")[0] in files | {name}
            for test in tests
        }


def _function_at(module: ast.Module, line: int) -> int | None:
    """Return the first line of the innermost function around a line, decorators included; None outside of any."""
    around = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if not around:
        return None
    inner = max(around, key=lambda node: node.lineno)
    return min([inner.lineno, *(each.lineno for each in inner.decorator_list)])


def watch(tree: Path, rooms: tuple[str, ...], tests: list[str], folder: Path) -> None:
    """Run tests once and note into `folder` what they call; those that fail here are said, and left out later."""
    notes = folder / "notes"
    notes.touch()
    told = {
        "PYTHONPATH": f"{WATCH}{os.pathsep}{tree / 'src'}",
        "MUTATION_NOTES": str(notes),
        "MUTATION_OUTCOMES": str(folder / "outcomes"),
        "MUTATION_ROOMS": os.pathsep.join(str(tree / room) for room in rooms),
    }
    subprocess.run(
        [sys.executable, "-m", "pytest", *ORDINARY, "-p", "mutation_outcomes", *tests],
        cwd=tree,
        env=os.environ | told,
        stdout=(folder / "said").open("w"),
        stderr=subprocess.STDOUT,
        check=False,
    )


def load(folder: Path, tree: Path) -> Calls:
    """Read the notes. Tests that failed while they were watched are none that a change could be noticed by."""
    calls = Calls()
    for line in (folder / "outcomes").read_text().splitlines():
        told = json.loads(line)
        if told["passed"]:
            calls.took_s[told["test"]] = told["took_s"]
        else:
            print(f"left out, it fails without a change: {told['test']}")
    for line in (folder / "notes").read_text("utf-8", "replace").splitlines():
        test, _, function = line.rpartition("\t")
        if test in calls.took_s:
            calls.callers[function.removeprefix(f"{tree}/")].add(test)
            calls.breadth[test] += 1
    return calls
