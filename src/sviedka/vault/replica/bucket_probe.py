# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a bucket can be what it is registered as. What it does is looked at, not what it says of itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

from sviedka.vault.entropy import new_id
from sviedka.vault.replica.bucket_headers import NEVER, lock_end, read_headers
from sviedka.vault.replica.errors import ReplicaUnfit

if TYPE_CHECKING:
    from obstore.store import S3Store as Bucket

PROBE_NAME: Final = "probe"
"""With a dash and the days that are registered after it, an object that a bucket under lock keeps for good."""

TAKEN: Final = (AlreadyExistsError, PreconditionError)
"""What `obstore` raises when a name that was to be created exists."""

_SLACK: Final = timedelta(hours=1)
"""Between a rule in days as we count them and as the server does."""


def probe_locked(bucket: Bucket, replica: str, days: int) -> None:
    """Look that a bucket creates exclusively and locks every new object for at least `days`; raise `ReplicaUnfit`."""
    probe = f"{PROBE_NAME}-{days}"  # more days under another rule: its probe is put under that
    with suppress(*TAKEN):
        obstore.put(bucket, probe, b"sviedka\n", mode="create")
    _refuse_second(bucket, replica, probe)
    require_lock(bucket, replica, probe, days)


def require_lock(bucket: Bucket, replica: str, name: str, days: int) -> None:
    """Look that one object is locked (COMPLIANCE) for `days` from when it was put; raise `ReplicaUnfit` if not."""
    until = lock_end(read_headers(bucket, name))
    if until == NEVER:
        raise ReplicaUnfit(
            "The bucket of replica {replica} does not lock new objects (mode COMPLIANCE, by a default rule).",
            replica=replica,
        )
    if until + _SLACK < obstore.head(bucket, name)["last_modified"] + timedelta(days=days):
        raise ReplicaUnfit(
            "The bucket of replica {replica} locks new objects for less than {days} days.", replica=replica, days=days
        )


def probe_forgetting(bucket: Bucket, replica: str) -> None:
    """Look that a bucket creates exclusively and forgets what is removed from it; raise `ReplicaUnfit` if not."""
    probe = f"{PROBE_NAME}-{new_id()}"
    version = obstore.put(bucket, probe, b"sviedka\n", mode="create")["version"]
    try:
        _refuse_second(bucket, replica, probe)
        headers = read_headers(bucket, probe)
        if version is not None or "x-amz-version-id" in headers or "x-amz-object-lock-mode" in headers:
            raise ReplicaUnfit(
                "The bucket of replica {replica} keeps versions or locks objects: what is erased would stay there.",
                replica=replica,
            )
    finally:
        with suppress(BaseError, FileNotFoundError):
            obstore.delete(bucket, probe)


def _refuse_second(bucket: Bucket, replica: str, name: str) -> None:
    with suppress(*TAKEN):
        obstore.put(bucket, name, b"second\n", mode="create")
        raise ReplicaUnfit(
            "The store of replica {replica} overwrites what was to be created only once.", replica=replica
        )
