# SPDX-License-Identifier: AGPL-3.0-or-later
"""Times: in columns, and how a statement is dated beside those that it knows.

Anybody who works at a desk dates what they state as they like, and a clock may have been wrong: what is dated ahead of all
clocks must keep nobody from stating, opening or taking back anything. Spec: spec/03-statement.md §3.3, §3.11.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.instants import moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CLOCKS_DIFFER: Final = timedelta(days=31)
"""What is dated further ahead than that, of our clock and of what our log says last, is dated wrongly."""

_SECOND: Final = timedelta(seconds=1)


def to_column(moment: datetime) -> str:
    """Return an aware time in UTC as Django's SQLite operations write it; sessions of PostgreSQL are in UTC."""
    return moment.replace(tzinfo=None).isoformat(sep=" ")


def from_column(found: str | datetime) -> datetime:
    """Return a time, aware and in UTC, as either engine gives it: SQLite gives its text."""
    moment = datetime.fromisoformat(found) if isinstance(found, str) else found
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def not_before(
    at: datetime, known: Iterable[tuple[datetime, str]], *, desk: str, last: Callable[[], datetime]
) -> datetime:
    """Return `at`, or the first moment at which nothing that was known is newer, so that it is the newer one everywhere.

    Args:
        at: By our clock.
        known: When and at which desk what is known was stated. What is dated wrongly is left out: it stays the newer one until
            then, and what we state would be dated wrongly too.
        desk: Ours.
        last: Tells when our log says that we stated something last: a clock that was set back, or ran down, is behind that. Asked
            only where our clock alone does not say it.
    """

    def is_near(moment: datetime) -> bool:
        return moment - at <= CLOCKS_DIFFER or moment - last() <= CLOCKS_DIFFER

    near = ((moment, where) for moment, where in known if is_near(moment))
    return max([at, *(moment if where == desk else moved(moment, _SECOND) for moment, where in near)])
