# SPDX-License-Identifier: AGPL-3.0-or-later
"""An archive of its own for each test that wants one, and a keeper that is locked again whatever happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from keeper_desk import PASSPHRASE, Desk, found

from sviedka.keeper.client import Keeper
from sviedka.keeper.founding import Founded
from sviedka.keeper.unlocking import lock, unlock
from sviedka.vault.layout import Archive


@pytest.fixture
def founded(tmp_path: Path) -> Founded:
    return found(tmp_path / "archive")


@pytest.fixture
def archive(founded: Founded) -> Iterator[Archive]:
    yield founded.archive
    lock(founded.archive)


@pytest.fixture
def keeper(archive: Archive) -> Iterator[Keeper]:
    unlock(archive, bytearray(PASSPHRASE))
    with Keeper.connect(archive) as connection:
        yield connection


@pytest.fixture
def desk(keeper: Keeper, archive: Archive) -> Desk:
    return Desk(keeper=keeper, archive=archive)
