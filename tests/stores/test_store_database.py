# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database file: encrypted, and durable by its settings."""

import os

import pytest
from archive_kit import LocalKeeper, admit_all, found, source
from folded_rows import JTI, folded
from sqlcipher3 import dbapi2

from sviedka.store.connect import current_database, database_failures, disconnect, open_database
from sviedka.store.errors import DatabaseUnreadable
from sviedka.store.place import FilePlace
from sviedka.store.rebuild import rebuild
from sviedka.store.rows import one_transaction, write_pack, write_rows
from sviedka.store.session import open_store
from sviedka.store.sqlcipher.base import spell_raw_key
from sviedka.store.upkeep.dumping import digest_tables

KEY = bytearray(range(32))


@pytest.fixture
def path(tmp_path):
    yield tmp_path / "projections.db"
    disconnect()


@pytest.fixture
def database(path):
    opened = open_database(FilePlace(path=path), KEY)
    with one_transaction(opened):
        write_rows(opened, [folded()])
        write_pack(opened, desk="minsk-1", first_index=0, count=1)
    return opened


def test_nothing_readable_lies_on_the_disk(database, path):
    disconnect()
    for file in path.parent.iterdir():
        data = file.read_bytes()
        assert b"SQLite format" not in data
        assert b"canary-disclosure" not in data
        assert JTI.encode() not in data


def test_control_the_same_rows_are_readable_in_a_plain_database(path):
    plain = dbapi2.connect(str(path))
    plain.execute("CREATE TABLE t (x)")
    plain.execute("INSERT INTO t VALUES ('canary-disclosure')")
    plain.commit()
    plain.close()
    assert b"canary-disclosure" in path.read_bytes()


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("temp_store", 2),
        ("recursive_triggers", 1),
    ],
)
def test_a_setting_that_durability_or_secrecy_rests_on(database, pragma, expected):
    assert database.connection.execute(f"PRAGMA {pragma}").fetchone()[0] == expected


def test_full_text_search_is_built_in(database):
    database.connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5(body)")


def test_another_key_opens_nothing(database, path, capfd):
    disconnect()
    with pytest.raises(DatabaseUnreadable):
        open_database(FilePlace(path=path), bytearray(32))
    assert capfd.readouterr() == ("", "")
    assert open_database(FilePlace(path=path), KEY)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(4080), os.urandom(4096), b"\xff" * 100])
def test_a_foreign_file_is_named_as_unreadable(path, content):
    path.write_bytes(content)
    if content == b"":  # what SQLite itself leaves when it is killed before the first page
        assert open_database(FilePlace(path=path), KEY)
        return
    with pytest.raises(DatabaseUnreadable):
        open_database(FilePlace(path=path), KEY)


def test_a_damaged_page_is_named_as_unreadable(database, path):
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    disconnect()
    data = bytearray(path.read_bytes())
    for start in range(4096 + 100, len(data), 4096):
        data[start] ^= 1
    path.write_bytes(data)
    with pytest.raises(DatabaseUnreadable), database_failures():
        digest_tables(open_database(FilePlace(path=path), KEY))


def test_the_key_is_not_held_after_opening_and_has_no_text_form(database):
    assert database.database_key is None
    assert spell_raw_key(KEY) == bytearray(b"x'" + bytes(KEY).hex().encode() + b"'")


def test_a_database_that_cannot_be_read_is_made_again(tmp_path):
    archive = found(tmp_path)
    keeper = LocalKeeper(archive)
    admit_all(archive, keeper, [source("one")])
    live = digest_tables(current_database())
    disconnect()
    archive.database.write_bytes(b"not a database" * 1000)
    with pytest.raises(DatabaseUnreadable):
        open_store(archive, keeper)
    assert rebuild(archive, keeper).statements == 3
    assert digest_tables(open_store(archive, keeper)) == live
    disconnect()
