# SPDX-License-Identifier: AGPL-3.0-or-later
"""Neither passphrase nor key stands in any file, file name, message or trace; each search finds what was put there."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keeper_desk import PASSPHRASE, desk_of, found
from process_memory import secrets_in

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_keys import format_identity
from sviedka.keeper.client import OpeningReceipt
from sviedka.keeper.errors import FrameMalformed, KeysMissing
from sviedka.keeper.login import open_keyring
from sviedka.keeper.secret_pipe import read_passphrase_file, read_secret, write_secret
from sviedka.keeper.unlocking import unlock
from sviedka.keeper.workers import write_trace
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

FILE_KEY = b"canary file key!"
CANARY = b"canary-passphrase-4711"


@pytest.fixture
def founded(tmp_path):
    return found(tmp_path / "archive", passphrase=bytearray(CANARY))


@pytest.fixture
def secrets(founded):
    keyring = open_keyring(founded.archive, bytearray(CANARY), clock=now)
    epoch = keyring.epochs.identity(founded.epoch)
    return {
        "passphrase": CANARY,
        "wrong passphrase": b"canary-wrong-passphrase",
        "vault": bytes(keyring.vault.secret_bytes()),
        "vault as text": bytes(format_identity(keyring.vault)),
        "epoch": bytes(epoch.secret_bytes()),
        "epoch as text": bytes(format_identity(epoch)),
        "log": keyring.heads._key.private_bytes_raw(),
        "statements": keyring.statement_key.private_bytes_raw(),
        "user": keyring.user_key.private_bytes_raw(),
        "cell": keyring.cells[founded.archive_cell],
        "database": bytes(keyring.database_key()),
        "labels": bytes(keyring.label_key()),
        "file key": FILE_KEY,
    }


def everything_under(folder):
    """Return names and contents of all files."""
    parts = []
    for path in sorted(folder.rglob("*")):
        parts.append(os.fsencode(path))
        if path.is_file():
            parts.append(path.read_bytes())
    return b"\n".join(parts)


def use(founded):
    """Do everything once, and everything wrong once; return what was said."""
    said = []

    def attempt(action):
        try:
            action()
        except Failure as failure:
            said.append(f"{failure} {failure.hint} {failure.facts}")

    attempt(lambda: unlock(founded.archive, bytearray(b"canary-wrong-passphrase")))
    unlock(founded.archive, bytearray(CANARY))
    with desk_of(founded.archive) as desk:
        facts, item = desk.keeper.facts(), desk.put_item(FILE_KEY)
        receipt = desk.admit(desk.opening(item))
        desk.unwrap(item, receipt)
        desk.keeper.run_job("sviedka.keeper.key_check:job", None)
        attempt(lambda: desk.unwrap(item, receipt))
        attempt(lambda: desk.unwrap(item, OpeningReceipt(jti=new_id(), desk="minsk-1", leaf_index=9)))
        attempt(lambda: desk.keeper.compose([desk.draft(note="x", cells=("e" * 32,))]))
        attempt(lambda: desk.keeper.compose([desk.draft(note=0.5)]))
        attempt(lambda: desk.keeper.sign_checkpoint(0, bytes(32), ()))
        attempt(lambda: desk.keeper.run_job("os:system", None))
        attempt(lambda: desk.keeper._ask({"ask": "nothing"}))
        said += [repr(desk.keeper.status()), repr(facts), repr(receipt)]
    assert len(said) >= 8
    return "\n".join(said).encode()


def test_no_secret_stands_in_the_archives_folder_or_in_what_is_said(founded, secrets, tmp_path):
    said = use(founded)
    assert secrets_in(everything_under(tmp_path), secrets) == set()
    assert secrets_in(said, secrets) == set()


def test_the_search_finds_each_secret_where_it_is_put(secrets, tmp_path):
    """Control."""
    for name, secret in secrets.items():
        for text in (secret, secret.hex().encode()):
            (tmp_path / "leak").write_bytes(b"before " + text + b" after")
            assert secrets_in(everything_under(tmp_path), secrets) == {name}
    (tmp_path / "leak").unlink()
    (tmp_path / CANARY.decode()).mkdir()
    assert secrets_in(everything_under(tmp_path), secrets) == {"passphrase"}


def test_a_trace_shows_places_and_no_values(capsys):
    def fail(secret):
        raise ValueError(f"this holds {secret}")

    try:
        fail(CANARY.decode())
    except ValueError as bug:
        write_trace(bug)
    shown = capsys.readouterr().err
    assert "ValueError" in shown
    assert "in fail" in shown
    assert CANARY.decode() not in shown


def test_what_the_keeper_holds_does_not_show_when_printed(founded, secrets):
    keyring = open_keyring(founded.archive, bytearray(CANARY), clock=now)
    shown = "\n".join(repr(thing) for thing in (keyring, keyring.vault, keyring.cells, keyring.epochs, keyring.heads))
    assert secrets_in(shown.encode(), secrets) == set()
    assert str(list(FILE_KEY)[:3])[1:-1] not in shown


def test_a_passphrase_file_may_end_in_one_line_feed(tmp_path):
    path = tmp_path / "passphrase"
    for content, expected in ((CANARY, CANARY), (CANARY + b"\n", CANARY), (CANARY + b"\n\n", CANARY + b"\n")):
        path.write_bytes(content)
        assert bytes(read_passphrase_file(path)) == expected


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * 1025])
def test_a_passphrase_file_that_holds_none_is_refused(tmp_path, content):
    path = tmp_path / "passphrase"
    path.write_bytes(content)
    with pytest.raises(FrameMalformed):
        read_passphrase_file(path)
    with pytest.raises(KeysMissing):
        read_passphrase_file(tmp_path / "nowhere")


@given(st.binary(max_size=1024), st.binary(max_size=1024))
def test_passphrases_go_through_a_pipe_as_they_are(first, second):
    read_end, write_end = os.pipe()
    try:
        write_secret(write_end, bytearray(first))
        write_secret(write_end, bytearray(second))
        assert (bytes(read_secret(read_end)), bytes(read_secret(read_end))) == (first, second)
    finally:
        os.close(read_end)
        os.close(write_end)


@given(st.binary(max_size=40))
def test_a_pipe_that_ends_too_soon_is_refused_by_name(content):
    read_end, write_end = os.pipe()
    os.write(write_end, content)
    os.close(write_end)
    try:
        with suppress(FrameMalformed):
            assert bytes(read_secret(read_end)) == content[2 : 2 + int.from_bytes(content[:2], "big")]
    finally:
        os.close(read_end)


def test_the_server_started_by_hand_without_a_passphrase_opens_nothing(founded):
    words = [sys.executable, "-P", "-m", "sviedka.keeper.server", f"--archive={founded.archive.root}", "--idle=5"]
    told = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout
    assert b"malformed.frame" in told
    assert PASSPHRASE not in told
