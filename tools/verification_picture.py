#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw `docs/pictures/*.svg` from what `sviedka verify` says, word for word.

    python tools/verification_picture.py FOLDER

FOLDER is the one that the tutorial leaves behind (docs/tutorial/first-archive.md): it holds `dossier`, `altered` and
`pinned.policy`. Nothing is typed in by hand, so that the picture cannot show what the program does not say.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

PICTURES: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"
COMMANDS: Final = (
    ("verify", "dossier"),
    ("verify", "dossier", "--policy", "pinned.policy"),
    ("verify", "altered", "--policy", "pinned.policy"),
)
COLOURS: Final = {"holds": "#1a7f37", "unproven": "#9a6700", "refuted": "#b00020", "malformed": "#b00020"}
LINE: Final = 17
WIDTH: Final = 860


def say(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Run one command as a stranger would and return its lines, the command first and the exit status last."""
    done = subprocess.run(
        [sys.executable, "-m", "sviedka.cli", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return [f"$ sviedka {' '.join(words)}", *done.stdout.rstrip().splitlines(), f"(exit status {done.returncode})", ""]


def draw(lines: list[str]) -> str:
    """Return the lines as a picture, verdict words in colour."""
    rows = "\n".join(
        f'<text x="16" y="{24 + number * LINE}" xml:space="preserve"{_weight(line)}>{_coloured(line)}</text>'
        for number, line in enumerate(lines)
    )
    height = 32 + len(lines) * LINE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" font-family="ui-monospace, DejaVu Sans Mono, monospace" font-size="13">\n'
        "<title>What sviedka verify says of a dossier</title>\n"
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="#fbfbf9" stroke="#cccccc"/>\n{rows}\n</svg>\n'
    )


def _weight(line: str) -> str:
    return ' font-weight="bold"' if line.startswith("$") else ""


def _coloured(line: str) -> str:
    return re.sub(
        rf"\b({'|'.join(COLOURS)})\b",
        lambda word: f'<tspan fill="{COLOURS[word[1]]}" font-weight="bold">{word[1]}</tspan>',
        html.escape(line, quote=False),
    )


def main() -> int:
    """Draw the verdict that holds for the first page, and all three for the explanation."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    said = [say(Path(sys.argv[1]), words) for words in COMMANDS]
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "verification.svg").write_text(draw(said[1]), encoding="utf-8")
    (PICTURES / "three-verdicts.svg").write_text(draw([line for lines in said for line in lines]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
