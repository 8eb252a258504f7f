# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this machine can do at best: hashing, encrypting, verifying over all its cores, and its disk.

Each rate is measured anew in the run that compares with it, by as many processes as there are cores, so that no lock of
the interpreter stands in the way.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from statistics import median
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sviedka.vault.entropy import random_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CORES: Final = len(os.sched_getaffinity(0))
BLOCK: Final = 64 * 1024
BLOCKS: Final = 4_000
SIGNATURES: Final = 3_000
FSYNCS: Final = 300


def over_cores(work: Callable[[], float]) -> float:
    """Return the sum of `work`'s rates, run at the same time in a process for each core."""
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.01] * CORES))  # start-up is not part of the rate
        return sum(pool.map(_call, [work] * CORES))


def sha256_rate() -> float:
    """One process: bytes a second."""
    block = random_bytes(BLOCK)
    start = time.perf_counter()
    digest = sha256()
    for _ in range(BLOCKS):
        digest.update(block)
    return BLOCKS * BLOCK / (time.perf_counter() - start)


def encrypt_rate() -> float:
    """One process, ChaCha20-Poly1305 `encrypt_into` on 64 KiB with reused buffers: bytes a second."""
    block, out, aead = random_bytes(BLOCK), bytearray(BLOCK + 16), ChaCha20Poly1305(random_bytes(32))
    start = time.perf_counter()
    for number in range(BLOCKS):
        aead.encrypt_into(number.to_bytes(12, "big"), block, None, out)
    return BLOCKS * BLOCK / (time.perf_counter() - start)


def decrypt_rate() -> float:
    """One process, `decrypt_into` on 64 KiB with reused buffers: bytes a second."""
    aead, nonce, out = ChaCha20Poly1305(random_bytes(32)), bytes(12), bytearray(BLOCK)
    sealed = aead.encrypt(nonce, random_bytes(BLOCK), None)
    start = time.perf_counter()
    for _ in range(BLOCKS):
        aead.decrypt_into(nonce, sealed, None, out)
    return BLOCKS * BLOCK / (time.perf_counter() - start)


def verify_rate() -> float:
    """One process: Ed25519 verifications a second."""
    key = Ed25519PrivateKey.from_private_bytes(random_bytes(32))
    message = random_bytes(600)
    signature, public = key.sign(message), key.public_key()
    start = time.perf_counter()
    for _ in range(SIGNATURES):
        public.verify(signature, message)
    return SIGNATURES / (time.perf_counter() - start)


def sign_rate() -> float:
    """One process: Ed25519 signatures a second."""
    key, message = Ed25519PrivateKey.from_private_bytes(random_bytes(32)), random_bytes(600)
    start = time.perf_counter()
    for _ in range(SIGNATURES):
        key.sign(message)
    return SIGNATURES / (time.perf_counter() - start)


def fsync_rate(folder: Path) -> float:
    """Return how many appends of 4 KiB, each synced, the disk under `folder` takes a second."""
    path, block, times = folder / "fsync", random_bytes(4096), []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(FSYNCS):
            start = time.perf_counter()
            os.write(handle, block)
            os.fsync(handle)
            times.append(time.perf_counter() - start)
    finally:
        os.close(handle)
        path.unlink()
    return 1 / median(times)


def _call(work: Callable[[], float]) -> float:
    return work()
