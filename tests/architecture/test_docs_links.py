# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages point to is there, and no page or source names a place that only one machine has."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s#]*)(?P<anchor>#[^)]*)?\)")
TEXTS = {".md", ".py", ".sh", ".ts", ".yaml", ".toml", ".html", ".txt"}
NOT_OURS = {
    ".venv",
    ".venv-peers",
    ".venv-spark",
    "node_modules",
    ".git",
    "demo",
    "build",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
}


def ours(*suffixes):
    """Yield the project's own files of these kinds."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if path.suffix in suffixes and path.is_file() and not NOT_OURS & set(inside):
            yield path


def dead_links(page, text):
    """Return the targets in `text` that are not there; `page` is where it stands."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    found = (match["target"] for match in LINK.finditer(prose))
    return [
        target
        for target in found
        if target and "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]


def test_every_link_leads_somewhere():
    dead = {str(page): dead_links(page, page.read_text(encoding="utf-8")) for page in ours(".md")}
    assert {page: targets for page, targets in dead.items() if targets} == {}


def test_a_dead_link_is_found():
    assert dead_links(ROOT / "README.md", "[here](SECURITY.md) [there](docs/nowhere.md)") == ["docs/nowhere.md"]


def test_pages_are_named_where_readers_begin():
    first = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in ("THREAT-MODEL.md", "SECURITY.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/glossary.md"):
        assert f"({page})" in first


def test_nothing_names_a_folder_of_one_machine():
    places = re.compile("|".join(("/wor" + "k/", "/tm" + "p/plan", "/roo" + "t/")))
    named = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in ours(*TEXTS)
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if places.search(line)
    ]
    assert named == []
    assert places.search("see /wor" + "k/main")
