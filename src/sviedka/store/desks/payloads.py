# SPDX-License-Identifier: AGPL-3.0-or-later
"""Payloads from another desk: copied if they were stated, and named only if what was written is what the name stands for."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.seal.age_file import decrypt_bytes
from sviedka.core.seal.quick_head import read_head
from sviedka.core.seal.quick_reading import read_shown
from sviedka.core.seal.sealed_disclosures import open_sealed
from sviedka.store.packing import parse_pack
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import sync_folder
from sviedka.vault.fan import prepare_fan, scratch_of
from sviedka.vault.objects import has_payload, is_payload_removed
from sviedka.vault.page_writer import PageWriter
from sviedka.vault.regular import open_regular
from sviedka.vault.replica.contents import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

_PAYLOAD: Final = re.compile(r"objects/([0-9a-f]{2})/(\1[0-9a-f]{62})\Z")
_SEALED: Final = "item.sealed/1"
_READ_BYTES: Final = 1_048_576


def take_in_payloads(archive: Archive, sent: Archive, find_stated: Callable[[], Collection[str]]) -> list[str]:
    """Keep every payload that is new here, stated and not removed here; return the names of those that were changed.

    Args:
        archive: Where.
        sent: The folder that the desk put it into. Anybody can put bytes there under the name that they have, and they would
            be kept, handed on and locked for years: what nobody stated is left where it lies.
        find_stated: Gives the SHA-256 (hex) of the payloads that were stated to be sealed; asked if anything is new.

    Raises:
        DiskFull, ReadOnly, DiskError: What was kept until then stays; import again.
    """
    names = (found[2] for name in walk(sent.objects, "objects") if (found := _PAYLOAD.match(name)))
    new = [one for one in names if not has_payload(archive, one) and not is_payload_removed(archive, one)]
    stated = find_stated() if new else ()
    return [f"objects/{one[:2]}/{one}" for one in new if one in stated and not _take_in_payload(archive, sent, one)]


def stated_in(data: bytes, keys: JobKeys) -> Iterator[str]:
    """Yield the payloads that a pack states to be sealed, of which the caller has checked that it is one of the log."""
    for entry in parse_pack(decrypt_bytes(data, keys.vault_identity)):
        head = read_head(entry.jwt)
        groups = open_sealed(entry.sealed, head=head, cell_keys=keys.cell_keys)
        statement = read_shown(head, [text for group in groups for text in group.disclosures])
        payload = statement.fields.get("payload_sha256")
        if statement.type == _SEALED and isinstance(payload, str):
            yield payload


def _take_in_payload(archive: Archive, sent: Archive, sha256: str) -> bool:
    """Copy one payload, durable on return; return whether what was written is what its name stands for, else it has none."""
    prepare_fan(archive.objects)
    writer, temporary = PageWriter.create(scratch_of(archive.objects))
    digest, target = hashlib.sha256(), archive.payload(sha256)
    try:
        with translating(), open_regular(sent.payload(sha256)) as file:
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
