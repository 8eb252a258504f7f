# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new archive for each test, and a keeper in this process.

Nothing of the store is imported while pytest starts: pytest-django would take that for a project of its own and
forbid the database.
"""

import pytest


@pytest.fixture
def archive(tmp_path):
    from archive_kit import found

    from sviedka.store.connect import disconnect

    yield found(tmp_path)
    disconnect()


@pytest.fixture
def keeper(archive):
    from archive_kit import LocalKeeper

    return LocalKeeper(archive)
