# SPDX-License-Identifier: AGPL-3.0-or-later
"""A document in blocks: what a report says, apart from how a PDF or a word processor draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.canonical import Json

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One block.

    Attributes:
        kind: `title`, `heading`, `subheading`, `text`, `small`, `code`, `item` (of a list) or `table`.
        text: What it says; of a table, nothing.
        columns: Of a table: relative widths.
        rows: Of a table: cells, the first row being the heading.
    """

    kind: str
    text: str = ""
    columns: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A document in one language."""

    title: str
    language: str
    footer: str
    blocks: tuple[Block, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the document as plain values, for a program that draws it."""
        return {
            "title": self.title,
            "language": self.language,
            "footer": self.footer,
            "blocks": [_block(block) for block in self.blocks],
        }


def title(text: str) -> Block:
    """Return the title of the document."""
    return Block(kind="title", text=text)


def heading(text: str) -> Block:
    """Return the heading of a section."""
    return Block(kind="heading", text=text)


def subheading(text: str) -> Block:
    """Return a heading inside a section."""
    return Block(kind="subheading", text=text)


def text(words: str) -> Block:
    """Return a paragraph."""
    return Block(kind="text", text=words)


def small(words: str) -> Block:
    """Return a paragraph in small print."""
    return Block(kind="small", text=words)


def code(words: str) -> Block:
    """Return lines to be read letter by letter: keys, digests, commands."""
    return Block(kind="code", text=words)


def item(words: str) -> Block:
    """Return an item of a list."""
    return Block(kind="item", text=words)


def table(columns: Sequence[int], rows: Sequence[Sequence[str]]) -> Block:
    """Return a table: relative widths of its columns, and rows of which the first is the heading."""
    return Block(kind="table", columns=tuple(columns), rows=tuple(tuple(row) for row in rows))


def _block(block: Block) -> Json:
    rows: list[Json] = [list[Json](row) for row in block.rows]
    return {"kind": block.kind, "text": block.text, "columns": list[Json](block.columns), "rows": rows}
