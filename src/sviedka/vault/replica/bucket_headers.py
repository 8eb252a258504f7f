# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the headers of an object of a bucket tell: until when it is locked, and what time it is there.

Source: Amazon S3 API, GetObject; RFC 9110 §6.6.1 (Date).
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sviedka.vault.replica.bucket_signing import TIMEOUT_S, full_key, sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from obstore.store import S3Store as Bucket

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When what is not locked, or not there, stopped being so."""

NOTHING_THERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
"""The second is said of a delete marker."""

_MODE: Final = "COMPLIANCE"


def read_headers(bucket: Bucket, name: str, version: str | None = None) -> Mapping[str, str]:
    """Return the headers of a GET, names in lower case: `obstore` does not pass them on. Of nothing there, the refusal's.

    Raises:
        OSError, HTTPException: No answer (`HTTPError`: another one).
    """
    url = sign(bucket, "GET", full_key(bucket, name), {} if version is None else {"versionId": version})
    try:
        with urlopen(Request(url), timeout=TIMEOUT_S) as answer:  # noqa: S310  # the address is our own signed one
            return _lower(answer.headers.items())
    except HTTPError as answer:
        if answer.code not in NOTHING_THERE:
            raise
        return _lower(answer.headers.items())


def lock_end(headers: Mapping[str, str]) -> datetime:
    """Return until when an object is locked in mode COMPLIANCE; `NEVER` if it is not, or if that cannot be read."""
    if headers.get("x-amz-object-lock-mode") != _MODE:
        return NEVER
    try:
        return datetime.fromisoformat(headers.get("x-amz-object-lock-retain-until-date", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return NEVER


def store_time(headers: Mapping[str, str]) -> datetime:
    """Return what time it is at the store; `NEVER` if it does not say."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return NEVER


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {key.lower(): value for key, value in headers}
