# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the made parts of spec/03-statement.md: the table of types and the worked example.

Usage: python tools/types_table.py [--check]
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import forged_statements as forged

from sviedka.core.base.asserted import Asserted
from sviedka.core.base.compound_kinds import Either, ListOf, Map
from sviedka.core.catalogue import all_types
from sviedka.core.seal.statement import parse_jwt

if TYPE_CHECKING:
    from sviedka.core.base.kinds import Kind
    from sviedka.core.base.schema import About, Field, StatementType

_ASSERTED = {Asserted.AUTHOR: "by its author", Asserted.NAMED: "by the user in `by`"}
PAGE = Path(__file__).resolve().parent.parent / "spec" / "03-statement.md"


def main() -> int:
    """Write the parts, or with --check say whether the page is as it would be written."""
    text = PAGE.read_text("utf-8")
    made = _replaced(_replaced(text, "TYPES", types()), "EXAMPLE", example())
    if "--check" in sys.argv:
        print("as made" if made == text else "spec/03-statement.md is not as tools/types_table.py makes it")
        return 0 if made == text else 1
    PAGE.write_text(made, "utf-8")
    return 0


def types() -> str:
    """Return the tables of all types. Fields that a statement must have are bold."""
    return "\n".join(map(_type, all_types()))


def example() -> str:
    """Return the worked example's values, step by step."""
    composed = forged.honest()
    head = parse_jwt(composed.jwt)
    first, second, _ = composed.jwt.decode("ascii").split(".")
    rows = [
        ("header", _decoded(first)),
        ("payload", _decoded(second)),
        ("JWT", composed.jwt.decode("ascii")),
        *(
            (
                f"group {number}, under {' + '.join(cell[:2] + '…' for cell in group.cells)}",
                "\n".join(map(_disclosure, group.disclosures)),
            )
            for number, group in enumerate(composed.groups, start=1)
        ),
        ("sealed disclosures, SHA-256 (hex)", head.enc.hex()),
        ("sealed disclosures", composed.sealed.decode("ascii")),
    ]
    keys = "\n".join(f"{cell}  {key.hex()}" for cell, key in sorted(forged.CELL_KEYS.items()))
    intro = [
        f"Public keys (hex): desk `{forged.DESK_PUBLIC.hex()}`, author `{forged.AUTHOR_PUBLIC.hex()}`. The first cell is the archive's.",
        "",
        f"```\n{keys}\n```",
    ]
    return "\n".join([*intro, *(f"\n{name}:\n\n```\n{value}\n```" for name, value in rows)])


def _type(kind: StatementType) -> str:
    subject = " Its subject is a person." if kind.subject_is_person else ""
    asserted = (
        "" if kind.asserted is None else f" Asserted in person: {_ASSERTED[kind.asserted]} ([7 §13](07-keys.md))."
    )
    lines = [
        f"\n**`{kind.reference}`** {kind.label}.{subject}{asserted}\n",
        "| field | value | about |",
        "|---|---|---|",
    ]
    return "\n".join([*lines, *map(_row, kind.fields)])


def _row(field: Field) -> str:
    name = f"`{field.name}.N`" if field.repeated else f"`{field.name}`"
    shown = f"**{name}**" if field.required else name
    return f"| {shown} | {_value(field.kind)} | {_about(field.about)} |"


def _value(kind: Kind) -> str:
    if isinstance(kind, Map):
        members = [f"`{name}` ({_value(inner)})" for name, inner in kind.required.items()]
        members += [f"optionally `{name}` ({_value(inner)})" for name, inner in kind.optional.items()]
        one = f"; of {', '.join(kind.one_of)} exactly one" if kind.one_of else ""
        return f"an object of {', '.join(members)}{one}"
    if isinstance(kind, ListOf):
        return f"a list of {kind.least} to {kind.most}: {_value(kind.of)}"
    if isinstance(kind, Either):
        return " or ".join(map(_value, kind.kinds))
    return kind.expects()


def _about(about: About) -> str:
    roles = f" ({', '.join(about.roles)})" if about.roles else ""
    of = [f"of {name}{roles}" for name in about.fields]
    own = ["own"] if about.own else []
    return ", ".join([*own, *(["everyone"] if about.everyone else []), *of]) or "archive"


def _disclosure(text: str) -> str:
    return f"{_decoded(text)}\n  {text}\n  {forged.digest(text)}"


def _decoded(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")


def _replaced(text: str, name: str, made: str) -> str:
    begin, end = f"<!-- {name}: made by tools/types_table.py -->", f"<!-- END {name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{made}\n\n{end}{after}"


if __name__ == "__main__":
    sys.exit(main())
