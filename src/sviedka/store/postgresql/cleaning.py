# SPDX-License-Identifier: AGPL-3.0-or-later
"""After an erasure: what the server's files still hold of dropped tables is removed, as far as a server can be asked to.

The tables were made again and the old ones dropped. What is left of them is in three places: samples of their columns in
the catalogue of statistics, the first file of each table until the next checkpoint, and the write-ahead log since the
last one. With `wal_recycle = off` a checkpoint removes log files and uses none of them again. What the file system keeps
in free blocks, nobody here reaches: the volume is declared to be encrypted. Source: PostgreSQL 15, `VACUUM`,
`pg_switch_wal`, `CHECKPOINT`, `wal_recycle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg

from sviedka.store.postgresql.session import parameters

if TYPE_CHECKING:
    from sviedka.store.place import ServerPlace

_STATISTICS: Final = ("pg_catalog.pg_statistic", "pg_catalog.pg_statistic_ext_data")

_ABLE: Final = (
    "SELECT current_setting('archive_mode') = 'off' AND current_setting('wal_keep_size') = '0' "
    "AND NOT EXISTS (SELECT FROM pg_replication_slots) "
    "AND EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND pg_get_userbyid(datdba) = session_user)"
)
"""Nothing keeps log files longer, and the owner of the tables owns the database: else a vacuum of its catalogue is skipped."""


def clean_server(place: ServerPlace) -> bool:
    """Remove what the server's files hold of dropped tables; tell whether it did.

    False where somebody else keeps the log (an archive of it, a standby, `wal_keep_size`), or where the owner of the tables may
    not do this: who may is an administrator's decision, and what was not done is said (`erasure.done`).

    Raises:
        psycopg.Error: The server does not answer; the caller translates it.
    """
    with psycopg.connect(**parameters(place, owner=True), autocommit=True) as connection:
        able = connection.execute(_ABLE).fetchone()
        if able is None or not able[0]:
            return False
        try:
            for catalogue in _STATISTICS:
                connection.execute(f"VACUUM (FULL) {catalogue}")
            connection.execute("SELECT pg_switch_wal()")  # what was written until now is in files before the next one
            connection.execute("CHECKPOINT")  # after this they are needed for no recovery
        except psycopg.errors.InsufficientPrivilege:
            return False
    return True
