# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cosigner signs only what continues the last thing it signed, whoever asks and in whatever order."""

import base64
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.anchor.cosigner import Cosigner, MemoryBroken, OriginUnknown, SizeConflict, SizesSwapped
from sviedka.anchor.cosigner_client import AnswerMalformed, make_request, take_answer
from sviedka.anchor.cosigner_key import (
    CosignerKeyMalformed,
    CosignerKeyMissing,
    create_cosigner_key,
    load_cosigner_key,
)
from sviedka.core.base.errors import Malformed, Unavailable
from sviedka.core.seal.checkpoint import parse_checkpoint, sign_checkpoint
from sviedka.core.seal.cosignature import CosignatureRefuted, verify_cosignatures
from sviedka.core.seal.merkle import ConsistencyRefuted, ProofMalformed, Tree
from sviedka.core.seal.note import KeyUnknown, SignatureRefuted, VerifierKey
from sviedka.vault.disk_errors import AlreadyThere

ORIGIN = "archive.example/minsk-1"
LOG = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
KEY = VerifierKey(name=ORIGIN, public=LOG.public_key().public_bytes_raw())
TREE = Tree.from_leaves(b"leaf %d" % number for number in range(200))
OTHER = Tree.from_leaves(b"other %d" % number for number in range(200))


def head(size, tree=TREE, key=LOG, origin=ORIGIN):
    return sign_checkpoint(origin=origin, size=size, root=tree.root(size), private_key=key)


def asked(old, new, tree=TREE, **more):
    return make_request(head(new, tree, **more), old_size=old, prove=lambda size: tree.consistency(size, new))


@pytest.fixture
def cosigner(tmp_path):
    key = create_cosigner_key(tmp_path / "key", name="witness.example/w1")
    return Cosigner(key=key, logs=(KEY,), memory=tmp_path / "memory")


def signed(cosigner, request, time=1_700_000_000):
    return take_answer(request.partition(b"\n\n")[2], cosigner.cosign_file(request, time=time), [cosigner.key.public])


def remembered(cosigner):
    files = list(cosigner.memory.glob("*/checkpoint"))
    return parse_checkpoint(files[0].read_bytes()).size if files else None


def test_a_log_is_cosigned_as_it_grows(cosigner):
    for old, new in ((0, 5), (5, 5), (5, 64), (64, 200)):
        checkpoint = parse_checkpoint(signed(cosigner, asked(old, new), time=new))
        found = verify_cosignatures(checkpoint.note, [cosigner.key.public])
        assert [(item.key, item.time) for item in found] == [(cosigner.key.public, new)]
        assert remembered(cosigner) == new


def test_an_empty_log_is_cosigned_and_then_grows(cosigner):
    assert parse_checkpoint(signed(cosigner, asked(0, 0))).size == 0
    assert parse_checkpoint(signed(cosigner, asked(0, 7))).size == 7


def test_a_smaller_log_is_refused(cosigner):
    signed(cosigner, asked(0, 64))
    with pytest.raises(SizeConflict) as conflict:
        cosigner.cosign_file(asked(0, 5), time=1)
    assert conflict.value.latest == 64
    with pytest.raises(SizesSwapped):
        cosigner.cosign_file(asked(64, 5), time=1)
    assert remembered(cosigner) == 64


def test_a_rewritten_log_is_refused(cosigner):
    signed(cosigner, asked(0, 64))
    with pytest.raises(ConsistencyRefuted):
        cosigner.cosign_file(asked(64, 100, OTHER), time=1)
    with pytest.raises(ConsistencyRefuted):
        cosigner.cosign_file(asked(64, 64, OTHER), time=1)
    assert remembered(cosigner) == 64


def test_a_proof_that_is_none_is_refused(cosigner):
    signed(cosigner, asked(0, 64))
    with pytest.raises(ProofMalformed):
        cosigner.cosign_file(make_request(head(100), old_size=64, prove=lambda _: ()), time=1)
    proof = base64.b64encode(bytes(32))
    for request in (asked(64, 64), asked(0, 5)):
        first, _, rest = request.partition(b"\n\n")
        with pytest.raises((ProofMalformed, SizeConflict)):
            cosigner.cosign_file(first + b"\n" + proof + b"\n\n" + rest, time=1)


def test_a_proof_from_nothing_is_refused(cosigner):
    first, _, rest = asked(0, 5).partition(b"\n\n")
    with pytest.raises(ProofMalformed):
        cosigner.cosign_file(first + b"\n" + base64.b64encode(bytes(32)) + b"\n\n" + rest, time=1)
    assert remembered(cosigner) is None


def test_an_empty_log_with_another_root_is_refused(cosigner):
    wrong = sign_checkpoint(origin=ORIGIN, size=0, root=bytes(32), private_key=LOG)
    with pytest.raises(ConsistencyRefuted):
        cosigner.cosign_file(make_request(wrong, old_size=0, prove=lambda _: ()), time=1)


def test_a_log_that_is_not_known_is_refused(cosigner):
    with pytest.raises(OriginUnknown):
        cosigner.cosign_file(asked(0, 5, origin="archive.example/other"), time=1)


def test_a_checkpoint_not_signed_by_its_log_is_refused(cosigner):
    stranger = Ed25519PrivateKey.from_private_bytes(b"\2" * 32)
    with pytest.raises(KeyUnknown):
        cosigner.cosign_file(asked(0, 5, key=stranger), time=1)
    good = asked(0, 5)
    with pytest.raises(SignatureRefuted):
        cosigner.cosign_file(good.replace(b"\n5\n", b"\n6\n"), time=1)
    assert remembered(cosigner) is None


