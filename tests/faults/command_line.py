# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs a command of `sviedka` in a forked process: the command itself, without an interpreter's start."""

import faulthandler
import gc
import json
import os
import sys
import tempfile
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """How a command ended: its status, the object that `--json` printed, and what it said on standard error."""

    status: int
    document: dict
    said: str


def sviedka(*words):
    """Run `sviedka WORDS --json`; return its `Answer`."""
    reader, writer = os.pipe()
    complaints = tempfile.TemporaryFile()  # noqa: SIM115  # closed below, by hand in the parent only
    child = os.fork()
    if child == 0:
        _be_command([str(word) for word in (*words, "--json")], writer, complaints.fileno())
    os.close(writer)
    told = b""
    while piece := os.read(reader, 65536):
        told += piece
    os.close(reader)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with complaints:
        complaints.seek(0)
        said = complaints.read().decode()
    return Answer(status=status, document=json.loads(told) if told.strip() else {}, said=said)


def _be_command(words, writer, complaints):
    status = 70
    try:
        faulthandler.disable()
        gc.freeze()  # what earlier tests left behind must not close, when it is collected, a number that is another's by now
        nothing = os.open(os.devnull, os.O_RDWR)
        for number, handle in ((0, nothing), (1, writer), (2, complaints)):
            os.dup2(handle, number)
        # The rest stays open: a library of an earlier test may hold a pipe of its own, and ends a fork that misses it.
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115  # as a process begins
        from sviedka.cli.main import main

        status = main(words)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)
