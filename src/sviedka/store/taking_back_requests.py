# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests to take back as the projections have them, and what carrying one out would come to.

Reads identifiers and counts across a case, no content: whoever asks is shown how much goes, and what stays for whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Unproven
from sviedka.core.base.ids import StatementId, SubjectId, UserId, is_id
from sviedka.core.disclose.known_before import known_before
from sviedka.core.disclose.taking_back import (
    ERASE,
    UNFREEZE,
    Approved,
    Asked,
    Checked,
    Done,
    Event,
    Narrowed,
    TakingBack,
    taking_back_at,
)
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.approving import find_approvals
from sviedka.store.connect import database_failures
from sviedka.store.ledger import find_disclosures, find_labelled
from sviedka.store.taking_back_cover import find_covered, find_needed
from sviedka.store.taking_back_ledger import (
    Subject,
    digests_kept,
    find_erasure_statements,
    find_placed,
    find_taken,
    passages_under,
    times_of_request,
    twins_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.disclose.known_before import Placed
    from sviedka.store.engine import Database


class SubjectUnknown(Unproven):
    """No person or sealed item of that identifier or label, or several of that label."""

    code = "unproven.subject-unknown"
    hint = "Give the identifier of the person or item; a label means something only inside one case."


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What follows from taking something back.

    Attributes:
        items: Originals that become unreadable.
        blocked: Originals that stay, because they show somebody else too, were given by somebody else or were recorded as the
            subject's since the request, and that nobody may open or hand out.
        named: Of `items`, those whose digest and perhaps name are sealed for the archive or for another giver, and stay
            readable in the office.
        twins: Items of the same bytes as one of `items`, deposited another time: they stay readable.
        statements: Of which something becomes unreadable. shared: Of those, with a part that is also about others, and
            that is lost for them too.
    """

    subject: Subject
    items: tuple[SubjectId, ...]
    blocked: tuple[SubjectId, ...]
    named: tuple[SubjectId, ...]
    twins: tuple[SubjectId, ...]
    statements: int
    shared: int


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request, what it listed, and where it stands."""

    jti: StatementId
    items: tuple[SubjectId, ...]
    blocked: tuple[SubjectId, ...]
    narrowings: tuple[Narrowed, ...]
    state: TakingBack


def find_subject(database: Database, named: str) -> Subject:
    """Return the person or item that `named`, an identifier or label, means; raise `SubjectUnknown`."""
    with database_failures():
        ids = [named] if is_id(named) else find_labelled(database, named)
        found = [one for one in (find_taken(database, one) for one in ids) if one is not None]
    if len(found) != 1:
        raise SubjectUnknown("{count} persons or sealed items are called that.", count=len(found))
    return found[0]


def preview(database: Database, subject: Subject, listed: Iterable[SubjectId] | None = None) -> Preview:
    """Return what follows, under a request that listed these if there is one; see `Preview` and `find_covered`."""
    with database_failures():
        covered = find_covered(database, subject, listed)
        items = covered.items
        statements, shared = passages_under(database, subject.told)
        named = digests_kept(database, items, subject)
        twins = [twin for item in items for twin in twins_of(database, item) if twin not in items]
    return Preview(
        subject=subject,
        items=items,
        blocked=covered.blocked,
        named=named,
        twins=tuple(sorted(set(twins))),
        statements=statements,
        shared=shared,
    )


def find_requests(database: Database, subject: str, *, now: datetime, wait_days: int) -> tuple[Request, ...]:
    """Return every request about `subject`, oldest first in each log, each as it stands at `now`."""
    told = dict(_erasure_statements(database, subject))
    asked = {jti: fields for jti, (kind, fields) in told.items() if kind == "erasure.asked/1"}
    placed = find_placed(database, subject)
    events = [event for jti, (kind, fields) in told.items() for event in _event(database, jti, kind, fields, placed)]
    events += [
        Approved(statement=jti, action=ERASE, by=one.by)
        for jti in asked
        for one in find_approvals(database, jti, ERASE)
    ]
    return tuple(
        Request(
            jti=jti,
            items=ids_of(fields.get("items")),
            blocked=ids_of(fields.get("blocked")),
            narrowings=tuple(one for one in events if isinstance(one, Narrowed) and one.request == jti),
            state=taking_back_at(
                _asked(database, jti, subject, fields, now=now, is_said=any(isinstance(one, Done) for one in events)),
                events,
                now=now,
                wait_days=wait_days,
            ),
        )
        for jti, fields in asked.items()
    )


def _erasure_statements(
    database: Database, subject: str
) -> Iterator[tuple[StatementId, tuple[str, Mapping[str, Json]]]]:
    kinds = find_erasure_statements(database, subject)
    for jti, fields in fields_of(database, list(kinds)):
        yield jti, (kinds[jti], fields)


def fields_of(database: Database, jtis: Sequence[StatementId]) -> Iterator[tuple[StatementId, Mapping[str, Json]]]:
    """Yield what those of the statements say that can be read."""
    found = find_disclosures(database, jtis)
    for jti in jtis:
        if jti in found:
            leaf, disclosures = found[jti]
            yield StatementId(jti), read_disclosures(parse_jwt(leaf), disclosures).fields


def _event(
    database: Database, jti: StatementId, kind: str, fields: Mapping[str, Json], placed: Sequence[Placed]
) -> Iterator[Event]:
    request = StatementId(str(fields.get("request")))
    if kind == "erasure.checked/1":
        yield Checked(jti=jti, request=request, outcome=str(fields.get("outcome")))
    elif kind == "erasure.narrowed/1":
        yield Narrowed(jti=jti, request=request, to=str(fields.get("to")))
        for one in find_approvals(database, jti, UNFREEZE):
            yield Approved(statement=jti, action=UNFREEZE, by=UserId(one.by))
    elif kind == "erasure.done/1":
        items = frozenset(ids_of(fields.get("items")))
        yield Done(jti=jti, request=request, items=items, known=known_before(jti, placed))


def _asked(
    database: Database, jti: StatementId, subject: str, fields: Mapping[str, Json], *, now: datetime, is_said: bool
) -> Asked:
    """Return the request with the latest time that its log states before it: it was not recorded before that.

    Which of its items must be erased for it to be done is looked up only if somebody says that it is (`is_said`).
    """
    at, latest = times_of_request(database, jti, now=now)
    listed, taken = ids_of(fields.get("items")), find_taken(database, subject) if is_said else None
    items = frozenset(listed) if taken is None else find_needed(database, taken, listed)
    return Asked(jti=jti, at=at, not_before=latest, items=items)


def ids_of(value: Json) -> tuple[SubjectId, ...]:
    """Return the identifiers in a field that lists some; none where it lists something else."""
    return tuple(SubjectId(str(one)) for one in value if is_id(one)) if isinstance(value, list) else ()
