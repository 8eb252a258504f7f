#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write `docs/adr/README.md`, the list of decisions, from the pages beside it.

python tools/adr_index.py            write the list again
python tools/adr_index.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "adr"

_HEAD: Final = """# Decisions

What was decided, what was weighed, and how we would know that it was wrong: one page for each choice that costs more
than a day to undo ([why](0001-record-architecture-decisions.md)). A page is superseded by a new one, never edited.
Numbers are given once; gaps mean nothing. This list is written by `tools/adr_index.py`.

| | decision | status |
|---:|---|---|
"""


def list_decisions() -> str:
    """Return the list for the pages that lie in the folder now."""
    rows = []
    for page in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]-*.md")):
        text = page.read_text(encoding="utf-8")
        title = re.match(r"# \d+ (.+)\n", text)
        status = re.search(r"^\*\*Status:\*\* (.+?)\.?$", text, re.MULTILINE)
        if title is None or status is None:
            sys.exit(f"{page.name} begins without '# <number> <title>' or has no '**Status:**' line")
        rows.append(f"| {int(page.name[:4])} | [{title[1]}]({page.name}) | {status[1]} |\n")
    return _HEAD + "".join(rows)


def main() -> int:
    """Write or compare, as asked."""
    page = FOLDER / "README.md"
    if sys.argv[1:] == ["--check"]:
        return int(not page.exists() or page.read_text(encoding="utf-8") != list_decisions())
    page.write_text(list_decisions(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
