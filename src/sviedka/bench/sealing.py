# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast files are sealed, durable, and opened again, beside what the cores and the disk could do and beside peers."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from sviedka.bench.machine import decrypt_rate, encrypt_rate, fsync_rate, over_cores, sha256_rate
from sviedka.bench.measurement import ABSENT, Measurement, seconds
from sviedka.bench.sealing_peers import (
    bag_and_age_rate,
    disk_rates,
    medians,
    pyrage_open_rate,
    pyrage_seal_rate,
    restic_rate,
    times_as_fast,
)
from sviedka.bench.workplace import make_random_file, make_tree, workplace
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.seal_file import seal_bytes
from sviedka.vault.deposit_group import open_group
from sviedka.vault.entropy import new_id, random_bytes
from sviedka.vault.layout import Archive
from sviedka.vault.objects import put_payload, put_payload_bytes
from sviedka.vault.release import release_payload
from sviedka.vault.slips import put_slip

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS: Final = 5
LARGE_BYTES: Final = 2 * 1024**3
SMALL_FILES: Final = 20_000
SMALL_BYTES: Final = 16 * 1024
GROUP: Final = 1_000
_FILE_KEY: Final = bytes(range(16))
_EPOCH: Final = "2026-11.1"
_MEGA: Final = 1e6


def measure_seal_large(*, quick: bool = False) -> Measurement:
    """Seal one file of 2 GiB durably: read, hashed twice, encrypted, written and synced.

    Bound: SHA-256 twice and ChaCha20-Poly1305 `encrypt_into` once over all cores, nothing read or written. Each run has a bound of its
    own; what is reported is the median of values and the bound that gives the median of their ratios.
    """
    size = LARGE_BYTES // 16 if quick else LARGE_BYTES
    runs, peers, disks = [], [], []
    with workplace() as place:
        source = make_random_file(place / "source", size)
        for number in range(2 if quick else RUNS):
            runs.append(_seal_once(source, size, place / f"archive-{number}"))
            peers.append(pyrage_seal_rate(source, place / "peer"))
            disks.append(disk_rates(source, place / "disk"))
    return Measurement(
        values=[run.value for run in runs],
        unit="MB/s",
        bound=_bound_of(runs),
        reach="0.65 of the bound (0.80 is the aim), 1.5 x pyrage, at most 150 MB",
        peers={"pyrage.encrypt_io and both hashes": _times_as_fast(runs, peers)},
        beside={"peak memory, MB": max(run.peak for run in runs) / _MEGA, **medians(disks)},
    )


def measure_open(*, quick: bool = False) -> Measurement:
    """Open a payload of 2 GiB into a file, durable, its plaintext hashed once.

    Bound: the slower of one SHA-256 (a single stream cannot be spread over cores) and SHA-256 with `decrypt_into` over all cores.
    """
    size = LARGE_BYTES // 16 if quick else LARGE_BYTES
    runs, peers = [], []
    with workplace() as place:
        source, archive = make_random_file(place / "source", size), place / "archive"
        sealed = _seal(source, archive).hex()
        for _ in range(2 if quick else RUNS):
            runs.append(_open_once(archive, sealed, size, place / "out"))
            peers.append(pyrage_open_rate(Archive(root=archive).payload(sealed), place / "peer", _FILE_KEY))
    return Measurement(
        values=[run.value for run in runs],
        unit="MB/s",
        bound=_bound_of(runs),
        reach="0.65 of the bound",
        peers={"pyrage.decrypt_io and the hash": _times_as_fast(runs, peers)},
        beside={"peak memory, MB": max(run.peak for run in runs) / _MEGA},
    )


def measure_seal_small(*, quick: bool = False) -> Measurement:
    """Seal 20,000 files of 16 KiB, payload and slip, durable in groups of 1,000.

    Bound: the same cryptography over all cores with nothing read or written.
    """
    count = SMALL_FILES // 20 if quick else SMALL_FILES
    with workplace() as place:
        tree = make_tree(place / "tree", count, SMALL_BYTES)
        values = [count / _timed_tree(tree, place / f"archive-{run}") for run in range(1 if quick else 3)]
        synced = fsync_rate(place)
        peers = {
            "bagit.py and age": bag_and_age_rate(tree, place / "bag"),
            "restic backup": restic_rate(tree, place / "restic"),
        }
    return Measurement(
        values=values,
        unit="items/s",
        bound=over_cores(seal_in_memory_rate),
        reach="at least 1,000 items/s (3,000 is the aim), ahead of bagit.py and age",
        peers={name: times_as_fast(median(values), rate) for name, rate in peers.items()},
        beside={"synced appends of this disk, 1/s": synced},
    )


