# SPDX-License-Identifier: AGPL-3.0-or-later
"""A user's key, made at the office under the user's own passphrase.

The key is good for nothing until the archive root has put its public half into the key list. The person who will sign
with it types the passphrase themself. Spec: spec/07-keys.md §2, §9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.ids import UserId
from sviedka.core.seal.keylist import UserKey
from sviedka.core.seal.note import VerifierKey, parse_vkey
from sviedka.keeper.config import read_config
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.keeper.errors import KeysDisagree, KeysMissing
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.login import open_user
from sviedka.keeper.wrapping import FULL_COST, MAX_FILE_BYTES, SALT_BYTES, KdfCost, parse_wrapped, wrap_secret
from sviedka.vault.durable import replace, write_new
from sviedka.vault.entropy import new_id, random_bytes

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive

SEED_BYTES = 32


def new_user(archive: Archive, passphrase: bytearray, *, cost: KdfCost = FULL_COST) -> UserKey:
    """Make a key for a new user, durable when this returns. The passphrase is not wiped here.

    Args:
        archive: For whom; need not be unlocked.
        passphrase: The user's own.
        cost: Price of a guess at it.

    Returns:
        The user's new identifier and the public half of their key, as the key list will name it.

    Raises:
        DiskFull, ReadOnly, DiskError: No key was made.
    """
    name, user = read_config(archive).archive, UserId(new_id())
    seed = bytearray(random_bytes(SEED_BYTES))
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key = VerifierKey(name=f"{name}/user/{user}", public=public)
    made = UserKey(user=user, key=key)
    try:
        write_user_key(archive, name, made, seed, passphrase, cost)
    finally:
        wipe(seed)
    return made


def write_user_key(
    archive: Archive, name: str, made: UserKey, seed: bytearray, passphrase: bytearray, cost: KdfCost
) -> None:
    """Write the file of a user's key, durable on return. Neither buffer is wiped here.

    Args:
        archive: Where.
        name: The archive's.
        made: The user, and the public half.
        seed: The Ed25519 seed, 32 bytes.
        passphrase: The user's own.
        cost: Price of a guess at it.
    """
    bound = {"archive": name, "user": made.user, "vkey": made.key.vkey}
    data = wrap_secret(seed, passphrase, what="user", bound=bound, cost=cost, salt=random_bytes(SALT_BYTES))
    write_new(archive.user_key(made.user), data, mode=KEY_FILE_MODE)


def change_passphrase(
    archive: Archive, user: UserId, old: bytearray, new: bytearray, *, cost: KdfCost = FULL_COST
) -> None:
    """Put a user's key under another passphrase, durable on return; the key stays the same. Neither buffer is wiped here.

    Whoever copied the file before still opens that copy with the old passphrase.

    Args:
        archive: Where the key lies; need not be unlocked.
        user: Whose.
        old: Opens the key now.
        new: Will open it.
        cost: Price of a guess at the new one.

    Raises:
        WrongPassphrase: `old` does not open it. Nothing was changed.
        KeysMissing, KeysDisagree, KeyFileDamaged: It is not there, another's, or was changed.
        DiskFull, ReadOnly, DiskError: The key is as it was.
    """
    made = read_user_key(archive, user)
    bound = {"archive": read_config(archive).archive, "user": made.user, "vkey": made.key.vkey}
    seed = open_user(archive, user, old)
    try:
        data = wrap_secret(seed, new, what="user", bound=bound, cost=cost, salt=random_bytes(SALT_BYTES))
    finally:
        wipe(seed)
    replace(archive.user_key(user), data, mode=KEY_FILE_MODE)


def read_user_key(archive: Archive, user: str) -> UserKey:
    """Return the public half of a user's key as its file says. Nobody vouches for it before the root does.

    Untrusted: the file.

    Raises:
        KeysMissing: No key of this user lies in the archive.
        KeysDisagree: The file is another user's or another archive's.
        WrappedMalformed, KeyFileDamaged: It is no key file, or was changed.
    """
    try:
        with archive.user_key(user).open("rb") as file:
            wrapped = parse_wrapped(file.read(MAX_FILE_BYTES + 1))
    except OSError as reason:
        raise KeysMissing("No key of user {user} lies in the archive.", user=user) from reason
    key = parse_vkey(wrapped.bound.get("vkey", ""))
    expected = {"archive": read_config(archive).archive, "user": user}
    if wrapped.what != "user" or not expected.items() <= wrapped.bound.items():
        raise KeysDisagree("The key of user {user} is another's.", user=user)
    return UserKey(user=user, key=key)
