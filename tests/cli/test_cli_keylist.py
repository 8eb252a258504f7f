# SPDX-License-Identifier: AGPL-3.0-or-later
"""From one user to two with the command line alone, as the how-to says, and what it refuses on the way."""

import json
import os
import shutil

import pytest

from ready_command import run_command
from sviedka.core.seal.keylist import parse_keylist


@pytest.fixture
def office(tmp_path):
    """A founded archive whose offline folder is elsewhere, and a way to type commands in it."""
    for name, words in (("first", b"nine grey herons"), ("second", b"four quiet oaks")):
        (tmp_path / f"{name}.txt").write_bytes(words)

    def type_in(*words, status=0):
        env = {**os.environ, "SVIEDKA_ARCHIVE": str(tmp_path / "archive"), "SVIEDKA_LANGUAGE": "en"}
        done = run_command(*words, "--json", cwd=tmp_path, env=env)
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)

    type_in("init", "archive", "--passphrase-file", "first.txt", "--key-cost", "demonstration")
    shutil.move(tmp_path / "archive.offline", tmp_path / "far-away")
    yield type_in, tmp_path
    type_in("lock")


def test_a_second_user_joins_records_and_leaves(office):
    type_in, folder = office
    joined = type_in("user", "new", "--passphrase-file", "second.txt", "--key-cost", "demonstration")["user"]
    type_in("keylist", "draft", "--add-user", joined, "-o", "proposal")
    signing = ("keylist", "sign", "proposal", "--offline-dir", "far-away", "--passphrase-file", "first.txt")
    assert type_in(*signing, "-o", "list-2")["number"] == 2
    type_in("keylist", "install", "list-2", status=50)  # locked: nobody vouches for the root
    type_in("unlock", "--passphrase-file", "first.txt")
    assert any(joined in line for line in type_in("keylist", "install", "list-2")["lines"])
    assert type_in("status")["unlocked"] is False  # the keeper went by the older list

    as_second = ("unlock", "--passphrase-file", "first.txt", "--user", joined)
    type_in(*as_second, status=40)  # not their own passphrase
    assert type_in(*as_second, "--user-passphrase-file", "second.txt")["actor"] == joined
    (folder / "book.yaml").write_text(
        "casebook: 1\ncase:\n  label: a-case\n  title: {en: A case, be: Справа, ru: Дело}\n", encoding="utf-8"
    )
    type_in("record", "book.yaml")
    type_in("rebuild")  # the second user's signature is found good
    type_in("lock")

    type_in("keylist", "draft", "--revoke", joined, "--reason", "left", "-o", "proposal-3")
    type_in(*signing[:2], "proposal-3", *signing[3:], "-o", "list-3")
    type_in("unlock", "--passphrase-file", "first.txt", "--user", first_user(folder, joined))
    type_in("keylist", "install", "list-3")
    type_in(*as_second, "--user-passphrase-file", "second.txt", status=40)
    type_in("unlock", "--passphrase-file", "first.txt")  # one user is left, and need not say so
    type_in("rebuild")  # what they signed while they were listed stays
    assert [one["number"] for one in (type_in("keylist", "show"),)] == [3]


def first_user(folder, other):
    (found,) = (path.stem for path in (folder / "archive" / "keys" / "users").iterdir() if path.stem != other)
    return found


def test_a_list_is_put_into_force_once_and_only_the_next_one(office):
    type_in, folder = office
    joined = type_in("user", "new", "--passphrase-file", "second.txt", "--key-cost", "demonstration")["user"]
    type_in("keylist", "draft", "--add-user", joined, "-o", "proposal")
    type_in(
        "keylist", "sign", "proposal", "--offline-dir", "far-away", "--passphrase-file", "first.txt", "-o", "list-2"
    )
    first = (folder / "archive" / "keys" / "keylist").read_bytes()
    (folder / "list-1").write_bytes(first)
    (folder / "forged").write_bytes((folder / "list-2").read_bytes().replace(b"number 2", b"number 3"))
    (folder / "no-list").write_bytes(b"\x00" * 100)
    type_in("unlock", "--passphrase-file", "first.txt")
    type_in("keylist", "install", "forged", status=10)
    type_in("keylist", "install", "no-list", status=30)
    type_in("keylist", "install", "nowhere", status=50)
    assert (folder / "archive" / "keys" / "keylist").read_bytes() == first
    type_in("keylist", "install", "list-2")
    type_in("unlock", "--passphrase-file", "first.txt", "--user", first_user(folder, joined))
    kept = folder / "archive" / "keys" / "keylists" / "1"
    assert kept.read_bytes() == first
    kept.unlink()
    type_in("keylist", "install", "list-1")  # the older one does not come back, but is kept
    assert kept.read_bytes() == first
    type_in("keylist", "install", "list-2")  # again: nothing changes
    assert parse_keylist((folder / "archive" / "keys" / "keylist").read_bytes()).number == 2


def test_a_mistyped_word_is_said_and_nothing_is_written(office):
    type_in, folder = office
    type_in("keylist", "draft", "--add-user", "0" * 32, "-o", "proposal", status=50)
    type_in("keylist", "draft", "--revoke", "nobody", "-o", "proposal", status=20)
    type_in("keylist", "draft", "--add", "a line", "-o", "proposal", status=30)
    type_in("keylist", "draft", "-o", "proposal", status=30)  # nothing to change
    type_in("keylist", "sign", "proposal", "--offline-dir", "far-away", "-o", "x", status=50)
    assert not (folder / "proposal").exists()
