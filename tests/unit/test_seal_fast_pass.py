# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fast pass gives the bytes and hashes of the plain way, in little memory, and stops whole when one stage fails."""

import hashlib
import io
import os
import subprocess
import sys
import threading
import tracemalloc

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sviedka.core.seal.age_blocks import PAGE_BYTES, PLAIN_BLOCK
from sviedka.core.seal.age_chunks import PLAIN_CHUNK, payload_bytes, plaintext_bytes
from sviedka.core.seal.age_errors import PayloadForged, PayloadTrailing, PayloadTruncated
from sviedka.core.seal.age_file import encrypt_payload
from sviedka.core.seal.age_pipeline import Pipeline
from sviedka.core.seal.age_stages import KEPT_PLAIN, Buffers
from sviedka.core.seal.age_stream import decrypt_stream, encrypt_stream
from sviedka.core.seal.seal_file import open_stream, seal_bytes, seal_stream

KEY, NONCE = b"k" * 16, b"n" * 16
SIZES = [
    0,
    1,
    PLAIN_CHUNK - 1,
    PLAIN_CHUNK,
    PLAIN_CHUNK + 1,
    KEPT_PLAIN - 1,
    KEPT_PLAIN,
    KEPT_PLAIN + 1,
    PLAIN_BLOCK - 1,
    PLAIN_BLOCK,
    PLAIN_BLOCK + 1,
    5 * PLAIN_BLOCK,
    5 * PLAIN_BLOCK + KEPT_PLAIN,
    5 * PLAIN_BLOCK + KEPT_PLAIN + PLAIN_CHUNK + 1,
]


