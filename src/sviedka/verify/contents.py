# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the files of a dossier say, read strictly and not yet believed (spec §8.11, step 9)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from sviedka.core.base.encoding import decode_base64
from sviedka.core.base.errors import Malformed
from sviedka.core.base.ids import parse_origin
from sviedka.core.disclose import bag_paths as at
from sviedka.core.disclose.dossier_errors import LineMalformed, TagFileMalformed
from sviedka.core.disclose.dossier_lines import ExhibitLine, PersonLine, parse_exhibit_line, parse_person_line
from sviedka.core.disclose.dossier_spec import DossierSpec, parse_spec, parse_withheld
from sviedka.core.disclose.manifest import parse_lines, split_lines
from sviedka.core.disclose.stamp_states import StampProgress, StampState, parse_stamp_states
from sviedka.core.seal.checkpoint import Checkpoint, parse_checkpoint
from sviedka.core.seal.keylist import KeyList, parse_keylist
from sviedka.core.seal.note_key import ED25519, VerifierKey, parse_vkey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sviedka.verify.findings import Findings

Parsed = TypeVar("Parsed")
_MAX_CONSISTENCY_HASHES = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadContents:
    """A stamped head. `folder` is where its tokens lie; `tokens` are the authorities that have answered."""

    folder: str
    checkpoint: Checkpoint
    consistency: tuple[bytes, ...]
    states: tuple[StampState, ...]
    tokens: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogContents:
    """One log: its number, origin, the dossier's checkpoint, and its stamped heads."""

    number: int
    origin: str
    checkpoint: Checkpoint
    heads: tuple[HeadContents, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """Everything but the statements."""

    root: VerifierKey
    key_list: KeyList
    spec: DossierSpec
    exhibits: tuple[ExhibitLine, ...]
    persons: tuple[PersonLine, ...]
    logs: tuple[LogContents, ...]


def read_contents(files: Mapping[str, bytes], exhibits: frozenset[str], findings: Findings) -> Contents | None:
    """Read every tag file but the statements; None goes with findings that stop."""
    reader = _Reader(files, findings)
    root = reader.read(at.ROOT, _parse_root, code="keys.malformed")
    key_list = reader.read(at.KEY_LIST, parse_keylist, code="keys.malformed")
    spec = reader.read(at.SPEC, parse_spec)
    reader.read(at.WITHHELD, parse_withheld)
    listed = reader.read(at.EXHIBITS, lambda data: _parse_exhibits(data, exhibits))
    persons = reader.read(
        at.PERSONS,
        lambda data: parse_lines(data, parse_person_line, order=lambda line: f"{line.person} {line.consent}"),
    )
    logs = reader.read_logs()
    if root is None or key_list is None or spec is None or listed is None or persons is None or logs is None:
        return None
    return Contents(root=root, key_list=key_list, spec=spec, exhibits=listed, persons=persons, logs=logs)


class _Reader:
    """Reads one file after another and reports those that are not in their form."""

    def __init__(self, files: Mapping[str, bytes], findings: Findings) -> None:
        self._files = files
        self._findings = findings

    def read(self, path: str, parse: Callable[[bytes], Parsed], *, code: str = "tag-file.malformed") -> Parsed | None:
        try:
            return parse(self._files[path])
        except LineMalformed as reason:
            self._findings.add(code, f"{path}:{reason.line}")
        except Malformed:
            self._findings.add(code, path)
        return None

    def read_logs(self) -> tuple[LogContents, ...] | None:
        logs = [self._read_log(number) for number in at.log_numbers(self._files)]
        whole = tuple(log for log in logs if log is not None)
        if len(whole) != len(logs):
            return None
        for before, log in pairwise(whole):
            if log.origin <= before.origin:
                self._findings.add("tag-file.malformed", f"logs/{log.number}/origin")
        return whole

    def _read_log(self, number: int) -> LogContents | None:
        origin = self.read(f"logs/{number}/origin", _parse_origin)
        checkpoint = self.read(f"logs/{number}/checkpoint", parse_checkpoint)
        heads = [self._read_head(number, head) for head in at.head_numbers(self._files, number)]
        whole = tuple(head for head in heads if head is not None)
        if origin is None or checkpoint is None or len(whole) != len(heads):
            return None
        last = 0
        for head in whole:
            if not last < head.checkpoint.size <= checkpoint.size:
                self._findings.add("tag-file.malformed", f"{head.folder}/checkpoint")
            last = head.checkpoint.size
        return LogContents(number=number, origin=origin, checkpoint=checkpoint, heads=whole)

    def _read_head(self, log: int, number: int) -> HeadContents | None:
        folder = at.head_folder(log, number)
        checkpoint = self.read(f"{folder}/checkpoint", _parse_frozen)
        consistency = self.read(f"{folder}/consistency", _parse_consistency)
        beside = (path for path in self._files if path.startswith(f"{folder}/"))
        tokens = tuple(sorted(path[len(folder) + 1 : -4] for path in beside if path.endswith(".tsr")))
        states = self.read(f"{folder}/stamps.json", lambda data: _parse_states(data, tokens))
        if checkpoint is None or consistency is None or states is None:
            return None
        return HeadContents(folder=folder, checkpoint=checkpoint, consistency=consistency, states=states, tokens=tokens)


def _parse_root(data: bytes) -> VerifierKey:
    (line,) = _exactly_one(data)
    key = parse_vkey(line)
    if key.key_type != ED25519 or not key.name.endswith("/root"):
        raise TagFileMalformed("This is no root key.")
    return key


def _parse_origin(data: bytes) -> str:
    (line,) = _exactly_one(data)
    parse_origin(line)
    return line


def _exactly_one(data: bytes) -> list[str]:
    lines = split_lines(data)
    if len(lines) != 1:
        raise TagFileMalformed("This file has one line.")
    return lines


def _parse_exhibits(data: bytes, exhibits: frozenset[str]) -> tuple[ExhibitLine, ...]:
    lines = parse_lines(data, parse_exhibit_line, order=lambda line: line.path)
    if {line.path for line in lines} != exhibits:
        raise TagFileMalformed("The exhibits in the list are not those in the manifest.")
    return lines


def _parse_frozen(data: bytes) -> Checkpoint:
    checkpoint = parse_checkpoint(data)
    if len(checkpoint.note.signatures) != 1 or checkpoint.frozen() != data:
        raise TagFileMalformed("A stamped checkpoint bears its log's signature and no other.")
    return checkpoint


def _parse_consistency(data: bytes) -> tuple[bytes, ...]:
    hashes = parse_lines(data, decode_base64)
    if len(hashes) > _MAX_CONSISTENCY_HASHES or any(len(item) != 32 for item in hashes):
        raise TagFileMalformed("A consistency proof is a few hashes of 32 bytes.")
    return hashes


def _parse_states(data: bytes, tokens: tuple[str, ...]) -> tuple[StampState, ...]:
    states = parse_stamp_states(data)
    stamped = tuple(state.authority for state in states if state.state is StampProgress.STAMPED)
    if stamped != tokens:
        raise TagFileMalformed("The stamps said to be there are not those that are.")
    return states
