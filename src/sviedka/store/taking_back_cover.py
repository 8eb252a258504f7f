# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a request to take something back covers: what goes, what stays for others, and what must be gone for it to be done.

A request lists identifiers, which one user chose: of them only what the record itself says is the subject's goes. What is not
listed goes only if it was sealed for the subject when it came: what somebody records later, nobody who approved has seen.
Whoever erases, whoever shows what would follow, and whoever judges another desk's word ask here. Spec: spec/03-statement.md §3.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.store.taking_back_ledger import (
    ITEM,
    items_about,
    items_of,
    named_others,
    sealed_for,
    stays_for_others,
    with_containers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.core.base.ids import SubjectId
    from sviedka.store.engine import Database
    from sviedka.store.taking_back_ledger import Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """Originals of which taking back makes an end, and those that stay, both sorted.

    They stay because they are somebody else's too, or since they were recorded as the subject's only after the request.
    """

    items: tuple[SubjectId, ...]
    blocked: tuple[SubjectId, ...]


def find_covered(database: Database, subject: Subject, listed: Iterable[SubjectId] | None = None) -> Covered:
    """Return what taking `subject` back covers as the record is now.

    Args:
        database: The projections, or what the keeper folded.
        subject: Whom or what.
        listed: By a request, as going or as staying; None before there is one. What was the subject's then, and is nobody's
            now, goes too.
    """
    given, shown = items_of(database, subject)
    if subject.kind == ITEM:  # whoever names the item itself means all of it
        return Covered(items=tuple(with_containers(database, given)), blocked=())
    about = {*given}
    if listed is not None:
        seen = {*listed} & its_own(database, subject)
        about = seen | sealed_for(database, about - seen, subject)
    items = with_containers(database, (item for item in about if not named_others(database, item, subject)))
    return Covered(items=tuple(items), blocked=tuple(sorted({*about, *given, *shown} - {*items})))


def find_left(database: Database, subject: Subject, own: Iterable[SubjectId]) -> frozenset[SubjectId]:
    """Return the originals that go with a person who was taken back though nobody who erased knew of them.

    They were given at a desk that had not heard of the wish: it sealed them under the person's cell.

    Args:
        database: The projections, or what the keeper folded.
        subject: Whom or what.
        own: As `its_own` says.
    """
    return frozenset(sealed_for(database, own, subject) if subject.kind != ITEM else ())


def find_needed(database: Database, subject: Subject, listed: Iterable[SubjectId]) -> frozenset[SubjectId]:
    """Return which of the originals that a request lists must be erased for it to be done, however late that is asked.

    Not those that a statement ever named another person for: whoever carried it out may have known that they stay. And
    all that is needed is covered, else a request would be ready for ever.
    """
    own = {*listed} & its_own(database, subject)
    return frozenset(item for item in own if item == subject.subject or not named_others(database, item, subject))


def find_within(
    database: Database,
    subject: Subject,
    said: Iterable[SubjectId],
    blocked: Iterable[SubjectId],
    reach: Iterable[SubjectId],
) -> frozenset[SubjectId]:
    """Return those originals that a desk says it erased which others erase on its word.

    Args:
        database: The projections, or what the keeper folded.
        subject: Whom or what the request is about.
        said: By that desk.
        blocked: What the request lists as staying. Of it only what does stay for others is kept: what is recorded after
            the erasure brings nothing back.
        reach: As `its_own` says, with containers.
    """
    stays = {item for item in blocked if item != subject.subject and stays_for_others(database, item, subject.subject)}
    return frozenset({*reach} - stays) & {*said}


def its_own(database: Database, subject: Subject) -> set[SubjectId]:
    """Return the originals of which a statement says, or said, that they are the subject's: the same before and after it is erased."""
    return {subject.subject} if subject.kind == ITEM else items_about(database, subject)
