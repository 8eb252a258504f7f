# SPDX-License-Identifier: AGPL-3.0-or-later
"""The made parts of spec/03-statement.md (the types, the worked example) are what the code does today."""

import json
import re
import subprocess
import sys
from pathlib import Path

from sviedka.core.seal.statement import open_sealed, parse_jwt, read_disclosures

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "spec" / "03-statement.md").read_text("utf-8")


def test_the_made_parts_of_the_page_are_up_to_date():
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "types_table.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (made.returncode, made.stderr) == (0, ""), made.stdout


def test_the_worked_example_opens_with_nothing_but_what_the_page_prints():
    keys = dict(re.findall(r"^([0-9a-f]{32})  ([0-9a-f]{64})$", PAGE, re.MULTILINE))
    (jwt,) = re.findall(r"\nJWT:\n\n```\n(\S+)\n```", PAGE)
    (sealed,) = re.findall(r"\nsealed disclosures:\n\n```\n(\S+)\n```", PAGE)
    assert len(keys) == 3
    head = parse_jwt(jwt.encode())
    groups = open_sealed(sealed.encode(), head=head, cell_keys={cell: bytes.fromhex(key) for cell, key in keys.items()})
    shown = [text for group in groups for text in group.disclosures]
    vector = json.loads((ROOT / "spec/vectors/statement/accept/everything-is-disclosed.json").read_text("ascii"))
    assert jwt == vector["statement"]
    assert sorted(shown) == sorted(vector["disclosures"])
    assert dict(read_disclosures(head, shown).fields) == vector["expect"]["says"]["fields"]
    assert all(f"\n  {text}\n" in PAGE for text in shown)
