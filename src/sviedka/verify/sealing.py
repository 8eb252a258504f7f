# SPDX-License-Identifier: AGPL-3.0-or-later
"""The seal and the digests it binds (spec §8.11, steps 7 and 8). Each file is read once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed
from sviedka.core.disclose import bag_paths as at
from sviedka.core.disclose.seal_text import SealText, parse_seal_text
from sviedka.core.seal.note import Note, parse_note
from sviedka.verify.container import Container, Entry, hash_entry, read_entry
from sviedka.verify.layout import ONLY_HASHED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.verify.findings import Findings
    from sviedka.verify.layout import Listing


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """SEAL.txt: the note, not yet verified, and what it says."""

    note: Note
    text: SealText


def read_seal(container: Container, files: Mapping[str, Entry], findings: Findings) -> Seal | None:
    """Read SEAL.txt; a report of `seal.malformed` goes with None."""
    try:
        note = parse_note(read_entry(container, files[at.SEAL]))
        text = parse_seal_text(note.text)
    except Malformed:
        findings.add("seal.malformed")
        return None
    if len(note.signatures) != 1:
        findings.add("seal.malformed")
        return None
    return Seal(note=note, text=text)


def read_tag_files(
    container: Container, files: Mapping[str, Entry], listing: Listing, findings: Findings
) -> dict[str, bytes]:
    """Hash every file but the exhibits, compare, and return those that are read later."""
    kept: dict[str, bytes] = {}
    for path, digest in listing.tag_files.items():
        if path.startswith(ONLY_HASHED):
            found = hash_entry(container, files[path])
        else:
            kept[path] = read_entry(container, files[path])
            found = sha256(kept[path]).digest()
        if found != digest:
            findings.add("file.altered", path)
    for path in (at.SEAL_BODY, at.SEAL_SIGNATURE):
        kept[path] = read_entry(container, files[path])
    return kept


def check_bound(seal: SealText, listing: Listing, tag_files: Mapping[str, bytes], findings: Findings) -> None:
    """Compare the digests in the seal with the files it names."""
    if sha256(listing.tag_manifest_file).hexdigest() != seal.tag_manifest:
        findings.add("seal.tagmanifest")
    if sha256(tag_files[at.SPEC]).hexdigest() != seal.spec:
        findings.add("seal.spec")
    numbers = at.log_numbers(tag_files)
    for number in range(1, max(len(numbers), len(seal.logs)) + 1):
        path = f"logs/{number}/checkpoint"
        sealed = seal.logs[number - 1] if number <= len(seal.logs) else None
        if path not in tag_files or sha256(tag_files[path]).hexdigest() != sealed:
            findings.add("seal.log", path)


def check_exhibits(digests: Mapping[str, bytes], listing: Listing, findings: Findings) -> None:
    """Compare the exhibits' digests, found meanwhile, with the manifest."""
    findings.add_all("file.altered", (path for path, digest in listing.exhibits.items() if digests[path] != digest))
