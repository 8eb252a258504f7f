# SPDX-License-Identifier: AGPL-3.0-or-later
"""The versions of one object in a bucket that keeps them, oldest first.

Under object lock nobody can take a version away, but whoever has the credentials can lay another one, or a delete marker,
over it. `obstore` does not list versions.

Source: Amazon S3 API, ListObjectVersions.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError
from urllib.parse import unquote_plus
from urllib.request import Request, urlopen

from sviedka.core.base.errors import TooLarge
from sviedka.vault.replica.bucket_signing import TIMEOUT_S, full_key, sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import S3Store as Bucket

_MOST_BYTES: Final = 4 * 1024 * 1024
"""Of one answer: 1,000 versions."""

_MOST_PAGES: Final = 256
_NO_LISTS: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.BAD_REQUEST})
"""A server, or credentials, that list no versions. Whatever else is no answer: it may be one the next time."""

_TRUNCATED: Final = "<IsTruncated>true</IsTruncated>"
_NEXT: Final = {
    "key-marker": re.compile(r"<NextKeyMarker>([^<]+)</NextKeyMarker>"),
    "version-id-marker": re.compile(r"<NextVersionIdMarker>([^<]+)</NextVersionIdMarker>"),
}
_VERSION: Final = re.compile(r"<Version>(.*?)</Version>", re.DOTALL)
_KEY: Final = re.compile(r"<Key>([^<]*)</Key>")
_ID: Final = re.compile(r"<VersionId>([^<]+)</VersionId>")


def find_versions(bucket: Bucket, name: str) -> tuple[str, ...]:
    """Return the ids of the versions of one object, oldest first; delete markers are none.

    Untrusted: the answers. What a version holds is compared with a digest by whoever fetches it.

    Raises:
        OSError, HTTPException: No answer. (`urlopen` wraps what fails before an answer begins.)
        TooLarge: An answer that no such list can have, or more versions and markers than anybody had a reason to put.
    """
    key, found, after = full_key(bucket, name), list[str](), dict[str, str]()
    for _ in range(_MOST_PAGES):
        page = _read_page(sign(bucket, "GET", "", {"prefix": key, "versions": ""} | after))
        found += _versions_in(page, key)
        after = {marker: unquote_plus(one[1]) for marker, part in _NEXT.items() if (one := part.search(page))}
        # What has a longer name comes after everything that has this one.
        if _TRUNCATED not in page or after.get("key-marker") != key:
            return tuple(reversed(found))  # newest first (S3 API)
    raise TooLarge("A file of the replica has more versions than anybody had a reason to put.")


def versions_or_top(bucket: Bucket, name: str) -> tuple[str | None, ...]:
    """Return the versions of one object, oldest first; where none may be listed, None, which stands for the one on top.

    Raises:
        OSError, HTTPException: No answer.
        TooLarge: See `find_versions`.
    """
    try:
        return find_versions(bucket, name)
    except HTTPError as answer:
        if answer.code not in _NO_LISTS:
            raise
        return (None,)


def _read_page(url: str) -> str:
    with urlopen(Request(url), timeout=TIMEOUT_S) as answer:  # noqa: S310  # our own signed address
        data = answer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise TooLarge("A file of the replica is larger than any of its kind.")
    return str(data, "utf-8", "replace")


def _versions_in(page: str, key: str) -> Iterator[str]:
    # Names and ids have no character that XML would escape (`check_name`), so no parser is needed.
    for part in _VERSION.findall(page):
        named, version = _KEY.search(part), _ID.search(part)
        if named is not None and version is not None and unquote_plus(named[1]) == key:
            yield version[1]
