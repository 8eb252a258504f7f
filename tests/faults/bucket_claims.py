# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what is called *safe* is in the buckets, read by a client of its own and not by the office's."""

import math
from hashlib import sha256

from sviedka.keeper.client import Keeper
from sviedka.store.connect import database_failures, disconnect
from sviedka.store.session import open_store
from sviedka.vault.replica.heads import listed_packs
from sviedka.vault.replica.safe import read_safety

DESK = "desk-1"
SEALED = (
    "SELECT i.item, i.payload_sha256, i.epoch, s.leaf_index FROM store_item i "
    "JOIN store_statement s ON s.jti = i.sealed WHERE i.payload_sha256 IS NOT NULL"
)


class Buckets:
    """What a server holds in the bucket of payloads and in the one of keys.

    Attributes:
        compared: Objects that were read and compared.
    """

    def __init__(self, server, payloads, keys):
        self.payloads, self.keys, self.compared = payloads, keys, 0
        self._s3 = server.client()

    def verify_there(self, wanted):
        """Assert that each object is listed: {(bucket, name): SHA-256}."""
        for bucket in (self.payloads, self.keys):
            there = self._names(bucket)
            lacking = [name for place, name in wanted if place == bucket and name not in there]
            assert not lacking, f"called safe and not in the bucket: {lacking[:3]}, {len(lacking)} in all"

    def verify_whole(self, wanted):
        """Assert that each object has the bytes it has to have."""
        for (bucket, name), digest in wanted.items():
            held = self._s3.get_object(Bucket=bucket, Key=name)["Body"].read()
            assert sha256(held).hexdigest() == digest, f"called safe and not whole in the bucket: {name}"
            self.compared += 1

    def _names(self, bucket):
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {one["Key"] for page in pages for one in page.get("Contents", [])}


def verify_safe(archive, buckets, called_safe, *, read):
    """Assert that the buckets hold all that the status calls safe, and that this is no less than what writers called safe.

    Args:
        buckets: Of a server that runs.
        called_safe: Ids of items, noted before this is called.
        read: Whether to read the bytes too, and not only the names.
    """
    rows = _sealed(archive)
    safety = read_safety(archive, DESK)
    before = math.inf if safety.statements is None else safety.statements
    safe = [row for row in rows if row[3] < before]
    assert called_safe <= {item for item, *_ in safe}, "a writer called safe what the status does not"
    packs = sorted(listed_packs(archive, DESK).items())[: safety.packs]
    wanted = {(buckets.payloads, f"packs/{DESK}/{name}"): digest for name, digest in packs}
    for item, payload, epoch, _ in safe:
        name, slip = archive.payload(payload), archive.slip(epoch, item)
        wanted[buckets.payloads, name.relative_to(archive.root).as_posix()] = name.name
        wanted[buckets.keys, slip.relative_to(archive.root).as_posix()] = sha256(slip.read_bytes()).hexdigest()
    buckets.verify_there(wanted)
    if read:
        buckets.verify_whole(wanted)


def _sealed(archive):
    disconnect()
    with Keeper.connect(archive) as keeper:
        database = open_store(archive, keeper)
        with database_failures():
            rows = database.run(SEALED).fetchall()
    disconnect()  # nothing is open when the caller forks
    return rows
