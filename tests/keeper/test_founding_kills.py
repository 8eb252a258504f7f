# SPDX-License-Identifier: AGPL-3.0-or-later
"""A founding cut short at any storage call leaves no archive or a whole one, and running it again needs no hand."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from keeper_desk import PASSPHRASE, found

from sviedka.keeper.errors import ArchiveThere
from sviedka.keeper.login import open_keyring
from sviedka.keeper.share_text import parse_share
from sviedka.keeper.shares import join_shares
from sviedka.vault.clock import now
from sviedka.vault.layout import Archive

CALLS = ("fsync", "syncfs", "link", "linkat", "rename", "unlink", "mkdir", "fchmod", "ftruncate")
UNAVAILABLE = 50

FOUND = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from keeper_desk import found
from sviedka.core.base.errors import Failure
Path(sys.argv[1]).parent.stat()  # what follows is the founding alone
try:
    found(Path(sys.argv[1]))
except Failure as failure:
    print(failure, failure.hint)
    raise SystemExit(failure.exit_status)
"""


def run(folder, *inject):
    """Found an archive in a process of its own, under strace if a fault is to be injected."""
    words = [sys.executable, "-c", FOUND, str(folder), str(Path(__file__).parent)]
    if inject:
        # strace 6.1 injects no signal where it filters calls in the kernel
        fast = [] if any("signal=" in word and "inject" in word for word in inject) else ["--seccomp-bpf"]
        trace = ["-f", "-qq", "-o", str(folder.with_suffix(".strace")), "-e", "trace=" + ",".join(CALLS)]
        words = ["strace", *fast, *trace, *inject, *words]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def count_calls(folder):
    """Return how often a founding makes each storage call."""
    assert run(folder, "-e", "signal=none").returncode == 0
    lines = folder.with_suffix(".strace").read_text().splitlines()
    return Counter(match[1] for line in lines if (match := re.match(r"\d+ +(\w+)\(", line)))


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    """Every storage call of one founding, as (name, number)."""
    counts = count_calls(tmp_path_factory.mktemp("count") / "archive")
    assert counts["fsync"] > 40
    assert counts["link"] + counts["linkat"] > 15
    return [(name, number) for name, count in sorted(counts.items()) for number in range(1, count + 1)]


def check_whole(folder):
    """Assert that what is there is an archive that the passphrase and the shares open."""
    keyring = open_keyring(Archive(root=folder), bytearray(PASSPHRASE), clock=now)
    assert len(keyring.cells[keyring.config.archive_cell]) == 32
    offline = folder.with_name(folder.name + ".offline")
    shares = [parse_share((offline / f"shares/root-{number}.txt").read_text()) for number in (2, 3, 4)]
    assert len(join_shares(shares)) == 32


def check_after(folder):
    """Assert: no archive, or a whole one; and a second founding makes one or says that there is one."""
    whole = (folder / "sviedka.toml").exists()
    if whole:
        check_whole(folder)
        with pytest.raises(ArchiveThere):
            found(folder)
    else:
        found(folder)
        check_whole(folder)
    return whole


def few(points):
    """Choose three points of each call: the first, the last, and one between. `make test-long` takes all."""
    chosen = []
    for name in sorted({name for name, _ in points}):
        numbers = [number for called, number in points if called == name]
        chosen += [(name, number) for number in sorted({numbers[0], numbers[len(numbers) // 2], numbers[-1]})]
    return chosen


def attack(tmp_path, points, fault):
    outcomes = Counter()
    for place, (name, number) in enumerate(points):
        folder = tmp_path / str(place) / "archive"
        folder.parent.mkdir()
        result = run(folder, "-e", f"inject={name}:{fault}:when={number}")
        if fault.startswith("signal"):
            assert result.returncode != 0
        else:
            assert result.returncode in {0, UNAVAILABLE}, result.stderr
            assert "Traceback" not in result.stderr
        outcomes["whole" if check_after(folder) else "none"] += 1
    return outcomes


def test_a_founding_killed_at_some_calls(tmp_path, points):
    outcomes = attack(tmp_path, few(points), "signal=KILL")
    assert outcomes["none"] > 0  # control: the kills did come before the end


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_founding_refused_at_some_calls(tmp_path, points, error):
    half = [point for point in few(points) if point[1] > 1][error == "EIO" :: 2]
    outcomes = attack(tmp_path, half, f"error={error}")
    assert outcomes["none"] > 0


@pytest.mark.long
@pytest.mark.parametrize("fault", ["signal=KILL", "error=EIO", "error=ENOSPC"])
def test_a_founding_struck_at_every_call(tmp_path, points, fault):
    every = [point for point in points if point[0] != "mkdir" or point[1] % 40 == 1]
    attack(tmp_path, every, fault)
