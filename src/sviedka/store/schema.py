# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the tables from the models, in one transaction, and keeps to one version of them.

There are no migrations: a database of another `PROJECTION_VERSION` is not changed but refolded from the vault (ADR
0003).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sviedka.store.errors import ProjectionsOutdated
from sviedka.store.models import PROJECTION_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.store.engine import Database


def prepare_tables(database: Database) -> None:
    """Make the tables of a new database; leave a current one as it is.

    Raises:
        ProjectionsOutdated: The tables are of another version.
    """
    if database.version() == PROJECTION_VERSION:
        return
    database.create(PROJECTION_VERSION)  # two processes may find it empty at once; the second sees the first's work
    if database.version() != PROJECTION_VERSION:
        raise ProjectionsOutdated(
            "The database is of version {found}; this program reads version {ours}.",
            found=database.version(),
            ours=PROJECTION_VERSION,
        )


@contextmanager
def make_tables_anew(database: Database) -> Iterator[None]:
    """Drop all tables and make them again; what the enclosed code writes is committed with them, or nothing is changed."""
    with database.remade(PROJECTION_VERSION):
        yield
