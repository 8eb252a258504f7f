# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database file: encrypted, durable by its settings, append-only by its triggers, and never migrated."""

import os

import pytest
from sqlcipher3 import dbapi2

from sviedka.store.connect import database_failures, disconnect, open_database
from sviedka.store.dumping import count_rows, digest_tables
from sviedka.store.errors import DatabaseUnreadable, ProjectionsOutdated, RowsRefused
from sviedka.store.rows import PASSAGE, REFERENCE, Folded, one_transaction, write_pack, write_rows
from sviedka.store.sqlcipher.base import spell_raw_key

KEY = bytearray(range(32))
CASE, JTI, CELL = "1" * 32, "a" * 32, "d" * 32


@pytest.fixture
def path(tmp_path):
    yield tmp_path / "projections.db"
    disconnect()


@pytest.fixture
def database(path):
    opened = open_database(path, KEY)
    with one_transaction(opened):
        write_rows(opened, [folded()])
        write_pack(opened, desk="minsk-1", first_index=0, count=1)
    return opened


def folded(jti=JTI, index=0, subject=None, supersedes=()):
    subject = subject or jti
    return Folded(
        statement=(jti, CASE, "minsk-1", index, bytes(32), "jwt", "claim/1", subject, "2026-11-21 22:53:00", "c" * 32),
        head=(jti, CASE, subject),
        supersedes=supersedes,
        rows=(
            (PASSAGE, (jti, CASE, CELL, "canary-disclosure", 0)),
            (REFERENCE, (jti, CASE, "about", "event", "e" * 32)),
        ),
    )


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
        open_database(path, bytearray(32))
    assert capfd.readouterr() == ("", "")
    assert open_database(path, KEY)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(4080), os.urandom(4096), b"\xff" * 100])
def test_a_foreign_file_is_named_as_unreadable(path, content):
    path.write_bytes(content)
    if content == b"":  # what SQLite itself leaves when it is killed before the first page
        assert open_database(path, KEY)
        return
    with pytest.raises(DatabaseUnreadable):
        open_database(path, KEY)


def test_a_damaged_page_is_named_as_unreadable(database, path):
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    disconnect()
    data = bytearray(path.read_bytes())
    for start in range(4096 + 100, len(data), 4096):
        data[start] ^= 1
    path.write_bytes(data)
    with pytest.raises(DatabaseUnreadable), database_failures():
        digest_tables(open_database(path, KEY))


def test_the_key_is_not_held_after_opening_and_has_no_text_form(database):
    assert database.database_key is None
    assert spell_raw_key(KEY) == bytearray(b"x'" + bytes(KEY).hex().encode() + b"'")


def test_a_database_of_another_version_is_refused(database, path):
    database.connection.execute("PRAGMA user_version = 999")
    disconnect()
    with pytest.raises(ProjectionsOutdated):
        open_database(path, KEY)


@pytest.mark.parametrize("table", ["statement", "passage", "reference", "pack"])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE store_{table} SET rowid = rowid",
        "DELETE FROM store_{table}",
        "INSERT OR REPLACE INTO store_{table} SELECT * FROM store_{table}",
    ],
)
def test_what_was_stated_is_neither_changed_nor_taken_out(database, table, sql):
    before = digest_tables(database)
    with pytest.raises(dbapi2.IntegrityError):
        database.connection.execute(sql.format(table=table))
    assert digest_tables(database) == before


def test_control_without_its_trigger_a_row_goes(database):
    database.connection.execute("DROP TRIGGER reference_no_delete")
    database.connection.execute("DELETE FROM store_reference")
    assert count_rows(database)["store_reference"] == 0


def test_a_passage_goes_only_with_its_erased_cell(database):
    with one_transaction(database):
        database.connection.execute("INSERT INTO store_erasure VALUES (?)", ("f" * 32,))
    with pytest.raises(dbapi2.IntegrityError):
        database.connection.execute("DELETE FROM store_passage")
    with one_transaction(database):
        database.connection.execute("INSERT INTO store_erasure VALUES (?)", (CELL,))
    database.connection.execute("DELETE FROM store_passage")
    assert count_rows(database)["store_passage"] == 0


def test_a_second_statement_at_a_leaf_is_refused_and_nothing_of_its_group_stays(database):
    before = digest_tables(database)
    with pytest.raises(RowsRefused), one_transaction(database):
        write_rows(database, [folded("b" * 32, 1), folded("c" * 32, 0)])
    assert digest_tables(database) == before


def heads(database):
    return sorted(jti for (jti,) in database.connection.execute("SELECT jti FROM store_head"))


def test_a_statement_takes_the_place_of_the_heads_it_names_in_whatever_order_they_come(database):
    second = folded("b" * 32, 1, subject=JTI, supersedes=(JTI,))
    third = folded("c" * 32, 2, subject=JTI, supersedes=("b" * 32, "f" * 32))
    late = folded("f" * 32, 3, subject=JTI)
    with one_transaction(database):
        write_rows(database, [second])
    assert heads(database) == ["b" * 32]
    with one_transaction(database):
        write_rows(database, [third])
    with one_transaction(database):
        write_rows(database, [late])
    assert heads(database) == ["c" * 32]


def test_two_statements_that_do_not_know_each_other_are_a_fork(database):
    one = folded("b" * 32, 1, subject=JTI, supersedes=(JTI,))
    other = folded("c" * 32, 2, subject=JTI, supersedes=(JTI,))
    with one_transaction(database):
        write_rows(database, [one, other])
    assert heads(database) == ["b" * 32, "c" * 32]
