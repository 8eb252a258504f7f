# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of one stamp: wanted since when, had or not, and why not.

A proof that is missing is a fact: it is kept in a file beside where the token would lie, and shown. The token itself,
not this file, says that a stamp exists. Spec: spec/05-time.md §4.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.seal.policy_terms import AuthorityKind

LATE_AFTER: Final = timedelta(hours=24)
"""A stamp that is still missing after this is called late."""

MAX_BYTES: Final = 4_096
_VERSION: Final = 1


class StateMalformed(Malformed):
    """A state file that cannot be read. The stamp counts as wanted, since when is unknown."""

    code = "malformed.stamp-state"
    hint = "Run `sviedka stamp`; it writes the file anew."


class StampWord(StrEnum):
    """In one word."""

    PENDING = "pending"
    """Wanted, and not had yet: offline, or the authority did not answer."""
    STAMPED = "stamped"
    """A verified token is there."""
    LATE = "late"
    """Still not had a day after it was wanted. It is tried again."""
    FAILED = "failed"
    """The authority answered, and its answer was no good. It is tried again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StampState:
    """The state of one stamp of one checkpoint by one authority.

    Attributes:
        authority: Its short name.
        kind: Whose clock it is.
        state: In one word.
        since: When the stamp was first wanted.
        tries: How often the authority was asked.
        last_tried: When it was asked last.
        why: Code of the failure that stands in the way, as `unavailable.peer`; None where there is none.
        time: The token's time, once there is one.
        signer_until: When a certificate on the token's path ends.
        revocation: `clear` or `unknown`, as found when it was stamped.
        checked_by: `sviedka`, or `openssl` where only that can read the token.
    """

    authority: str
    kind: AuthorityKind
    state: StampWord
    since: datetime
    tries: int = 0
    last_tried: datetime | None = None
    why: str | None = None
    time: datetime | None = None
    signer_until: datetime | None = None
    revocation: str | None = None
    checked_by: str | None = None

    def at(self, moment: datetime) -> StampState:
        """Return the state as it is to be shown at `moment`: what was pending for a day is late."""
        overdue = self.state is StampWord.PENDING and moment - self.since > LATE_AFTER
        return replace(self, state=StampWord.LATE) if overdue else self


_MEMBERS: Final = {field.name for field in fields(StampState)}


def format_state(state: StampState) -> bytes:
    """Return the state as canonical JSON."""
    facts: dict[str, Json] = {"v": _VERSION}
    for field in fields(state):
        value = getattr(state, field.name)
        facts[field.name] = format_instant(value) if isinstance(value, datetime) else _plain(value)
    return encode_canonical(facts)


def parse_state(data: bytes) -> StampState:
    """Read a state; raise `StateMalformed`."""
    try:
        facts = parse_canonical(data, max_bytes=MAX_BYTES)
        if not isinstance(facts, dict) or facts.pop("v", None) != _VERSION:
            raise StateMalformed("This is not the state of a stamp, or of another version.")
        if facts.keys() != _MEMBERS:
            raise StateMalformed("The state of a stamp lacks a member, or has one too many.")
        return StampState(
            authority=_text(facts["authority"]),
            kind=AuthorityKind(_text(facts["kind"])),
            state=StampWord(_text(facts["state"])),
            since=parse_instant(_text(facts["since"])),
            tries=_count(facts["tries"]),
            last_tried=_moment(facts["last_tried"]),
            why=_text_or_none(facts["why"]),
            time=_moment(facts["time"]),
            signer_until=_moment(facts["signer_until"]),
            revocation=_text_or_none(facts["revocation"]),
            checked_by=_text_or_none(facts["checked_by"]),
        )
    except (Malformed, KeyError, ValueError) as reason:
        raise StateMalformed("The state of a stamp cannot be read.") from reason


def _plain(value: object) -> Json:
    return value if isinstance(value, int) or value is None else str(value)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise StateMalformed("The state of a stamp holds something else where text belongs.")
    return value


def _text_or_none(value: Json) -> str | None:
    return None if value is None else _text(value)


def _moment(value: Json) -> datetime | None:
    return None if value is None else parse_instant(_text(value))


def _count(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise StateMalformed("The state of a stamp holds something else where a number belongs.")
    return value