def seal_in_memory_rate() -> float:
    """One process: items a second of 16 KiB sealed and given a slip, nothing kept."""
    plaintext, recipient = random_bytes(SMALL_BYTES), X25519Identity.from_bytes(bytearray(random_bytes(32))).recipient()

    def seal() -> None:
        for _ in range(GROUP):
            seal_bytes(plaintext, file_key=_FILE_KEY, nonce=random_bytes(16))
            wrap_file_key(_FILE_KEY, [recipient], [random_bytes(32)])

    return GROUP / seconds(seal)


def _timed_tree(tree: list[Path], to: Path) -> float:
    return seconds(lambda: _seal_tree(tree, to))


def _seal_tree(tree: list[Path], to: Path) -> None:
    archive, recipient = Archive(root=to), X25519Identity.from_bytes(bytearray(random_bytes(32))).recipient()
    with open_group(archive) as group:
        for number, path in enumerate(tree, 1):
            file_key = random_bytes(16)
            put_payload_bytes(
                archive, seal_bytes(path.read_bytes(), file_key=file_key, nonce=random_bytes(16)), group=group
            )
            header = wrap_file_key(file_key, [recipient], [random_bytes(32)])
            put_slip(archive, _EPOCH, new_id(), header, group=group)
            if number % GROUP == 0:
                group.commit()
        group.commit()


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One run: MB/s, what the cores could do just after it, and the peak memory of its process in bytes."""

    value: float
    bound: float
    peak: int


def _bound_of(runs: list[_Run]) -> float:
    """Return the bound against which the median value has the median ratio of the runs."""
    return median(run.value for run in runs) / median(run.value / run.bound for run in runs)


def _times_as_fast(runs: list[_Run], peers: list[float | None]) -> float | str:
    """Return the median of the runs' ratios, each against the peer that ran just after it."""
    pairs = [(run.value, peer) for run, peer in zip(runs, peers, strict=True) if peer is not None]
    return median(ours / peer for ours, peer in pairs) if pairs else ABSENT


def _seal_once(source: Path, size: int, archive: Path) -> _Run:
    took, peak = _in_a_process_of_its_own(_timed_seal, source, archive)
    bound = 1 / (2 / over_cores(sha256_rate) + 1 / over_cores(encrypt_rate))
    return _Run(value=size / took / _MEGA, bound=bound / _MEGA, peak=peak)


def _open_once(archive: Path, sealed: str, size: int, out: Path) -> _Run:
    took, peak = _in_a_process_of_its_own(_timed_open, archive, sealed, out)
    out.unlink()
    spread = 1 / (1 / over_cores(sha256_rate) + 1 / over_cores(decrypt_rate))
    return _Run(value=size / took / _MEGA, bound=min(spread, sha256_rate()) / _MEGA, peak=peak)


def _in_a_process_of_its_own(work: Callable[..., float], *arguments: object) -> tuple[float, int]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_with_peak, work, arguments).result()


def _with_peak(work: Callable[..., float], arguments: tuple[object, ...]) -> tuple[float, int]:
    took = work(*arguments)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return took, int(peak) * 1024


def _timed_seal(source: Path, archive: Path) -> float:
    took = seconds(lambda: _seal(source, archive))
    for path in Archive(root=archive).objects.rglob("*"):
        if path.is_file():
            path.unlink()
    return took


def _seal(source: Path, archive: Path) -> bytes:
    with source.open("rb", buffering=0) as reader:
        return put_payload(Archive(root=archive), reader, file_key=_FILE_KEY, nonce=random_bytes(16)).payload_sha256


def _timed_open(archive: Path, sealed: str, out: Path) -> float:
    return seconds(lambda: release_payload(Archive(root=archive), sealed, out, file_key=_FILE_KEY))
