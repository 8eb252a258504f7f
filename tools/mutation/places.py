# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be changed in a module: one place, one small change of what decides, never of what is said."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    """One change: where (a path below the root of the tree, and its line), and what."""

    path: Path
    number: int
    line: int
    change: str


def find_places(path: Path, name: Path) -> Iterator[Place]:
    """Yield every change that can be made to a module, which is called `name` in what is said."""
    tree = ast.parse(path.read_bytes())
    for number, (node, what) in enumerate(_changes(tree)):
        yield Place(path=name, number=number, line=node.lineno, change=what)


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
