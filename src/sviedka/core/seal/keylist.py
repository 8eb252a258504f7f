# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key list: which keys the archive's root vouches for, and which it has taken back.

A numbered note signed by the root, offline. Each list names the SHA-256 of the one before it. A key that was ever
listed stays listed, and a revocation stays: old statements must remain checkable, and nothing may quietly come back.
Names of people do not occur, only user identifiers. Spec: spec/04-log.md §7. Vectors: spec/vectors/keylist/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Unproven
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.base.phrases import said_of
from sviedka.core.seal.credential import Credential
from sviedka.core.seal.keylist_lines import (
    DeskKey,
    IntakeEpoch,
    KeyEntry,
    KeylistMalformed,
    MailroomKey,
    Revocation,
    Seat,
    Successor,
    UserKey,
    check_archive_name,
    parse_entry,
)
from sviedka.core.seal.note import Note, VerifierKey, format_note, parse_note, verify_note

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = [
    "Credential",
    "DeskKey",
    "IntakeEpoch",
    "KeyList",
    "KeyNotListed",
    "KeylistBroken",
    "KeylistMalformed",
    "MailroomKey",
    "Revocation",
    "Seat",
    "Successor",
    "UserKey",
    "format_keylist",
    "format_keylist_text",
    "parse_keylist",
    "verify_keylist",
    "verify_succession",
]

FIRST_LINE: Final = "sviedka/keylist/1"
FIRST_LINE_WITH_CREDENTIALS: Final = "sviedka/keylist/2"
"""Of exactly those lists that name a credential: a reader that knows no credentials must not take them for whole."""
FIRST_LINE_WITH_SUCCESSORS: Final = "sviedka/keylist/3"
"""Of exactly those lists that name a successor of a log: what a closed log's key signed later must not be believed."""

_FIRST_LINES: Final = (FIRST_LINE, FIRST_LINE_WITH_CREDENTIALS, FIRST_LINE_WITH_SUCCESSORS)
_HEADINGS: Final = ("archive ", "number ", "issued ", "previous ")
_NO_PREVIOUS: Final = "none"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}\Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


class KeyNotListed(Unproven):
    """The key list names no such key."""

    code = "unproven.key-not-listed"
    hint = "Get the newest key list of the archive."


