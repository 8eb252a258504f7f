# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the store asks of a database, whichever of the two engines it is (ADR 0050).

The SQL of `rows`, `projecting`, `ledger` and `dumping` is written once, with `?` where a value goes, in what SQLite and
PostgreSQL both understand. What they do not share stands in `sqlcipher` and `postgresql`: how a connection is opened,
how rows are guarded, how the tables are made, and what the driver's errors mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from sviedka.core.base.errors import Failure
    from sviedka.store.place import Place

Cell = str | int | bool | bytes | None
Row = tuple[Cell, ...]


class Found(Protocol):
    """The rows that a command found. Both drivers' cursors are this."""

    @property
    def description(self) -> Any: ...  # noqa: ANN401, D102

    def __iter__(self) -> Any: ...  # noqa: ANN401  # rows of whatever the columns hold

    def fetchone(self) -> Any: ...  # noqa: ANN401, D102

    def fetchall(self) -> list[Any]: ...  # noqa: D102


class Database(Protocol):
    """One connection to an archive's projections: a Django backend, and what the store needs besides.

    Attributes:
        connection: The driver's own; None while it is closed.
        place: Which database this is.
        errors: Everything that the driver raises.
        refusals: What the driver raises where a constraint or a trigger refuses a row.
    """

    connection: Any
    place: Place | None
    errors: tuple[type[Exception], ...]
    refusals: tuple[type[Exception], ...]

    def open(self, place: Place, key: bytearray, *, remake: bool) -> None:
        """Open the connection. The key is not held after it. `remake`: with the right to make the tables anew."""

    def close(self) -> None:
        """End the connection, if there is one."""

    def is_open(self) -> bool:
        """Tell whether there is a connection that was not ended."""

    def run(self, sql: str, row: Sequence[Cell] = ()) -> Found:
        """Run one command across cases, for the store's own books; committed unless in a `transaction`."""

    def run_many(self, sql: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Run one command for each row; inside a `transaction` only."""

    def stream(self, sql: str, row: Sequence[Cell] = ()) -> Iterable[Any]:
        """Yield the rows of a query that may find very many."""

    def transaction(self) -> AbstractContextManager[None]:
        """Hold the writer's place; what is run inside is committed and on the disk when it is left, or undone."""

    def tables(self) -> tuple[str, ...]:
        """Return the names of our tables that are there, in order."""

    def version(self) -> int:
        """Return the version that the tables were made as; 0 if there are none."""

    def creation_sql(self, version: int) -> tuple[str, ...]:
        """Return what makes all tables, indexes and guards and notes the version, in order."""

    def create(self, version: int) -> None:
        """Make the tables, unless somebody else has meanwhile."""

    def remade(self, version: int) -> AbstractContextManager[None]:
        """Drop the tables and make them again, committed together with what is run inside, or not at all."""

    @staticmethod
    def end(connection: Any) -> None:  # noqa: ANN401
        """End another thread's connection of this driver, whatever it is doing."""

    def meaning_of(self, reason: Exception) -> Failure | None:
        """Return what an error of the driver means to a person, or None if it is a fault of our own SQL."""
