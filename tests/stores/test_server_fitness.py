# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server that could lose, keep or show what it must not is refused before anything is read or written."""

import pytest
from engines import KEY, ServerEngine

from postgres_server import OWNER, WORKER
from sviedka.store.connect import disconnect, open_database
from sviedka.store.errors import DatabaseSettingsMalformed, ServerRefused, ServerUnfit, ServerUnreachable
from sviedka.store.place import FilePlace, place_of
from sviedka.store.postgresql import fitness
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.layout import Archive


@pytest.fixture
def engine(database_server):
    yield ServerEngine(database_server)
    disconnect()


OF_THE_ROLE = {
    "wal_recycle=on": "SET wal_recycle TO on",
    "synchronous_commit=off": "SET synchronous_commit TO off",
    "log_statement=all": "SET log_statement TO 'all'",
    "log_min_duration_statement=0": "SET log_min_duration_statement TO 0",
    "log_error_verbosity=default": "SET log_error_verbosity TO 'default'",
    "superuser or bypassrls": "SUPERUSER",
    "superuser or bypassrls ": "BYPASSRLS",
}


@pytest.mark.parametrize("word", OF_THE_ROLE)
@pytest.mark.parametrize("role", [WORKER, OWNER])
def test_a_role_for_which_something_is_not_as_it_must_be_is_refused(engine, word, role):
    change = OF_THE_ROLE[word]
    undo = f"RESET {change.split()[1]}" if change.startswith("SET") else f"NO{change}"
    engine.server.by_admin(f"ALTER ROLE {role} {change}")
    try:
        with pytest.raises(ServerUnfit, match=word.strip()):
            engine.open()
    finally:
        engine.server.by_admin(f"ALTER ROLE {role} {undo}")
    assert not engine.server.by_admin("SELECT 1 FROM pg_namespace WHERE nspname = 'sviedka'", database=engine.database)
    assert engine.open().version() > 0


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_write_to_its_disk_is_refused(engine, name):
    engine.open()
    try:
        change_server(engine.server, f"ALTER SYSTEM SET {name} TO off", name, "off")
        with pytest.raises(ServerUnfit, match=f"{name}=off"):
            engine.open()
    finally:
        change_server(engine.server, f"ALTER SYSTEM RESET {name}", name, "on")
    assert engine.open()


def change_server(server, command, name, value):
    """Change a setting of the whole server, and wait until every process of it goes by it."""
    server.by_admin(command, "SELECT pg_reload_conf()")
    while server.by_admin(f"SHOW {name}") != [(value,)]:
        pass


def test_an_older_server_is_refused(engine, monkeypatch):
    monkeypatch.setattr(fitness, "OLDEST", 990000)
    with pytest.raises(ServerUnfit, match="server_version_num="):
        engine.open()


def test_a_volume_that_nobody_declared_encrypted_is_refused(engine):
    with pytest.raises(ServerUnfit, match="encrypted"):
        open_database(engine.place(encrypted_volume=False), KEY)


def test_a_password_file_that_others_may_read_is_refused(engine, tmp_path):
    file = tmp_path / "passwords"
    file.write_text("*:*:*:*:for the tests\n")
    file.chmod(0o640)
    with pytest.raises(ServerUnfit, match="0640"):
        open_database(engine.place(password_file=file), KEY)
    file.chmod(0o600)
    assert open_database(engine.place(password_file=file), KEY)


@pytest.mark.parametrize("rest", ["", "?sslmode=require", "?sslmode=verify-ca"])
def test_another_machine_is_reached_over_a_proven_way_only(engine, rest):
    with pytest.raises(ServerUnfit, match="verify-full"):
        open_database(engine.place(url=f"postgresql://w@db.example/archive{rest}"), KEY)


def test_a_wrong_password_is_told_as_such(engine, tmp_path):
    file = tmp_path / "passwords"
    file.write_text("*:*:*:*:another\n")
    file.chmod(0o600)
    with pytest.raises(ServerRefused):
        open_database(engine.place(password_file=file), KEY)


def test_a_database_that_is_not_the_owners_is_told_as_such(engine):
    engine.server.by_admin(f"REVOKE ALL ON DATABASE {engine.database} FROM PUBLIC, {OWNER}")
    engine.server.by_admin(f"ALTER DATABASE {engine.database} OWNER TO CURRENT_USER")
    engine.server.by_admin(f"GRANT CONNECT ON DATABASE {engine.database} TO {OWNER}, {WORKER}")
    with pytest.raises(ServerRefused):
        engine.open()


def test_a_server_that_is_away_is_told_as_such_and_found_again(engine):
    engine.open()
    engine.server.stop(mode="fast")
    try:
        with pytest.raises(ServerUnreachable):
            engine.open()
    finally:
        engine.server.start()
    assert engine.open()


GOOD = 'url = "postgresql://w@/db?host=/run/postgresql"\nowner = "o"\nencrypted_volume = true\n'


@pytest.mark.parametrize(
    "settings",
    [
        GOOD.replace("w@", "w:secret@"),
        GOOD.replace("?", "?password=secret&"),
        GOOD.replace("?", "?options=-csynchronous_commit%3Doff&"),
        GOOD.replace("?", "?passfile=/tmp/x&"),
        GOOD.replace("w@", ""),
        GOOD.replace("/db", "/"),
        GOOD.replace('"o"', '"w"'),
        GOOD.replace('owner = "o"\n', ""),
        GOOD.replace("postgresql:", "mysql:"),
        GOOD.replace("true", '"yes"'),
        GOOD.replace("w@", "w@host:99999999"),
        GOOD + 'password = "secret"\n',
        "",
    ],
)
def test_settings_that_are_not_as_they_must_be_are_told_without_a_word_of_them(tmp_path, settings):
    (tmp_path / "sviedka.toml").write_text(f'archive = "a.example"\n[database]\n{settings}')
    with pytest.raises(DatabaseSettingsMalformed) as told:
        place_of(Archive(root=tmp_path))
    assert "secret" not in str(told.value)


def test_control_good_settings_are_a_server_and_none_are_a_file(tmp_path):
    (tmp_path / "sviedka.toml").write_text(f"[database]\n{GOOD}")
    assert place_of(Archive(root=tmp_path)).parameters() == {"user": "w", "dbname": "db", "host": "/run/postgresql"}
    (tmp_path / "sviedka.toml").write_text("")
    assert place_of(Archive(root=tmp_path)) == FilePlace(path=tmp_path / "database" / "projections.db")


def test_no_lock_is_taken_on_a_server_that_may_not_be_used(engine, tmp_path):
    (tmp_path / "sviedka.toml").write_text(engine.server.settings(engine.database, encrypted_volume=False))
    with pytest.raises(ServerUnfit), admission_lock(Archive(root=tmp_path)):
        pass


def test_nothing_that_was_stated_stands_in_the_servers_log(engine):
    from folded_rows import folded

    from sviedka.store.errors import RowsRefused
    from sviedka.store.rows import one_transaction, write_rows

    database = engine.open()
    for _ in range(2):
        try:
            with one_transaction(database):
                write_rows(database, [folded(disclosure="canary-of-the-log")])
        except RowsRefused:
            break
    else:
        pytest.fail("a row was taken twice")
    log = (engine.server.folder / "data" / "log").read_text()
    assert "duplicate key" in log
    assert "canary-of-the-log" not in log
