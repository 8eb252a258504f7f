# SPDX-License-Identifier: AGPL-3.0-or-later
"""Payloads from another desk: copied under their name only if what was written is what the name stands for."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import sync_folder
from sviedka.vault.fan import prepare_fan, scratch_of
from sviedka.vault.objects import has_payload, is_payload_removed
from sviedka.vault.page_writer import PageWriter
from sviedka.vault.regular import open_regular
from sviedka.vault.replica.contents import walk

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive

_PAYLOAD: Final = re.compile(r"objects/[0-9a-f]{2}/([0-9a-f]{64})\Z")
_READ_BYTES: Final = 1_048_576


def take_in_payloads(archive: Archive, sent: Archive) -> list[str]:
    """Keep every payload that is new here and was not removed here; return the names of those that were changed.

    Raises:
        DiskFull, ReadOnly, DiskError: What was kept until then stays; import again.
    """
    changed: list[str] = []
    for name in walk(sent.objects, "objects"):
        found = _PAYLOAD.match(name)
        if not found or has_payload(archive, found[1]) or is_payload_removed(archive, found[1]):
            continue
        if not _take_in_payload(archive, sent.root / name, found[1]):
            changed.append(name)
    return changed


def _take_in_payload(archive: Archive, path: Path, sha256: str) -> bool:
    """Copy one payload, durable on return; return whether what was written is what its name stands for, else it has none."""
    prepare_fan(archive.objects)
    writer, temporary = PageWriter.create(scratch_of(archive.objects))
    digest, target = hashlib.sha256(), archive.payload(sha256)
    try:
        with translating(), open_regular(path) as file:
            while block := file.read(_READ_BYTES):
                digest.update(block)
                writer.write(memoryview(block))
        if digest.hexdigest() != sha256:
            return False
        writer.sync()
        with translating(), suppress(FileExistsError):  # the same name is the same bytes
            os.link(temporary, target, follow_symlinks=False)
        sync_folder(target.parent)
        return True
    finally:
        with suppress(OSError):
            temporary.unlink()
        writer.close()
