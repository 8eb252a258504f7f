# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes that share the work of a linkage: started afresh, without a memory image to be dumped, gone with their parent."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from sviedka.keeper.hygiene import die_with_parent, forbid_dumps


def fresh_processes(count: int) -> ProcessPoolExecutor:
    """Return `count` processes. They inherit no key, no database and no connection to the keeper."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, context, initializer=_prepare, initargs=(os.getpid(),))


def _prepare(parent: int) -> None:
    forbid_dumps()
    die_with_parent(parent)
