# SPDX-License-Identifier: AGPL-3.0-or-later
"""The vault key a second time, sealed to the recovery key: what makes a lost passphrase no loss of the archive.

Whoever joins three of the five shares opens it. It holds what the passphrase opens and nothing that an erasure
destroyed: keys of epochs that are gone are gone for the vault key too. Spec: spec/07-keys.md §14.
"""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.encoding import encode_base64
from sviedka.core.seal.age_file import encrypt_bytes
from sviedka.core.seal.age_keys import parse_recipient
from sviedka.keeper.derivation import RECOVERY_COPY, derive_from_vault
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.keeper.errors import KeysDisagree
from sviedka.keeper.hygiene import wipe
from sviedka.vault.disk_errors import AlreadyThere
from sviedka.vault.durable import write_new

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.vault.layout import Archive

MOST_COPY_BYTES: Final = 16_384


def keep_for_recovery(archive: Archive, secret: bytearray, bound: Mapping[str, str]) -> None:
    """Seal the vault identity and what is bound to it to the recovery key, unless that was done. Wipes nothing.

    Raises:
        DiskFull, ReadOnly, DiskError: There is no copy; it is made at the next unlock.
    """
    if archive.vault_recovery.exists():
        return
    with suppress(AlreadyThere):
        write_new(archive.vault_recovery, seal_for_recovery(secret, bound), mode=KEY_FILE_MODE)


def verify_copy(data: bytes, secret: bytearray, bound: Mapping[str, str]) -> None:
    """Say whether `data` is the copy, to the last byte, without the key that opens it. Wipes nothing.

    Untrusted: `data`.

    Raises:
        KeysDisagree: It is not; shares would not give the vault key back.
    """
    if not hmac.compare_digest(data, seal_for_recovery(secret, bound)):
        raise KeysDisagree("The copy of the vault key for recovery is not what this archive's keeper writes.")


def seal_for_recovery(secret: bytearray, bound: Mapping[str, str]) -> bytes:
    """Return the copy. The same key and facts give the same bytes, so that damage can be found before shares are joined.

    What seals it follows from the vault key and from all that is sealed, so that no two contents ever share a key or nonce.
    """
    plain = bytearray(encode_canonical({"bound": dict(bound), "secret": encode_base64(bytes(secret))}))
    digest = hashlib.sha256(plain).hexdigest().encode("ascii")
    keys, ephemeral = (derive_from_vault(secret, RECOVERY_COPY + part + digest) for part in (b"1", b"2"))
    try:
        return encrypt_bytes(
            plain,
            (parse_recipient(bound["recovery"]),),
            file_key=bytes(keys[:16]),
            nonce=bytes(keys[16:]),
            ephemerals=[bytes(ephemeral)],
        )
    finally:
        for buffer in (plain, keys, ephemeral):
            wipe(buffer)
