# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another account of this machine gets no answer, even where it can reach the socket."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from sviedka.keeper.connection import check_peer
from sviedka.keeper.errors import PeerRefused
from sviedka.keeper.place import socket_path

NOBODY = 65534

CLIENT = """
import os, socket, sys
os.setgid({uid}); os.setuid({uid})
sock = socket.socket(socket.AF_UNIX)
try:
    sock.connect(sys.argv[1])
except PermissionError:
    print("no way in"); raise SystemExit
ask = b'{{"ask":"database_key","parts":[]}}'
try:
    sock.sendall((len(ask) + 4).to_bytes(4, "big") + len(ask).to_bytes(4, "big") + ask)
    answer = sock.recv(4096)
except ConnectionError:
    answer = b""
print("answered" if answer else "turned away")
"""


def ask_as(uid, path):
    words = [sys.executable, "-c", CLIENT.format(uid=uid), str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd="/").stdout.strip()


def open_to_all(path):
    """Take away every protection but the keeper's own check."""
    path.chmod(0o777)
    for folder in path.parents:
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o755)


@pytest.fixture
def path(keeper, archive):
    return socket_path(archive)


def test_another_account_cannot_reach_the_socket(path):
    if os.geteuid() == 0:
        assert ask_as(NOBODY, path) == "no way in"
    assert ask_as(os.geteuid(), path) == "answered"


def test_another_account_that_reaches_it_is_turned_away(path):
    """Control: our own account is answered on the very same socket."""
    open_to_all(path)
    if os.geteuid() == 0:
        assert ask_as(NOBODY, path) == "turned away"
    assert ask_as(os.geteuid(), path) == "answered"


@pytest.mark.parametrize("uid", [0, 1000, NOBODY, -1])
def test_the_check_itself(uid):
    """Whatever account runs the tests: only the same number passes, root's is no exception."""
    credentials = SimpleNamespace(
        getsockopt=lambda *_: (4711).to_bytes(4, "little") + uid.to_bytes(4, "little", signed=True) + bytes(4)
    )
    check_peer(credentials, uid=uid)
    for other in {0, 1000, NOBODY} - {uid}:
        with pytest.raises(PeerRefused):
            check_peer(credentials, uid=other)