class KeylistBroken(Refuted):
    """A key list that does not continue the one before it."""

    code = "refuted.keylist-succession"
    hint = "Somebody replaced the archive's key list. Ask the archive, by another way, for the fingerprint of its root."


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyList:
    """A key list as read: not yet verified.

    Attributes:
        archive: Name of the archive. The root's key name is `<archive>/root`.
        number: 1 for the first, then one more each time.
        issued: When the root signed it, as the root says.
        previous: SHA-256 of the whole file before this one; None for the first.
        entries: In the order of their lines.
        note: The note it was read from; None for a list not signed yet.
    """

    archive: str
    number: int
    issued: datetime
    previous: bytes | None
    entries: tuple[KeyEntry, ...]
    note: Note | None = None

    @property
    def data(self) -> bytes:
        """The bytes of the signed list."""
        if self.note is None:
            raise ValueError("this key list is not signed yet")
        return self.note.data

    @property
    def digest(self) -> bytes:
        """SHA-256 of the signed list: what the next one names."""
        return sha256(self.data).digest()

    def log_key(self, origin: str) -> VerifierKey:
        """Return the key of the log `<archive>/<desk>`; raise `KeyNotListed`."""
        return self._one(entry.key for entry in self.desk_keys if entry.origin == origin and entry.role == "log")

    def statement_key(self, kid: str) -> VerifierKey:
        """Return the key that a statement's `kid`, `<origin>+<8 hexadecimal digits>`, means; raise `KeyNotListed`."""
        return self._one(
            entry.key
            for entry in self.desk_keys
            if entry.role == "statements" and kid == f"{entry.origin}+{entry.key.key_id}"
        )

    def user_keys(self, user_id: str) -> tuple[VerifierKey, ...]:
        """Return every key that this user ever had, revoked ones included."""
        return tuple(entry.key for entry in self.entries if isinstance(entry, UserKey) and entry.user == user_id)

    def user_key(self, user_id: str) -> VerifierKey:
        """Return the user's key that is not revoked; raise `KeyNotListed`."""
        return self._one(key for key in self.user_keys(user_id) if self.revoked_at(key) is None)

    def credentials(self, user_id: str) -> tuple[Credential, ...]:
        """Return every WebAuthn credential that this user ever had, revoked ones included."""
        return tuple(entry for entry in self.entries if isinstance(entry, Credential) and entry.user == user_id)

    def is_revoked(self, origin: str) -> bool:
        """Tell whether any key of the desk `<archive>/<desk>` was taken back."""
        keys = [entry.key for entry in self.entries if isinstance(entry, DeskKey) and entry.origin == origin]
        return any(self.revoked_at(key) is not None for key in keys)

    def revoked_at(self, key: VerifierKey | Credential) -> datetime | None:
        """Return since when `key` counts as taken back, or None. Signatures from then on prove nothing."""
        times = [entry.at for entry in self.entries if isinstance(entry, Revocation) and entry.kid == key.kid]
        return min(times, default=None)

    def find_successor(self, closed: str) -> Successor | None:
        """Return what goes on after the log `<archive>/<desk>`, if it was closed; None while it goes on itself."""
        return next((entry for entry in self.successors if entry.closed == closed), None)

    def find_predecessor(self, origin: str) -> Successor | None:
        """Return which log the log `<archive>/<desk>` goes on after, if it is a successor."""
        return next((entry for entry in self.successors if entry.origin == origin), None)

    def closed_before(self, origin: str) -> tuple[Successor, ...]:
        """Return how each log was closed that a log goes on after, over however many losses, the newest first."""
        found: list[Successor] = []
        before = self.find_predecessor(origin)
        while before is not None:
            found.append(before)
            before = self.find_predecessor(before.closed)
        return tuple(found)

    @property
    def successors(self) -> tuple[Successor, ...]:
        """The logs that go on after one that lost its end."""
        return tuple(entry for entry in self.entries if isinstance(entry, Successor))

    @property
    def desk_keys(self) -> tuple[DeskKey, ...]:
        """Every desk's keys, in the order of their lines."""
        return tuple(entry for entry in self.entries if isinstance(entry, DeskKey))

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The custodian places that have a key, whether somebody holds them or not."""
        return tuple(entry for entry in self.entries if isinstance(entry, Seat))

    @property
    def intake_epochs(self) -> tuple[IntakeEpoch, ...]:
        """The age recipients that submissions are sealed to, by epoch."""
        return tuple(entry for entry in self.entries if isinstance(entry, IntakeEpoch))

    @property
    def mailroom_keys(self) -> tuple[VerifierKey, ...]:
        """Keys that sign the mailroom's receipts."""
        return tuple(entry.key for entry in self.entries if isinstance(entry, MailroomKey))

    @staticmethod
    def _one(keys: Iterable[VerifierKey]) -> VerifierKey:
        found = tuple(keys)
        if len(found) != 1:
            raise KeyNotListed("The key list names {count} keys for this where it should name one.", count=len(found))
        return found[0]


def parse_keylist(data: bytes) -> KeyList:
    """Read a key list: one spelling only, lines sorted by their bytes, none twice.

    Untrusted: `data`; the result is unverified.

    Raises:
        KeylistMalformed: By line number where one line is at fault.
        NoteMalformed, TooLarge: Not a note.
    """
    note = parse_note(data)
    lines = note.text[:-1].split("\n")
    archive, number, issued, previous = _parse_headings(lines)
    keylist = KeyList(
        archive=archive,
        number=number,
        issued=issued,
        previous=previous,
        entries=tuple(_parse_line(line, archive, at) for at, line in enumerate(lines[5:], start=6)),
        note=note,
    )
    if format_keylist_text(keylist) != note.text:
        raise KeylistMalformed("The lines of a key list are sorted, each stands once, and numbers have one spelling.")
    return keylist


def format_keylist_text(keylist: KeyList) -> str:
    """Return the text that the root signs; raise `KeylistMalformed` for a list that no reader would accept."""
    check_archive_name(keylist.archive)
    if not 1 <= keylist.number < 10**9 or (keylist.number == 1) != (keylist.previous is None):
        raise KeylistMalformed("The first key list has number 1 and names none before it; every other names one.")
    lines = sorted({entry.line for entry in keylist.entries}, key=str.encode)
    if len(lines) != len(keylist.entries):
        raise KeylistMalformed("A line stands in the key list twice.")
    _check_together(keylist)
    headings = (
        _first_line(keylist),
        f"archive {keylist.archive}",
        f"number {keylist.number}",
        f"issued {format_instant(keylist.issued)}",
        f"previous {keylist.previous.hex() if keylist.previous is not None else _NO_PREVIOUS}",
    )
    return "".join(line + "\n" for line in (*headings, *lines))


def _first_line(keylist: KeyList) -> str:
    if keylist.successors:
        return FIRST_LINE_WITH_SUCCESSORS
    named = any(isinstance(entry, Credential) for entry in keylist.entries)
    return FIRST_LINE_WITH_CREDENTIALS if named else FIRST_LINE


