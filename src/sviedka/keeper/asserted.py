# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose assertion the keeper takes, for which statements, and how many in an hour.

It checks each one itself, as any reader will, before it signs: the desk's word on who acts is never enough.
Spec: spec/07-keys.md §13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.asserted import asserted_by, is_superseded
from sviedka.core.seal.asserting import check_person
from sviedka.core.seal.assertion import (
    assertion_message,
    format_assertion,
    parse_assertion,
    verify_assertion,
)
from sviedka.core.seal.statement import Disclose, Draft
from sviedka.keeper.errors import AssertionLimit, AssertionNeeded, RequestRefused, UserRevoked
from sviedka.keeper.pending import MOST_AT_ONCE
from sviedka.keeper.recent_acts import RecentActs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import UserId
    from sviedka.core.seal.keylist import KeyList
    from sviedka.core.seal.statement import Prepared


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """A prepared statement whose assertion was checked. `value`: the assertion in its one spelling."""

    prepared: Prepared
    value: dict[str, Json]
    by: UserId


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
    standing = any(keylist.revoked_at(one) is None for one in keylist.user_keys(assertion.by))
    if not standing or keylist.revoked_at(key) is not None:  # who is out asserts nothing, with whatever credential
        raise UserRevoked("The key of user {user} was taken back.", user=assertion.by)
    return Vouched(prepared=prepared, value=format_assertion(assertion), by=assertion.by)


def _named(draft: Draft) -> Json:
    named = [part.value for part in draft.parts if isinstance(part, Disclose) and part.name == "by"]
    return named[0] if named else ""


class Assertions:
    """The journal of assertions, and how many one person may give in an hour."""

    def __init__(self, journal: Path, *, per_hour: int, now: datetime) -> None:
        """Read the journal, drop what is older than an hour, and count from there."""
        self._acts = RecentActs(journal, now=now)
        self._per_hour = per_hour

    def take(self, vouched: Sequence[Vouched], *, now: datetime) -> None:
        """Count checked assertions, durably, before anything is signed on their strength. All or none.

        Raises:
            AssertionLimit: For one person they are more than the hour allows.
        """
        for by in {one.by for one in vouched}:
            count = sum(one.by == by for one in vouched)
            if self._acts.count(by, now=now) + count > self._per_hour:
                raise AssertionLimit(
                    "User {user} may stand behind {most} statements in an hour.", user=by, most=self._per_hour
                )
        for one in vouched:
            self._acts.add(one.prepared.draft.jti, actor=one.by, now=now)
