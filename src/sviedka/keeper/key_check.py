# SPDX-License-Identifier: AGPL-3.0-or-later
"""A job of the keeper's own: try every key that rests in the archive, so that damage is found while it can be repaired.

A scrub without keys sees whether bytes changed; only the keeper can say whether each key file, slip and cell still
opens. Named `sviedka.keeper.key_check:job`. Spec: spec/07-keys.md §10.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_header import unwrap_file_key
from sviedka.core.seal.checkpoint import parse_checkpoint, verify_checkpoint
from sviedka.core.seal.keylist import KeylistBroken, parse_keylist, verify_keylist
from sviedka.keeper.heads import head_record, openings_record
from sviedka.keeper.hygiene import wipe
from sviedka.keeper.older_lists import known_digests
from sviedka.keeper.open_records import parse_journal
from sviedka.keeper.recovery_copy import verify_copy
from sviedka.keeper.wrapping import parse_wrapped
from sviedka.vault.epochs import list_epochs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.core.seal.keylist import KeyList
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

_EVERY: Final = 256
_MOST_NAMED: Final = 1_000


def job(keys: JobKeys, arguments: Json, progress: Progress) -> Json:
    """Open every key file, every slip and every cell of every epoch, and throw the keys away.

    Args:
        keys: What opens them.
        arguments: None; nothing can be chosen.
        progress: Told files, now and then.

    Returns:
        `keys`, `slips`, `cells`: how many opened; `broken`: paths in the archive of those that did not, at most 1,000.
    """
    del arguments
    root = keys.archive.root
    files, slips, cells = (_Trial(root, progress) for _ in range(3))
    for path, attempt in _key_files(keys):
        files.attempt(path, attempt)
    for epoch in list_epochs(keys.archive.slips):
        slips.attempt_all(keys.archive.slips / epoch, partial(_open_slip, keys, epoch))
    for epoch in list_epochs(keys.archive.cells):
        cells.attempt_all(keys.archive.cells / epoch, partial(_open_cell, keys, epoch))
    broken: list[Json] = [*files.broken, *slips.broken, *cells.broken]
    return {"keys": files.opened, "slips": slips.opened, "cells": cells.opened, "broken": broken[:_MOST_NAMED]}


def _key_files(keys: JobKeys) -> Iterator[tuple[Path, Callable[[bytes], object]]]:
    """Yield every file under keys/ that this archive's keeper writes, with what reads it to the last byte."""
    archive = keys.archive
    log_key = keys.key_list.log_key(keys.origin)

    def open_age(data: bytes) -> None:
        wipe(decrypt_secret(data, keys.vault_identity))

    def read_keylist(data: bytes) -> None:
        verify_keylist(parse_keylist(data), keys.root)

    def read_head(data: bytes) -> None:
        verify_checkpoint(parse_checkpoint(data), [log_key])

    def read_copy(data: bytes) -> None:
        secret = keys.vault_identity.secret_bytes()
        try:
            verify_copy(data, secret, parse_wrapped(archive.vault_key.read_bytes()).bound)
        finally:
            wipe(secret)

    yield archive.vault_recovery, read_copy
    for path in [archive.vault_key, *sorted(archive.users.glob("*.json"))]:
        yield path, parse_wrapped
    for path in [archive.desk_keys, *sorted(archive.epochs.glob("*.age"))]:
        yield path, open_age
    yield archive.keylist, read_keylist
    yield from _older_lists(archive, keys.key_list)
    desk = keys.origin.partition("/")[2]
    yield head_record(archive, desk), read_head
    yield openings_record(archive, desk), parse_journal


def _older_lists(archive: Archive, current: KeyList) -> Iterator[tuple[Path, Callable[[bytes], object]]]:
    """Yield each list that has to be here, there or not: the chain says which bytes it has."""
    known = known_digests(archive, current)

    def compare(number: int, data: bytes) -> None:
        if known.get(number) != sha256(data).hexdigest():
            raise KeylistBroken("Key list {number} is not the one that the lists kept here continue.", number=number)

    for number in range(1, current.number):
        yield archive.keylist_numbered(number), partial(compare, number)


def _open_slip(keys: JobKeys, epoch: str, data: bytes) -> None:
    wipe(unwrap_file_key(data, keys.epoch_identity(epoch)))


def _open_cell(keys: JobKeys, epoch: str, data: bytes) -> None:
    wipe(decrypt_secret(data, keys.epoch_identity(epoch)))


class _Trial:
    """Counts what opens, and names what does not."""

    def __init__(self, root: Path, progress: Progress) -> None:
        self.opened = 0
        self.broken: list[str] = []
        self._root = root
        self._progress = progress

    def attempt_all(self, folder: Path, attempt: Callable[[bytes], object]) -> None:
        for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
            self.attempt(path, attempt)

    def attempt(self, path: Path, attempt: Callable[[bytes], object]) -> None:
        try:
            attempt(path.read_bytes())
            self.opened += 1
        except (Failure, OSError):
            self.broken.append(path.relative_to(self._root).as_posix())
        tried = self.opened + len(self.broken)
        if tried % _EVERY == 0:
            self._progress(_EVERY)
