# SPDX-License-Identifier: AGPL-3.0-or-later
"""A passphrase is lost: three of five shares give the vault key, or the root, back under a new one.

The vault identity, with the facts that are bound to it, rests a second time in `keys/vault-recovery.age`, sealed to the
recovery key, which nobody holds: it is in five shares. age does not say who sealed a file, so what comes out of it is
believed only once it opens this desk's listed keys and an epoch's. Runs offline; it needs the SLIP-39 library.
Spec: spec/07-keys.md §14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.canonical import parse_canonical
from sviedka.core.base.encoding import decode_base64
from sviedka.core.base.errors import Malformed, Withheld
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.note import VerifierKey, parse_vkey
from sviedka.keeper.config import read_config
from sviedka.keeper.epoch_keys import KEY_FILE_MODE
from sviedka.keeper.errors import KeysDisagree, KeysMissing
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.login import open_desk, open_epochs, read_verified_keylist
from sviedka.keeper.offline_folder import ROOT_NAME
from sviedka.keeper.recovery_copy import MOST_COPY_BYTES
from sviedka.keeper.share_text import parse_share
from sviedka.keeper.shares import NEEDED, SharesMalformed, join_shares
from sviedka.keeper.wrapping import FULL_COST, SALT_BYTES, parse_wrapped, wrap_secret
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import replace
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sviedka.keeper.wrapping import KdfCost
    from sviedka.vault.layout import Archive

_SECRET_BYTES: Final = 32


class SharesForeign(Withheld):
    """Shares that join, and to another key than the one that is asked for."""

    code = "withheld.shares"
    hint = "Look at the second line of each page: of which key, and of which archive. Root and recovery are two keys."


def recover_vault(
    archive: Archive, pages: Sequence[str], passphrase: bytearray, *, cost: KdfCost = FULL_COST
) -> VerifierKey:
    """Put the vault key under a new passphrase; return the root that is bound to it, to be compared with a policy.

    The old passphrase opens it no more here. It still opens copies of `keys/vault.json` that were made before.

    Untrusted: `pages`, the folder. Wipes the passphrase.

    Raises:
        SharesMalformed: Not three shares of one key.
        SharesForeign: Of another key than this archive's recovery key.
        KeysMissing: The archive has no copy of its vault key for recovery: it was founded before there were any.
        KeysDisagree, AgeRefuted: What is in the folder does not fit together. Nothing was changed.
        DiskFull, ReadOnly, DiskError: The vault key is as it was.
    """
    try:
        recovery = _joined(pages)
        wrapped = parse_wrapped(_read(archive.vault_key))
        if recovery.recipient().text != wrapped.bound.get("recovery"):
            raise SharesForeign("These shares join to another key than this archive's recovery key.")
        secret, bound = _open_copy(_read(archive.vault_recovery), recovery)
        recovery.wipe()
        try:
            root = _check(archive, secret, bound)
            salt = random_bytes(SALT_BYTES)
            data = wrap_secret(secret, passphrase, what="vault", bound=bound, cost=cost, salt=salt)
        finally:
            wipe(secret)
    finally:
        wipe(passphrase)
    replace(archive.vault_key, data, mode=KEY_FILE_MODE)
    return root


def recover_root(
    offline: Path, pages: Sequence[str], passphrase: bytearray, *, cost: KdfCost = FULL_COST
) -> VerifierKey:
    """Put the archive root under a new passphrase, in its offline folder. Wipes the passphrase.

    Untrusted: `pages`, the folder.

    Raises:
        SharesMalformed: Not three shares of one key.
        SharesForeign: Of another key than this root.
        KeysMissing: No root lies in the folder.
        DiskFull, ReadOnly, DiskError: The root is as it was.
    """
    try:
        seed = join_shares(_words(pages))
        try:
            path = offline / ROOT_NAME
            bound = parse_wrapped(_read(path)).bound
            root = parse_vkey(bound.get("vkey", ""))
            if Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() != root.public:
                raise SharesForeign("These shares join to another key than the root in this folder.")
            salt = random_bytes(SALT_BYTES)
            facts = {"archive": root.name.removesuffix("/root"), "vkey": root.vkey}
            data = wrap_secret(seed, passphrase, what="root", bound=facts, cost=cost, salt=salt)
        finally:
            wipe(seed)
    finally:
        wipe(passphrase)
    replace(path, data, mode=KEY_FILE_MODE)
    return root


def _joined(pages: Sequence[str]) -> X25519Identity:
    return X25519Identity.from_bytes(join_shares(_words(pages)))


def _words(pages: Sequence[str]) -> list[str]:
    words = [parse_share(page) for page in pages]
    if len(words) != NEEDED:
        raise SharesMalformed("{needed} shares are needed, and {count} were given.", needed=NEEDED, count=len(words))
    if len(set(words)) != NEEDED:
        raise SharesMalformed("One share was given twice.")
    return words


def _open_copy(data: bytes, recovery: X25519Identity) -> tuple[bytearray, Mapping[str, str]]:
    plain = decrypt_secret(data, recovery)
    try:
        table = parse_canonical(bytes(plain), max_bytes=MOST_COPY_BYTES)
    finally:
        wipe(plain)
    bound = table.get("bound") if isinstance(table, dict) else None
    text = table.get("secret") if isinstance(table, dict) else None
    if not isinstance(bound, dict) or not isinstance(text, str):
        raise Malformed("The copy of the vault key for recovery is not in its form.")
    secret = bytearray(decode_base64(text))
    if len(secret) != _SECRET_BYTES:
        raise Malformed("The copy of the vault key for recovery is not in its form.")
    return secret, {name: str(value) for name, value in bound.items()}


def _check(archive: Archive, secret: bytearray, bound: Mapping[str, str]) -> VerifierKey:
    """Believe the copy only if it opens what only this archive's vault key opens; nothing was changed until then."""
    config, vault = read_config(archive), X25519Identity.from_bytes(bytearray(secret))
    try:
        if bound.get("recipient") != vault.recipient().text or bound.get("archive_cell") != config.archive_cell:
            raise KeysDisagree("The copy of the vault key for recovery is another archive's.")
        root = parse_vkey(bound.get("root", ""))
        open_desk(archive, config, read_verified_keylist(archive, config, root), vault)
        epochs = open_epochs(archive, vault, bound.get("recovery", ""), config.epoch_series)
        for epoch in epochs.own()[-1:]:
            epochs.identity(epoch).wipe()
        epochs.wipe()
    finally:
        vault.wipe()
    return root


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise KeysMissing("The key file {name} cannot be read.", name=path.name)
    with translating(), path.open("rb") as file:
        return file.read(MOST_COPY_BYTES + 1)
