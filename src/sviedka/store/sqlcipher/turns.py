# SPDX-License-Identifier: AGPL-3.0-or-later
"""A connection that another thread can end: its owner and whoever ends it take turns.

When the archive locks, the connections of all threads are closed from outside, since SQLCipher overwrites its key only
then. Closing one while its thread is inside SQLite frees what that thread stands on: of 80 writers whose keeper was
killed, 5 ended by a segmentation fault. So each call into SQLite is a turn; `end`
interrupts the turn that is running and closes after it.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from sqlcipher3 import dbapi2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROWS: Final = 256
"""Rows fetched in one turn when a result is gone through."""

_INTERRUPT_EVERY_S: Final = 0.02

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def _in_turn(
    method: Callable[Concatenate[Any, _Given], _Result],
) -> Callable[Concatenate[Any, _Given], _Result]:
    """Let a cursor's method run as one turn of its connection."""

    def call(self: Any, /, *given: _Given.args, **named: _Given.kwargs) -> _Result:  # noqa: ANN401
        connection = self.connection
        with connection.turn:
            connection.refuse_if_ended()
            return method(self, *given, **named)

    return call


class TurnCursor(dbapi2.Cursor):  # type: ignore[misc]  # the driver has no types
    """A cursor whose every call into SQLite is a turn."""

    execute = _in_turn(dbapi2.Cursor.execute)
    executemany = _in_turn(dbapi2.Cursor.executemany)
    executescript = _in_turn(dbapi2.Cursor.executescript)
    fetchone = _in_turn(dbapi2.Cursor.fetchone)
    fetchmany = _in_turn(dbapi2.Cursor.fetchmany)
    fetchall = _in_turn(dbapi2.Cursor.fetchall)

    def __next__(self) -> Any:  # noqa: ANN401
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def __iter__(self) -> Iterator[Any]:
        while rows := self.fetchmany(_ROWS):
            yield from rows


class TurnConnection(dbapi2.Connection):  # type: ignore[misc]
    """A connection whose cursors take turns, and which may be ended by any thread."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401
        """Open as the driver does."""
        self.turn = RLock()
        self._ended = False
        super().__init__(*given, **named)

    def refuse_if_ended(self) -> None:
        """Raise what the driver raises for a closed connection, from the moment that `end` was called."""
        if self._ended:
            raise dbapi2.ProgrammingError("Cannot operate on a closed database.")

    def cursor(self, factory: type[TurnCursor] = TurnCursor) -> Any:  # noqa: ANN401
        """Return a cursor; `execute` and its like of the connection use it too."""
        return super().cursor(factory)

    def commit(self) -> None:
        """Commit, as one turn."""
        with self.turn:
            self.refuse_if_ended()
            super().commit()

    def rollback(self) -> None:
        """Roll back, as one turn; a connection that was ended has rolled back."""
        with self.turn:
            if not self._ended:
                super().rollback()

    def close(self) -> None:
        """Close, after the turn that is running."""
        with self.turn:
            super().close()

    def end(self) -> None:
        """Close from any thread: interrupt the turn that is running until it is over; no other begins."""
        self._ended = True
        while not self.turn.acquire(timeout=_INTERRUPT_EVERY_S):
            self.interrupt()
        try:
            super().close()
        finally:
            self.turn.release()
