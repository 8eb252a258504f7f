# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements that wait, inside the keeper, for the assertion of the person who is to stand behind them.

The draft stays here between the two steps, so that nobody can exchange it; what is signed in the end is what the person
was shown. Few are held, not for long, and a lock forgets them. Each is good for one attempt.
Spec: spec/07-keys.md §13.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.asserted import asserted_by, is_superseded
from sviedka.core.base.instants import unix_day
from sviedka.core.seal.asserting import check_person
from sviedka.core.seal.assertion import (
    Assertion,
    assertion_message,
    format_assertion,
    parse_assertion,
    verify_assertion,
)
from sviedka.core.seal.statement import Disclose, Draft
from sviedka.keeper.errors import AssertionNeeded, PreparedGone, RequestRefused, UserRevoked
from sviedka.keeper.pending import MOST_AT_ONCE, PendingStatement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import UserId
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.statement import Prepared

LASTS: Final = timedelta(minutes=10)
"""How long a statement waits for its person."""

MOST_WAITING: Final = 256
MOST_CHARS: Final = 16 * 1024 * 1024
"""What all that wait may hold together; beyond either the oldest goes, so that a flood cannot keep others out for long."""


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    prepared: Prepared
    since: datetime
    chars: int


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """A prepared statement whose assertion was checked. `value`: the assertion in its one spelling."""

    prepared: Prepared
    value: dict[str, Json]
    by: UserId


class WaitingRoom:
    """The prepared statements of one keeper."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, prepared: Prepared, handle: str, *, now: datetime) -> PendingStatement:
        """Let a statement wait under `handle`, which is fresh and random; return what its person is shown."""
        disclosures = prepared.disclosures
        chars = sum(map(len, disclosures))
        self._waiting[handle] = _Waiting(prepared=prepared, since=now, chars=chars)
        self._make_room(now)
        return PendingStatement(
            handle=handle,
            jti=prepared.draft.jti,
            iat=unix_day(prepared.draft.at),
            digests=tuple(prepared.digests),
            disclosures=disclosures,
        )

    def take(self, handles: Iterable[str], *, now: datetime) -> list[Prepared]:
        """Return prepared statements and forget them, whatever becomes of them.

        Raises:
            PreparedGone: One was never prepared, was taken before, or waited too long.
        """
        taken = [self._waiting.pop(handle, None) for handle in handles]
        found = [one.prepared for one in taken if one is not None and now - one.since < LASTS]
        if len(found) != len(taken):
            raise PreparedGone("A statement that waited for an assertion is not there any more.")
        return found

    def _make_room(self, now: datetime) -> None:
        held = sum(one.chars for one in self._waiting.values())
        while len(self._waiting) > 1:
            oldest = next(iter(self._waiting.values()))
            fits = len(self._waiting) <= MOST_WAITING and held <= MOST_CHARS
            if fits and now - oldest.since < LASTS:
                return
            held -= oldest.chars
            self._waiting.popitem(last=False)


def refuse_unasserted(drafts: Iterable[Draft]) -> None:
    """Refuse drafts that somebody has to stand behind in person: they are prepared, asserted and finished.

    Raises:
        AssertionNeeded: One is of a type that carries an assertion, or that was made without one before there were any.
    """
    for draft in drafts:
        if asserted_by(draft.type) is not None or is_superseded(draft.type):
            raise AssertionNeeded("Nobody stands behind a statement of type {type} in person.", type=draft.type)


def require_asserted(drafts: Sequence[Draft]) -> None:
    """Refuse to prepare what carries no assertion.

    Raises:
        RequestRefused: Too many at once, or one whose type carries none.
    """
    if not 1 <= len(drafts) <= MOST_AT_ONCE:
        raise RequestRefused("1 to {most} statements are prepared at once.", most=MOST_AT_ONCE)
    for draft in drafts:
        if asserted_by(draft.type) is None:
            raise RequestRefused("Statements of type {type} carry no assertion.", type=draft.type)


def vouch(prepared: Prepared, value: Json, *, author: UserId, keylist: KeyList) -> Vouched:
    """Check the assertion of one prepared statement, as any reader will.

    Untrusted: `value`. Trusted: `keylist`, `author`, who is logged in.

    Raises:
        AssertionMalformed, AssertionKeyUnknown, AssertionRefuted: See `verify_assertion`.
        AssertionPersonRefuted: It is another person's.
        UserRevoked: By a key or credential that was taken back.
    """
    assertion = parse_assertion(value)
    draft = prepared.draft
    demanded = asserted_by(draft.type)
    if demanded is not None:
        check_person(demanded, assertion.by, author=author, named=_named(draft))
    key = verify_assertion(assertion, assertion_message(draft.jti, prepared.digests), keylist=keylist)
    if keylist.revoked_at(key) is not None:
        raise UserRevoked("The key of user {user} was taken back.", user=assertion.by)
    return Vouched(prepared=prepared, value=format_assertion(assertion), by=assertion.by)


def _named(draft: Draft) -> Json:
    named = [part.value for part in draft.parts if isinstance(part, Disclose) and part.name == "by"]
    return named[0] if named else ""


__all__ = ["Assertion", "Vouched", "WaitingRoom", "refuse_unasserted", "require_asserted", "vouch"]
