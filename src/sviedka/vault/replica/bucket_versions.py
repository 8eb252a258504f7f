# SPDX-License-Identifier: AGPL-3.0-or-later
"""The versions of one object in a bucket that keeps them, oldest first.

Under object lock nobody can take a version away, but whoever has the credentials can lay another one, or a delete marker,
over it. `obstore` does not list versions, and signs no query; the request is signed and made here.

Source: Amazon S3 API, ListObjectVersions; AWS Signature Version 4, query parameters.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_plus, urlsplit
from urllib.request import Request, urlopen

from sviedka.core.base.errors import TooLarge
from sviedka.vault.clock import now

if TYPE_CHECKING:
    from obstore.store import S3Store as Bucket

_SIGNED_FOR_S: Final = 60
_TIMEOUT_S: Final = 20.0
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
    key = f"{bucket.prefix}/{name}" if bucket.prefix else name
    with urlopen(Request(_signed(bucket, key)), timeout=_TIMEOUT_S) as answer:  # noqa: S310  # our own signed address
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


def _signed(bucket: Bucket, key: str) -> str:
    """Return the address that lists the versions of what begins with `key`, good for a minute."""
    config = bucket.config
    endpoint, region = str(config["endpoint"]).rstrip("/"), str(config["region"])
    moment = now().strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    query = _query(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{config['access_key_id']}/{scope}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(_SIGNED_FOR_S),
            "X-Amz-SignedHeaders": "host",
            "prefix": key,
            "versions": "",
        }
    )
    place = urlsplit(f"{endpoint}/{quote(str(config['bucket']))}")
    request = f"GET\n{place.path}\n{query}\nhost:{place.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    secret = f"AWS4{config['secret_access_key']}".encode()
    for step in (*scope.split("/"), text):
        secret = hmac.digest(secret, step.encode(), "sha256")
    return f"{place.geturl()}?{query}&X-Amz-Signature={secret.hex()}"


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-._~')}={quote(value, safe='-._~')}" for name, value in sorted(values.items()))
