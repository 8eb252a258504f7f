# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which files a dossier may hold, how large each may be, and which must be there.

Generated ASCII names only: BagIt readers disagree about every other kind (escapes, case, links), and a file that is not
foreseen here would lie in the dossier without anybody vouching for it. Spec: spec/08-dossier.md §8.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MAX_FILES: Final = 100_000

BAGIT: Final = "bagit.txt"
BAG_INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
SEAL: Final = "SEAL.txt"
SEAL_BODY: Final = "SEAL.body"
SEAL_SIGNATURE: Final = "SEAL.sig"
UNLISTED: Final = frozenset({TAG_MANIFEST, SEAL, SEAL_BODY, SEAL_SIGNATURE})
"""Tag files that no manifest can list, because they depend on the tag manifest; the seal's signature binds them."""

SPEC: Final = "spec.json"
WITHHELD: Final = "withheld.json"
EXHIBITS: Final = "exhibits.txt"
PERSONS: Final = "persons.txt"
STATEMENTS: Final = "statements/statements.txt"
PROOFS: Final = "statements/proofs.txt"
KEY_LIST: Final = "keys/keylist"
ROOT: Final = "keys/root"
REPORT_PDF: Final = "report/report.pdf"
REPORT_DOCX: Final = "report/report.docx"
VERIFY_TEXT: Final = "VERIFY.md"
VERIFY_PAGE: Final = "verify.html"
LOADFILE_DAT: Final = "loadfile/export.dat"
LOADFILE_CSV: Final = "loadfile/export.csv"
LOADFILE_README: Final = "loadfile/README"
FETCH: Final = "fetch.txt"

_KB: Final = 1024
_MB: Final = 1024 * _KB
_K: Final = "[1-9][0-9]?"
_HEAD: Final = rf"logs/{_K}/heads/(?!0000)[0-9]{{4}}"
_AUTHORITY: Final = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"

_FIXED: Final = {
    BAGIT: 64,
    BAG_INFO: 4 * _KB,
    MANIFEST: 16 * _MB,
    TAG_MANIFEST: 16 * _MB,
    SEAL: 16 * _KB,
    SEAL_BODY: 16 * _KB,
    SEAL_SIGNATURE: 64,
    SPEC: _MB,
    WITHHELD: _MB,
    EXHIBITS: 16 * _MB,
    PERSONS: 16 * _MB,
    STATEMENTS: 256 * _MB,
    PROOFS: 256 * _MB,
    KEY_LIST: _MB,
    ROOT: 512,
    "keys/root.pem": 512,
    "keys/seal.pem": 512,
    "byhand/keylist.body": _MB,
    "byhand/keylist.sig": 64,
    LOADFILE_DAT: 64 * _MB,
    LOADFILE_CSV: 64 * _MB,
    LOADFILE_README: 64 * _MB,
    REPORT_PDF: 256 * _MB,
    REPORT_DOCX: 256 * _MB,
    VERIFY_TEXT: 256 * _KB,
    VERIFY_PAGE: 4 * _MB,
}

_OPTIONAL: Final = frozenset({REPORT_PDF, REPORT_DOCX, VERIFY_PAGE})

_SHAPED: Final = tuple(
    (re.compile(pattern, re.ASCII), cap)
    for pattern, cap in (
        (r"data/(?!000000)[0-9]{6}\.[a-z0-9]{1,10}", 2**53 - 1),
        (rf"logs/{_K}/origin", 256),
        (rf"logs/{_K}/checkpoint", 64 * _KB),
        (rf"{_HEAD}/checkpoint", 64 * _KB),
        (rf"{_HEAD}/consistency", 8 * _KB),
        (rf"{_HEAD}/stamps\.json", 64 * _KB),
        (rf"{_HEAD}/{_AUTHORITY}\.ts[rq]", 64 * _KB),
        (rf"{_HEAD}/{_AUTHORITY}\.chain\.pem", 256 * _KB),
        (rf"{_HEAD}/{_AUTHORITY}\.crl\.pem", 4 * _MB),
        (rf"{_HEAD}/opentimestamps\.ots", 64 * _KB),
        (rf"keys/log-{_K}\.pem", 512),
        (rf"byhand/checkpoint-{_K}\.body", 64 * _KB),
        (rf"byhand/checkpoint-{_K}\.sig", 64),
    )
)

