# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists of a dossier: which statement each exhibit rests on, whose consent, and where each statement stands.

Spec: spec/08-dossier.md §8.6, §8.7.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.encoding import encode_base64
from sviedka.core.base.ids import StatementId, SubjectId
from sviedka.core.disclose.bag_paths import find_cap, is_exhibit
from sviedka.core.disclose.dossier_errors import TagFileMalformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ID: Final = r"[0-9a-f]{32}"
_EXHIBIT: Final = re.compile(rf"({_ID}) ([!-~]+)", re.ASCII)
_PERSON: Final = re.compile(rf"({_ID}) ({_ID})", re.ASCII)
_NUMBER: Final = r"(?:0|[1-9][0-9]{0,15})"
_PLACE: Final = re.compile(rf"([1-9][0-9]?) (0|[1-9][0-9]{{0,3}}) ({_NUMBER})", re.ASCII)
# 32 bytes in their one spelling: the last character carries four bits only.
_HASHES: Final = re.compile(r"(?: [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=){0,63}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExhibitLine:
    """An exhibit and the `item.sealed` statement that vouches for its bytes."""

    sealed_by: StatementId
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonLine:
    """Somebody who appears, by identifier, and a consent statement that is relied on."""

    person: SubjectId
    consent: StatementId


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofLine:
    """Where a statement stands: log number, stamped head (0: the dossier's checkpoint), leaf index, sibling hashes."""

    log: int
    head: int
    index: int
    hashes: tuple[bytes, ...]


def format_exhibits(lines: Iterable[ExhibitLine]) -> bytes:
    """Return `exhibits.txt`."""
    ordered = sorted(lines, key=lambda line: line.path)
    return "".join(f"{line.sealed_by} {line.path}\n" for line in ordered).encode("ascii")


def parse_exhibit_line(text: str) -> ExhibitLine:
    """Read a line of `exhibits.txt`."""
    match = _EXHIBIT.fullmatch(text)
    if match is None or not is_exhibit(match[2]) or find_cap(match[2]) is None:
        raise TagFileMalformed("Not an identifier and the path of an exhibit.")
    return ExhibitLine(sealed_by=StatementId(match[1]), path=match[2])


def format_persons(lines: Iterable[PersonLine]) -> bytes:
    """Return `persons.txt`."""
    return "".join(sorted(f"{line.person} {line.consent}\n" for line in lines)).encode("ascii")


def parse_person_line(text: str) -> PersonLine:
    """Read a line of `persons.txt`."""
    match = _PERSON.fullmatch(text)
    if match is None:
        raise TagFileMalformed("Not two identifiers.")
    return PersonLine(person=SubjectId(match[1]), consent=StatementId(match[2]))


def format_proofs(lines: Sequence[ProofLine]) -> bytes:
    """Return `statements/proofs.txt`, in the order of the statements."""
    return "".join(
        " ".join((f"{line.log} {line.head} {line.index}", *map(encode_base64, line.hashes))) + "\n" for line in lines
    ).encode("ascii")


def parse_proof_line(text: str) -> ProofLine:
    """Read a line of `statements/proofs.txt`."""
    match = _PLACE.match(text)
    if match is None or not _HASHES.fullmatch(text, match.end()):
        raise TagFileMalformed("Not a place in a log and hashes.")
    hashes = tuple(map(a2b_base64, text[match.end() :].split()))
    return ProofLine(log=int(match[1]), head=int(match[2]), index=int(match[3]), hashes=hashes)
