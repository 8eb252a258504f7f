# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store's work beside a screen: in one thread of its own, with a connection of its own.

The screen runs in an event loop, where the database may not be asked; a judgement is durable before the next case shows,
so the screen waits for it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sviedka.store.session import close_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.store.session import Session


@contextmanager
def in_a_thread(session: Session) -> Iterator[Callable[..., Any]]:
    """Yield a function that calls `work(archive, keeper, ...)` in the thread, waits, and raises what it raises."""
    with ThreadPoolExecutor(max_workers=1) as thread:

        def call(work: Callable[..., Any], *arguments: object, **named: object) -> Any:  # noqa: ANN401  # whatever `work` returns
            return thread.submit(work, session.archive, session.keeper, *arguments, **named).result()

        try:
            yield call
        finally:
            thread.submit(close_store).result()
