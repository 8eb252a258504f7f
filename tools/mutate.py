#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mutation testing of the rooms that everything rests on: one small change at a time, and some test has to fail.

python tools/mutate.py [--room core/seal] [--sample 40] [--seed 1]

Changes what decides, never what is said: comparisons, boundaries, conditions, arithmetic, calls that are left out, failures that are not
raised, results that are not returned. A sample is drawn by seed from all such places of a room. Tests run in a copy of the tree, those
first whose names share a word with the module. See docs/adr/0056.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random  # noqa: TID251  # draws a sample, no secret
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
COPIED: Final = ("src", "tests", "spec", "tools", "examples", "verifier", "docs", "pyproject.toml", "README.md")
TIMEOUT_S: Final = 600
ROOMS: Final = {
    "core/seal": (
        (
            "tests/unit",
            r"test_(age|log|merkle|keylist|note|seal|statement|anchor|cosigner|assert|webauthn|seat|identity)",
        ),
        ("tests/vectors", r"test_(?!dossier)"),
        ("tests/property", r"test_(age|log|merkle|policy|statement|assert)"),
    ),
    "verify": (("tests/vectors", r"test_dossier"), ("tests/unit", r"test_verify")),
    "keeper": (("tests/keeper", r"test_"),),
}
"""For each room the folders and names of the tests that have to notice."""

SHORT: Final = {
    "core/seal": "/vectors/",
    "verify": "test_dossier_vectors",
    "keeper": "test_keeper_(process|fuzz|cells)",
}
"""The tests that `--near` runs for a module none of whose words is in a test's name."""

_SWAPS: Final[dict[type, type]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}


@dataclass(frozen=True)
class Place:
    """One change: where, and what."""

    path: Path
    number: int
    line: int
    change: str


def main() -> int:
    """Run the sample; return 1 if a room has fewer than nine of ten killed."""
    parser = argparse.ArgumentParser(prog="mutate", description="One small change at a time; some test has to fail.")
    parser.add_argument("--room", choices=ROOMS, action="append", help="only this one; may be repeated")
    parser.add_argument("--sample", type=int, default=40, help="changes for each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.9, help="share that has to be killed")
    parser.add_argument("--near", action="store_true", help="only tests named like the module: fast, and a lower bound")
    options = parser.parse_args()
    scores = [_run_room(room, options) for room in options.room or ROOMS]
    return 0 if min(scores) >= options.least else 1


def _run_room(room: str, options: argparse.Namespace) -> float:
    places = [place for path in sorted((ROOT / "src/sviedka" / room).rglob("*.py")) for place in find_places(path)]
    chosen = random.Random(options.seed).sample(places, min(options.sample, len(places)))  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="sviedka-mutate-") as folder:
        tree = _copy(Path(folder))
        survived = [place for place in chosen if not _is_killed(tree, room, place, near_only=options.near)]
    share = 1 - len(survived) / len(chosen)
    print(
        f"{room}: {len(chosen) - len(survived)} of {len(chosen)} killed ({share:.0%}), sampled from {len(places)}",
        flush=True,
    )
    return share


def find_places(path: Path) -> Iterator[Place]:
    """Yield every change that can be made to a module."""
    tree = ast.parse(path.read_bytes())
    for number, (node, what) in enumerate(_changes(tree)):
        yield Place(path=path, number=number, line=node.lineno, change=what)


