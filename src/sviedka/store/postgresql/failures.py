# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server's and the driver's errors mean to a person (PostgreSQL, appendix A: error codes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg

from sviedka.keeper.errors import Locked
from sviedka.store.errors import DatabaseBusy, DatabaseUnreadable, ServerRefused, ServerUnreachable
from sviedka.vault.disk_errors import DiskError, DiskFull, ReadOnly

if TYPE_CHECKING:
    from sviedka.core.base.errors import Unavailable

LOCKED: Final = "The archive was locked meanwhile."


def meaning_of(reason: Exception) -> Unavailable | None:
    """Return the failure that an error means, or None for what only our own SQL can have done."""
    driver = reason if isinstance(reason, psycopg.Error) else reason.__cause__
    state = getattr(driver, "sqlstate", None)
    if state is not None:
        kind, message = next((told for prefixes, told in _MEANINGS if state.startswith(prefixes)), (None, ""))
        return None if kind is None else kind(message, **({"word": state} if "{word}" in message else {}))
    if "connection is closed" in str(driver):
        return Locked(LOCKED)
    if isinstance(driver, psycopg.OperationalError):
        return _unreachable(driver)
    return None


def _unreachable(driver: psycopg.OperationalError) -> Unavailable:
    """Tell a server that does not let us in from one that does not answer: before there is a session, libpq gives no code."""
    text = str(driver)
    if "authentication failed" in text or "no password supplied" in text or "pg_hba.conf" in text:
        return ServerRefused("The database server does not let this role in.")
    if "does not exist" in text or "permission denied" in text:
        return ServerRefused("The database server has no such role or database.")
    return ServerUnreachable("The database server does not answer.")


_MEANINGS: Final[tuple[tuple[tuple[str, ...], tuple[type[Unavailable], str]], ...]] = (
    (("57014",), (Locked, LOCKED)),
    (("53100",), (DiskFull, "The disk is full; nothing more was written.")),
    (("25006",), (ReadOnly, "The database may not be written here ({word}).")),
    (("58030",), (DiskError, "The disk refused the database ({word}); what was being written counts as lost.")),
    (("XX001", "XX002"), (DatabaseUnreadable, "The database is damaged, or belongs to another archive.")),
    (("55P03", "40001", "40P01"), (DatabaseBusy, "Another process holds the database.")),
    (("28", "3D", "42501"), (ServerRefused, "The database server does not let this role do that ({word}).")),
    (("08", "53", "57P", "25P03"), (ServerUnreachable, "The database server ended the connection ({word}).")),
)
