# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what the office wants of the next key list to the proposal that is carried to where the root is.

Nothing here is believed by anybody: whoever signs reads the lines. Spec: spec/04-log.md §7.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.ids import is_id
from sviedka.core.seal.keylist import Credential, KeyList, KeyNotListed, Revocation, Seat, UserKey, parse_keylist
from sviedka.core.seal.keylist_lines import DeskKey, KeyEntry, MailroomKey, parse_entry
from sviedka.core.seal.keylist_proposal import Proposal, next_keylist
from sviedka.keeper.errors import KeysMissing
from sviedka.keeper.user_keys import read_user_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sviedka.core.seal.note import VerifierKey
    from sviedka.vault.layout import Archive

MAX_KEYLIST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the next list is to say.

    Attributes:
        users: Identifiers of users whose key lies in the archive and is to be listed.
        revoked: Users, with their credentials, or keys and credentials as `<key name>+<key id>`, that count as taken back from now on.
        lines: Further lines as the key list spells them; a seat's replaces the one that has its number.
        empty_seats: Numbers of seats whose line goes.
        reason: Why keys are taken back: a word of small letters and dashes.
    """

    users: Sequence[str] = ()
    revoked: Sequence[str] = ()
    lines: Sequence[str] = ()
    empty_seats: Sequence[int] = ()
    reason: str = "left"


def read_keylist(archive: Archive) -> KeyList:
    """Return the archive's newest key list, as yet unverified; raise `KeysMissing` or `Malformed`."""
    try:
        with archive.keylist.open("rb") as file:
            return parse_keylist(file.read(MAX_KEYLIST_BYTES))
    except OSError as reason:
        raise KeysMissing("The key file {name} cannot be read.", name="keylist") from reason


def propose(archive: Archive, wanted: Wanted, *, now: datetime) -> Proposal:
    """Return the proposal of what is wanted after the archive's newest list.

    Raises:
        KeysMissing, KeysDisagree: A user to be listed has no key in the archive.
        KeyNotListed: A key or seat that is to go is not in the list.
        KeylistMalformed: A line that no list can have, or that cannot stand beside the others.
    """
    before = read_keylist(archive)
    added: list[KeyEntry] = [read_user_key(archive, user) for user in wanted.users]
    added += [parse_entry(line, archive=before.archive) for line in wanted.lines]
    for name in wanted.revoked:
        added += [Revocation(kid=key.kid, at=now, reason=wanted.reason) for key in _keys_of(before, name)]
    new_seats = {entry.number for entry in added if isinstance(entry, Seat)}
    dropped = [_seat(before, number) for number in wanted.empty_seats]
    dropped += [seat for seat in before.seats if seat.number in new_seats and seat not in dropped]
    proposal = Proposal(
        before=before,
        added=tuple(sorted(added, key=lambda entry: entry.line)),
        dropped=tuple(sorted(dropped, key=lambda entry: entry.line)),
    )
    next_keylist(proposal, issued=now)  # what could not be signed is refused here already
    return proposal


def _keys_of(keylist: KeyList, name: str) -> list[VerifierKey | Credential]:
    """Return the keys and credentials that `name`, a user or one of those, means and that still count."""
    listed: list[VerifierKey | Credential] = [
        entry.key for entry in keylist.entries if isinstance(entry, DeskKey | UserKey | MailroomKey)
    ]
    listed += [entry for entry in keylist.entries if isinstance(entry, Credential)]
    of_user: list[VerifierKey | Credential] = [*keylist.user_keys(name), *keylist.credentials(name)]
    found = of_user if is_id(name) else [key for key in listed if key.kid == name]
    standing = [key for key in found if keylist.revoked_at(key) is None]
    if not standing:
        raise KeyNotListed("The key list names no such key, or it was taken back already.")
    return standing


def _seat(keylist: KeyList, number: int) -> Seat:
    for seat in keylist.seats:
        if seat.number == number:
            return seat
    raise KeyNotListed("The key list names nobody for seat {number}.", number=number)
