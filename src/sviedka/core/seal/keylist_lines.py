# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of a key list, one class each.

Every line has one spelling, and every key the name that its use demands, so that a key listed for one use cannot be
passed for another. Spec: spec/04-log.md §7.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import decode_base64, encode_base64
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import is_id, parse_origin
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.seal.checkpoint import parse_size
from sviedka.core.seal.credential import Credential, parse_credential
from sviedka.core.seal.merkle_proof import HASH_BYTES
from sviedka.core.seal.note_key import ED25519, VerifierKey, check_key_id, check_key_name, parse_vkey

if TYPE_CHECKING:
    from datetime import datetime

DESK_ROLES: Final = {"log": "", "statements": "/statements"}
"""What a desk signs with a key, and what the key's name then adds to the desk's origin."""

SEATS: Final = 5

_ARCHIVE: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?\Z")
_EPOCH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\.[1-9][0-9]{0,3}\Z")
_RECIPIENT: Final = re.compile(r"age1[023456789acdefghjklmnpqrstuvwxyz]{58}\Z")
_REASON: Final = re.compile(r"[a-z][a-z-]{0,31}\Z")


class KeylistMalformed(Malformed):
    """A key list that is not spelt as the format says."""

    code = "malformed.keylist"
    hint = "Get the key list again; it is used whole or not at all."


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskKey:
    """`desk <origin> log|statements <vkey>`: a key of a desk."""

    origin: str
    role: str
    key: VerifierKey

    @property
    def line(self) -> str:
        """The line, without line feed."""
        return f"desk {self.origin} {self.role} {self.key.vkey}"


@dataclass(frozen=True, kw_only=True, slots=True)
class UserKey:
    """`user <user id> <vkey>`: the key with which a documenter signs as an author."""

    user: str
    key: VerifierKey

    @property
    def line(self) -> str:
        """The line, without line feed."""
        return f"user {self.user} {self.key.vkey}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """`seat <1-5> <age recipient> [<holder id>]`: a custodian's place, its key, and who holds it.

    Attributes:
        number: 1 to 5.
        recipient: What the outer layers of identity cells are made for.
        holder: Whoever holds the seat; None where its key lies sealed outside and nobody can peel with it.
    """

    number: int
    recipient: str
    holder: str | None = None

    @property
    def line(self) -> str:
        """The line, without line feed."""
        return f"seat {self.number} {self.recipient}" + ("" if self.holder is None else f" {self.holder}")


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeEpoch:
    """`intake <epoch> <age recipient>`: what submissions are sealed to."""

    epoch: str
    recipient: str

    @property
    def line(self) -> str:
        """The line, without line feed."""
        return f"intake {self.epoch} {self.recipient}"


@dataclass(frozen=True, kw_only=True, slots=True)
class MailroomKey:
    """`mailroom <vkey>`: the key that signs the mailroom's receipts."""

    key: VerifierKey

    @property
    def line(self) -> str:
        """The line, without line feed."""
        return f"mailroom {self.key.vkey}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Revocation:
    """`revoked <key name>+<key id> <time> <reason>`: from that time on, signatures by this key prove nothing."""

    kid: str
    at: datetime
    reason: str

    @property
    def line(self) -> str:
        """The line, without line feed."""
        return f"revoked {self.kid} {format_instant(self.at)} {self.reason}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The size and root of a log at some moment."""

    size: int
    root: bytes

    @property
    def words(self) -> str:
        """Both, as a line spells them."""
        return f"{self.size} {encode_base64(self.root)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Successor:
    """`successor <origin> <closed origin> <known size> <root> <held size> <root>`: a log lost its end; another goes on.

    Attributes:
        origin: The log that goes on.
        closed: The log whose key signs nothing after this.
        known: The last head of the closed log that is known to have been signed.
        held: What is still there of it; the statements between the two are lost.
    """

    origin: str
    closed: str
    known: Head
    held: Head

    @property
    def line(self) -> str:
        """The line, without line feed."""
        return f"successor {self.origin} {self.closed} {self.known.words} {self.held.words}"


KeyEntry = DeskKey | UserKey | Credential | Seat | IntakeEpoch | MailroomKey | Revocation | Successor


def check_archive_name(name: str) -> None:
    """Raise `KeylistMalformed` if `name` cannot name an archive."""
    if not _ARCHIVE.match(name):
        raise KeylistMalformed("An archive's name has lower-case letters, digits, dots and dashes.")


def parse_entry(line: str, *, archive: str) -> KeyEntry:  # noqa: PLR0911  # one return for each kind of line
    """Read one line of the key list of `archive`; raise `KeylistMalformed` or another `Malformed`."""
    match line.split(" "):
        case ["desk", origin, role, vkey] if role in DESK_ROLES:
            if parse_origin(origin)[0] != archive:
                raise KeylistMalformed("A desk of another archive.")
            return DeskKey(origin=origin, role=role, key=_key(vkey, origin + DESK_ROLES[role]))
        case ["user", user, vkey] if is_id(user):
            return UserKey(user=user, key=_key(vkey, f"{archive}/user/{user}"))
        case ["credential", *words]:
            return parse_credential(words, archive=archive)
        case ["mailroom", vkey]:
            return MailroomKey(key=_key(vkey, f"{archive}/mailroom"))
        case ["seat", number, recipient, *holder] if (
            number in set("12345") and _RECIPIENT.match(recipient) and len(holder) <= 1 and all(map(is_id, holder))
        ):
            return Seat(number=int(number), recipient=recipient, holder=holder[0] if holder else None)
        case ["intake", epoch, recipient] if _EPOCH.match(epoch) and _RECIPIENT.match(recipient):
            return IntakeEpoch(epoch=epoch, recipient=recipient)
        case ["revoked", kid, at, reason] if _REASON.match(reason):
            _check_kid(kid)
            return Revocation(kid=kid, at=parse_instant(at), reason=reason)
        case ["successor", *words] if len(words) == 6:
            return _successor(words, archive)
        case _:
            raise KeylistMalformed("This is no line of a key list.")


def _successor(words: list[str], archive: str) -> Successor:
    origin, closed, known, known_root, held, held_root = words
    if {parse_origin(origin)[0], parse_origin(closed)[0]} != {archive} or origin == closed:
        raise KeylistMalformed("A log is succeeded by another one of the same archive.")
    found = Successor(origin=origin, closed=closed, known=_head(known, known_root), held=_head(held, held_root))
    if found.held.size > found.known.size or (found.held.size == found.known.size and found.held != found.known):
        raise KeylistMalformed("What is still there of a closed log is no more than what it signed for.")
    return found


def _head(size: str, root: str) -> Head:
    head = Head(size=parse_size(size), root=decode_base64(root))
    if len(head.root) != HASH_BYTES:
        raise KeylistMalformed("A root has 32 bytes.")
    return head


def _key(vkey: str, name: str) -> VerifierKey:
    key = parse_vkey(vkey)
    if key.name != name or key.key_type != ED25519:
        raise KeylistMalformed("A key for this use is an Ed25519 key named {name}.", name=name)
    return key


def _check_kid(kid: str) -> None:
    name, _, key_id = kid.partition("+")
    check_key_name(name)
    check_key_id(key_id)