_AUTHORITY_NAME: Final = re.compile(_AUTHORITY, re.ASCII)
_LOG_PART: Final = re.compile(rf"(?:logs/({_K})/.*|keys/log-({_K})\.pem|byhand/checkpoint-({_K})\..*)", re.ASCII)
_HEAD_PART: Final = re.compile(rf"logs/({_K})/heads/([0-9]{{4}})/.*", re.ASCII)
_TOKEN_PART: Final = re.compile(rf"({_HEAD}/{_AUTHORITY})\.(?:tsr|tsq|chain\.pem|crl\.pem)", re.ASCII)


def find_cap(path: str) -> int | None:
    """Return how many bytes the file at `path` may have, or None if a dossier holds no such file."""
    fixed = _FIXED.get(path)
    if fixed is not None:
        return fixed
    return next((cap for pattern, cap in _SHAPED if pattern.fullmatch(path)), None)


def is_exhibit(path: str) -> bool:
    """Tell whether `path` is payload in the sense of BagIt."""
    return path.startswith("data/")


def is_authority_name(text: str) -> bool:
    """Tell whether `text` may name a time authority in a dossier's paths."""
    return _AUTHORITY_NAME.fullmatch(text) is not None


def log_numbers(paths: Iterable[str]) -> range:
    """Return the numbers of the logs that `paths` speak of: 1 to the highest that occurs, at least 1."""
    numbers = [int(next(filter(None, match.groups()))) for path in paths if (match := _LOG_PART.fullmatch(path))]
    return range(1, max(numbers, default=1) + 1)


def head_numbers(paths: Iterable[str], log: int) -> range:
    """Return the numbers of the heads of one log: 1 to the highest that occurs, or none."""
    numbers = [
        int(match[2]) for path in paths if (match := _HEAD_PART.fullmatch(path)) is not None and int(match[1]) == log
    ]
    return range(1, max(numbers, default=0) + 1)


def head_folder(log: int, head: int) -> str:
    """Return the folder of one stamped head."""
    return f"logs/{log}/heads/{head:04d}"


def find_missing(paths: Collection[str]) -> tuple[str, ...]:
    """Return, sorted, the required files that are not among `paths` (allowed ones).

    An exhibit's extension is free, so that a gap in their numbering is named without one.
    """
    present = set(paths)
    missing = {path for path in _required(present) if path not in present}
    numbers = sorted(path[5:11] for path in present if is_exhibit(path))
    gap = next((place for place, number in enumerate(numbers, start=1) if number != f"{place:06d}"), None)
    if gap is not None:
        missing.add(f"data/{gap:06d}")
    return tuple(sorted(missing))


def _required(present: set[str]) -> Iterator[str]:
    yield from (path for path in _FIXED if path not in _OPTIONAL)
    heads: dict[int, list[str]] = {}
    for path in present:
        if _HEAD_PART.fullmatch(path):
            heads.setdefault(int(path.split("/", 2)[1]), []).append(path)
    for log in log_numbers(present):
        yield from (f"logs/{log}/origin", f"logs/{log}/checkpoint", f"keys/log-{log}.pem")
        yield from (f"byhand/checkpoint-{log}.body", f"byhand/checkpoint-{log}.sig")
        for head in head_numbers(heads.get(log, ()), log):
            folder = head_folder(log, head)
            yield from (f"{folder}/checkpoint", f"{folder}/consistency", f"{folder}/stamps.json")
    for path in present:
        if token := _TOKEN_PART.fullmatch(path):
            yield from (f"{token[1]}.tsr", f"{token[1]}.chain.pem")
