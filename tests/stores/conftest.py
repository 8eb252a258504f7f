# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new archive for each test, on each engine, and a keeper in this process.

Nothing of the store is imported while pytest starts: pytest-django would take that for a project of its own and
forbid the database.
"""

import pytest


@pytest.fixture(params=["sqlcipher", "postgresql"])
def engine(request, tmp_path):
    from engines import FileEngine, ServerEngine

    from sviedka.store.connect import disconnect

    if request.param == "sqlcipher":
        yield FileEngine(tmp_path)
    else:
        engine = ServerEngine(request.getfixturevalue("database_server"))
        yield engine
        disconnect()
        engine.server.release(engine.database)
    disconnect()


@pytest.fixture
def archive(tmp_path, engine):
    from archive_kit import found

    from sviedka.store.connect import disconnect

    archive = found(tmp_path)
    with archive.config.open("a") as file:
        file.write(engine.settings())
    yield archive
    disconnect()


@pytest.fixture
def keeper(archive):
    from archive_kit import LocalKeeper

    return LocalKeeper(archive)


@pytest.fixture
def minsk(archive):
    from two_desks import Desk

    from sviedka.store.connect import disconnect

    yield Desk(archive)
    disconnect()


@pytest.fixture
def vilnius(minsk):
    from two_desks import second_desk

    return second_desk(minsk)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "between"
    folder.mkdir()
    return folder


@pytest.fixture
def desks(tmp_path):
    from peopled_desks import open_desks

    yield from open_desks(tmp_path)
