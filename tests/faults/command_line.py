# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs a command of `sviedka` and reads what it answers."""

import json
from dataclasses import dataclass
from pathlib import Path

from ready_command import run_command


@dataclass(frozen=True)
class Answer:
    """How a command ended: its status, the object that `--json` printed, and what it said on standard error."""

    status: int
    document: dict
    said: str


def sviedka(*words):
    """Run `sviedka WORDS --json`; return its `Answer`."""
    done = run_command(*words, "--json", cwd=Path.cwd())
    document = json.loads(done.stdout) if done.stdout.strip() else {}
    return Answer(status=done.returncode, document=document, said=done.stderr)
