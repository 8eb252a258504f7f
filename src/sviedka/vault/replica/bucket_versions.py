# SPDX-License-Identifier: AGPL-3.0-or-later
"""The versions of one object in a bucket that keeps them, oldest first.

Under object lock nobody can take a version away, but whoever has the credentials can lay another one, or a delete marker,
over it. `obstore` does not list versions.

Source: Amazon S3 API, ListObjectVersions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus
from urllib.request import Request, urlopen

from sviedka.core.base.errors import TooLarge
from sviedka.vault.replica.bucket_signing import TIMEOUT_S, full_key, sign

if TYPE_CHECKING:
    from obstore.store import S3Store as Bucket

_MOST_BYTES: Final = 4 * 1024 * 1024
"""Of one answer: 1,000 versions."""

_VERSION: Final = re.compile(r"<Version>(.*?)</Version>", re.DOTALL)
_KEY: Final = re.compile(r"<Key>([^<]*)</Key>")
_ID: Final = re.compile(r"<VersionId>([^<]+)</VersionId>")


def find_versions(bucket: Bucket, name: str) -> tuple[str, ...]:
    """Return the ids of the versions of one object, oldest first, of the 1,000 newest; delete markers are none.

    Untrusted: the answer. What a version holds is compared with a digest by whoever fetches it.

    Raises:
        OSError, HTTPException: No answer. (`urlopen` wraps what fails before an answer begins.)
        TooLarge: An answer that no such list can have.
    """
    key = full_key(bucket, name)
    url = sign(bucket, "GET", "", {"prefix": key, "versions": ""})
    with urlopen(Request(url), timeout=TIMEOUT_S) as answer:  # noqa: S310  # our own signed address
        data = answer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise TooLarge("A file of the replica is larger than any of its kind.")
    # Newest first (S3 API). Names and ids have no character that XML would escape (`check_name`), so no parser is needed.
    found = []
    for part in _VERSION.findall(data.decode("utf-8", "replace")):
        named, version = _KEY.search(part), _ID.search(part)
        if named is not None and version is not None and unquote_plus(named[1]) == key:
            found.append(version[1])
    return tuple(reversed(found))
