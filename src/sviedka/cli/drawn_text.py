# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text as a picture in the terminal: each cell shows two by two points, and no letter is ever written.

A name that is drawn cannot be marked and copied, searched for in what the terminal remembers, or read out of a recording of
the session as text. Whoever sees the screen reads it; so does a program that reads pictures.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

POINTS: Final = 12
"""Height of the letters, in points; two points are one row of the terminal."""
_CELLS: Final = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""By the points that are set: 1 top left, 2 top right, 4 bottom left, 8 bottom right."""


def draw_text(text: str, columns: int) -> list[str]:
    """Return the rows of the terminal that show `text`, broken at its spaces into lines of at most `columns`.

    A word that is longer than a line is broken where the line ends. Rows at which nothing is drawn are left out, but for one
    between two lines.
    """
    rows = [row for line in _broken(text, 2 * columns) for row in _rows(line)]
    drawn = [row for place, row in enumerate(rows) if row or (place and rows[place - 1])]
    return drawn[:-1] if drawn and not drawn[-1] else drawn


def _broken(text: str, points: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer) <= points:
            lines[-1] = longer
        else:
            lines += _pieces(word, points)
    return lines


def _pieces(word: str, points: int) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width(pieces[-1] + letter) > points:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _rows(line: str) -> list[str]:
    from PIL import Image, ImageDraw

    ascent, descent = _font().getmetrics()
    width, height = _width(line), ascent + descent
    picture = Image.new("1", (width + width % 2, height + height % 2))
    draw = ImageDraw.Draw(picture)
    draw.fontmode = "1"  # points are set or not: shades would need colours that a terminal may not have
    draw.text((0, 0), line, fill=1, font=_font())
    at = [[bool(picture.getpixel((x, y))) for x in range(picture.width)] for y in range(picture.height)]
    cells = range(0, picture.width, 2)
    return [
        "".join(_CELLS[upper[x] + 2 * upper[x + 1] + 4 * lower[x] + 8 * lower[x + 1]] for x in cells).rstrip()
        for upper, lower in zip(at[::2], at[1::2], strict=True)
    ]


def _width(text: str) -> int:
    return int(_font().getlength(text)) + 1


@cache
def _font() -> FreeTypeFont:
    import matplotlib as mpl
    from PIL import ImageFont

    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", POINTS)
