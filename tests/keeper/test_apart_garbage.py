# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process that is forked for a passphrase does not clean up after its parent: some libraries do not survive that."""

import gc
import os

from sviedka.keeper.apart import run_apart


class Ending:
    """Garbage that ends the process when it is collected, as a database engine does whose threads are gone."""

    def __init__(self):
        self.itself, self.owner = self, os.getpid()

    def __del__(self):
        if os.getpid() != self.owner:
            os._exit(9)


def collect():
    gc.collect()
    return {"collected": True}, (bytearray(b"x"),)


def fork_plainly(work):
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_the_parent_left_is_not_collected_in_the_process_apart():
    gc.disable()
    try:
        Ending()
        assert run_apart(collect).header["collected"] is True
        assert fork_plainly(collect) == 9, "the control: collecting it in a forked process ends that"
    finally:
        gc.enable()
        gc.collect()  # here, where it is harmless: no later test may fork with it in its memory
