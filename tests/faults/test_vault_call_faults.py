# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every storage call of the vault's own writes, made to fail or to kill: what was said to be kept is kept, the rest leaves no trace.

After each fault a start without a hand (`recover`) and a full check: no temporary stays, nothing is torn, nothing acknowledged is gone.
"""

import hashlib
import io
from contextlib import suppress
from pathlib import Path
from random import randrange

import pytest
from syscall_injection import FAULTS, count_calls, run_under_strace

from sviedka.core.seal.age_file import encrypt_bytes
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.seal_file import seal_bytes
from sviedka.vault.deposit_group import open_group
from sviedka.vault.durable import replace
from sviedka.vault.entropy import new_id, random_bytes
from sviedka.vault.layout import Archive
from sviedka.vault.objects import put_payload, put_payload_bytes
from sviedka.vault.packs import list_packs, put_pack
from sviedka.vault.recovery import recover
from sviedka.vault.release import release_payload
from sviedka.vault.scrub import check
from sviedka.vault.slips import put_slip

RECIPIENT = X25519Identity.from_bytes(bytearray(b"\x11" * 32)).recipient()
EPOCH = "2026-11.1"
KEY = b"k" * 16


def slip(key):
    return wrap_file_key(key, [RECIPIENT], [random_bytes(32)])


def put_group(archive, say, use_syncfs=None):
    kept = {}
    with open_group(archive) as group:
        group._use_syncfs = group._use_syncfs if use_syncfs is None else use_syncfs
        for _ in range(2):
            key, item = random_bytes(16), new_id()
            sealed = seal_bytes(random_bytes(100), file_key=key, nonce=random_bytes(16))
            put_payload_bytes(archive, sealed, group=group)
            header = slip(key)
            put_slip(archive, EPOCH, item, header, group=group)
            kept |= {archive.payload(sealed.facts.payload_sha256): sealed.payload, archive.slip(EPOCH, item): header}
        group.commit()
    say_kept(say, kept)


def put_large(archive, say):
    sealed = put_payload(archive, io.BytesIO(random_bytes(70_000)), file_key=KEY, nonce=random_bytes(16))
    say_kept(say, {archive.payload(sealed.payload_sha256): None})


def put_one_slip(archive, say):
    item, header = new_id(), slip(KEY)
    put_slip(archive, EPOCH, item, header)
    say_kept(say, {archive.slip(EPOCH, item): header})


def put_next_pack(archive, say):
    first = max(list_packs(archive, "minsk-1"), default=-1) + 1
    data = encrypt_bytes(
        b"line\n", [RECIPIENT], file_key=random_bytes(16), nonce=random_bytes(16), ephemerals=[random_bytes(32)]
    )
    put_pack(archive, "minsk-1", first, data)
    say_kept(say, {archive.pack("minsk-1", first): data})


def replace_head(archive, say):
    path, data = archive.keys / "head", random_bytes(100)
    replace(path, data)
    say_kept(say, {path: data})


def release(archive, say):
    plaintext = b"plain" * 1_000
    sealed = put_payload(archive, io.BytesIO(plaintext), file_key=KEY, nonce=random_bytes(16))
    out = archive.run / new_id()
    release_payload(archive, sealed.payload_sha256, out, file_key=KEY)
    say_kept(say, {archive.payload(sealed.payload_sha256): None, out: plaintext})


def say_kept(say, kept):
    """Say each path with its digest; None stands for the digest that is its name."""
    lines = [
        f"{path} {path.name if data is None else hashlib.sha256(data).hexdigest()}\n" for path, data in kept.items()
    ]
    with suppress(OSError):  # the fault was in saying it
        say("".join(lines).encode())


WRITES = {
    "a group": put_group,
    "a group on a system without syncfs": lambda archive, say: put_group(archive, say, use_syncfs=False),
    "a large payload": put_large,
    "one slip": put_one_slip,
    "a pack": put_next_pack,
    "a replaced file": replace_head,
    "a release": release,
}


@pytest.fixture
def archive(tmp_path):
    made = Archive(root=tmp_path / "archive")
    made.run.mkdir(parents=True)
    for write in WRITES.values():
        write(made, lambda _words: None)
    return made


def leftovers(archive):
    """Temporaries anywhere, and plaintext that nobody said was there."""
    return list(archive.root.rglob(".new-*"))


WITHOUT_SYNCFS = "a group on a system without syncfs"
OTHERS = [(what, 1) for what in WRITES if what != WITHOUT_SYNCFS]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("what", "each"), [*OTHERS, (WITHOUT_SYNCFS, 3), pytest.param(WITHOUT_SYNCFS, 1, marks=pytest.mark.long)]
)
def test_no_refused_or_killing_call_loses_or_tears_anything(archive, what, each, record_property):
    """Every call; on a system without syncfs, where a group syncs file by file, each third, another third each time."""

    def action(say):
        WRITES[what](archive, say)

    calls = count_calls(action)
    kept, runs, felt = {}, 0, dict.fromkeys(FAULTS, 0)
    for fault, inject in FAULTS.items():
        for name, times in sorted(calls.items()):
            for when in range(1 + randrange(min(each, times)), times + 1, each):
                run = run_under_strace(action, inject=f"{name}:{inject}:when={when}")
                runs += 1
                felt[fault] += run.status != 0
                assert run.status in {0, 50, -9}, (fault, name, when, run)
                for line in run.said.decode().splitlines():
                    path, digest = line.split()
                    kept = {known: each for known, each in kept.items() if not known.endswith("/head")} | {path: digest}
                recover(archive)
                found = check(archive, full=True)
                assert list(found) == [], (fault, name, when, [str(each) for each in found])
                assert leftovers(archive) == [], (fault, name, when)
    lost = [path for path, digest in kept.items() if not path.endswith("/head") and digest != _digest(path)]
    assert lost == []
    assert all(felt.values()), "the control: faults must have been felt"
    record_property("counted", f"{what}: {runs} faults at {calls}; felt {felt}; {len(kept)} acknowledged, 0 lost")


def _digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if Path(path).exists() else None
