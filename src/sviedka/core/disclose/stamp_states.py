# SPDX-License-Identifier: AGPL-3.0-or-later
"""stamps.json: what each time authority was asked for a head, and whether it has answered.

A stamp that is missing, pending or late is a fact for the reader, so it is stored and shown (spec/08-dossier.md §8.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.disclose.bag_paths import is_authority_name
from sviedka.core.disclose.dossier_errors import TagFileMalformed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MAX_AUTHORITIES: Final = 16
_MAX_BYTES: Final = 65_536
_MEMBERS: Final = frozenset({"authority", "since", "state"})


class StampProgress(StrEnum):
    """How far a stamp has come."""

    STAMPED = "stamped"
    PENDING = "pending"
    LATE = "late"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class StampState:
    """One authority's answer: `since` is when the stamp was first wanted."""

    authority: str
    since: datetime
    state: StampProgress


def format_stamp_states(states: Iterable[StampState]) -> bytes:
    """Return `stamps.json`."""
    listed: list[Json] = [
        {"authority": state.authority, "since": format_instant(state.since), "state": state.state.value}
        for state in sorted(states, key=lambda state: state.authority)
    ]
    return encode_canonical({"stamps": listed, "v": 1})


def parse_stamp_states(data: bytes) -> tuple[StampState, ...]:
    """Read `stamps.json`.

    Untrusted: `data`. Raises: TagFileMalformed.
    """
    try:
        value = parse_canonical(data, max_bytes=_MAX_BYTES)
    except Malformed as reason:
        raise TagFileMalformed("The state of the stamps is not canonical JSON.") from reason
    if not isinstance(value, dict) or set(value) != {"stamps", "v"} or not _is_one(value["v"]):
        raise TagFileMalformed("The state of the stamps does not have its two members.")
    listed = value["stamps"]
    if not isinstance(listed, list) or len(listed) > MAX_AUTHORITIES:
        raise TagFileMalformed("The stamps are a list of at most {most}.", most=MAX_AUTHORITIES)
    states = tuple(map(_parse_state, listed))
    names = [state.authority for state in states]
    if names != sorted(set(names)):
        raise TagFileMalformed("The stamps are not in order, or an authority stands there twice.")
    return states


def _parse_state(value: Json) -> StampState:
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise TagFileMalformed("A stamp has an authority, a time and a state.")
    authority, since, state = value["authority"], value["since"], value["state"]
    if not isinstance(authority, str) or not is_authority_name(authority):
        raise TagFileMalformed("A time authority's name is not one.")
    try:
        return StampState(authority=authority, since=parse_instant(since), state=StampProgress(str(state)))
    except (Malformed, ValueError) as reason:
        raise TagFileMalformed("A stamp's time or state is not one.") from reason


def _is_one(value: Json) -> bool:
    return value == 1 and not isinstance(value, bool)
