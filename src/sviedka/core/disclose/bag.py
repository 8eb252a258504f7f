# SPDX-License-Identifier: AGPL-3.0-or-later
"""From chosen statements, proofs and exhibits to the bytes of a dossier.

Pure, and the same content gives the same bytes. What may leave was decided before; this module only lays it out and
binds it: manifest, tag manifest, then the text that the desk seals. Exhibits come in as digests, because they are
files and may be large. Spec: spec/08-dossier.md §8.2 to §8.9.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from sviedka.core.base.encoding import encode_base64
from sviedka.core.disclose import bag_paths as at
from sviedka.core.disclose.derived import cut_note, derived_files, derived_log_files
from sviedka.core.disclose.dossier_lines import (
    ExhibitLine,
    PersonLine,
    ProofLine,
    format_exhibits,
    format_persons,
    format_proofs,
)
from sviedka.core.disclose.manifest import BAGIT_TEXT, format_bag_info, format_manifest
from sviedka.core.disclose.seal_text import SealText, format_seal_text
from sviedka.core.disclose.stamp_states import StampState, format_stamp_states
from sviedka.core.seal.note import VerifierKey, parse_note
from sviedka.core.seal.statement import format_sdjwt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sviedka.core.base.ids import StatementId
    from sviedka.core.disclose.dossier_spec import DossierSpec, WithheldCounts


@dataclass(frozen=True, kw_only=True, slots=True)
class BagExhibit:
    """An exhibit: its place in the bag, its bytes by digest and size, and the statement that vouches for them."""

    path: str
    sha256: bytes
    size_bytes: int
    sealed_by: StatementId


@dataclass(frozen=True, kw_only=True, slots=True)
class BagStatement:
    """A statement with the disclosures that are shown, and where it stands."""

    jwt: bytes
    disclosures: tuple[str, ...]
    place: ProofLine


@dataclass(frozen=True, kw_only=True, slots=True)
class BagHead:
    """A stamped head: frozen checkpoint, hashes that connect it to the dossier's, and what authorities answered.

    `files` holds by name what lies beside it: `<authority>.tsr`, `.tsq`, `.chain.pem`, `.crl.pem`, and
    `opentimestamps.ots`.
    """

    checkpoint: bytes
    consistency: tuple[bytes, ...]
    states: tuple[StampState, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class BagLog:
    """A desk's log: its checkpoint with cosignatures, the key that signed it, and its stamped heads by size."""

    origin: str
    checkpoint: bytes
    key: VerifierKey
    heads: tuple[BagHead, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BagContent:
    """Everything that goes into a dossier.

    Attributes:
        origin: The building desk; one of `logs`, which are sorted by origin.
        seal_key: The statement key that will sign the seal; public part.
        statements: Sorted by (log number, leaf index).
        readers: Files for people by path: report, load file, VERIFY.md, verify.html.
    """

    spec: DossierSpec
    withheld: WithheldCounts
    origin: str
    as_of: datetime
    exhibits: tuple[BagExhibit, ...]
    statements: tuple[BagStatement, ...]
    persons: tuple[PersonLine, ...]
    logs: tuple[BagLog, ...]
    key_list: bytes
    root: VerifierKey
    seal_key: VerifierKey
    readers: Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsealedBag:
    """A dossier before its seal: every file but the exhibits, and the text to be signed."""

    files: Mapping[str, bytes]
    seal_text: str


def draft_bag(content: BagContent) -> UnsealedBag:
    """Lay out a dossier up to its seal.

    Raises:
        Malformed: A checkpoint or key list that is no note.
    """
    files = dict(_tag_files(content))
    files[at.MANIFEST] = format_manifest({exhibit.path: exhibit.sha256 for exhibit in content.exhibits})
    files[at.TAG_MANIFEST] = format_manifest({path: sha256(data).digest() for path, data in files.items()})
    seal = SealText(
        origin=content.origin,
        tag_manifest=sha256(files[at.TAG_MANIFEST]).hexdigest(),
        logs=tuple(sha256(log.checkpoint).hexdigest() for log in content.logs),
        spec=sha256(files[at.SPEC]).hexdigest(),
        built_at=content.spec.at,
        as_of=content.as_of,
    )
    return UnsealedBag(files=files, seal_text=format_seal_text(seal))


def finish_bag(bag: UnsealedBag, *, seal: bytes, seal_key: VerifierKey) -> dict[str, bytes]:
    """Add the signed seal; return every file but the exhibits."""
    body, signature = cut_note(parse_note(seal), seal_key)
    return {**bag.files, at.SEAL: seal, at.SEAL_BODY: body, at.SEAL_SIGNATURE: signature}


def _tag_files(content: BagContent) -> Iterator[tuple[str, bytes]]:
    exhibit_bytes = sum(exhibit.size_bytes for exhibit in content.exhibits)
    yield at.BAGIT, BAGIT_TEXT
    yield (
        at.BAG_INFO,
        format_bag_info(as_of=content.as_of, exhibit_bytes=exhibit_bytes, exhibits=len(content.exhibits)),
    )
    yield at.SPEC, content.spec.encode()
    yield at.WITHHELD, content.withheld.encode()
    yield (
        at.EXHIBITS,
        format_exhibits(ExhibitLine(sealed_by=exhibit.sealed_by, path=exhibit.path) for exhibit in content.exhibits),
    )
    yield at.PERSONS, format_persons(content.persons)
    yield at.STATEMENTS, b"".join(map(_statement_line, content.statements))
    yield at.PROOFS, format_proofs([statement.place for statement in content.statements])
    yield at.KEY_LIST, content.key_list
    yield at.ROOT, f"{content.root.vkey}\n".encode()
    yield from derived_files(key_list=parse_note(content.key_list), root=content.root, seal_key=content.seal_key)
    for number, log in enumerate(content.logs, start=1):
        yield from _log_files(number, log)
    yield from content.readers.items()


def _statement_line(statement: BagStatement) -> bytes:
    return format_sdjwt(statement.jwt, sorted(statement.disclosures)).encode("ascii") + b"\n"


def _log_files(number: int, log: BagLog) -> Iterator[tuple[str, bytes]]:
    yield f"logs/{number}/origin", f"{log.origin}\n".encode("ascii")
    yield f"logs/{number}/checkpoint", log.checkpoint
    yield from derived_log_files(number, checkpoint=parse_note(log.checkpoint), key=log.key)
    for head_number, head in enumerate(log.heads, start=1):
        folder = at.head_folder(number, head_number)
        yield f"{folder}/checkpoint", head.checkpoint
        yield f"{folder}/consistency", "".join(f"{encode_base64(item)}\n" for item in head.consistency).encode("ascii")
        yield f"{folder}/stamps.json", format_stamp_states(head.states)
        for name, data in head.files.items():
            yield f"{folder}/{name}", data
