# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fault tests do with an archive, and how they look whether anything acknowledged was lost."""

import os
from hashlib import sha256

from sviedka.core.seal.merkle import leaf_hash
from sviedka.keeper.client import Keeper
from sviedka.keeper.founding import found_archive
from sviedka.keeper.unlocking import unlock
from sviedka.keeper.wrapping import KdfCost
from sviedka.store.connect import database_failures, disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.session import open_store
from sviedka.vault.scrub import check

PASSPHRASE = b"faults and kills"
CASE = "faults"


def found_cheaply(folder):
    """Found an archive whose passphrase costs nothing to stretch."""
    return found_archive(
        folder / "archive",
        archive_name="archive.example",
        desk="desk-1",
        passphrase=bytearray(PASSPHRASE),
        cost=KdfCost(memory_kib=64, passes=1, lanes=1),
    ).archive


def open_new_archive(folder):
    archive = found_cheaply(folder)
    unlock(archive, bytearray(PASSPHRASE), minutes=60)
    return archive


def make_original(folder, size=5000):
    """Make a file of random bytes; return its path and its SHA-256."""
    content = os.urandom(size)
    digest = sha256(content).hexdigest()
    path = folder / f"{digest[:20]}.bin"
    path.write_bytes(content)
    return path, digest


def seal_original(archive, path):
    """Seal one file; return its item id."""
    with Keeper.connect(archive) as keeper:
        result = deposit(archive, keeper, [path], case=CASE)
    result.raise_if_incomplete()
    (sealed,) = result.sealed
    return sealed.item_id


def seal_one(archive, folder, size=5000):
    """Seal one new file of random bytes; return (item id, SHA-256 of the file)."""
    path, digest = make_original(folder, size)
    item = seal_original(archive, path)
    path.unlink()
    return item, digest


def verify_nothing_lost(archive, acknowledged, labels=frozenset()):
    """Assert that every acknowledged item and record is there, whole, once, and that vault and database agree.

    Args:
        acknowledged: {item id: SHA-256 of the plain file, hex}.
        labels: What record files called the subjects of acknowledged statements.
    """
    disconnect()
    with Keeper.connect(archive) as keeper:
        database = open_store(archive, keeper)
        with database_failures():
            rows = database.run("SELECT item, plain_sha256, payload_sha256 FROM store_item").fetchall()
            leaves = database.run(
                "SELECT jwt, leaf_hash, leaf_index FROM store_statement ORDER BY leaf_index"
            ).fetchall()
            told = {label for (label,) in database.run("SELECT label FROM store_label").fetchall()}
    disconnect()  # nothing is open when the caller forks
    assert labels <= told, "an acknowledged record is gone"
    kept = {item: plain for item, plain, _ in rows}
    assert acknowledged.items() <= kept.items(), "an acknowledged item is gone"
    assert [index for *_, index in leaves] == list(range(len(leaves))), "a leaf is missing or doubled"
    assert all(leaf_hash(jwt.encode()) == bytes(digest) for jwt, digest, _ in leaves), "a leaf is torn"
    result = check(archive, full=True)
    wrong = [finding for finding in result.findings if finding.verdict in {"refuted", "malformed"}]
    assert not wrong, wrong
    for _, _, payload in rows:
        assert payload is None or archive.payload(payload).exists(), "a recorded payload is not in the vault"
