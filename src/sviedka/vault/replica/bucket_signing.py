# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of requests that `obstore` does not make: those with a query, of versions and of locks.

Source: AWS Signature Version 4, query parameters.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from sviedka.vault.clock import now

if TYPE_CHECKING:
    from obstore.store import S3Store as Bucket

TIMEOUT_S: Final = 20.0
"""Of one such request."""

_SIGNED_FOR_S: Final = 60


def sign(bucket: Bucket, method: str, key: str, query: dict[str, str]) -> str:
    """Return an address for one request, good for a minute.

    Args:
        bucket: With its endpoint and credentials.
        method: Of HTTP.
        key: Of the object, with the bucket's prefix; empty for the bucket itself.
        query: Of the request; the signature is added. Headers and body are not signed.
    """
    config = bucket.config
    endpoint, region = str(config["endpoint"]).rstrip("/"), str(config["region"])
    moment = now().strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    said = _query(
        query
        | {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{config['access_key_id']}/{scope}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(_SIGNED_FOR_S),
            "X-Amz-SignedHeaders": "host",
        }
    )
    place = urlsplit(f"{endpoint}/{quote(str(config['bucket']))}{'/' if key else ''}{quote(key, safe='/-._~')}")
    request = f"{method}\n{place.path}\n{said}\nhost:{place.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    secret = f"AWS4{config['secret_access_key']}".encode()
    for step in (*scope.split("/"), text):
        secret = hmac.digest(secret, step.encode(), "sha256")
    return f"{place.geturl()}?{said}&X-Amz-Signature={secret.hex()}"


def full_key(bucket: Bucket, name: str) -> str:
    """Return the key of an object, the bucket's prefix before its name."""
    return f"{bucket.prefix}/{name}" if bucket.prefix else name


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-._~')}={quote(value, safe='-._~')}" for name, value in sorted(values.items()))