class Drip(io.BytesIO):
    """Gives a few bytes at a time, as a pipe does."""

    def readinto(self, buffer, /):
        return super().readinto(memoryview(buffer)[: max(1, len(buffer) // 3)])


class Pages(io.BytesIO):
    """Notes whether each write but the last is whole pages."""

    def __init__(self):
        super().__init__()
        self.sizes = []

    def write(self, data, /):
        self.sizes.append(len(data))
        return super().write(data)


@pytest.mark.parametrize("size", SIZES)
def test_all_ways_of_sealing_give_the_same_bytes_and_hashes(size):
    plaintext, buffers = os.urandom(size), Buffers()
    whole = bytes(encrypt_payload(plaintext, file_key=KEY, nonce=NONCE))
    assert len(whole) == payload_bytes(size)
    assert plaintext_bytes(len(whole)) == size
    plain = io.BytesIO()
    assert size == encrypt_stream(io.BytesIO(plaintext), plain, file_key=KEY, nonce=NONCE)
    assert whole == plain.getvalue()
    facts = (hashlib.sha256(plaintext).digest(), hashlib.sha256(whole).digest(), size)
    for reader in (io.BytesIO(plaintext), Drip(plaintext)):
        fast, told = Pages(), []
        sealed = seal_stream(reader, fast, file_key=KEY, nonce=NONCE, observe=told.append, buffers=buffers)
        assert whole == fast.getvalue()
        assert facts == (sealed.plain_sha256, sealed.payload_sha256, sealed.size_bytes)
        assert size == sum(told)
        assert all(written % PAGE_BYTES == 0 for written in fast.sizes[:-1])
    small = seal_bytes(plaintext, file_key=KEY, nonce=NONCE)
    assert (whole, sealed) == (small.payload, small.facts)

    for way in (open_stream, decrypt_stream):
        out, told = io.BytesIO(), []
        way(Drip(whole), out, file_key=KEY, observe=told.append)
        assert plaintext == out.getvalue()
        assert size == sum(told)
    assert facts[0] == open_stream(io.BytesIO(whole), io.BytesIO(), file_key=KEY, buffers=buffers).plain_sha256


@pytest.mark.parametrize("way", [open_stream, decrypt_stream])
def test_a_payload_cut_anywhere_is_refused(way):
    whole = bytes(encrypt_payload(os.urandom(2 * PLAIN_CHUNK + 50), file_key=KEY, nonce=NONCE))
    edges = [0, 1, 15, 16, 17, 31, 32, 33, 65_567, 65_568, 65_569, 65_584, 131_120, 131_121, 131_136, len(whole) - 1]
    for size in edges:
        with pytest.raises(PayloadForged):
            way(io.BytesIO(whole[:size]), io.BytesIO(), file_key=KEY)
    way(io.BytesIO(whole), io.BytesIO(), file_key=KEY)
    for size in (16 + 65_552, 16 + 2 * 65_552):
        with pytest.raises(PayloadTruncated):
            way(io.BytesIO(whole[:size]), io.BytesIO(), file_key=KEY)


@pytest.mark.parametrize("way", [open_stream, decrypt_stream])
def test_a_full_final_chunk_with_anything_behind_it_is_named(way):
    whole = bytes(encrypt_payload(os.urandom(PLAIN_BLOCK), file_key=KEY, nonce=NONCE))
    for more in (b"x", bytes(65_552), whole[16:]):
        with pytest.raises(PayloadTrailing):
            way(io.BytesIO(whole + more), io.BytesIO(), file_key=KEY)


@pytest.mark.parametrize("size", [-1, 0, 15, 16, 31, 16 + 65_552 + 1, 16 + 65_552 + 16])
def test_sizes_that_no_payload_has_are_refused(size):
    with pytest.raises(PayloadForged):
        plaintext_bytes(size)


class Failing:
    """A reader or writer that fails after some calls."""

    def __init__(self, inner, calls, failure):
        self.inner, self.calls, self.failure = inner, calls, failure

    def _count(self):
        self.calls -= 1
        if self.calls < 0:
            raise self.failure

    def readinto(self, buffer):
        self._count()
        return self.inner.readinto(buffer)

    def write(self, data):
        self._count()
        return self.inner.write(data)

    def told(self, _count):
        self._count()


@pytest.mark.parametrize("calls", [0, 1, 4])
def test_whatever_one_stage_raises_comes_out_and_no_thread_stays(calls):
    plaintext = bytes(6 * PLAIN_BLOCK)
    whole = bytes(encrypt_payload(plaintext, file_key=KEY, nonce=NONCE))
    threads = threading.active_count()
    for failure in (OSError(28, "full"), KeyboardInterrupt()):
        reads = Failing(io.BytesIO(plaintext), calls, failure)
        with pytest.raises(type(failure)):
            seal_stream(reads, io.BytesIO(), file_key=KEY, nonce=NONCE)
        with pytest.raises(type(failure)):
            seal_stream(io.BytesIO(plaintext), Failing(io.BytesIO(), calls, failure), file_key=KEY, nonce=NONCE)
        with pytest.raises(type(failure)):
            open_stream(io.BytesIO(whole), Failing(io.BytesIO(), calls, failure), file_key=KEY)
        with pytest.raises(type(failure)):
            seal_stream(
                io.BytesIO(plaintext),
                io.BytesIO(),
                file_key=KEY,
                nonce=NONCE,
                observe=Failing(io.BytesIO(), calls, failure).told,
            )
    assert threads == threading.active_count()


def test_the_first_failure_is_the_one_that_comes_out():
    with pytest.raises(ZeroDivisionError), Pipeline() as pipeline:  # noqa: PT012  # the body waits for the stage
        waiting = pipeline.channel()
        pipeline.start(lambda: 1 // 0)
        waiting.get()


@pytest.mark.parametrize("begins", [False, True], ids=["before it runs", "while it is waited for"])
@pytest.mark.parametrize("which", [0, 1])
def test_an_interrupt_while_a_stage_is_started_ends_all(monkeypatch, begins, which):
    start, started = threading.Thread.start, []

    def interrupted(thread):
        started.append(thread)
        if len(started) - 1 == which:
            if begins:
                start(thread)
            raise KeyboardInterrupt
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    writer = io.BytesIO()
    with pytest.raises(KeyboardInterrupt):
        seal_stream(io.BytesIO(bytes(3 * PLAIN_BLOCK)), writer, file_key=KEY, nonce=NONCE)
    assert len(started) == which + 1
    assert not any(thread.is_alive() for thread in started)
    assert not writer.getvalue()


INTERRUPTED_ANYWHERE = """
import io, random, signal, threading
from sviedka.core.seal.seal_file import seal_stream

late = []

class File(io.BytesIO):
    left = False
    def write(self, data, /):
        if self.left:
            late.append(len(data))
        return super().write(data)

def interrupt(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)
dice, data, ended = random.Random(1), bytes(5 << 20), {}
for _ in range(400):
    file, word = File(), "whole"
    try:
        signal.setitimer(signal.ITIMER_REAL, dice.uniform(1e-5, 2e-2))
        seal_stream(io.BytesIO(data), file, file_key=b"k" * 16, nonce=b"n" * 16)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        word = "interrupted"
    file.left = True
    ended[word] = ended.get(word, 0) + 1
at_work = [thread for thread in threading.enumerate()[1:] if thread.is_alive()]  # not one that was never begun
assert ended["interrupted"] > 100 and not at_work and not late, (ended, at_work, late)
"""


def test_an_interrupt_at_any_moment_is_an_interrupt():
    run = subprocess.run([sys.executable, "-c", INTERRUPTED_ANYWHERE], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr  # one that falls on a weak reference's end Python drops, and says so


@pytest.mark.parametrize("size", [15, 17])
def test_a_nonce_has_16_bytes(size):
    for seal in (encrypt_stream, seal_stream):
        with pytest.raises(ValueError, match="nonce"):
            seal(io.BytesIO(), io.BytesIO(), file_key=KEY, nonce=bytes(size))


MEASURE = """
import sys
from sviedka.core.seal.seal_file import open_stream, seal_stream

class Zeros:
    left = int(sys.argv[1])
    def readinto(self, buffer):
        count = min(self.left, len(buffer)); self.left -= count; return count

class Null:
    def write(self, data): pass

seal_stream(Zeros(), Null(), file_key=b"k" * 16, nonce=b"n" * 16)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_memory_does_not_grow_with_the_file():
    # pitfall: pyrage's in-memory calls took three to four times the file
    def peak_kib(size):
        run = subprocess.run([sys.executable, "-c", MEASURE, str(size)], capture_output=True, text=True, check=True)
        return int(run.stdout)

    small, large = peak_kib(1 << 20), peak_kib(512 << 20)
    assert large < 100 * 1024
    assert large - small < 20 * 1024


class Zeros:
    """A source of so many zero bytes."""

    def __init__(self, size):
        self.left = size

    def readinto(self, buffer):
        count = min(self.left, len(buffer))
        self.left -= count
        return count


class Nowhere:
    """A sink that keeps nothing."""

    def write(self, data):
        pass


def allocated(work):
    """Return the most bytes that Python objects took at once during `work`."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_no_chunk_is_allocated_anew():
    # pitfall: `encrypt` makes a new object for each chunk and is less than half as fast as `encrypt_into`
    buffers, payload = Buffers(), io.BytesIO()
    seal_stream(Zeros(9 * PLAIN_BLOCK), payload, file_key=KEY, nonce=NONCE)

    def seal():
        seal_stream(Zeros(9 * PLAIN_BLOCK), Nowhere(), file_key=KEY, nonce=NONCE, buffers=buffers)

    aead = ChaCha20Poly1305(bytes(32))
    assert allocated(lambda: aead.encrypt(bytes(12), bytes(PLAIN_CHUNK), None)) > PLAIN_CHUNK, "the control"
    assert allocated(seal) < PLAIN_CHUNK
    payload.seek(0)
    assert allocated(lambda: open_stream(payload, Nowhere(), file_key=KEY, buffers=buffers)) < PLAIN_CHUNK
