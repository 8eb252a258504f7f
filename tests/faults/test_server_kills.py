# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers killed at random points, with the projections on a server: 0 acknowledged lost, 0 torn, 0 doubled, no hand needed."""

import pytest
from test_random_kills import run_campaign


@pytest.fixture
def archive(tmp_path, database_server):
    from fault_archive import open_new_archive

    from sviedka.keeper.unlocking import lock
    from sviedka.store.connect import disconnect

    archive = open_new_archive(tmp_path)
    name = database_server.new_database()
    with archive.config.open("a") as file:
        file.write(database_server.settings(name))
    yield archive
    disconnect()
    lock(archive)
    database_server.release(name)


@pytest.mark.timeout(600)
def test_30_kills_under_four_writers_lose_nothing(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, 30)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_300_kills_under_four_writers_lose_nothing(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, 300)


def test_control_an_item_that_vanishes_is_noticed(archive, tmp_path):
    from fault_archive import seal_one, verify_nothing_lost

    item, digest = seal_one(archive, tmp_path)
    verify_nothing_lost(archive, {item: digest})
    with pytest.raises(AssertionError, match="gone"):
        verify_nothing_lost(archive, {item: digest, "f" * 32: digest})
