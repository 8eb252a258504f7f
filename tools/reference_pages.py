#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write `docs/reference/statements.md` from the declared statement types, so that the page cannot lag behind them.

python tools/reference_pages.py            write the page again
python tools/reference_pages.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.catalogue import all_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.schema import About, StatementType

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = ROOT / "docs" / "reference"

_FAILURES: Final = """# Failures

Written by `tools/reference_pages.py` from the declarations in the code. The first word of a code is what may be concluded;
it decides the exit status ([commands.md](commands.md)). Tools may match on codes: they are stable. Finding codes of a
dossier's report are another list, in [spec/08-dossier.md](../../spec/08-dossier.md).

| code | means | what to do |
|---|---|---|
"""

_TYPES: Final = """# Statement types

Written by `tools/reference_pages.py` from the declarations in `src/sviedka/core/*/types/`. How statements are signed and
sealed stands in `spec/`; how a casebook writes them, in [casebook.md](casebook.md).

*Sealed under* says whose cell a field goes under. *Archive*: it is about nobody. *Its own persons*: those whom the value
names. *Everyone*: all persons whom the statement names. A repeated field stands once for each value (`role.1`, `role.2`
…). Every type also has `label` (the casebook's word, sealed under everyone) and `part` (for texts that continue in
further statements).
"""


def describe_type(kind: StatementType) -> str:
    """Return the section of one type."""
    rows = "".join(
        f"| `{field.name}` | {_count(required=field.required, repeated=field.repeated)} "
        f"| {_cell(field.kind.expects())} | {_whose(field.about)} |\n"
        for field in kind.fields
    )
    rules = "\nRules between fields are in the declaration.\n" if kind.rules else ""
    return f"\n## {kind.reference}\n\n| field | | value | sealed under |\n|---|---|---|---|\n{rows}{rules}"


def _count(*, required: bool, repeated: bool) -> str:
    return {(True, True): "one or more", (True, False): "required", (False, True): "any number"}.get(
        (required, repeated), "optional"
    )


def _whose(about: About) -> str:
    if about.everyone:
        return "everyone"
    parts = ["its own persons"] if about.own else []
    if about.fields:
        who = f" who are {' or '.join(about.roles)}" if about.roles else ""
        parts.append(f"the persons in {', '.join(f'`{name}`' for name in about.fields)}{who}")
    return " and ".join(parts) or "archive"


def list_failures() -> str:
    """Return one row for each failure with a code of its own, by code."""
    rows = set()
    for path in sorted((ROOT / "src" / "sviedka").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                said = dict(_texts_of(node))
                if "." in said.get("code", ""):
                    first = (ast.get_docstring(node) or "").split("\n")[0]
                    rows.add(f"| `{said['code']}` | {_cell(first)} | {_cell(said.get('hint', ''))} |\n")
    return "".join(sorted(rows))


def _texts_of(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for line in node.body:
        if isinstance(line, ast.AnnAssign | ast.Assign) and isinstance(line.value, ast.Constant):
            targets = line.targets if isinstance(line, ast.Assign) else [line.target]
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(line.value.value, str):
                    yield target.id, line.value.value


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write or compare, as asked."""
    pages = {
        "statements.md": _TYPES + "".join(describe_type(kind) for kind in all_types()),
        "failures.md": _FAILURES + list_failures(),
    }
    if sys.argv[1:] == ["--check"]:
        return int(any((PAGES / name).read_text(encoding="utf-8") != text for name, text in pages.items()))
    for name, text in pages.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
