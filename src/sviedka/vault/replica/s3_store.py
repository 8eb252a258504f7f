# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies in an S3 bucket, through `obstore`.

Exclusive creation is `If-None-Match: *`; a bucket that ignores it is refused before anything is put. For payloads the
bucket must lock every object by itself (a default rule of Object Lock, mode COMPLIANCE): a desk that is taken over
then cannot write an unlocked one, and a lock that it asks to be short is seen (`renewing`). For keys it must keep no
versions: there, what is removed has to be gone.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import obstore

from sviedka.core.base.errors import TooLarge
from sviedka.vault.disk_errors import translating
from sviedka.vault.replica.bucket_answers import GONE, speaking
from sviedka.vault.replica.bucket_locks import BucketLocks
from sviedka.vault.replica.bucket_probe import PROBE_NAME, TAKEN, probe_forgetting, probe_locked, require_lock
from sviedka.vault.replica.bucket_versions import versions_or_top
from sviedka.vault.replica.errors import ReplicaDiffers, ReplicaUnfit
from sviedka.vault.replica.store import MAX_SMALL_BYTES, check_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from obstore import GetOptions
    from obstore.store import S3Store as Bucket

    from sviedka.vault.replica.store import Copy

_AT_ONCE: Final = 8


class S3Store:
    """Copies in one bucket under one prefix."""

    def __init__(self, bucket: Bucket, *, name: str, locked_days: int | None) -> None:
        """Use `bucket`, whose prefix is set.

        Args:
            bucket: From `obstore`, with its endpoint and credentials.
            name: The replica's, for messages.
            locked_days: How long each object must be locked from now; None for a place of keys, which must not be.
        """
        self._bucket = bucket
        self._name = name
        self._locked_days = locked_days

    def probe(self) -> None:
        """See `ReplicaStore`: exclusive creation, then lock or absence of versions."""
        with speaking(self._name):
            if self._locked_days is None:
                probe_forgetting(self._bucket, self._name)
            else:
                probe_locked(self._bucket, self._name, self._locked_days)

    def vouch(self, name: str) -> None:
        """See `ReplicaStore`: the object that was just put is locked for as long as is registered, and no other lies there.

        Another version, with a delete marker over it, may have been put in advance by whoever has the credentials.
        """
        if self._locked_days is not None:
            with speaking(self._name):
                require_lock(self._bucket, self._name, name, self._locked_days)
            if len(self._versions(name)) > 1 and len(set(self.get_all(name))) > 1:
                raise ReplicaDiffers("Somebody else writes to replica {replica}.", replica=self._name)

    def locks(self) -> BucketLocks | None:
        """See `ReplicaStore`."""
        if self._locked_days is None:
            return None
        return BucketLocks(self._bucket, name=self._name, days=self._locked_days)

    def put_new(self, copies: Sequence[Copy]) -> None:
        """See `ReplicaStore`. Several at once."""
        with speaking(self._name), ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            for _ in pool.map(self._put_one, copies):
                pass

    def replace(self, name: str, data: bytes) -> None:
        """See `ReplicaStore`."""
        with speaking(self._name):
            obstore.put(self._bucket, check_name(name), data)

    def mend(self, copy: Copy) -> None:
        """See `ReplicaStore`. Under object lock the damaged version stays beneath the new one."""
        with speaking(self._name):
            obstore.put(self._bucket, check_name(copy.name), copy.path if copy.data is None else copy.data)

    def digests(self, names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        """See `ReplicaStore`."""
        with speaking(self._name), ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            yield from pool.map(self._digest, names)

    def get(self, name: str) -> bytes | None:
        """See `ReplicaStore`."""
        return self._get(name, {})

    def get_all(self, name: str) -> tuple[bytes, ...]:
        """See `ReplicaStore`."""
        found = (self._get(name, _of(version)) for version in self._versions(name))
        return tuple(data for data in found if data is not None)

    def keeps_all(self, name: str) -> bool:
        """See `ReplicaStore`."""
        return None not in self._versions(name)

    def _get(self, name: str, options: GetOptions) -> bytes | None:
        with speaking(self._name):
            try:
                found = obstore.get(self._bucket, check_name(name), options=options)
            except GONE:
                return None
            if found.meta["size"] > MAX_SMALL_BYTES:
                raise TooLarge("A file of the replica is larger than any of its kind.")
            return bytes(found.bytes())

    def fetch(self, name: str, target: Path) -> str | None:
        """See `ReplicaStore`."""
        return self._fetch(name, target, {})

    def fetch_hidden(self, name: str, target: Path, sha256: str) -> bool:
        """See `ReplicaStore`. Under object lock nobody can take away what was confirmed, only hide it."""
        for version in self._versions(name):
            if self._fetch(name, target, _of(version)) == sha256:
                return True
            with translating():
                target.unlink(missing_ok=True)
        return False

    def _fetch(self, name: str, target: Path, options: GetOptions) -> str | None:
        digest = hashlib.sha256()
        with speaking(self._name):
            try:
                found = obstore.get(self._bucket, check_name(name), options=options)
            except GONE:
                return None
            with translating(), target.open("xb", buffering=0) as out:
                for block in found.stream():
                    digest.update(block)
                    out.write(block)
        return digest.hexdigest()

    def _versions(self, name: str) -> tuple[str | None, ...]:
        if self._locked_days is None:
            return (None,)  # a place of keys keeps none
        with speaking(self._name):
            return versions_or_top(self._bucket, check_name(name))

    def list(self, prefix: str) -> Iterator[str]:
        """See `ReplicaStore`."""
        with speaking(self._name):
            for some in obstore.list(self._bucket, prefix or None):
                for one in some:
                    if not one["path"].startswith(PROBE_NAME):
                        yield one["path"]

    def remove(self, name: str) -> None:
        """See `ReplicaStore`."""
        if self._locked_days is not None:
            raise ReplicaUnfit(
                "Replica {replica} is under object lock: nothing is removed from it.", replica=self._name
            )
        with speaking(self._name), suppress(*GONE):
            obstore.delete(self._bucket, check_name(name))

    def _put_one(self, copy: Copy) -> None:
        if copy.data is not None:
            with suppress(*TAKEN):
                obstore.put(self._bucket, check_name(copy.name), copy.data, mode="create")
            return
        # A large file goes in parts, which no store creates exclusively. Its name is its digest, and it is read back.
        try:
            obstore.head(self._bucket, check_name(copy.name))
        except GONE:
            obstore.put(self._bucket, copy.name, copy.path)

    def _digest(self, name: str) -> tuple[str, str | None]:
        try:
            found = obstore.get(self._bucket, check_name(name))
        except GONE:
            return name, None
        digest = hashlib.sha256()
        for block in found.stream():
            digest.update(block)
        return name, digest.hexdigest()


def _of(version: str | None) -> GetOptions:
    return {} if version is None else {"version": version}
