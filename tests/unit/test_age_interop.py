# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we seal opens with other people's tools, and what they seal opens with ours."""

import io
import os
import subprocess

import pyrage
import pytest

from sviedka.core.seal.age_chunks import PLAIN_CHUNK
from sviedka.core.seal.age_file import decrypt_bytes, encrypt_bytes
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity, format_identity
from sviedka.core.seal.seal_file import seal_stream

SIZES = [0, 1, PLAIN_CHUNK - 1, PLAIN_CHUNK, PLAIN_CHUNK + 1, 3 * PLAIN_CHUNK, 33 * PLAIN_CHUNK + 7]


@pytest.fixture
def identity():
    return X25519Identity.from_bytes(bytearray(os.urandom(32)))


@pytest.fixture
def key_file(identity, tmp_path):
    path = tmp_path / "identity.txt"
    path.write_bytes(format_identity(identity))
    return path


def seal(plaintext, identity):
    return encrypt_bytes(
        plaintext,
        [identity.recipient()],
        file_key=os.urandom(16),
        nonce=os.urandom(16),
        ephemerals=[os.urandom(32)],
    )


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_ours_and_we_open_pyrage_s(size, identity):
    plaintext = os.urandom(size)
    theirs = pyrage.x25519.Identity.from_str(format_identity(identity).decode())
    assert plaintext == pyrage.decrypt(seal(plaintext, identity), [theirs])
    assert plaintext == decrypt_bytes(pyrage.encrypt(plaintext, [theirs.to_public()]), identity)


@pytest.mark.parametrize("size", SIZES)
def test_the_age_command_opens_ours_and_we_open_its(size, identity, key_file, tmp_path):
    plaintext = os.urandom(size)
    sealed = tmp_path / "sealed.age"
    sealed.write_bytes(seal(plaintext, identity))
    opened = subprocess.run(["age", "-d", "-i", key_file, sealed], capture_output=True, check=True).stdout
    assert plaintext == opened

    made = subprocess.run(
        ["age", "-r", identity.recipient().text], input=plaintext, capture_output=True, check=True
    ).stdout
    assert plaintext == decrypt_bytes(made, identity)


def test_a_slip_put_before_its_payload_is_a_file_that_age_opens(identity, key_file, tmp_path):
    plaintext, file_key = os.urandom(5 * PLAIN_CHUNK + 3), os.urandom(16)
    payload = io.BytesIO()
    seal_stream(io.BytesIO(plaintext), payload, file_key=file_key, nonce=os.urandom(16))
    (tmp_path / "payload").write_bytes(payload.getvalue())
    (tmp_path / "slip").write_bytes(wrap_file_key(file_key, [identity.recipient()], [os.urandom(32)]))
    command = f"cat slip payload | age -d -i {key_file}"
    assert plaintext == subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=True).stdout

    (tmp_path / "slip").write_bytes(wrap_file_key(os.urandom(16), [identity.recipient()], [os.urandom(32)]))
    failed = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert failed.returncode != 0, "the control: another item's slip opens nothing"
