# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cosigner over HTTP answers with the statuses of C2SP tlog-witness, and one bad client disturbs no other."""

import http.client
import socket
import threading
from contextlib import contextmanager, suppress
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.anchor.cosigner import Cosigner
from sviedka.anchor.cosigner_client import (
    CosignerAhead,
    CosignerRefused,
    KnownCosigner,
    make_request,
    request_cosignature,
)
from sviedka.anchor.cosigner_key import create_cosigner_key
from sviedka.anchor.cosigner_server import MAX_CONNECTIONS, CosignerServer
from sviedka.anchor.http_client import AddressMalformed, PeerUnreachable, ask
from sviedka.core.seal.checkpoint import parse_checkpoint, sign_checkpoint
from sviedka.core.seal.cosignature import verify_cosignatures
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.note import VerifierKey

pytestmark = pytest.mark.network

ORIGIN = "archive.example/minsk-1"
LOG = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\2" * 32)
KEY = VerifierKey(name=ORIGIN, public=LOG.public_key().public_bytes_raw())
TREE = Tree.from_leaves(b"leaf %d" % number for number in range(200))
OTHER = Tree.from_leaves(b"other %d" % number for number in range(200))
NAME = sha256(ORIGIN.encode()).hexdigest()


def head(size, tree=TREE, key=LOG, origin=ORIGIN):
    return sign_checkpoint(origin=origin, size=size, root=tree.root(size), private_key=key)


def asked(old, new, tree=TREE, **more):
    return make_request(head(new, tree, **more), old_size=old, prove=lambda size: tree.consistency(size, new))


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server(tmp_path):
    key = create_cosigner_key(tmp_path / "key", name="witness.example/w1")
    cosigner = Cosigner(key=key, logs=(KEY,), memory=tmp_path / "memory")
    with running(CosignerServer(cosigner, prefix="/cosigner")) as server:
        yield server


def url(server):
    return f"http://127.0.0.1:{server.server_address[1]}/cosigner"


def post(server, body):
    return ask(url(server) + "/add-checkpoint", body=body, max_bytes=65_536, timeout_s=10)


def test_the_statuses_of_the_specification(server):
    assert post(server, asked(0, 64)).status == 200
    conflict = post(server, asked(0, 100))
    assert (conflict.status, conflict.media_type, conflict.body) == (409, "text/x.tlog.size", b"64\n")
    assert post(server, asked(64, 5)).status == 400
    assert post(server, b"nonsense").status == 400
    assert post(server, asked(64, 100, key=STRANGER)).status == 403
    assert post(server, asked(64, 100).replace(b"\n100\n", b"\n101\n")).status == 403
    assert post(server, asked(64, 100, origin="archive.example/other")).status == 404
    assert post(server, asked(64, 100, OTHER)).status == 422
    assert post(server, asked(64, 64, OTHER)).status == 422
    assert post(server, make_request(head(100), old_size=64, prove=lambda _: ())).status == 422
    assert post(server, b"x" * 200_000).status == 413
    assert post(server, asked(64, 100)).status == 200


def test_a_cosigner_that_cannot_remember_says_so_and_signs_nothing(server):
    post(server, asked(0, 5))
    next(server.cosigner.memory.glob("*/checkpoint")).write_bytes(b"damaged")
    for answer in (post(server, asked(5, 64)), ask(f"{url(server)}/{NAME}/checkpoint", max_bytes=9_999)):
        assert answer.status == 500
        assert "\u2014".encode() not in answer.body


def test_the_answer_is_a_cosignature(server):
    answer = post(server, asked(0, 64))
    note = parse_checkpoint(head(64) + answer.body).note
    assert len(verify_cosignatures(note, [server.cosigner.key.public])) == 1


def test_monitors_can_fetch_the_newest_checkpoint(server):
    assert ask(f"{url(server)}/{NAME}/checkpoint", max_bytes=9_999).status == 404
    post(server, asked(0, 64))
    answer = ask(f"{url(server)}/{NAME}/checkpoint", max_bytes=9_999)
    assert answer.status == 200
    assert parse_checkpoint(answer.body).size == 64
    for wrong in (f"/{NAME}", f"/{NAME}/checkpoint/", f"/{NAME[:-1]}/checkpoint", "", "/../key", "/x/checkpoint"):
        assert ask(url(server) + wrong, max_bytes=9_999).status == 404, wrong


