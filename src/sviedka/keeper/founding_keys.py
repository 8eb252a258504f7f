# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys that a new archive begins with, and the first key list over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.ids import UserId
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.keylist import DeskKey, KeyList, UserKey, format_keylist, format_keylist_text
from sviedka.core.seal.note import VerifierKey, sign_note
from sviedka.keeper.hygiene import wipe
from sviedka.vault.entropy import new_id, random_bytes

if TYPE_CHECKING:
    from datetime import datetime


def _secret() -> bytearray:
    return bytearray(random_bytes(32))


def _user_id() -> UserId:
    return UserId(new_id())


@dataclass(frozen=True, kw_only=True)
class FoundingKeys:
    """Fresh secrets of 32 bytes each, never shown; `wipe` after use.

    Attributes:
        archive: The archive's name.
        desk: The desk's name.
        root: Ed25519 seed of the archive root.
        log: Ed25519 seed that signs the desk's log.
        statements: Ed25519 seed that signs the desk's statements and dossiers.
        user: Ed25519 seed of the first user.
        vault: The vault identity.
        recovery: The recovery identity.
    """

    archive: str
    desk: str
    user_id: UserId = field(default_factory=_user_id)
    root: bytearray = field(default_factory=_secret, repr=False)
    log: bytearray = field(default_factory=_secret, repr=False)
    statements: bytearray = field(default_factory=_secret, repr=False)
    user: bytearray = field(default_factory=_secret, repr=False)
    vault: X25519Identity = field(default_factory=lambda: X25519Identity.from_bytes(_secret()))
    recovery: X25519Identity = field(default_factory=lambda: X25519Identity.from_bytes(_secret()))

    @property
    def origin(self) -> str:
        """The name of the desk's log."""
        return f"{self.archive}/{self.desk}"

    @property
    def root_key(self) -> VerifierKey:
        """The public half of the archive root, as strangers pin it."""
        return _public(f"{self.archive}/root", self.root)

    @property
    def user_key(self) -> VerifierKey:
        """The public half of the first user's key."""
        return _public(f"{self.archive}/user/{self.user_id}", self.user)

    def sign_first_keylist(self, now: datetime) -> bytes:
        """Return key list number 1, signed by the root."""
        log = DeskKey(origin=self.origin, role="log", key=_public(self.origin, self.log))
        statements = _public(f"{self.origin}/statements", self.statements)
        keylist = KeyList(
            archive=self.archive,
            number=1,
            issued=now,
            previous=None,
            entries=(
                log,
                DeskKey(origin=self.origin, role="statements", key=statements),
                UserKey(user=self.user_id, key=self.user_key),
            ),
        )
        root = Ed25519PrivateKey.from_private_bytes(self.root)
        line = sign_note(format_keylist_text(keylist), name=f"{self.archive}/root", private_key=root)
        return format_keylist(keylist, line)

    def wipe(self) -> None:
        """Overwrite every secret."""
        wipe(self.root, self.log, self.statements, self.user)
        self.vault.wipe()
        self.recovery.wipe()


def _public(name: str, seed: bytearray) -> VerifierKey:
    return VerifierKey(name=name, public=Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