@pytest.mark.parametrize("request_bytes", [b"", b"old 0\n", b"old 00\n\nx", b"new 0\n\nx", b"old 0\nx\n\nx"])
def test_a_request_that_is_none_is_malformed(cosigner, request_bytes):
    with pytest.raises(Malformed):
        cosigner.cosign_file(request_bytes, time=1)


def test_what_it_remembers_survives_it(cosigner):
    signed(cosigner, asked(0, 64))
    again = Cosigner(key=cosigner.key, logs=cosigner.logs, memory=cosigner.memory)
    with pytest.raises(SizeConflict):
        again.cosign_file(asked(0, 5), time=1)
    assert parse_checkpoint(signed(again, asked(64, 100))).size == 100


def test_with_a_damaged_memory_it_signs_nothing(cosigner):
    signed(cosigner, asked(0, 64))
    file = next(cosigner.memory.glob("*/checkpoint"))
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(MemoryBroken):
        cosigner.cosign_file(asked(0, 100), time=1)


def test_requests_that_race_never_roll_the_log_back(cosigner):
    """Many threads ask at once; what was granted is one chain without forks, and the largest is kept."""
    signed(cosigner, asked(0, 1))
    granted, lock = [], threading.Lock()

    def climb(step):
        size = 1
        while size < 200:
            target = min(size + step, 200)
            try:
                cosigner.cosign_file(asked(size, target), time=1)
            except SizeConflict as conflict:
                size = conflict.latest
            else:
                with lock:
                    granted.append((size, target))
                size = target

    threads = [threading.Thread(target=climb, args=(step,)) for step in (1, 2, 3, 5, 7, 11, 13, 17)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert remembered(cosigner) == 200
    granted.sort()
    assert [start for start, _ in granted[1:]] == [end for _, end in granted[:-1]]


def climb_alone(folder):
    """Climb from 1 to 200 in a process of its own; say what was granted."""
    key = load_cosigner_key(folder / "key")
    cosigner, size = Cosigner(key=key, logs=(KEY,), memory=folder / "memory"), 1
    while size < 200:
        try:
            cosigner.cosign_file(asked(size, size + 3 if size < 197 else 200), time=1)
        except SizeConflict as conflict:
            size = conflict.latest
        else:
            sys.stdout.write(f"{size}\n")
            size = min(size + 3, 200)


def test_processes_that_race_never_roll_the_log_back(cosigner, tmp_path):
    """One request by HTTP and another by file come from two processes with one memory."""
    signed(cosigner, asked(0, 1))
    code = "import pathlib, sys, test_cosigner_rules as rules; rules.climb_alone(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, tmp_path]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(3)]
    granted = sorted(int(number) for process in running for number in process.communicate()[0].split())
    assert [process.returncode for process in running] == [0, 0, 0]
    assert granted == list(range(1, 200, 3))
    assert remembered(cosigner) == 200


def test_what_cannot_be_remembered_is_not_signed(cosigner):
    cosigner.memory.write_bytes(b"a file where a folder should be")
    with pytest.raises(Unavailable):
        cosigner.cosign_file(asked(0, 5), time=1)


def test_the_race_is_real():
    """The control: the same with check and update as two steps does roll back."""
    memory = {"size": 1}
    between = threading.Barrier(2)

    def careless(old, new):
        assert memory["size"] == old
        between.wait()
        if new == 5:
            later.wait()
        memory["size"] = new
        later.set()

    later = threading.Event()
    threads = [threading.Thread(target=careless, args=(1, new)) for new in (5, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory["size"] == 5


def test_an_answer_of_somebody_else_is_not_taken(cosigner, tmp_path):
    request = asked(0, 5)
    stranger = create_cosigner_key(tmp_path / "stranger", name="witness.example/w2")
    answer = cosigner.cosign_file(request, time=1)
    with pytest.raises(AnswerMalformed):
        take_answer(head(5), answer, [stranger.public])
    with pytest.raises(CosignatureRefuted):
        take_answer(head(6), answer, [cosigner.key.public])
    for nonsense in (b"", b"no\n", b"\xff\n", answer + b"\n"):
        with pytest.raises(AnswerMalformed):
            take_answer(head(5), nonsense, [cosigner.key.public])


def test_a_later_cosignature_replaces_the_earlier(cosigner):
    first = signed(cosigner, asked(0, 5), time=1)
    answer = cosigner.cosign_file(asked(5, 5), time=2)
    both = parse_checkpoint(take_answer(first, answer, [cosigner.key.public]))
    assert [item.time for item in verify_cosignatures(both.note, [cosigner.key.public])] == [2]
    assert both.digest() == parse_checkpoint(head(5)).digest()


def test_a_key_file_is_for_its_owner_and_made_once(tmp_path):
    path = tmp_path / "key"
    key = create_cosigner_key(path, name="witness.example/w1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_cosigner_key(path).public == key.public
    with pytest.raises(AlreadyThere):
        create_cosigner_key(path, name="witness.example/w1")
    path.chmod(0o640)
    with pytest.raises(CosignerKeyMalformed):
        load_cosigner_key(path)


def test_a_key_file_that_is_missing_or_altered_is_named(tmp_path):
    with pytest.raises(CosignerKeyMissing):
        load_cosigner_key(tmp_path / "none")
    path = tmp_path / "key"
    create_cosigner_key(path, name="witness.example/w1")
    good = path.read_bytes()
    for altered in (
        b"",
        good[1:],
        good.replace(b"w1", b"w2"),
        good[:-3],
        good[:-5] + (b"B" if good[-5:-4] == b"A" else b"A") + good[-4:],
    ):
        path.write_bytes(altered)
        with pytest.raises(CosignerKeyMalformed):
            load_cosigner_key(path)
