# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody reads rows without saying which cases they were given.

The scope is a `ContextVar`, so that it ends with the request or command that opened it and is not shared between
threads. A manager without a scope refuses before any SQL exists; a scope inside another can only narrow it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.db import models

from sviedka.core.base.errors import Withheld
from sviedka.core.base.ids import parse_id

if TYPE_CHECKING:
    from collections.abc import Iterator


class NoScope(Withheld):
    """Rows were asked for by code that had not said which cases it may see."""

    code = "withheld.no-scope"
    hint = "Name the case; nobody reads across the archive."


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which cases may be read.

    Attributes:
        cases: Their ids; None means the whole archive, which only the store's own named modules may ask for.
    """

    cases: frozenset[str] | None


_active: ContextVar[Scope | None] = ContextVar("scope", default=None)
_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


def find_scope() -> Scope | None:
    """Return the scope of the code that is running, if it has one."""
    return _active.get()


def current_scope() -> Scope:
    """Return the scope of the code that is running; raise `NoScope` if there is none."""
    scope = _active.get()
    if scope is None:
        raise NoScope("No case was named, so no row is shown.")
    return scope


@contextmanager
def in_cases(*cases: str) -> Iterator[None]:
    """Let the enclosed code read rows of these cases.

    Raises:
        NoScope: No case was named, or one that the surrounding scope does not hold.
    """
    wanted, outer = frozenset(parse_id(case) for case in cases), _active.get()
    if not wanted:
        raise NoScope("A scope names at least one case.")
    if outer is not None and outer.cases is not None and not wanted <= outer.cases:
        raise NoScope("A scope inside another can only narrow it.")
    yield from _activated(Scope(cases=wanted))


@contextmanager
def whole_archive() -> Iterator[None]:
    """Let the enclosed code read every row: for the store's own bookkeeping. A test names who may call this."""
    yield from _activated(Scope(cases=None))


def _activated(scope: Scope) -> Iterator[None]:
    token = _active.set(scope)
    try:
        yield
    finally:
        _active.reset(token)


class ScopedRows(models.QuerySet[_Row_co]):
    """Rows inside the scope. Reading only: projections are written by `sviedka.store.rows`."""

    def raw(self, *_args: Any, **_options: Any) -> NoReturn:  # noqa: ANN401
        """Refuse: SQL written by hand knows no scope."""
        raise NoScope("Rows are not read by SQL written by hand.")

    def _refuse(self, *_args: Any, **_options: Any) -> NoReturn:  # noqa: ANN401
        raise TypeError("projections are written by sviedka.store.rows only")

    create = bulk_create = get_or_create = update_or_create = update = bulk_update = delete = _refuse
    acreate = abulk_create = aget_or_create = aupdate_or_create = aupdate = abulk_update = adelete = _refuse


class ScopedManager(models.Manager[_Row_co]):
    """The only manager a projection has, under every name that Django looks one up by."""

    def get_queryset(self) -> ScopedRows[_Row_co]:
        """Return the rows of the active scope; raise `NoScope` without one."""
        scope = current_scope()
        rows: ScopedRows[_Row_co] = ScopedRows(self.model, using=self._db)
        return rows if scope.cases is None else rows.filter(case__in=sorted(scope.cases))
