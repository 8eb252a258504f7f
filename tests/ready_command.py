# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka WORDS` in a fork of a process that has imported it already: an interpreter's start is most of what a small command costs.

    python ready_command.py NUMBER        serves on that socket until the other end is closed

All else is as when a person starts it: a session without a terminal, a folder, an environment and outputs of its own, and the ordinary end.
The journeys start every command afresh.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

MOST_BYTES = 1 << 18
IMPORTED = (
    "store.deposit.depositing",
    "store.upkeep.status",
    "store.rebuild",
    "vault.replica.running",
    "verify.dossier",
)
_serving = {}


class Ready:
    """The process that is ready, and our end of the socket between."""

    def __init__(self):
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, Path(__file__), str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)

    def run(self, words, cwd, env, timeout):
        """Run `sviedka` with `words`; return what `subprocess.run` would."""
        asked = json.dumps({"words": words, "cwd": str(cwd), "env": env}).encode()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            self._link.settimeout(timeout)
            socket.send_fds(self._link, [asked], [out.fileno(), err.fileno()])
            status = int(self._link.recv(64))
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(["sviedka", *words], status, out.read(), err.read())

    def close(self):
        self._link.close()
        self._process.kill()  # it may be waiting for a command that never ends
        self._process.wait()


def run_command(*words, cwd, env=None, timeout=180):
    """Run `sviedka` with `words` in the folder `cwd`; return what `subprocess.run` would."""
    ready = _serving.get(os.getpid())  # a test process that was forked has one of its own
    if ready is None:
        ready = _serving[os.getpid()] = Ready()
        atexit.register(ready.close)
    try:
        return ready.run([str(word) for word in words], cwd, dict(os.environ if env is None else env), timeout)
    except TimeoutError:  # or the next command would be answered with this one's status
        del _serving[os.getpid()]
        ready.close()
        raise


def serve(link):
    """Fork for each command that is asked for, one after the other, and answer with its exit status."""
    from importlib import import_module

    from sviedka.cli.main import run

    for name in IMPORTED:
        import_module(f"sviedka.{name}")
    while True:
        asked, outputs, _, _ = socket.recv_fds(link, MOST_BYTES, 2)
        if not asked:
            return
        child = os.fork()
        if child == 0:
            link.close()
            run(be_command(json.loads(asked), *outputs))
        for number in outputs:
            os.close(number)
        link.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def be_command(asked, out, err):
    """Become as a process that was started for this command; return its words."""
    os.setsid()
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    for number, handle in ((0, os.open(os.devnull, os.O_RDONLY)), (1, out), (2, err)):
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115  # as a process begins
    sys.argv[:] = ["sviedka", *asked["words"]]
    return asked["words"]


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as link:
        serve(link)
