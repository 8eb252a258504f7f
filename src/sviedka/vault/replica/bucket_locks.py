# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long one object of a bucket is locked, and locking it longer.

Both times are the server's: with a wrong clock of ours a lock in mode COMPLIANCE, which nobody can shorten, could be made
for a hundred years.

Source: Amazon S3 API, GetObject (headers) and PutObjectRetention.
"""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sviedka.vault.clock import now
from sviedka.vault.replica.bucket_answers import speaking
from sviedka.vault.replica.bucket_signing import TIMEOUT_S, full_key, sign
from sviedka.vault.replica.bucket_versions import find_versions
from sviedka.vault.replica.errors import ReplicaDenied
from sviedka.vault.replica.store import Lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from obstore.store import S3Store as Bucket

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When what is not locked stopped being so."""

_AT_ONCE: Final = 8
_NOTHING_THERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
"""The second is said of a delete marker."""

_MODE: Final = "COMPLIANCE"
_RETENTION: Final = (
    '<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Mode>COMPLIANCE</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>"
)


def read_headers(bucket: Bucket, name: str, version: str | None = None) -> Mapping[str, str]:
    """Return the headers of a GET, names in lower case: `obstore` does not pass them on.

    Raises:
        OSError, HTTPException: No answer, or no such object (`HTTPError`).
    """
    url = sign(bucket, "GET", full_key(bucket, name), {} if version is None else {"versionId": version})
    with urlopen(Request(url), timeout=TIMEOUT_S) as answer:  # noqa: S310  # the address is our own signed one
        return {key.lower(): value for key, value in answer.headers.items()}


def lock_in(headers: Mapping[str, str]) -> Lock:
    """Return the lock that the headers of an object tell of; in another mode than COMPLIANCE it is none."""
    locked = headers.get("x-amz-object-lock-mode") == _MODE
    until = _moment(headers.get("x-amz-object-lock-retain-until-date", "")) if locked else NEVER
    try:
        seen = parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except ValueError:
        seen = now()
    return Lock(until=until, seen=seen)


class BucketLocks:
    """The locks of one bucket. See `Locks`."""

    def __init__(self, bucket: Bucket, *, name: str, days: int) -> None:
        """Of the replica `name`, where each object has to be locked for `days`."""
        self._bucket = bucket
        self._name = name
        self.span = timedelta(days=days)

    def look(self, name: str) -> Lock:
        """See `Locks`."""
        with speaking(self._name):
            first, *_ = self._versions(name)
            try:
                return lock_in(read_headers(self._bucket, name, first))
            except HTTPError as answer:
                if answer.code not in _NOTHING_THERE:
                    raise
                return lock_in({key.lower(): value for key, value in answer.headers.items()})

    def lengthen(self, names: Iterable[str], until: datetime) -> None:
        """See `Locks`. Several at once."""
        with speaking(self._name), ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            for _ in pool.map(lambda name: self._lengthen_all(name, until), names):
                pass

    def _lengthen_all(self, name: str, until: datetime) -> None:
        for version in self._versions(name):
            try:
                _lengthen(self._bucket, name, version, until)
            except HTTPError as answer:
                if answer.code == HTTPStatus.FORBIDDEN:
                    raise ReplicaDenied(
                        "Replica {replica} lets nobody with these credentials lengthen a lock.", replica=self._name
                    ) from answer
                if answer.code not in _NOTHING_THERE:
                    raise

    def _versions(self, name: str) -> tuple[str | None, ...]:
        """Return the versions of one object, oldest first; who may not list them has only what is on top."""
        try:
            return find_versions(self._bucket, name) or (None,)
        except HTTPError:
            return (None,)


def _lengthen(bucket: Bucket, name: str, version: str | None, until: datetime) -> None:
    """Lock one version of an object until `until`; None means the one on top."""
    body = _RETENTION.format(until=until.strftime("%Y-%m-%dT%H:%M:%SZ")).encode("ascii")
    query = {"retention": ""} | ({} if version is None else {"versionId": version})
    # Amazon asks for a checksum with whatever concerns a lock; the answer's truth is looked at in `read_headers`.
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode("ascii")
    headers = {"Content-MD5": md5, "Content-Type": "application/xml"}
    url = sign(bucket, "PUT", full_key(bucket, name), query)
    request = Request(url, data=body, headers=headers, method="PUT")  # noqa: S310  # our own signed address
    with urlopen(request, timeout=TIMEOUT_S):  # noqa: S310
        pass


def _moment(text: str) -> datetime:
    """Read the time of a lock; one that cannot be read is long past."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return NEVER
