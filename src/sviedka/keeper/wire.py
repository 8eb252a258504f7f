# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts, statements and failures as they travel between the keeper and those who ask it.

Drafts and disclosures go as plain JSON in a part, read by the C decoder: thousands come at once, and what is signed is
spelt canonically later, by the keeper itself. Everything read here is untrusted and raises `FrameMalformed` only.
Spec: spec/07-keys.md §11.
"""

from __future__ import annotations

import contextlib
import json
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

from sviedka.core.base.encoding import encode_base64
from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.base.ids import CellId
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.core.seal.statement import Composed, Disclose, Draft, Group, Segment, Text
from sviedka.keeper.errors import FrameMalformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.keeper.frames import Buffer, Header

MOST_DRAFTS: Final = 4_096
DRAFTS_AT_ONCE: Final = 256
"""Drafts in one message: small enough that others get their turn, large enough to cost nothing."""

BYTES_AT_ONCE: Final = 4 * 1024 * 1024
"""Sealed they take about four times as much, which must fit into an answer."""

_FIRST_YEAR: Final = 1970
"""A statement's day is a Unix time from 0 on (spec/03-statement.md §3)."""

_DRAFT: Final = "A draft is not of its shape."


def encode_proof(hashes: Sequence[bytes]) -> list[Json]:
    """Return a proof's hashes, in order, as a header carries them."""
    return [encode_base64(one) for one in hashes]


def encode_drafts(drafts: Sequence[Draft]) -> Iterator[bytes]:
    """Yield drafts in order, as parts of as many messages as they need."""
    gathered: list[bytes] = []
    size = 0
    for draft in drafts:
        text = json.dumps(_draft_to_list(draft), ensure_ascii=False, separators=(",", ":"))
        encoded = text.encode("utf-8", "surrogatepass")
        if gathered and (len(gathered) == DRAFTS_AT_ONCE or size + len(encoded) > BYTES_AT_ONCE):
            yield b"[" + b",".join(gathered) + b"]"
            gathered, size = [], 0
        gathered.append(encoded)
        size += len(encoded)
    if gathered:
        yield b"[" + b",".join(gathered) + b"]"


def parse_drafts(data: Buffer) -> list[Draft]:
    """Read what `encode_drafts` wrote; raise `FrameMalformed`. What the drafts say is checked where they are sealed."""
    listed = _load(data)
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_DRAFTS:
        raise FrameMalformed("A message holds 1 to {most} drafts.", most=MOST_DRAFTS)
    cells = _Cells()
    try:
        return [_list_to_draft(item, cells) for item in listed]
    except (TypeError, ValueError, Malformed) as reason:
        raise FrameMalformed(_DRAFT) from reason


def encode_composed(composed: Sequence[Composed]) -> tuple[bytes, bytes]:
    """Return statements as two parts: where each ends and what it discloses, and the bytes themselves."""
    index = [
        [len(one.jwt), len(one.sealed), [[group.cells, group.disclosures] for group in one.groups]] for one in composed
    ]
    blob = b"".join(piece for one in composed for piece in (one.jwt, one.sealed))
    return json.dumps(index, separators=(",", ":")).encode("ascii"), blob


def parse_composed(index: Buffer, blob: Buffer) -> list[Composed]:
    """Read what `encode_composed` wrote; raise `FrameMalformed`."""
    listed = _load(index)
    cells = _Cells()
    try:
        lengths = [int(length) for jwt, sealed, _ in listed for length in (jwt, sealed)]
        pieces = _cut(blob, lengths)
        return [
            Composed(jwt=next(pieces), sealed=next(pieces), groups=tuple([_group(cells, *group) for group in groups]))
            for _, _, groups in listed
        ]
    except (TypeError, ValueError, StopIteration) as reason:
        raise FrameMalformed("The keeper's answer is not of its shape.") from reason


def encode_failure(failure: Failure) -> Header:
    """Return the header that tells of `failure`."""
    facts: dict[str, Json] = dict(failure.facts)
    told: dict[str, Json] = {
        "code": failure.code,
        "verdict": failure.verdict,
        "message": failure.message,
        "facts": facts,
    }
    return {"error": told}


