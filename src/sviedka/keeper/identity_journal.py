# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which orders to custodians were made and which were answered: each good for one opening, for ever, also over a lock.

One line for each, durable before an order or an identity leaves. A journal that is missing or changed refuses; it never
means "nothing was opened". Only digests and the user's identifier stand in it. Spec: spec/07-keys.md §12.5.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import StatementId, UserId
from sviedka.keeper.identity_errors import IdentityLimit, IdentityRefused, JournalRefused
from sviedka.keeper.recent_acts import is_within
from sviedka.vault.durable import append_line, replace, write_new

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive

DAY: Final = timedelta(days=1)
_FIRST: Final = "sviedka/identities/1"
_LINE: Final = re.compile(r"([0-9]{1,12}) ((?:link-)?(?:ordered|opened)) ([0-9a-f]{32}) ([0-9a-f]{64})\Z")
_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    at: datetime
    what: str
    actor: UserId
    digest: str


def identities_record(archive: Archive, desk: str) -> Path:
    """Return where the orders of a desk are remembered."""
    return archive.keys / "heads" / f"{archive.log(desk).name}.identities"  # no desk has a dot in its name


class IdentityJournal:
    """The journal of one desk, read at each question: it is asked rarely, and a line more may never be overlooked.

    What it held once while the keys were held it has to hold from then on: an older copy is refused.
    """

    def __init__(self, archive: Archive, desk: str) -> None:
        """Remember in the desk's journal."""
        self._archive = archive
        self._path = identities_record(archive, desk)
        self._seen = b""

    def begin(self) -> None:
        """Make the journal, if this archive has no identity yet; else require it.

        Raises:
            JournalRefused: It is missing although there are identities, or was changed.
        """
        if not self._path.exists() and not any(self._archive.seats.glob("*/*")):
            write_new(self._path, f"{_FIRST}\n".encode("ascii"), mode=0o600)
        self._read()

    def order(self, request: StatementId, *, actor: UserId, per_day: int, now: datetime, linkage: bool = False) -> None:
        """Note, durably, that an order is made for a request.

        Raises:
            IdentityRefused: One was made for it already.
            IdentityLimit: This person has had as many in the last day as are allowed.
            JournalRefused: The journal cannot be believed.
        """
        entries = self._read()
        if any(entry.digest == _digest(request) for entry in entries):
            raise IdentityRefused("An order was made for this request already.")
        what = _word("ordered", linkage=linkage)
        lately = [one for one in entries if is_within(one.at, DAY, now=now)]
        if sum(one.actor == actor and one.what == what for one in lately) >= per_day:
            if linkage:
                raise IdentityLimit("{most} linkages were asked for in the last day.", most=per_day)
            raise IdentityLimit("{most} identities were asked for in the last day.", most=per_day)
        self._append(request, what, actor, now)

    def open(self, request: StatementId, *, actor: UserId, now: datetime, linkage: bool = False) -> None:
        """Note, durably, that an order is answered now; it never is again, also if the opening fails.

        Raises:
            IdentityRefused: No order of this person was made for the request, or it was answered.
            JournalRefused: The journal cannot be believed.
        """
        known = [(one.what, one.actor) for one in self._read() if one.digest == _digest(request)]
        if known != [(_word("ordered", linkage=linkage), actor)]:
            raise IdentityRefused("No order of yours waits for this answer, or it was answered already.")
        self._append(request, _word("opened", linkage=linkage), actor, now)

    def _append(self, request: StatementId, what: str, actor: UserId, now: datetime) -> None:
        append_line(self._path, f"{int(now.timestamp())} {what} {actor} {_digest(request)}")
        self._read()  # from here on it is known

    def _read(self) -> list[_Entry]:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except OSError as reason:
            raise JournalRefused("The record of opened identities is missing.") from reason
        end = data.rfind(b"\n") + 1
        first, *lines = data[:end].decode("ascii", "replace").split("\n")
        matches = [_LINE.match(line) for line in lines[:-1]]
        if first != _FIRST or None in matches or len(data) > _MOST_BYTES:
            raise JournalRefused("The record of opened identities was changed.")
        if end != len(data):  # cut off by a kill: no key was used for it, and the next line must not join it
            replace(self._path, data[:end])
        if not data[:end].startswith(self._seen):
            raise JournalRefused("The record of opened identities was changed.")
        self._seen = data[:end]
        return [
            _Entry(at=datetime.fromtimestamp(int(m[1]), UTC), what=m[2], actor=UserId(m[3]), digest=m[4])
            for m in matches
            if m is not None
        ]


def _word(what: str, *, linkage: bool) -> str:
    return f"link-{what}" if linkage else what


def _digest(request: StatementId) -> str:
    return hashlib.sha256(request.encode("ascii")).hexdigest()