def format_keylist(keylist: KeyList, signature_line: str) -> bytes:
    """Return the signed list from its text and the root's signature line (`sign_note` over `format_keylist_text`)."""
    return format_note(format_keylist_text(keylist), [signature_line])


def verify_keylist(keylist: KeyList, root: VerifierKey) -> None:
    """Check that the archive's root signed this list.

    Untrusted: `keylist`. Trusted: `root`, pinned from outside.

    Raises:
        SignatureRefuted: Signed in the root's name, but not by it.
        KeyUnknown: Another archive's list, or not signed by this root.
    """
    keys = [root] if root.name == f"{keylist.archive}/root" else []
    verify_note(keylist.note or Note(text=format_keylist_text(keylist), signatures=()), keys)


def verify_succession(old: KeyList, new: KeyList) -> None:
    """Check that `new` is the list right after `old`. Both are verified by the caller.

    Raises:
        KeylistBroken: Another archive, a number or digest that does not follow, an earlier time, or a key or
            revocation that has gone.
    """
    if new.archive != old.archive or new.number != old.number + 1 or new.previous != old.digest:
        raise KeylistBroken(
            "Key list {new} does not name key list {old} as the one before it.", new=new.number, old=old.number
        )
    if new.issued < old.issued:
        raise KeylistBroken("Key list {new} says that it is older than the one before it.", new=new.number)
    lasting = {entry.line for entry in old.entries if not isinstance(entry, Seat)}
    gone = lasting - {entry.line for entry in new.entries}
    if gone:
        raise KeylistBroken("Key list {new} drops {count} lines of the one before it.", new=new.number, count=len(gone))


def _parse_headings(lines: list[str]) -> tuple[str, int, datetime, bytes | None]:
    if lines[0] not in _FIRST_LINES or len(lines) < 1 + len(_HEADINGS):
        raise KeylistMalformed("A key list begins with {first} and four headings.", first=FIRST_LINE)
    heads = lines[1 : 1 + len(_HEADINGS)]
    if any(not line.startswith(word) for line, word in zip(heads, _HEADINGS, strict=True)):
        raise KeylistMalformed("The headings of a key list are archive, number, issued and previous, in this order.")
    archive, number, issued, previous = (line.removeprefix(word) for line, word in zip(heads, _HEADINGS, strict=True))
    if not _NUMBER.match(number):
        raise KeylistMalformed("The number of a key list is a positive decimal number.")
    if previous != _NO_PREVIOUS and not _DIGEST.match(previous):
        raise KeylistMalformed("The heading previous holds 64 lower-case hexadecimal digits, or none.")
    try:
        moment = parse_instant(issued)
    except Malformed as reason:
        raise KeylistMalformed("The heading issued: {reason}", reason=said_of(reason)) from reason
    return archive, int(number), moment, None if previous == _NO_PREVIOUS else bytes.fromhex(previous)


def _parse_line(line: str, archive: str, number: int) -> KeyEntry:
    try:
        return parse_entry(line, archive=archive)
    except Malformed as reason:
        raise KeylistMalformed("Line {line}: {reason}", line=number, reason=said_of(reason)) from reason


def _check_together(keylist: KeyList) -> None:
    """Refuse what would leave a reader to choose: two log keys for a log, two people in a seat or two seats for one, a key for two uses."""
    logs = [entry.origin for entry in keylist.desk_keys if entry.role == "log"]
    seats = [seat.number for seat in keylist.seats]
    epochs = [intake.epoch for intake in keylist.intake_epochs]
    publics = [entry.key.public for entry in keylist.entries if isinstance(entry, DeskKey | UserKey | MailroomKey)]
    holders = [seat.holder for seat in keylist.seats if seat.holder is not None]
    recipients = [entry.recipient for entry in keylist.entries if isinstance(entry, Seat | IntakeEpoch)]
    credentials = [entry for entry in keylist.entries if isinstance(entry, Credential)]
    publics += [credential.public for credential in credentials]
    identifiers = [credential.credential_id for credential in credentials]
    closed = [entry.closed for entry in keylist.successors]
    followed = [entry.origin for entry in keylist.successors]
    for several in (logs, seats, holders, epochs, publics, recipients, identifiers, closed, followed):
        if len(set(several)) != len(several):
            raise KeylistMalformed("A log, a seat, an epoch or a key stands in the key list twice.")
    if not {*closed, *followed} <= set(logs) or _goes_in_a_circle(keylist):
        raise KeylistMalformed("A log and its successor both have a key in the list, and the first does not go on.")


def _goes_in_a_circle(keylist: KeyList) -> bool:
    following = {entry.closed: entry.origin for entry in keylist.successors}
    for origin in following:
        step: str | None = origin
        for _ in range(len(following) + 1):  # more steps than there are
            step = following.get(step or "")
        if step is not None:
            return True
    return False
