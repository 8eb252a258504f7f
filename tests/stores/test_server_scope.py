# SPDX-License-Identifier: AGPL-3.0-or-later
"""On a server the database itself returns no rows to whoever did not say for which cases: SQL by hand, and models without their manager."""

import psycopg
import pytest
from django.db import models
from engines import ServerEngine
from folded_rows import folded

from postgres_server import ADMIN, OWNER, WORKER
from sviedka.store.connect import disconnect
from sviedka.store.models import Passage, Statement
from sviedka.store.rows import one_transaction, write_pack, write_rows
from sviedka.store.scope import in_cases, whole_archive
from sviedka.store.tables import scoped_tables

OURS, THEIRS = "1" * 32, "2" * 32
DENIED = psycopg.errors.InsufficientPrivilege


@pytest.fixture(autouse=True)
def engine(database_server):
    engine = ServerEngine(database_server)
    database = engine.open()
    with one_transaction(database):
        write_rows(database, [folded("a" * 32, 0, case=OURS), folded("b" * 32, 1, case=THEIRS)])
        write_pack(database, desk="minsk-1", first_index=0, count=2)
    yield engine
    disconnect()
    database_server.release(engine.database)


@pytest.fixture(params=[WORKER, OWNER])
def session(request, engine):
    """A session of somebody who has the password and psql: a worker, or the owner of the tables."""
    parameters = {"host": str(engine.server.folder), "password": "for the tests", "dbname": engine.database}
    with psycopg.connect(**parameters, user=request.param, options="-c search_path=sviedka", autocommit=True) as made:
        yield made


def count(session, table="store_statement"):
    return session.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608


FILLED = ("store_statement", "store_passage", "store_reference", "store_head")
PROBES = {
    "select": "SELECT jwt FROM store_statement",
    "by its key": "SELECT jwt FROM store_statement WHERE jti = repeat('a', 32)",
    "join": "SELECT s.jwt, p.disclosures FROM store_statement s JOIN store_passage p ON p.statement_id = s.jti",
    "left join from what has no scope": "SELECT s.jwt FROM store_pack p JOIN store_statement s ON s.desk = p.desk",
    "union": "SELECT jti FROM store_head UNION SELECT jti FROM store_statement",
    "with": "WITH every AS (SELECT * FROM store_passage) SELECT disclosures FROM every",
    "update": "UPDATE store_person SET pseudonym = 'x' RETURNING person",
    "delete": "DELETE FROM store_head RETURNING jti",
    "copy": "COPY store_statement TO STDOUT",
}


@pytest.mark.parametrize("name", PROBES)
def test_without_a_scope_a_probe_finds_nothing(session, name):
    if name == "copy":
        with session.cursor() as cursor, cursor.copy(PROBES[name]) as rows:
            assert list(rows) == []
        return
    assert session.execute(PROBES[name]).fetchall() == []


@pytest.mark.parametrize("table", FILLED)
def test_inside_a_scope_only_its_rows_are_there_and_it_ends_with_its_transaction(session, table):
    with session.transaction():
        session.execute("SELECT set_config('sviedka.scope', %s, true)", (OURS,))
        assert session.execute(f'SELECT DISTINCT "case" FROM {table}').fetchall() == [(OURS,)]  # noqa: S608
    assert count(session, table) == 0


@pytest.mark.parametrize("table", FILLED)
def test_control_without_its_policy_the_same_table_leaks(session, engine, table):
    engine.by_hand(None, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert count(session, table) == 2


def test_every_table_whose_rows_belong_to_a_case_is_guarded_also_against_its_owner(engine):
    guarded = engine.server.by_admin(
        "SELECT relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
        "WHERE relrowsecurity AND relforcerowsecurity ORDER BY relname",
        database=engine.database,
    )
    assert [name for (name,) in guarded] == sorted(scoped_tables())


def test_no_row_is_added_outside_the_scope(session):
    session.execute("SELECT set_config('sviedka.scope', %s, false)", (OURS,))
    with pytest.raises(DENIED, match="row-level security"):
        session.execute("INSERT INTO store_subject (\"case\", subject, kind) VALUES (%s, 'x', 'source')", (THEIRS,))


@pytest.mark.parametrize("scope", ["", "1", "%", "2" * 31, '{"*"}', "* "])
def test_what_is_not_the_name_of_a_case_opens_none(session, scope):
    with session.transaction():
        session.execute("SELECT set_config('sviedka.scope', %s, true)", (scope,))
        assert count(session) == 0


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE store_statement DISABLE ROW LEVEL SECURITY",
        "DROP POLICY in_scope ON store_statement",
        "DROP TRIGGER statement_no_update ON store_statement",
        "TRUNCATE store_label",
        "UPDATE store_statement SET jwt = ''",
        "DELETE FROM store_statement",
        "CREATE TABLE mine (x int)",
        "CREATE VIEW v AS SELECT * FROM store_statement",
        "INSERT INTO mark VALUES (1, '')",
        "UPDATE mark SET version = 2",
        f"SET ROLE {OWNER}",
        f"SET ROLE {ADMIN}",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "SET row_security = off; SELECT * FROM store_statement",
    ],
)
def test_a_worker_cannot_take_the_guard_away(engine, attempt):
    parameters = {"host": str(engine.server.folder), "password": "for the tests", "dbname": engine.database}
    with (
        psycopg.connect(**parameters, user=WORKER, options="-c search_path=sviedka", autocommit=True) as session,
        pytest.raises(DENIED),
    ):
        session.execute(attempt)


def test_models_read_by_a_query_set_that_knows_no_scope_find_nothing():
    assert list(models.QuerySet(Statement)) == []
    assert models.QuerySet(Passage).count() == 0
    with in_cases(OURS):
        assert [row.jti for row in models.QuerySet(Statement)] == ["a" * 32]
    with whole_archive():
        assert models.QuerySet(Statement).count() == 2
    assert list(models.QuerySet(Statement)) == []


def test_models_are_not_read_in_the_middle_of_a_write():
    from sviedka.store.connect import current_database

    with pytest.raises(RuntimeError, match="writer's transaction"), one_transaction(current_database()), in_cases(OURS):
        list(Statement.objects.all())
