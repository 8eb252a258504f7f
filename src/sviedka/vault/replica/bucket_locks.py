# SPDX-License-Identifier: AGPL-3.0-or-later
"""Until when the objects of a bucket are locked, and locking them longer: of each name every version there is.

What lies on top is not enough: whoever has the credentials can lay something over it that is locked for longer.

Source: Amazon S3 API, PutObjectRetention.
"""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sviedka.vault.clock import now
from sviedka.vault.replica.bucket_answers import speaking
from sviedka.vault.replica.bucket_headers import NEVER, NOTHING_THERE, lock_end, read_headers, store_time
from sviedka.vault.replica.bucket_signing import TIMEOUT_S, full_key, sign
from sviedka.vault.replica.bucket_versions import versions_or_top
from sviedka.vault.replica.errors import ReplicaDenied, ReplicaUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from obstore.store import S3Store as Bucket

_AT_ONCE: Final = 8
_CLOCKS_APART: Final = timedelta(days=1)
"""More is no clock: a store refuses our signatures from a quarter of an hour on."""

_RETENTION: Final = (
    '<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Mode>COMPLIANCE</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>"
)


class BucketLocks:
    """The locks of one bucket. See `Locks`."""

    def __init__(self, bucket: Bucket, *, name: str, days: int) -> None:
        """Of the replica `name`, where each object has to be locked for `days`."""
        self._bucket = bucket
        self._name = name
        self.span = timedelta(days=days)

    def now(self, name: str) -> datetime:
        """See `Locks`. Nobody can shorten a lock in mode COMPLIANCE, so that no wrong clock may make one."""
        with speaking(self._name):
            seen = store_time(read_headers(self._bucket, name))
        if abs(seen - now()) > _CLOCKS_APART:
            raise ReplicaUnreachable("Replica {replica} does not answer as it should.", replica=self._name)
        return seen

    def ends(self, names: Sequence[str]) -> dict[str, datetime]:
        """See `Locks`. Several at once."""
        with speaking(self._name), ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            return dict(zip(names, pool.map(self._end, names), strict=True))

    def lengthen(self, names: Iterable[str], until: datetime) -> None:
        """See `Locks`. Several at once."""
        with speaking(self._name), ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            for _ in pool.map(lambda name: self._lengthen_all(name, until), names):
                pass

    def _end(self, name: str) -> datetime:
        return min((end for _, end in self._versions(name)), default=NEVER)

    def _lengthen_all(self, name: str, until: datetime) -> None:
        for version, end in self._versions(name):
            if end >= until:  # to ask for less than there is would be refused
                continue
            try:
                _lengthen(self._bucket, name, version, until)
            except HTTPError as answer:
                if answer.code == HTTPStatus.FORBIDDEN:
                    raise ReplicaDenied(
                        "Replica {replica} lets nobody with these credentials lengthen a lock.", replica=self._name
                    ) from answer
                if answer.code not in NOTHING_THERE:
                    raise

    def _versions(self, name: str) -> list[tuple[str | None, datetime]]:
        """Return each version of one object with the end of its lock."""
        return [
            (version, lock_end(read_headers(self._bucket, name, version)))
            for version in versions_or_top(self._bucket, name)
        ]


def _lengthen(bucket: Bucket, name: str, version: str | None, until: datetime) -> None:
    """Lock one version of an object until `until`; None means the one on top."""
    body = _RETENTION.format(until=until.strftime("%Y-%m-%dT%H:%M:%SZ")).encode("ascii")
    query = {"retention": ""} | ({} if version is None else {"versionId": version})
    # Amazon asks for a checksum with whatever concerns a lock.
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode("ascii")
    headers = {"Content-MD5": md5, "Content-Type": "application/xml"}
    url = sign(bucket, "PUT", full_key(bucket, name), query)
    request = Request(url, data=body, headers=headers, method="PUT")  # noqa: S310  # our own signed address
    with urlopen(request, timeout=TIMEOUT_S):  # noqa: S310
        pass
