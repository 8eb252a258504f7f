# SPDX-License-Identifier: AGPL-3.0-or-later
"""The office is lost now: whether what was called *safe* comes back from the buckets alone, and opens."""

import os
import shutil
import time
from hashlib import sha256

from fault_archive import PASSPHRASE, verify_nothing_lost
from machine import fork_work, start_keeper, take_lines

from sviedka.keeper.client import Keeper
from sviedka.keeper.unlocking import lock
from sviedka.store.connect import disconnect
from sviedka.store.deposit.opening import open_item_bytes
from sviedka.store.upkeep.settling import settle
from sviedka.vault.layout import Archive
from sviedka.vault.replica.registry import KEYS, PAYLOADS, read_replicas
from sviedka.vault.replica.restoring import restore_files
from sviedka.vault.replica.running import replicate

OPENED = 8
"""Items that are opened of those that came back; the bytes of all are compared."""

TRIES = 20


def verify_restorable(archive, folder, items, labels):
    """Assert that an archive made from the buckets alone holds what was called safe: {item: SHA-256}, {label}."""
    apart(lambda: _restore(archive, folder))
    apart(lambda: _look(Archive(root=folder), items, labels))
    shutil.rmtree(folder)


def catch_up(archive):
    """Assert that copying comes to its end by itself, with nothing found, wherever it was cut short."""
    apart(lambda: _catch_up(archive))


def apart(work):
    """Do `work` in a process of its own, because `obstore` has threads that no fork survives; raise what it raises."""
    reader, writer = os.pipe()
    child = fork_work(lambda _say: work(), lambda words: os.write(writer, words.encode() + b"\n"))
    os.close(writer)
    try:
        os.waitpid(child, 0)
        os.set_blocking(reader, False)
        take_lines(reader, b"")
    finally:
        os.close(reader)


def _restore(archive, folder):
    entries = read_replicas(archive)
    restored = restore_files(
        folder,
        payloads=[one for one in entries if one.holds == PAYLOADS],
        keys=[one for one in entries if one.holds == KEYS],
    )
    assert restored.missing == (), restored.missing


def _look(archive, items, labels):
    start_keeper(archive, PASSPHRASE)
    try:
        with Keeper.connect(archive) as keeper:
            settled = settle(archive, keeper)
            assert not settled.closed, settled.closed
            for item, digest in list(items.items())[-OPENED:]:
                assert sha256(open_item_bytes(archive, keeper, item, purpose="test")).hexdigest() == digest
        verify_nothing_lost(archive, items, labels)
    finally:
        disconnect()
        lock(archive)


def _catch_up(archive):
    for _ in range(TRIES):
        outcomes = replicate(archive)
        assert not [finding for one in outcomes for finding in one.findings], outcomes
        if all(one.failure is None for one in outcomes):
            return
        time.sleep(0.5)
    raise AssertionError([(one.failure, one.failure and one.failure.__cause__) for one in outcomes])