def mutate(path: Path, number: int) -> str:
    """Return the module's text with its `number`-th change made."""
    tree = ast.parse(path.read_bytes())
    node, _ = list(_changes(tree))[number]
    _apply(tree, node)
    return ast.unparse(ast.fix_missing_locations(tree))


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Yield (node, change) in the order of the text; nothing in annotations, texts, docstrings or the words of a failure."""
    hidden = {id(inner) for node in ast.walk(tree) for part in _hidden(node) for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) not in hidden and (what := _change(node)) is not None and isinstance(node, ast.expr | ast.stmt):
            yield node, what


def _hidden(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.AnnAssign):
        return [node.annotation]
    if isinstance(node, ast.FunctionDef):
        named = [*node.args.args, *node.args.kwonlyargs]
        return [part for part in (node.returns, *(each.annotation for each in named), *node.decorator_list) if part]
    if isinstance(node, ast.ClassDef):
        return list(node.decorator_list)
    if isinstance(node, ast.Raise):
        return [part for part in (node.exc, node.cause) if part]
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return [node]
    return []


def _change(node: ast.AST) -> str | None:  # noqa: C901, PLR0911  # one line for each kind of change
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        return f"{type(node.ops[0]).__name__} for {_SWAPS[type(node.ops[0])].__name__}"
    if isinstance(node, ast.BoolOp):
        return f"{type(node.op).__name__} for {_SWAPS[type(node.op)].__name__}"
    if isinstance(node, ast.BinOp) and type(node.op) in _SWAPS and not _is_text(node):
        return f"{type(node.op).__name__} for {_SWAPS[type(node.op)].__name__}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "not left out"
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return f"{not node.value} for {node.value}"
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return f"{node.value + 1} for {node.value}"
    if isinstance(node, ast.Raise):
        return "not raised"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return f"{ast.unparse(node.value.func)} not called"
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        return "None returned"
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name | ast.Call | ast.Attribute):
        return "condition turned round"
    return None


def _is_text(node: ast.BinOp) -> bool:
    """Tell whether an operator joins types or texts, where no other one works at all."""
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _apply(tree: ast.Module, node: ast.expr | ast.stmt) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = _SWAPS[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp | ast.BinOp):
        node.op = _SWAPS[type(node.op)]()
    elif isinstance(node, ast.Constant):
        node.value = not node.value if isinstance(node.value, bool) else int(str(node.value)) + 1
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)
    elif isinstance(node, ast.If):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.UnaryOp):
        _replace(tree, node, copy.copy(node.operand))
    else:
        _replace(tree, node, ast.Pass())


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    class Replacing(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return new if node is old else self.generic_visit(node)

    Replacing().visit(tree)


def _copy(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _is_killed(tree: Path, room: str, place: Place, *, near_only: bool) -> bool:
    """Make the change in the copy, run the tests of the room, put the module back; say how it ended."""
    target = tree / place.path.relative_to(ROOT)
    near, rest = _tests(tree, room, place.path.stem)
    few = [test for test in rest if re.search(SHORT[room], test)]
    stages = [near, few] if near_only else [near, rest]
    before, began = target.read_bytes(), time.monotonic()
    for tests in stages:
        _check_pass(tree, tuple(tests))
    try:
        target.write_text(mutate(place.path, place.number))
        killed = any(_fails(tree, tests) for tests in stages if tests)
    finally:
        target.write_bytes(before)
    told = {
        "killed": killed,
        "where": f"{place.path.relative_to(ROOT)}:{place.line}",
        "change": place.change,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(told), flush=True)
    return killed


def _check_pass(tree: Path, tests: tuple[str, ...]) -> None:
    """Make sure, once for each choice of tests, that they pass without a change: else nothing can be learnt from them."""
    if tests and tests not in _PASSED:
        if _fails(tree, list(tests)):
            raise SystemExit(f"these tests fail without any change: {' '.join(_LAST)}")
        _PASSED.add(tests)


_PASSED: Final[set[tuple[str, ...]]] = set()


def _tests(tree: Path, room: str, stem: str) -> tuple[list[str], list[str]]:
    """Return the tests of a room: those that share a word with the module's name, and the others."""
    words = {word for word in re.split("_", stem) if len(word) > 2}
    files = [
        path
        for folder, pattern in ROOMS[room]
        for path in sorted((tree / folder).glob("test_*.py"))
        if re.match(pattern, path.name)
        and not re.search("base_install|statement_spec", path.name)  # they are about the tree they stand in
    ]
    near = [path for path in files if words & set(re.split(r"[_.]", path.name))]
    return [str(path) for path in near], [str(path) for path in files if path not in near]


def _fails(tree: Path, tests: list[str]) -> bool:
    words = [
        "-x",
        "-q",
        "-m",
        "not long",
        "-p",
        "no:randomly",
        "--no-header",
        "-o",
        "addopts=",
        "-p",
        "no:cacheprovider",
    ]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words, *tests],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    if done.returncode not in {0, 1, 2}:
        raise SystemExit(f"the tests could not be run: {done.stdout.decode()[-2000:]}")
    _LAST[:] = [done.stdout.decode("utf-8", "replace")[-3000:]]
    return done.returncode != 0


_LAST: Final[list[str]] = []
"""What the last run of tests said."""


if __name__ == "__main__":
    sys.exit(main())
