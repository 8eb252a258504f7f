# SPDX-License-Identifier: AGPL-3.0-or-later
"""The vault key a second time, sealed to the recovery key: what makes a lost passphrase no loss of the archive.

Whoever joins three of the five shares opens it. It holds what the passphrase opens and nothing that an erasure
destroyed: keys of epochs that are gone are gone for the vault key too. Spec: spec/07-keys.md §14.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical
from sviedka.core.base.encoding import encode_base64
from sviedka.core.seal.age_keys import parse_recipient
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.sealing import seal_small
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
    plain = bytearray(encode_canonical({"bound": dict(bound), "secret": encode_base64(bytes(secret))}))
    try:
        sealed = seal_small(plain, (parse_recipient(bound["recovery"]),))
    finally:
        wipe(plain)
    with suppress(AlreadyThere):
        write_new(archive.vault_recovery, sealed, mode=KEY_FILE_MODE)
