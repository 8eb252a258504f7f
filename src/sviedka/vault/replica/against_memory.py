# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a scrub of the vault alone cannot see: that it was put back to an older state.

A file that every list of the vault has forgotten is remembered by the confirmation of a replica. What
bears a mark of removal was taken back, and is no finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.vault.epochs import list_epochs
from sviedka.vault.findings import Finding, finding_of
from sviedka.vault.layout import is_epoch_name
from sviedka.vault.listed import REMOVED_NAME, SUMS_NAME, read_removed
from sviedka.vault.objects import is_payload_removed
from sviedka.vault.pack_sums import hash_file
from sviedka.vault.replica.atlas import Atlas, read_atlas
from sviedka.vault.replica.contents import CHANGING

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive
    from sviedka.vault.replica.atlas import Good

_MISSING: Final = "This file was acknowledged and is missing."
_CHANGED: Final = "This file is not what a replica has confirmed: its bytes were changed."
_OLDER: Final = "This head is older than one that a replica has confirmed."


def look_against_memory(archive: Archive, *, full: bool) -> list[Finding]:
    """Return a finding for each file that a replica has confirmed and that is missing, or if `full` another one, here."""
    try:
        atlas = read_atlas(archive)
    except Failure as failure:
        return [finding_of(failure, "replicas")]
    findings = [one for goods in atlas.goods.values() for one in _look(archive, goods[0], full=full)]
    return findings + _look_at_heads(archive, atlas)


def _look(archive: Archive, good: Good, *, full: bool) -> list[Finding]:
    top = good.name.split("/")[0]
    path = archive.root / good.name
    if top == "objects":
        gone = not path.is_file() and not is_payload_removed(archive, path.name)
        return [_finding("refuted.payload-lost", good.name, _MISSING)] if gone else []
    if good.stored.startswith(CHANGING) and path.is_file():
        return []
    if top in {"slips", "cells"}:
        return _look_at_listed(archive, good, full=full)
    if not path.is_file():
        return [_finding("refuted.missing", good.name, _MISSING)] if top != "keys" or _is_public(good) else []
    if full and not good.told and top == "logs" and "/checkpoints/" in good.name and hash_file(path) != good.sha256:
        return [_finding("refuted.listed", good.name, _CHANGED)]
    return []


def _look_at_listed(archive: Archive, good: Good, *, full: bool) -> list[Finding]:
    folder, name = _split_listed(archive, good.name)
    path = archive.root / good.name
    if path.is_file():
        other = full and not good.told and name.startswith(SUMS_NAME + "/") and hash_file(path) != good.sha256
        return [_finding("refuted.listed", good.name, _CHANGED)] if other else []
    if not folder.is_dir() and is_epoch_name(folder.name) and archive.epoch_end(folder.name).exists():
        return []  # an epoch that ended goes as a whole
    if name.startswith((SUMS_NAME + "/", REMOVED_NAME + "/")):
        return [_finding("refuted.missing", good.name, _MISSING)]
    newer = [one for one in list_epochs(folder.parent) if (folder.parent / one / name).is_file()]
    if newer or name.split("/")[1] in read_removed(folder):
        return []
    return [_finding("refuted.missing", good.name, _MISSING)]


def _split_listed(archive: Archive, name: str) -> tuple[Path, str]:
    """Return the folder that has lists, and the rest of the name."""
    store, epoch, rest = name.split("/", 2)
    return archive.root / store / epoch, rest


def _look_at_heads(archive: Archive, atlas: Atlas) -> list[Finding]:
    findings = []
    for desk, size in atlas.heads.items():
        path = archive.checkpoint(desk)
        try:
            signed = parse_checkpoint(path.read_bytes()).size if path.is_file() else size
        except Malformed:
            continue  # the scrub names it
        if signed < size:
            reference = path.relative_to(archive.root).as_posix()
            findings.append(_finding("refuted.checkpoint-older", reference, _OLDER))
    return findings


def _is_public(good: Good) -> bool:
    return good.name == "keys/keylist" or good.name.startswith(("keys/keylists/", "keys/authorities/"))


def _finding(code: str, reference: str, message: str) -> Finding:
    return Finding(verdict="refuted", code=code, reference=reference, message=message)
