# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notes which functions of the watched rooms each test calls, in every process that a test starts or forks.

Python imports a module of this name at its start, from `PYTHONPATH`. A line `test TAB file:line` is written the first time a test comes
to a function, at once, because a keeper is killed or leaves by `_exit`. pytest keeps the name of the running test in the environment.
"""

import os
import sys
import threading

NOTES = os.environ.get("MUTATION_NOTES")
ROOMS = tuple(os.environ.get("MUTATION_ROOMS", "").split(os.pathsep))
_seen: set[tuple[str, object]] = set()


def _on_call(frame, _event, _argument):  # noqa: ANN001, ANN202  # as sys.settrace calls it
    code = frame.f_code
    if code.co_filename.startswith(ROOMS):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        if test and (test, code) not in _seen:
            _seen.add((test, code))
            _note(f"{test}\t{code.co_filename}:{code.co_firstlineno}\n".encode())


def _note(line):  # noqa: ANN001, ANN202
    descriptor = os.open(NOTES, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


if NOTES:
    threading.settrace(_on_call)
    sys.settrace(_on_call)
