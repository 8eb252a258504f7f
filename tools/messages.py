# SPDX-License-Identifier: AGPL-3.0-or-later
"""Collects every text that a person may see, merges it into the catalogues of be and ru, and compiles them.

Texts are found where they are written: arguments of `translate`, `say`, `warn`, `progress`, the message of a raised
failure, and the class attributes `hint`, `SUMMARY`. argparse's own words are added, because the commands print them.
Usage: python tools/messages.py [--check]
"""

from __future__ import annotations

import ast
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "sviedka"
LOCALE = SOURCE / "locale"
FIXED = datetime(2026, 11, 22, tzinfo=UTC)
SPOKEN = {"translate", "say", "warn", "progress", "title", "tell"}
REPORTED = {"find", "find_failure", "__init__", "_matching", "refused"}
"""Take a sentence among other arguments."""
PHRASES = {"Phrase"}
"""Pieces of sentences, wherever they are made."""
COUNTED = {"translate_count"}
NAMED = {"hint", "SUMMARY"}
WORDS = {
    "PURPOSES", "LEVELS", "MATERIALS",
    "ANSWER_WORDS", "HEADING_WORDS", "COMPARED_WORDS", "WHY_WORDS", "CONFLICT_WORDS", "OBSTACLE_WORDS",
}  # fmt: skip
"""Tables of the format's words that stand in sentences."""
TABLES = {
    "NOT_AGREED",
    "_PAYLOAD_LOST",
    "_NO_KEY_LIST",
    "HINT",
    "_LOCKED",
    "_REFUTED",
    "_MALFORMED",
    "_UNPROVEN",
    "_HOLDS",
    "_NOTES",
    "_PARTS",
    "_LIMITS",
    "_MESSAGES",
    "_MEANINGS",
}
"""Tables of sentences: every text in them that has a space is one."""


def main() -> int:
    """Write the catalogues, or with --check say whether they are out of date or incomplete."""
    found = dict(sorted(texts().items(), key=str))
    stale = [problem for language in ("be", "ru") for problem in merge(language, found, check="--check" in sys.argv)]
    print("\n".join(stale) if stale else f"{len(found)} texts, complete in be and ru")
    return 1 if stale else 0


def texts() -> dict[str | tuple[str, str], list[tuple[str, int]]]:
    """Return every text with the places where it stands."""
    found: dict[str | tuple[str, str], list[tuple[str, int]]] = {}
    failures = failure_names()
    for path in sorted(SOURCE.rglob("*.py")):
        # Only the commands speak to people; elsewhere `say` and `title` are other things (the dossier has its own wording).
        speaking = failures | PHRASES | (SPOKEN if path.is_relative_to(SOURCE / "cli") else set())
        for text, line in spoken_in(ast.parse(path.read_text("utf-8")), speaking):
            found.setdefault(text, []).append((str(path.relative_to(ROOT)), line))
    for text in argparse_words() + RECIPIENTS + STATES:
        found.setdefault(text, []).append(("argparse", 1))
    return found


def failure_names() -> set[str]:
    """Return the names of all classes that are failures, by walking the bases in the source."""
    bases: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    known = {"Failure"}
    while grown := {name for name, of in bases.items() if of & known} - known:
        known |= grown
    return known


def spoken_in(tree: ast.AST, speaking: set[str]) -> Iterator[tuple[str | tuple[str, str], int]]:
    """Yield the texts of one module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from spoken_by(node, speaking)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and names_of(node) & TABLES:
            yield from constants(node, sentences=True)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and names_of(node) & (NAMED | WORDS) and node.value:
            yield from constants(node.value)


def spoken_by(call: ast.Call, speaking: set[str]) -> Iterator[tuple[str | tuple[str, str], int]]:
    """Yield the texts that one call is given."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    for word in call.keywords:
        if word.arg in {"message", "says"} or (name, word.arg) == ("StatementType", "label"):
            yield from constants(word.value)
    if not call.args:
        return
    if name in COUNTED:
        one, many = (argument.value for argument in call.args[:2] if is_text(argument))
        yield (one, many), call.lineno
    elif name in speaking:
        yield from constants(call.args[0])
    elif name in REPORTED:
        for argument in call.args:
            yield from constants(argument, sentences=True)


def constants(node: ast.AST, *, sentences: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the text constants below `node`; with `sentences` only those that hold a space."""
    for inner in ast.walk(node):
        if is_text(inner) and inner.value.strip() and (" " in inner.value.strip() or not sentences):
            yield inner.value, inner.lineno


def names_of(node: ast.Assign | ast.AnnAssign) -> set[str]:
    """Return the names that an assignment binds."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {getattr(target, "id", "") for target in targets}


def is_text(node: ast.AST) -> bool:
    """Tell whether a node is a text constant."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


RECIPIENTS = ["prosecutor", "court", "un-body", "lawyer", "journalist", "any material"]
"""Words that consents and orders of the examples use beside the tables."""

STATES = ["external", "internal", "never asked", "pending", "late", "failed", "payloads", "keys"]
"""Words for kinds of authorities, states of stamps and what a replica holds."""


def argparse_words() -> list[str]:
    """Return what argparse itself says and looks up in our catalogue."""
    return [
        "usage: ", "options", "positional arguments", "show this help message and exit",
        "%(prog)s: error: %(message)s\n", "the following arguments are required: %s", "unrecognized arguments: %s",
        "expected one argument",
        "invalid choice: %(value)r (choose from %(choices)s)", "argument %(argument_name)s: %(message)s",
        "not allowed with argument %s", "ambiguous option: %(option)s could match %(matches)s",
        "invalid %(type)s value: %(value)r", "one of the arguments %s is required",
    ]  # fmt: skip


def merge(language: str, found: dict[str | tuple[str, str], list[tuple[str, int]]], *, check: bool) -> list[str]:
    """Bring one catalogue in step with the texts; return what is missing."""
    folder = LOCALE / language / "LC_MESSAGES"
    path = folder / "sviedka.po"
    old = read_po(BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
    new = Catalog(
        locale=language,
        project="Sviedka",
        version="1",
        copyright_holder="the Sviedka developers",
        msgid_bugs_address="see SECURITY.md",
        last_translator="the Sviedka developers",
        language_team=language,
        creation_date=FIXED,  # the same texts give the same file
        revision_date=FIXED,
        fuzzy=False,
    )
    new.header_comment = f"# {language}: written by people who read it well; a native reader should review each entry."
    missing = []
    for text in found:
        before = old.get(text if isinstance(text, str) else text[0])
        new.add(
            text, string=before.string if before else "", flags=("python-brace-format",) if "{" in str(text) else ()
        )
        if not before or not before.string or (isinstance(before.string, tuple) and not all(before.string)):
            missing.append(f"{language}: no translation: {text!r}")
    if not check:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, new, width=120, omit_header=False, sort_output=True)
        with (folder / "sviedka.mo").open("wb") as file:
            write_mo(file, new)
    return missing


if __name__ == "__main__":
    sys.exit(main())
