# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a bucket can be what it is registered as. What it does is looked at, not what it says of itself.

The lock and the version of an object stand in the headers of a plain GET, which `obstore` does not pass on; the request
is signed by it and made here.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.request import Request, urlopen

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

from sviedka.vault.entropy import new_id
from sviedka.vault.replica.errors import ReplicaUnfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from obstore.store import S3Store as Bucket

PROBE_NAME: Final = "probe"
"""A bucket under object lock keeps one object of this name for good."""

TAKEN: Final = (AlreadyExistsError, PreconditionError)
"""What `obstore` raises when a name that was to be created exists."""

_SIGNED_FOR: Final = timedelta(minutes=1)
_TIMEOUT_S: Final = 20.0
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SLACK: Final = timedelta(hours=1)
"""Between a rule in days as we count them and as the server does."""


def probe_locked(bucket: Bucket, replica: str, days: int) -> None:
    """Look that a bucket creates exclusively and locks every new object for at least `days`; raise `ReplicaUnfit`."""
    with suppress(*TAKEN):
        obstore.put(bucket, PROBE_NAME, b"sviedka\n", mode="create")
    _refuse_second(bucket, replica, PROBE_NAME)
    require_lock(bucket, replica, PROBE_NAME, days)


def require_lock(bucket: Bucket, replica: str, name: str, days: int) -> None:
    """Look that one object is locked (COMPLIANCE) for `days` from when it was put; raise `ReplicaUnfit` if not."""
    headers = _headers_of(bucket, name)
    if headers.get("x-amz-object-lock-mode") != "COMPLIANCE":
        raise ReplicaUnfit(
            "The bucket of replica {replica} does not lock new objects (mode COMPLIANCE, by a default rule).",
            replica=replica,
        )
    until = _moment(headers.get("x-amz-object-lock-retain-until-date", ""))
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
        headers = _headers_of(bucket, probe)
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


def _headers_of(bucket: Bucket, name: str) -> Mapping[str, str]:
    url = obstore.sign(bucket, "GET", name, _SIGNED_FOR)
    with urlopen(Request(url), timeout=_TIMEOUT_S) as answer:  # noqa: S310  # the address is our own signed one
        return {key.lower(): value for key, value in answer.headers.items()}


def _moment(text: str) -> datetime:
    """Read the time of a lock; one that cannot be read is long past."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return _NEVER
