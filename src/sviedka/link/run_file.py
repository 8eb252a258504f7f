# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linkage run as bytes: a ZIP of `run.json` and NumPy arrays, stored, in one spelling only (spec/09-count.md §2).

Any tool that reads `.npz` reads it. Nothing in it is compressed, so that the same run is the same bytes with every
zlib, and so that a small file cannot grow into a large one.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.lib import format as npy

from sviedka.core.base.errors import NotCanonical, TooLarge, UnknownVersion
from sviedka.link.run import BlockingRule, Conflicts, Counted, LinkageRun, LinkedList, RunMalformed, ScoredPairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT: Final = "sviedka-linkage-run/1"
MAX_BYTES: Final = 16 * 1024**3
MAX_JSON_BYTES: Final = 4 * 1024**2

_UNFIT: Final = "The parts of this linkage run do not fit together: {part}."
_JSON: Final = "run.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_ARRAYS: Final = {
    "list_of": "<i2",
    "row_of": "<i4",
    "pairs_i": "<i4",
    "pairs_j": "<i4",
    "pairs_p": "<f4",
    "pairs_agreement": "|i1",
    "conflicts_i": "<i4",
    "conflicts_j": "<i4",
    "conflicts_reason": "|u1",
    "cluster_of": "<i4",
    "draws": "<i4",
}
"""Members after `run.json`, in their order, with the kind of their numbers."""


def run_to_bytes(run: LinkageRun) -> bytes:
    """Return the one spelling of `run`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member(_JSON), _head(run))
        for name, array in _arrays(run).items():
            part = io.BytesIO()
            npy.write_array(part, np.ascontiguousarray(array.astype(_ARRAYS[name])), version=(1, 0), allow_pickle=False)
            archive.writestr(_member(f"{name}.npy"), part.getvalue())
    return out.getvalue()


def parse_run(data: bytes) -> LinkageRun:
    """Read a run.

    Untrusted: `data`.

    Raises:
        TooLarge: Over `MAX_BYTES`.
        UnknownVersion: Another format, or one of a later program.
        RunMalformed: Not a run, or its parts do not fit together.
        NotCanonical: Readable, but not the one spelling.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("A linkage run of {size} bytes; at most {most} are read.", size=len(data), most=MAX_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive)
            run = _build(json.loads(members.pop(_JSON)), {name: _array(name, part) for name, part in members.items()})
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError, KeyError, TypeError) as reason:
        # NotImplementedError, RuntimeError: a ZIP with a method or a password that it never has, JSON nested too deep.
        raise RunMalformed("This is no linkage run.") from reason
    if run_to_bytes(run) != data:
        raise NotCanonical("This linkage run is not written in the one way it is written.")
    return run


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.create_system = 3  # whatever system writes it
    member.external_attr = 0o600 << 16
    return member


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    listed = archive.infolist()
    if [one.filename for one in listed] != [_JSON, *(f"{name}.npy" for name in _ARRAYS)]:
        raise RunMalformed("This is no linkage run.")
    if any(one.compress_type != zipfile.ZIP_STORED for one in listed) or listed[0].file_size > MAX_JSON_BYTES:
        raise RunMalformed("This is no linkage run.")
    return {one.filename.removesuffix(".npy"): archive.read(one) for one in listed}


def _array(name: str, part: bytes) -> NDArray[np.generic]:
    """Return an array over the bytes of `part`; its size is checked before anything is made of it."""
    source = io.BytesIO(part)
    if npy.read_magic(source) != (1, 0):
        raise RunMalformed(_UNFIT, part=name)
    shape, fortran, kind = npy.read_array_header_1_0(source)
    if fortran or kind != np.dtype(_ARRAYS[name]):
        raise RunMalformed(_UNFIT, part=name)
    return np.frombuffer(part, dtype=kind, offset=source.tell()).reshape(shape)


def _arrays(run: LinkageRun) -> dict[str, NDArray[Any]]:
    return {
        "list_of": run.list_of,
        "row_of": run.row_of,
        "pairs_i": run.pairs.i,
        "pairs_j": run.pairs.j,
        "pairs_p": run.pairs.p,
        "pairs_agreement": run.pairs.agreement,
        "conflicts_i": run.conflicts.i,
        "conflicts_j": run.conflicts.j,
        "conflicts_reason": run.conflicts.reason,
        "cluster_of": run.cluster_of,
        "draws": run.draws,
    }


def _head(run: LinkageRun) -> bytes:
    head = {
        "format": FORMAT,
        "counted": asdict(run.counted),
        "as_of": run.as_of,
        "lists": [asdict(one) for one in run.lists],
        "key_version": run.key_version,
        "settings": dict(run.settings),
        "rules": [asdict(one) for one in run.rules],
        "comparisons": list(run.comparisons),
        "quality": dict(run.quality),
    }
    return json.dumps(head, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")).encode("utf-8")


def _build(head: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> LinkageRun:
    if head["format"] != FORMAT:
        raise UnknownVersion("A linkage run of a format that this program does not know.")
    _check_kinds(head)
    return LinkageRun(
        counted=Counted(**head["counted"]),
        as_of=head["as_of"],
        lists=tuple(LinkedList(**one) for one in head["lists"]),
        key_version=head["key_version"],
        settings=head["settings"],
        rules=tuple(BlockingRule(**one) for one in head["rules"]),
        comparisons=tuple(head["comparisons"]),
        list_of=arrays["list_of"],
        row_of=arrays["row_of"],
        pairs=ScoredPairs(
            i=arrays["pairs_i"], j=arrays["pairs_j"], p=arrays["pairs_p"], agreement=arrays["pairs_agreement"]
        ),
        conflicts=Conflicts(i=arrays["conflicts_i"], j=arrays["conflicts_j"], reason=arrays["conflicts_reason"]),
        cluster_of=arrays["cluster_of"],
        draws=arrays["draws"],
        quality=head["quality"],
    )


def _check_kinds(head: dict[str, Any]) -> None:
    """Refuse words where numbers stand, and the reverse; what is missing or too much refuses itself."""
    numbers = {"rows", "pairs", "recall"}
    flat = [head["counted"], *head["lists"], *head["rules"], {"as_of": head["as_of"]}]
    values = [(name, value) for part in flat for name, value in part.items()]
    values += [("comparison", name) for name in head["comparisons"]]
    values += [("recall", figure) for figure in (head["key_version"], *head["quality"].values())]
    for name, value in values:
        fits = _is_number(value) if name in numbers else isinstance(value, str)
        if not fits and not (name in {"copied_from", "recall"} and value is None):
            raise RunMalformed(_UNFIT, part=name)
    if not all(isinstance(value, str | int | float) for value in head["settings"].values()):
        raise RunMalformed(_UNFIT, part="settings")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
