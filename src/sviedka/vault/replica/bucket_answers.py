# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bucket, or the network before it, answers when it cannot: one of our failures."""

from __future__ import annotations

from contextlib import contextmanager
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.error import URLError

from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError

from sviedka.vault.replica.errors import ReplicaDenied, ReplicaUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

GONE: Final = (NotFoundError, FileNotFoundError)
"""What `obstore` raises for an object that is not there."""

_CUT_OFF: Final = (URLError, HTTPException, ConnectionError, TimeoutError)
"""Of a request that is made by us: `urlopen` wraps what fails before an answer begins, and nothing after."""


@contextmanager
def speaking(replica: str) -> Iterator[None]:
    """Turn what the store or the network says into one of our failures. Addresses and keys stay out of messages.

    Raises:
        ReplicaDenied: The credentials are not accepted.
        ReplicaUnreachable: Anything else.
    """
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError) as reason:
        raise ReplicaDenied("Replica {replica} does not accept the credentials.", replica=replica) from reason
    except (BaseError, *_CUT_OFF, *GONE) as reason:
        raise ReplicaUnreachable("Replica {replica} does not answer as it should.", replica=replica) from reason
