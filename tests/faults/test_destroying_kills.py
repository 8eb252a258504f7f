# SPDX-License-Identifier: AGPL-3.0-or-later
"""Destroying the database is killed at each of its calls: the next one who comes opens it, made anew if need be, by themselves."""

import itertools

import pytest
from archive_model import killed_at


@pytest.fixture
def small(tmp_path):
    from archive_kit import LocalKeeper, found

    from sviedka.store.connect import disconnect

    archive = found(tmp_path)
    keeper = LocalKeeper(archive)
    yield archive, keeper
    disconnect()


@pytest.mark.timeout(300)
def test_a_database_whose_destroying_was_killed_opens_or_is_made_anew(small):
    """Control: each call but the last ones is killed, and once all of it is done nothing of it is left."""
    from sviedka.keeper.database_salt import destroy_database
    from sviedka.store.connect import disconnect
    from sviedka.store.ledger import next_index
    from sviedka.store.session import open_store

    archive, keeper = small
    kept = next_index(open_store(archive, keeper), "minsk-1")
    disconnect()
    for number in itertools.count(1):
        _, killed = killed_at(number, lambda _say: destroy_database(archive))
        if not killed:
            break
        assert next_index(open_store(archive, keeper), "minsk-1") == kept
        disconnect()
    assert number > 10
    assert list(archive.database.parent.iterdir()) == []