def parse_failure(told: Json) -> Failure:
    """Return the failure that the keeper tells of: of its own class if this process knows it, else of its verdict."""
    told = told if isinstance(told, dict) else {}
    message, facts = told.get("message"), told.get("facts")
    kinds = {kind.code: kind for kind in _all_kinds(Failure)}
    kind = kinds.get(str(told.get("code"))) or kinds.get(str(told.get("verdict"))) or FrameMalformed
    if isinstance(message, str) and isinstance(facts, dict):
        failure = kind(message, **cast("dict[str, Any]", facts))
        with contextlib.suppress(LookupError, ValueError, AttributeError):  # it asks for facts that were not sent
            str(failure)
            return failure
    return FrameMalformed("The keeper tells of a failure in a way that is not understood.")


def _all_kinds(kind: type[Failure]) -> Iterator[type[Failure]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all_kinds(below)


def _draft_to_list(draft: Draft) -> list[object]:
    parts = [
        (part.name, part.value, part.cells)
        if isinstance(part, Disclose)
        else (part.name, [(segment.text, segment.cells) for segment in part.segments])
        for part in draft.parts
    ]
    at = format_instant(draft.at)
    return [draft.jti, draft.case, draft.type, draft.subject, draft.heads, at, parts, draft.archive_cell]


def _list_to_draft(item: Any, cells: _Cells) -> Draft:  # noqa: ANN401  # as json.loads gives it; each step checks
    jti, case, kind, subject, heads, at, parts, archive_cell = item
    if {type(text) for text in (jti, case, kind, subject, archive_cell, *heads)} != {str}:
        raise FrameMalformed(_DRAFT)
    return Draft(
        jti=jti,
        case=case,
        type=kind,
        subject=subject,
        heads=tuple(heads),
        at=_parse_instant(at),
        parts=tuple([_part(cells, *part) for part in parts]),
        archive_cell=archive_cell,
    )


def _part(known: _Cells, name: str, value: Any, cells: list[str] | None = None) -> Disclose | Text:  # noqa: ANN401  # see above
    if type(name) is not str:
        raise FrameMalformed(_DRAFT)
    if cells is not None:
        return Disclose(name=name, value=value, cells=known.check(cells))
    return Text(name=name, segments=tuple([_segment(known, *segment) for segment in value]))


def _segment(known: _Cells, text: str, cells: list[str]) -> Segment:
    if type(text) is not str:
        raise FrameMalformed(_DRAFT)
    return Segment(text=text, cells=known.check(cells))


def _group(cells: _Cells, named: list[str], disclosures: list[str]) -> Group:
    if not all(isinstance(text, str) for text in disclosures):
        raise FrameMalformed("The keeper's answer is not of its shape.")
    # A group holds at least one disclosure; none is shown of what even the desk is not told again.
    return Group(cells=cells.check(named), disclosures=tuple(disclosures), withheld=not disclosures)


class _Cells:
    """Sets of cells as they come: the same few again and again, each checked and kept once for a message."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[CellId, ...]] = {}

    def check(self, cells: object) -> tuple[CellId, ...]:
        """Return `cells` as a tuple; raise `FrameMalformed` if it is no list of texts."""
        if not isinstance(cells, list):
            raise FrameMalformed("Cells are a list of identifiers.")
        key = tuple(cells)
        if key not in self._known:
            if not all(isinstance(cell, str) for cell in key):
                raise FrameMalformed("Cells are a list of identifiers.")
            self._known[key] = tuple(CellId(cell) for cell in key)
        return self._known[key]


@lru_cache(maxsize=256)
def _parse_instant(text: str) -> datetime:
    moment = parse_instant(text)
    if moment.year < _FIRST_YEAR:
        raise FrameMalformed("No statement was made before {year}.", year=_FIRST_YEAR)
    return moment


def _cut(blob: Buffer, lengths: list[int]) -> Iterator[bytes]:
    if any(length < 0 for length in lengths) or sum(lengths) != len(blob):
        raise FrameMalformed("The lengths in the keeper's answer do not fit its bytes.")
    ends = [0]
    for length in lengths:
        ends.append(ends[-1] + length)
    view = memoryview(blob)
    return (bytes(view[start:end]) for start, end in pairwise(ends))


def _load(data: Buffer) -> Any:  # noqa: ANN401  # json.loads is untyped; every caller checks what it takes
    try:
        return json.loads(bytes(data))
    except (ValueError, RecursionError) as reason:
        raise FrameMalformed("A part that should be JSON is not.") from reason
