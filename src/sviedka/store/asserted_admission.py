# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements that a person stands behind: prepared, shown to that person, and admitted with their assertion.

The lock is not held while somebody reads and types. So a statement names the heads of its subject that were known when
it was shown; where another one came meanwhile, it is refused and shown again, for the person may decide otherwise.
Spec: spec/07-keys.md §13.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unavailable
from sviedka.keeper.pending import MOST_AT_ONCE
from sviedka.store.admission import Admitted, Writer, admit
from sviedka.store.session import open_for_admission
from sviedka.store.writer_lock import admission_lock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.statement import Draft
    from sviedka.keeper.asserting import Assertor
    from sviedka.keeper.client import Keeper
    from sviedka.vault.layout import Archive


class HeadsMoved(Unavailable):
    """Another statement about the same subject was admitted while somebody was asked."""

    code = "unavailable.heads-moved"
    hint = "Nothing was recorded. Look at what came meanwhile, then ask again."


def admit_asserted(
    archive: Archive,
    keeper: Keeper,
    drafts: Sequence[Draft],
    assertor: Assertor,
    *,
    progress: Progress | None = None,
) -> list[Admitted]:
    """Admit statements that carry a personal assertion, up to 64 in one go. Safe to repeat, as `admit`.

    Args:
        archive: Whose vault and projections.
        keeper: Seals and signs, as the person who is logged in; checks the assertions.
        drafts: Their `heads` are filled in here.
        assertor: Gets the assertions of the person who stands behind them.
        progress: Told statements.

    Returns:
        One for each draft, in order.

    Raises:
        HeadsMoved: Of the group at hand nothing was recorded.
        AssertionGivenUp, WrongPassphrase: The person would not, or could not.
        Failure: As `admit` and `Keeper.finish`. Groups before are kept.
    """
    admit(archive, keeper, [])  # what the archive states of itself goes before
    done: list[Admitted] = []
    for start in range(0, len(drafts), MOST_AT_ONCE):
        group = drafts[start : start + MOST_AT_ONCE]
        done += _admit_group(archive, keeper, group, assertor)
        if progress is not None:
            progress(len(group))
    return done


@contextmanager
def _writing(archive: Archive, keeper: Keeper) -> Iterator[Writer]:
    with admission_lock(archive):
        database = open_for_admission(archive, keeper)
        yield Writer(archive, keeper, database, keeper.facts())


def _admit_group(archive: Archive, keeper: Keeper, drafts: Sequence[Draft], assertor: Assertor) -> list[Admitted]:
    with _writing(archive, keeper) as writer:
        known = writer.find_known(drafts)
        fresh = [draft for draft in drafts if draft.jti not in known]
        named = writer.with_heads(fresh, {})
    if not fresh:
        return [known[draft.jti] for draft in drafts]
    pending = keeper.prepare(named)
    asserted = list(zip(pending, assertor(pending), strict=True))
    with _writing(archive, keeper) as writer:
        if writer.with_heads(fresh, {}) != named:
            raise HeadsMoved("Another statement about the same subject came meanwhile.")
        written = {one.jti: one for one in writer.write(named, keeper.finish(asserted))}
    return [known.get(draft.jti) or written[draft.jti] for draft in drafts]
