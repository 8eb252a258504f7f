# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another account of this machine gets no answer, even where it can reach the socket."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from sviedka.keeper.client import Keeper
from sviedka.keeper.connection import check_peer
from sviedka.keeper.errors import Locked, PeerRefused, PlaceRefused
from sviedka.keeper.place import socket_path
from sviedka.vault.layout import Archive

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


def listen_as(uid, path):
    """Listen at `path` as another account; return a function that tells what was received, and ends it."""
    code = (
        "import os, socket, sys\n"
        f"os.setgid({uid}); os.setuid({uid})\n"
        "os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)\n"
        "sock = socket.socket(socket.AF_UNIX); sock.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o777); sock.listen()\n"
        "print('ready', flush=True)\n"
        "client, _ = sock.accept(); client.settimeout(5)\n"
        "try: print(len(client.recv(4096)))\n"
        "except OSError: print(0)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, cwd="/")
    assert process.stdout.readline() == "ready\n"
    return lambda: int(process.communicate()[0])


@pytest.fixture
def far_archive(tmp_path, monkeypatch):
    """An archive so deep that its socket stands in the folder for temporaries, where anybody may make folders."""
    deep = tmp_path / ("deep" * 20)
    deep.mkdir()
    with tempfile.TemporaryDirectory() as common:  # not below tmp_path: a socket's path is short
        Path(common).chmod(0o1777)
        monkeypatch.setattr("tempfile.tempdir", common)
        yield Archive(root=deep)


def test_another_account_in_the_keepers_place_is_told_nothing(far_archive):
    """It could else read every draft, and have everything sealed to a key of its own."""
    with pytest.raises(Locked):
        Keeper.connect(far_archive)
    if os.geteuid() == 0:
        received = listen_as(NOBODY, socket_path(far_archive))
        with pytest.raises(PlaceRefused):
            Keeper.connect(far_archive)
        assert received() == 0


def test_our_own_account_in_the_keepers_place_is_asked(far_archive):
    """Control of the test above."""
    received = listen_as(os.geteuid(), socket_path(far_archive))
    with Keeper.connect(far_archive) as keeper:
        keeper._send({"ask": "status"})
        assert received() > 0
