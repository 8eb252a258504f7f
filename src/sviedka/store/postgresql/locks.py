# SPDX-License-Identifier: AGPL-3.0-or-later
"""Locks that the server keeps, for workers on whatever machines: let go of when their session ends, however it ends.

They only order writers. What keeps a stale one out is that its pack's name is taken (`sviedka.vault.packs`) and that
its leaf is (a constraint).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg

from sviedka.store.postgresql.failures import meaning_of
from sviedka.store.postgresql.fitness import check_place
from sviedka.store.postgresql.session import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.store.place import ServerPlace

_OURS: Final = 0x53564544
"""First half of our advisory locks' numbers: 'SVED'. They are the database's own, and an archive has a database of its own."""

ADMITTING: Final = 1
WRITING: Final = 2


def hold(connection: Any, number: int) -> None:  # noqa: ANN401
    """Take a lock for the rest of the current transaction, waiting for it as long as it takes."""
    psycopg.Cursor(connection).execute("SELECT pg_advisory_xact_lock(%s, %s)", (_OURS, number))


@contextmanager
def admitting(place: ServerPlace) -> Iterator[None]:
    """Be the one who admits, on whatever machine, in a session of its own. Ended by ending the session.

    Raises:
        ServerUnreachable, ServerRefused: The server gives no session.
    """
    check_place(place)
    try:
        session = psycopg.connect(**parameters(place, owner=False), autocommit=True)
        psycopg.Cursor(session).execute("SELECT pg_advisory_lock(%s, %s)", (_OURS, ADMITTING))
    except psycopg.Error as reason:
        failure = meaning_of(reason)
        raise failure if failure is not None else reason from reason
    try:
        yield
    finally:
        session.close()
