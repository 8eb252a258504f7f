# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other programs need for the same: `pyrage`, `bagit.py` with `age`, `restic`, and `dd` for the disk alone.

None is a dependency of the program. One that is not installed is named as absent, never left out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from importlib import import_module
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from sviedka.bench.measurement import ABSENT, seconds
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity, format_identity
from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import ReadableBuffer

AGE_SAMPLE: Final = 300
"""Files that `age` is started for; a process for each of 20,000 would take minutes and the same rate."""


class _Hashed:
    """A file whose bytes are hashed as they pass."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401  # pyrage takes whatever reads or writes
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(size)
        self.digest.update(data)
        return data

    def write(self, data: ReadableBuffer) -> int:
        self.digest.update(data)
        count: int = self._file.write(data)
        return count

    def flush(self) -> None:
        self._file.flush()


def times_as_fast(ours: float, peer: float | None) -> float | str:
    """Return the ratio of two rates, `ABSENT` where there is no peer."""
    return ABSENT if peer is None else ours / peer


def pyrage_seal_rate(source: Path, out: Path) -> float | None:
    """Return MB/s of `pyrage.encrypt_io` with SHA-256 of both sides, synced."""
    pyrage = _module("pyrage")
    if pyrage is None:
        return None
    recipient = pyrage.x25519.Identity.generate().to_public()

    def seal() -> None:
        with source.open("rb", buffering=0) as reader, out.open("wb", buffering=0) as writer:
            pyrage.encrypt_io(_Hashed(reader), _Hashed(writer), [recipient])
            os.fsync(writer.fileno())

    took = seconds(seal)
    out.unlink()
    return source.stat().st_size / took / 1e6


def pyrage_open_rate(payload: Path, out: Path, file_key: bytes) -> float | None:
    """Return MB/s of `pyrage.decrypt_io` with SHA-256 of the plaintext, synced. Needs room for a copy of `payload`."""
    pyrage = _module("pyrage")
    if pyrage is None:
        return None
    identity = X25519Identity.from_bytes(bytearray(random_bytes(32)))
    whole = out.with_suffix(".age")
    with whole.open("wb") as file, payload.open("rb") as reader:
        file.write(wrap_file_key(file_key, [identity.recipient()], [random_bytes(32)]))
        shutil.copyfileobj(reader, file, 1 << 20)
    key = pyrage.x25519.Identity.from_str(format_identity(identity).decode("ascii"))

    def open_it() -> None:
        with whole.open("rb", buffering=0) as reader, out.open("wb", buffering=0) as writer:
            pyrage.decrypt_io(reader, _Hashed(writer), [key])
            os.fsync(writer.fileno())

    took = seconds(open_it)
    size = out.stat().st_size
    out.unlink()
    whole.unlink()
    return size / took / 1e6


def disk_rates(source: Path, out: Path) -> dict[str, float | str]:
    """Return MB/s of `dd`, past the page cache and through it, each ending with a sync."""
    rates: dict[str, float | str] = {}
    for option in ("oflag=direct conv=fsync", "conv=fdatasync"):
        command = ["dd", f"if={source}", f"of={out}", "bs=4M", "status=none", *option.split()]
        rates[f"dd {option}, MB/s"] = (
            ABSENT if shutil.which("dd") is None else source.stat().st_size / _timed(command) / 1e6
        )
        with suppress(FileNotFoundError):
            out.unlink()
    return rates


def medians(runs: list[dict[str, float | str]]) -> dict[str, float | str]:
    """Return the median of each figure over the runs; what is absent stays so."""
    figures = {name: [run[name] for run in runs] for name in runs[0]}
    return {
        name: median([float(each) for each in found]) if ABSENT not in found else ABSENT
        for name, found in figures.items()
    }


def bag_and_age_rate(tree: list[Path], bag: Path) -> float | None:
    """Return items/s of `bagit.py` over a copy of the tree and `age` over each file of it, not synced."""
    bagit = _module("bagit")
    if bagit is None or shutil.which("age") is None:
        return None
    shutil.copytree(tree[0].parent.parent, bag)
    bagging = seconds(lambda: bagit.make_bag(str(bag), checksums=["sha256"])) / len(tree)
    recipient = X25519Identity.from_bytes(bytearray(random_bytes(32))).recipient().text
    sample = tree[:AGE_SAMPLE]
    sealing = sum(_timed(["age", "-r", recipient, "-o", f"{bag}/{path.name}.age", str(path)]) for path in sample) / len(
        sample
    )
    return 1 / (bagging + sealing)


def restic_rate(tree: list[Path], repository: Path) -> float | None:
    """Return items/s of `restic backup` into a new repository on the same disk."""
    if shutil.which("restic") is None:
        return None
    environment = {**os.environ, "RESTIC_PASSWORD": random_bytes(16).hex(), "RESTIC_REPOSITORY": str(repository)}
    common = ["restic", "--quiet", "--no-cache"]
    _timed([*common, "init"], environment)
    return len(tree) / _timed([*common, "backup", str(tree[0].parent.parent)], environment)


def _timed(command: list[str], environment: dict[str, str] | None = None) -> float:
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True, env=environment))


def _module(name: str) -> Any:  # noqa: ANN401  # a program that may not be there has no types
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None
