# SPDX-License-Identifier: AGPL-3.0-or-later
"""The scope, told to the server: row security lets through the rows of these cases, and none where nothing was told.

The setting lives as long as the one transaction it was made in, so that no connection keeps a scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import Cursor, pq

from sviedka.store.scope import find_scope

if TYPE_CHECKING:
    from psycopg import Connection

SETTING: Final = "sviedka.scope"
EVERYTHING: Final = "*"
"""The store's own books: every case."""


def set_scope(connection: Connection[Any], scope: str) -> None:
    """Let the current transaction see the rows of these cases."""
    Cursor(connection).execute("SELECT set_config(%s, %s, true)", (SETTING, scope))


class ScopedCursor(Cursor[Any]):
    """The cursor of everything that the models ask for, and of SQL by hand: it sees what the running code may see."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401  # as the driver's
        """Run one command in a transaction of its own, inside the scope that is active in Python."""
        if self.connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            raise RuntimeError("models are not read inside a writer's transaction")
        with self.connection.transaction():
            set_scope(self.connection, _active())
            return super().execute(query, params, **options)


def _active() -> str:
    scope = find_scope()
    if scope is None:
        return ""
    return EVERYTHING if scope.cases is None else " ".join(sorted(scope.cases))
