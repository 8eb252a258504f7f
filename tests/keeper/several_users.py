# SPDX-License-Identifier: AGPL-3.0-or-later
"""Further users and credentials of a test's archive: a next key list, signed with the root from the offline folder."""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.ids import UserId
from sviedka.core.seal.keylist import KeyList, Revocation, UserKey, format_keylist, format_keylist_text, parse_keylist
from sviedka.core.seal.note import VerifierKey, sign_note
from sviedka.keeper.wrapping import KdfCost, parse_wrapped, unwrap_secret, wrap_secret
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id, random_bytes

CHEAP = KdfCost(memory_kib=8, passes=1)


def next_list(archive, offline, passphrase, *entries):
    """Put a key list with further entries into the archive, signed by its root."""
    old = parse_keylist(archive.keylist.read_bytes())
    listed = replace(
        old, number=old.number + 1, issued=now(), previous=old.digest, entries=(*old.entries, *entries), note=None
    )
    seed = unwrap_secret(parse_wrapped((offline / "root.json").read_bytes()), bytearray(passphrase))
    line = sign_note(
        format_keylist_text(listed), name=f"{old.archive}/root", private_key=Ed25519PrivateKey.from_private_bytes(seed)
    )
    archive.keylist.write_bytes(format_keylist(listed, line))


def new_user(archive, offline, passphrase, own):
    """Add a user with a passphrase of their own; return their identifier."""
    user = UserId(new_id())
    seed = bytearray(random_bytes(32))
    key = user_key(archive_name(archive), user, seed)
    bound = {"archive": archive_name(archive), "user": user, "vkey": key.vkey}
    data = wrap_secret(seed, bytearray(own), what="user", bound=bound, cost=CHEAP, salt=random_bytes(16))
    archive.user_key(user).write_bytes(data)
    next_list(archive, offline, passphrase, UserKey(user=user, key=key))
    return user


def revoke(archive, offline, passphrase, kid):
    """Take a key or a credential back."""
    next_list(archive, offline, passphrase, Revocation(kid=kid, at=now(), reason="lost"))


def user_key(name, user, seed):
    public = Ed25519PrivateKey.from_private_bytes(bytes(seed)).public_key().public_bytes_raw()
    return VerifierKey(name=f"{name}/user/{user}", public=public)


def archive_name(archive):
    return parse_keylist(archive.keylist.read_bytes()).archive


def listed(archive) -> KeyList:
    return parse_keylist(archive.keylist.read_bytes())
