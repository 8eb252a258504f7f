# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk knew of a subject when it stated something: what stands before in its own log, and what is named there as known.

A desk is sent another's log from its beginning, so whoever names one statement of it has all that stands before. Nobody's
clock decides, and nothing that is heard later changes what was known. Spec: spec/03-statement.md §3.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.core.base.ids import StatementId


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Where a statement stands, and which statements about its subject it names as known."""

    jti: StatementId
    desk: str
    index: int
    heads: tuple[StatementId, ...]


def known_before(jti: StatementId, subject: Iterable[Placed]) -> frozenset[StatementId]:
    """Return those of the statements about one subject that the desk knew which stated `jti`.

    Args:
        jti: One of them.
        subject: All that are here; one that is named and is not here adds nothing.
    """
    placed = {one.jti: one for one in subject}
    found: set[StatementId] = set()
    waiting = [jti]
    while waiting:
        here = placed.get(waiting.pop())
        if here is None:
            continue
        before = [one for one in placed.values() if one.desk == here.desk and one.index <= here.index]
        waiting += [head for one in before if one.jti not in found for head in one.heads]
        found.update(one.jti for one in before)
    return frozenset(found - {jti})