def test_other_addresses_are_not_found(server):
    assert ask(url(server) + "/add", body=asked(0, 5), max_bytes=9_999).status == 404
    assert ask(url(server)[:-9] + "/add-checkpoint", body=asked(0, 5), max_bytes=9_999).status == 404


def test_one_connection_serves_several_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    for old, new in ((0, 5), (5, 64), (64, 65)):
        connection.request("POST", "/cosigner/add-checkpoint", body=asked(old, new))
        response = connection.getresponse()
        assert (response.status, response.read()[:3]) == (200, "\u2014".encode())
    connection.close()


def test_a_request_without_a_length_is_refused(server):
    with socket.create_connection(server.server_address, timeout=10) as raw:
        raw.sendall(b"POST /cosigner/add-checkpoint HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 411 " in raw.recv(200)


def test_a_client_that_hangs_blocks_nobody(server):
    hanging = [socket.create_connection(server.server_address, timeout=10) for _ in range(20)]
    for number, raw in enumerate(hanging):
        if number % 2:
            raw.sendall(b"POST /cosigner/add-checkpoint HTTP/1.1\r\nContent-Length: 50000\r\n\r\nold")
    assert post(server, asked(0, 64)).status == 200
    for raw in hanging:
        raw.close()


def test_there_is_an_end_to_connections_and_room_again_after(server):
    hanging = [socket.create_connection(server.server_address, timeout=10) for _ in range(MAX_CONNECTIONS + 10)]
    turned_away = sum(raw.recv(1) == b"" for raw in hanging[MAX_CONNECTIONS + 5 :])
    assert turned_away == 5
    for raw in hanging:
        raw.close()
    answered = None
    while answered is None:  # places come free as the server notices; a full server turns away at once
        with suppress(PeerUnreachable):
            answered = post(server, asked(0, 64)).status
    assert answered == 200


def test_requests_that_race_over_http_leave_the_largest(server):
    statuses = []

    def climb():
        size = 0
        while size < 60:
            answer = post(server, asked(size, size + 1))
            statuses.append(answer.status)
            size = int(answer.body) if answer.status == 409 else size + 1

    threads = [threading.Thread(target=climb) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) == 60
    assert set(statuses) <= {200, 409}
    assert parse_checkpoint(server.cosigner.latest(NAME)).size == 60


def test_the_client_adds_a_cosignature_and_catches_up(server):
    known = KnownCosigner(key=server.cosigner.key.public, url=url(server))
    first = request_cosignature(known, head(5), old_size=0, prove=lambda size: TREE.consistency(size, 5))
    assert len(parse_checkpoint(first).note.signatures) == 2
    # It has forgotten what the cosigner signed last, and asks from nothing.
    later = request_cosignature(known, head(64), old_size=0, prove=lambda size: TREE.consistency(size, 64))
    assert verify_cosignatures(parse_checkpoint(later).note, [known.key])


def test_the_client_says_when_this_archive_was_rolled_back(server):
    known = KnownCosigner(key=server.cosigner.key.public, url=url(server))
    request_cosignature(known, head(64), old_size=0, prove=lambda size: TREE.consistency(size, 64))
    with pytest.raises(CosignerAhead):
        request_cosignature(known, head(5), old_size=5, prove=lambda size: TREE.consistency(size, 5))


def test_the_client_names_a_refusal_and_a_silence(server):
    known = KnownCosigner(key=server.cosigner.key.public, url=url(server))
    with pytest.raises(CosignerRefused):
        request_cosignature(known, head(5, key=STRANGER), old_size=0, prove=lambda _: ())
    with pytest.raises(CosignerRefused):
        request_cosignature(KnownCosigner(key=known.key), head(5), old_size=0, prove=lambda _: ())
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
    gone = KnownCosigner(key=known.key, url=f"http://127.0.0.1:{port}")
    with pytest.raises(PeerUnreachable):
        request_cosignature(gone, head(5), old_size=0, prove=lambda _: ())


def test_only_http_addresses_are_asked():
    for address in ("file:///etc/passwd", "ftp://127.0.0.1/", "", "127.0.0.1"):
        with pytest.raises(AddressMalformed):
            ask(address, max_bytes=10)
