# SPDX-License-Identifier: AGPL-3.0-or-later
"""What both engines hold by themselves: append-only, inside a case, one statement at a leaf, and one version of the tables."""

import pytest
from folded_rows import CELL, JTI, folded

from sviedka.store.errors import DatabaseForeign, DatabaseUnreadable, ProjectionsOutdated, RowsRefused
from sviedka.store.rows import one_transaction, write_pack, write_rows
from sviedka.store.upkeep.dumping import count_rows, digest_tables


@pytest.fixture
def database(engine):
    opened = engine.open()
    with one_transaction(opened):
        write_rows(opened, [folded()])
        write_pack(opened, desk="minsk-1", first_index=0, count=1)
    return opened


def test_another_archives_key_opens_nothing(database, engine):
    with pytest.raises((DatabaseUnreadable, DatabaseForeign)):
        engine.open(bytearray(32))
    assert count_rows(engine.open())["store_statement"] == 1


def test_a_database_of_another_version_is_refused(database, engine):
    engine.forget_version(database)
    with pytest.raises(ProjectionsOutdated):
        engine.open()


CHANGES = {
    "update": "UPDATE store_{table} SET {column} = {column}",
    "delete": "DELETE FROM store_{table}",
}


@pytest.mark.parametrize("table", ["statement", "passage", "reference", "pack"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_stated_is_neither_changed_nor_taken_out_whoever_asks(database, engine, table, change):
    before = digest_tables(database)
    column = "desk" if table == "pack" else '"case"'
    with pytest.raises(Exception, match=r"append-only|only with an erased cell"):
        engine.by_hand(database, CHANGES[change].format(table=table, column=column))
    assert digest_tables(database) == before


def test_control_without_its_trigger_a_row_goes(database, engine):
    engine.drop_trigger(database, "reference_no_delete", "store_reference")
    engine.by_hand(database, "DELETE FROM store_reference")
    assert count_rows(database)["store_reference"] == 0


def test_a_passage_goes_only_with_its_erased_cell(database, engine):
    with one_transaction(database):
        database.run("INSERT INTO store_erasure VALUES (?)", ("f" * 32,))
    with pytest.raises(database.refusals), one_transaction(database):
        database.run("DELETE FROM store_passage")
    with one_transaction(database):
        database.run("INSERT INTO store_erasure VALUES (?)", (CELL,))
    database.run("DELETE FROM store_passage")
    assert count_rows(database)["store_passage"] == 0


def test_a_second_statement_at_a_leaf_is_refused_and_nothing_of_its_group_stays(database):
    before = digest_tables(database)
    with pytest.raises(RowsRefused), one_transaction(database):
        write_rows(database, [folded("b" * 32, 1), folded("c" * 32, 0)])
    assert digest_tables(database) == before


def heads(database):
    return sorted(jti for (jti,) in database.run("SELECT jti FROM store_head"))


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
