# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real archive with a real keeper process, for faults."""

import pytest


@pytest.fixture
def archive(tmp_path):
    from fault_archive import open_new_archive

    from sviedka.keeper.unlocking import lock
    from sviedka.store.connect import disconnect

    archive = open_new_archive(tmp_path)
    yield archive
    disconnect()
    lock(archive)
