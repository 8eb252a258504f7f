#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tries `verify` and `seat` where only the base install is: for Windows, macOS, or a machine of one's own.

    python -m venv try && try/bin/pip install .          (on Windows: try/Scripts/pip)
    try/bin/python tools/base_install_check.py           0: everything did what it should; 1: the lines say what did not

Every dossier of `spec/vectors` has to get its report to the byte; then the commands themselves are run, as a person
would, with their output going through a pipe: dossiers that hold, are unproven and are refuted, in three languages; a
seat made, shown, handed over, and refused with a wrong passphrase.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from sviedka.core.seal.policy import parse_policy
from sviedka.verify.dossier import verify_dossier

DOSSIERS: Final = Path(__file__).resolve().parent.parent / "spec" / "vectors" / "dossier"
POLICY: Final = DOSSIERS / "policy"
ROOT_KEY: Final = next(
    line.split()[-1] for line in POLICY.read_text(encoding="utf-8").splitlines() if line.startswith("#sviedka root ")
)


def main() -> int:
    """Run both halves, say what differed, and return the exit status."""
    wrong = [*differing_reports(), *differing_commands()]
    for line in wrong:
        say(f"NOT AS IT SHOULD BE: {line}")
    say(f"{platform.system()} {platform.release()}, Python {platform.python_version()}: {len(wrong)} differences")
    return 1 if wrong else 0


def differing_reports() -> list[str]:
    """Return the names of the vectors whose report is not the one that lies beside them."""
    policy = parse_policy(POLICY.read_bytes())
    vectors = sorted(DOSSIERS.glob("*/*.zip"))
    given = ((one, kind, pinned) for one in vectors for kind, pinned in (("none", None), ("policy", policy)))
    wrong = [
        f"{one.stem} ({kind})"
        for one, kind, pinned in given
        if one.with_suffix(f".{kind}.json").read_bytes() != verify_dossier(one, policy=pinned).encode()
    ]
    say(f"{2 * len(vectors)} reports of {len(vectors)} dossiers compared")
    return wrong


def differing_commands() -> list[str]:
    """Return the commands that ended with another status than they should."""
    holds, refuted = (first_dossier(verdict) for verdict in ("holds", "refuted"))
    wrong = []
    for language in ("en", "be", "ru"):
        words = ("verify", "--language", language)
        wrong += run(0, *words, holds, "--policy", POLICY) + run(20, *words, holds)
    wrong += run(10, "verify", refuted, "--policy", POLICY) + run(50, "verify", "no-such-dossier")
    with tempfile.TemporaryDirectory() as folder:
        wrong += seat_commands(Path(folder))
    return wrong


def first_dossier(verdict: str) -> Path:
    """Return the first vector whose report under the policy has this verdict."""
    reports = sorted(DOSSIERS.glob("*/*.policy.json"))
    found = next(one for one in reports if json.loads(one.read_bytes())["verdict"] == verdict)
    return found.with_name(found.name.removesuffix(".policy.json") + ".zip")


def seat_commands(folder: Path) -> list[str]:
    """Make a seat, show it, hand it over; try a wrong passphrase and a file that is no order."""
    oak, elm, seat = folder / "oak", folder / "elm", folder / "seat"
    oak.write_bytes(b"oak and ash")
    elm.write_bytes(b"elm and yew")
    cheap = ("--key-cost", "demonstration")
    return [
        *run(0, "seat", "new", seat, "--number", 2, "--root", ROOT_KEY, "--passphrase-file", oak, *cheap),
        *run(0, "seat", "show", seat),
        *run(40, "seat", "hand-over", seat, "-o", folder / "theirs", "--passphrase-file", elm, "--new-passphrase-file", elm, *cheap),
        *run(0, "seat", "hand-over", seat, "-o", folder / "theirs", "--passphrase-file", oak, "--new-passphrase-file", elm, *cheap),
        *run(30, "seat", "peel", seat, POLICY, "-o", folder / "peel", "--passphrase-file", oak, "--agree"),
    ]  # fmt: skip


def run(status: int, *words: object) -> list[str]:
    """Run `sviedka` with `words`; return a line about it if it did not end with `status`."""
    done = subprocess.run([sys.executable, "-m", "sviedka.cli", *map(str, words)], capture_output=True, check=False)
    told = " ".join(Path(word).name if isinstance(word, Path) else str(word) for word in words)
    say(f"{done.returncode:3}  sviedka {told}")
    if done.returncode == status:
        return []
    return [f"sviedka {told}: {done.returncode}, not {status}\n{done.stderr.decode(errors='replace')}"]


def say(line: str) -> None:
    """Print `line`, in whatever characters this terminal has."""
    sys.stdout.buffer.write(line.encode(sys.stdout.encoding or "ascii", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
