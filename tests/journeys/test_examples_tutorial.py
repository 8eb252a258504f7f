# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tutorial can be followed as it stands: its blocks are run in order, in one shell, and end as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-archive.md"
BLOCK = re.compile(r"(?:<!-- (?P<mark>[^>]*) -->\n)?```sh\n(?P<body>.*?)```", re.DOTALL)


def as_script(page):
    """Return one shell script: each block says its number, and must end with the status that the page gives."""
    lines = ["set -u"]
    for number, block in enumerate(BLOCK.finditer(page), start=1):
        mark = block["mark"] or ""
        if mark == "not in the test":
            continue
        expected = int(mark.removeprefix("exit ")) if mark.startswith("exit ") else 0
        guard = ("set -e", "set +e") if expected == 0 else ("", "")
        lines += [
            f"echo '### block {number}' >&2",
            guard[0],
            block["body"].rstrip("\n"),
            f'status=$?; test $status -eq {expected} || {{ echo "block {number} ended with $status" >&2; exit 1; }}',
            guard[1],
        ]
    return "\n".join(lines) + "\n"


def follow(page, home):
    """Run the page in an empty home; return status and what was said."""
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "LANG": "C.UTF-8",
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),  # noqa: S108  # as the shell of the reader has it
    }
    return subprocess.run(
        [shutil.which("bash") or "bash", "-c", as_script(page)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_tutorial_runs_from_an_empty_folder_to_a_verified_dossier(tmp_path):
    done = follow(PAGE.read_text(encoding="utf-8"), tmp_path / "home")

    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    made = tmp_path / "home" / "first-archive"
    assert (made / "dossier" / "SEAL.txt").is_file()
    assert not (made / "refused").exists()
    assert (made / "reply.pdf").read_bytes() == (made / "files/documents/reply.pdf").read_bytes()


def test_a_page_whose_command_ends_otherwise_than_it_says_is_noticed(tmp_path):
    page = "```sh\ntrue\n```\n\n<!-- exit 40 -->\n```sh\nsviedka --help\n```\n"

    done = follow(page, tmp_path / "home")

    assert done.returncode == 1
    assert "block 2 ended with 0" in done.stderr
