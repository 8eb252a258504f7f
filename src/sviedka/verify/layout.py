# SPDX-License-Identifier: AGPL-3.0-or-later
"""First look: only files that a dossier holds, none too large, missing or unlisted (spec §8.11, steps 2 to 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.disclose import bag_paths as at
from sviedka.core.disclose.manifest import BAGIT_TEXT, parse_manifest
from sviedka.verify.container import Container, Entry, read_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sviedka.verify.findings import Findings


MAX_READ_BYTES: Final = 64 << 20
"""Together, of the files that are read whole and kept: everything but exhibits, statements and what is for people."""

ONLY_HASHED: Final = ("report/", "loadfile/", at.VERIFY_TEXT, at.VERIFY_PAGE)
"""Files for people: nothing in them is evidence, so nothing in them is read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """The two manifests: SHA-256 by path. `tag_manifest_file` are the bytes that the seal binds."""

    exhibits: Mapping[str, bytes]
    tag_files: Mapping[str, bytes]
    tag_manifest_file: bytes


def check_layout(entries: Iterable[Entry], findings: Findings) -> dict[str, Entry]:
    """Judge names, kinds and sizes; return the files by path."""
    files = {entry.path: entry for entry in entries}
    if not {at.BAGIT, at.SEAL} <= files.keys():
        findings.add("dossier.absent")
    elif len(files) > at.MAX_FILES:
        findings.add("files.too-many")
    else:
        sound = [entry for entry in files.values() if _check_entry(entry, findings)]
        if sum(entry.size_bytes for entry in sound if _is_kept(entry.path)) > MAX_READ_BYTES:
            findings.add("files.too-large")
        if not findings.must_stop():
            findings.add_all("file.missing", at.find_missing(files))
    return files


def read_listing(container: Container, files: Mapping[str, Entry], findings: Findings) -> Listing:
    """Read both manifests and compare them with what is there."""
    if read_entry(container, files[at.BAGIT]) != BAGIT_TEXT:
        findings.add("bagit.differs")
    raw = read_entry(container, files[at.TAG_MANIFEST])
    exhibits = _parse(at.MANIFEST, read_entry(container, files[at.MANIFEST]), findings)
    tag_files = _parse(at.TAG_MANIFEST, raw, findings)
    if not findings.must_stop():
        _compare(files, exhibits, tag_files, findings)
    return Listing(exhibits=exhibits, tag_files=tag_files, tag_manifest_file=raw)


def show_path(path: str) -> str:
    """Return a path for a report: printable ASCII, everything else as percent-encoded UTF-8."""
    raw = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if 0x21 <= byte <= 0x7E and byte != 0x25 else f"%{byte:02X}" for byte in raw)


def _check_entry(entry: Entry, findings: Findings) -> bool:
    cap = at.find_cap(entry.path)
    if not entry.is_regular:
        findings.add("path.link", show_path(entry.path))
    elif entry.path == at.FETCH:
        findings.add("path.fetch")
    elif cap is None:
        findings.add("path.foreign", show_path(entry.path))
    elif entry.size_bytes > cap:
        findings.add("file.too-large", entry.path)
    else:
        return True
    return False


def _is_kept(path: str) -> bool:
    """Tell whether a file is held in memory until the end; statements have caps of their own."""
    return not (at.is_exhibit(path) or path.startswith(("statements/", *ONLY_HASHED)))


def _parse(path: str, data: bytes, findings: Findings) -> dict[str, bytes]:
    try:
        return parse_manifest(data)
    except Malformed:
        findings.add("manifest.malformed", path)
        return {}


def _compare(
    files: Mapping[str, Entry], exhibits: Mapping[str, bytes], tag_files: Mapping[str, bytes], findings: Findings
) -> None:
    payload = {path for path in files if at.is_exhibit(path)}
    others = files.keys() - payload - at.UNLISTED
    for listed, present in ((exhibits.keys(), payload), (tag_files.keys(), others)):
        findings.add_all("file.missing", map(show_path, listed - present))
        findings.add_all("file.unlisted", map(show_path, present - listed))
