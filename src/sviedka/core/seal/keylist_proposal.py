# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proposal: which lines the next key list is to gain and lose, carried from the office to where the root is.

It proves nothing and is signed by nobody. Whoever holds the root reads its lines, decides, and signs the list that
follows from them. The list that it continues travels along, so that the place of the root needs nothing else.
Spec: spec/04-log.md §7.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.seal.keylist import (
    KeyList,
    KeylistMalformed,
    Seat,
    format_keylist_text,
    parse_keylist,
    verify_succession,
)
from sviedka.core.seal.keylist_lines import KeyEntry, parse_entry

if TYPE_CHECKING:
    from datetime import datetime

FIRST_LINE: Final = "sviedka/keylist-proposal/1"
MAX_BYTES: Final = 4 * 1024 * 1024
MOST_CHANGES: Final = 1_000
_CHANGE: Final = re.compile(r"(add|drop) (.+)\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What is to change.

    Attributes:
        before: The signed list that is to be continued; whether the root signed it, the reader checks.
        added: Lines to come, none of which stands in `before`.
        dropped: Seats whose line goes; nothing else ever does.
    """

    before: KeyList
    added: tuple[KeyEntry, ...]
    dropped: tuple[Seat, ...] = ()


def format_proposal(proposal: Proposal) -> bytes:
    """Return the file: the changes as lines, an empty line, then the list before them as it was signed."""
    adds = sorted(f"add {entry.line}" for entry in proposal.added)
    drops = sorted(f"drop {entry.line}" for entry in proposal.dropped)
    return "".join(f"{line}\n" for line in (FIRST_LINE, *adds, *drops, "")).encode("utf-8") + proposal.before.data


def parse_proposal(data: bytes) -> Proposal:
    """Read a proposal, in its one spelling.

    Untrusted: `data`. Neither the list in it nor what it asks for is verified.

    Raises:
        KeylistMalformed: No proposal, one that changes nothing, or one that takes away what has to stay.
        NoteMalformed, TooLarge: What travels along is no key list.
    """
    head, found, listed = data.partition(b"\n\n")
    if len(data) > MAX_BYTES or not found:
        raise KeylistMalformed("This is not a proposal for a key list.")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as reason:
        raise KeylistMalformed("This is not a proposal for a key list.") from reason
    if first != FIRST_LINE or not 1 <= len(lines) <= MOST_CHANGES:
        raise KeylistMalformed("This is not a proposal for a key list.")
    before = parse_keylist(listed)
    changes = [_parse_change(line, before.archive) for line in lines]
    proposal = Proposal(
        before=before,
        added=tuple(entry for word, entry in changes if word == "add"),
        dropped=tuple(entry for word, entry in changes if word == "drop" and isinstance(entry, Seat)),
    )
    if format_proposal(proposal) != data:  # also where a line that is no seat's was to be dropped
        raise KeylistMalformed("The lines of a proposal are sorted, and only a seat's line is ever dropped.")
    return proposal


def next_keylist(proposal: Proposal, *, issued: datetime) -> KeyList:
    """Return the list that follows, not signed yet.

    Args:
        proposal: Its `before` is verified by the caller.
        issued: When it is signed, aware UTC, whole seconds.

    Raises:
        KeylistMalformed: A change that is none, or two lines that cannot stand together.
        KeylistBroken: It would be dated before the list that it continues.
    """
    if not 1 <= len(proposal.added) + len(proposal.dropped) <= MOST_CHANGES:
        raise KeylistMalformed("A proposal has 1 to {most} changes.", most=MOST_CHANGES)
    standing = {entry.line: entry for entry in proposal.before.entries}
    gone = {entry.line for entry in proposal.dropped}
    if not gone <= standing.keys() or any(entry.line in standing for entry in proposal.added):
        raise KeylistMalformed("A proposal adds what is not listed and drops what is.")
    kept = (entry for line, entry in standing.items() if line not in gone)
    keylist = KeyList(
        archive=proposal.before.archive,
        number=proposal.before.number + 1,
        issued=issued,
        previous=proposal.before.digest,
        entries=tuple(sorted((*kept, *proposal.added), key=lambda entry: entry.line.encode())),
    )
    verify_succession(proposal.before, keylist)
    format_keylist_text(keylist)  # refuses lines that cannot stand together
    return keylist


def _parse_change(line: str, archive: str) -> tuple[str, KeyEntry]:
    match = _CHANGE.match(line)
    if match is None:
        raise KeylistMalformed("A line of a proposal begins with add or drop.")
    try:
        return match[1], parse_entry(match[2], archive=archive)
    except Malformed as reason:
        raise KeylistMalformed("A proposal holds a line that no key list can have.") from reason
