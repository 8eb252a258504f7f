# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that show who somebody is: a face, a passport. Encrypted to a key that lies under the seats, then sealed like any file.

What the vault key opens is an age file; the key of that stands in a line of the person's identity and nowhere else. So
checks, copies, backups and erasure treat it like every item, and nobody sees it without two custodians and the keeper.
A file is never unencrypted on the archive's disk. Spec: spec/07-keys.md §12.6.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import SubjectId
from sviedka.core.seal.age_header import MAX_HEADER_BYTES, parse_header, unwrap_file_key, wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity, format_identity, parse_identity
from sviedka.core.seal.age_stream import decrypt_stream, encrypt_stream
from sviedka.core.seal.keylist import parse_keylist
from sviedka.keeper.identity_lines import FILE
from sviedka.keeper.seats import seat_recipients
from sviedka.store.deposit.depositing import deposit as deposit_items
from sviedka.store.deposit.opening import open_item
from sviedka.store.identities import deposit, find_person
from sviedka.store.session import open_store
from sviedka.vault.claims import ScratchFolder
from sviedka.vault.disk_errors import translating
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sviedka.keeper.client import Keeper
    from sviedka.keeper.identity_lines import Identity
    from sviedka.store.identities import Deposited, Shown
    from sviedka.vault.layout import Archive

_SEALED_NAME: Final = "identity-file.age"
"""What the item is called: its own name may be a person's."""

_LINE: Final = re.compile(r"(?P<item>[0-9a-f]{32}) (?P<secret>AGE-SECRET-KEY-1[0-9A-Z]{58}) (?P<name>[^/\0]{1,255})")


class IdentityFileMalformed(Malformed):
    """A line of an identity that should say how a file is opened does not."""

    code = "malformed.identity-file"
    hint = "The item is there; ask whoever deposited it. Nothing was written."


def deposit_with_files(
    archive: Archive, keeper: Keeper, person: str, identity: Identity, files: Sequence[Path]
) -> Deposited:
    """Deposit an identity with the files that show the person. Everything is kept when this returns.

    Args:
        archive: Where to.
        keeper: As in `identities.deposit`.
        person: A recorded person, by identifier or label; the files count as handed over by them.
        identity: Its lines; one is added for each file.
        files: Regular files of any size.

    Raises:
        NoSuchPerson, SeatsMissing: Nothing was sealed.
        RequestRefused, DiskFull, ReadOnly, DiskError, Locked: Deposit it again. A file that was sealed before stays, and
            opens for nobody.
    """
    subject, case = find_person(open_store(archive, keeper), person)
    with translating():
        seat_recipients(parse_keylist(archive.keylist.read_bytes()))  # before anything is sealed for nothing
    lines = [(FILE, _seal(archive, keeper, path, person=subject, case=case)) for path in files]
    return deposit(archive, keeper, subject, replace(identity, lines=[*identity.lines, *lines]))


def write_files(archive: Archive, keeper: Keeper, shown: Shown, folder: Path) -> tuple[Path, ...]:
    """Write the files of an identity that was opened into `folder`; each opening is recorded first.

    Args:
        archive: Where they lie.
        keeper: Gives the items' own keys, to the person who is logged in.
        shown: What the keeper has just shown.
        folder: Must exist. Files are made for the owner alone; a name that is taken gets a number.

    Raises:
        IdentityFileMalformed: A line is not of its form.
        OpeningRefused, LimitReached, ItemErased: As `open_item`; files before it were written.
        NotForThisKey, PayloadForged, PayloadTruncated: It is not what was sealed; nothing of it was written.
    """
    lines = [_parse(text) for kind, text in shown.lines if kind == FILE]
    return tuple(_open(archive, keeper, *line, folder=folder, purpose=f"identity {shown.jti}") for line in lines)


def without_files(lines: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the lines that a person reads; those of files hold keys."""
    return [(kind, text) for kind, text in lines if kind != FILE]


def _seal(archive: Archive, keeper: Keeper, path: Path, *, person: SubjectId, case: SubjectId) -> str:
    key = X25519Identity.from_bytes(bytearray(random_bytes(32)))
    with ScratchFolder(archive.temporary) as scratch:
        sealed = scratch.path / _SEALED_NAME
        fresh = random_bytes(64)
        file_key, nonce, ephemeral = fresh[:16], fresh[16:32], fresh[32:]
        with translating(), path.open("rb", buffering=0) as source, sealed.open("xb") as target:
            target.write(wrap_file_key(file_key, [key.recipient()], [ephemeral]))
            encrypt_stream(source, target, file_key=file_key, nonce=nonce)
        done = deposit_items(archive, keeper, [sealed], case=case, handed_over_by=person)
    done.raise_if_incomplete()
    (item,) = done.sealed
    secret = format_identity(key).decode("ascii")
    key.wipe()
    name = path.name if path.name.isprintable() else "file"
    return f"{item.item_id} {secret} {name}"


def _parse(text: str) -> tuple[SubjectId, str, str]:
    match = _LINE.fullmatch(text)
    if match is None:
        raise IdentityFileMalformed("A file of this identity cannot be found by what was deposited.")
    return SubjectId(match["item"]), match["secret"], match["name"]


def _open(
    archive: Archive, keeper: Keeper, item: SubjectId, secret: str, name: str, *, folder: Path, purpose: str
) -> Path:
    key = parse_identity(secret)
    try:
        with ScratchFolder(archive.temporary) as scratch:
            sealed = scratch.path / _SEALED_NAME
            open_item(archive, keeper, item, out=sealed, purpose=purpose)
            return _decrypt(sealed, key, folder, name)
    finally:
        key.wipe()


def _decrypt(sealed: Path, key: X25519Identity, folder: Path, name: str) -> Path:
    with translating(), sealed.open("rb", buffering=0) as source:
        header = parse_header(source.read(MAX_HEADER_BYTES))
        source.seek(header.size_bytes)
        target, handle = _new_file(folder, name)
        try:
            with os.fdopen(handle, "wb") as file:
                decrypt_stream(source, file, file_key=unwrap_file_key(header, key))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return target


def _new_file(folder: Path, name: str) -> tuple[Path, int]:
    """Create a file for the owner alone; the name came from outside, so that nothing in it but letters is obeyed."""
    plain = Path(name).name.lstrip(".") or "file"
    for number in range(1000):
        path = folder / (f"{number}{Path(plain).suffix}" if number else plain)
        try:
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
    raise FileExistsError(folder)
