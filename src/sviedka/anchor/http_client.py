# SPDX-License-Identifier: AGPL-3.0-or-later
"""One request to somebody else's server, with an end to it: no redirects, a cap on the answer, a time limit in all.

Time authorities, cosigners and calendars are asked through this. It sends nothing but what it is given: no cookies, no
name of this program's user. Proxies of the environment are used, so that traffic can be led through Tor.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Unavailable

if TYPE_CHECKING:
    from typing import IO

AGENT: Final = "sviedka"
_PIECE: Final = 65_536


class PeerUnreachable(Unavailable):
    """A server could not be reached, or did not answer in time. Nothing was lost."""

    code = "unavailable.peer"
    hint = "Check the connection and try again; what waits stays waiting."


class AddressMalformed(Malformed):
    """An address that does not begin with http:// or https://."""

    code = "malformed.address"
    hint = "Correct the address in sviedka.toml."


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a server said: HTTP status, media type, body. Untrusted."""

    status: int
    media_type: str
    body: bytes


def ask(
    url: str, *, body: bytes | None = None, media_type: str = "", max_bytes: int, timeout_s: float = 30.0
) -> Answer:
    """Send a POST with `body`, or a GET without; return the answer whatever its status.

    Args:
        url: http or https.
        body: What to send; None sends a GET.
        media_type: Of the body.
        max_bytes: Largest answer that is read.
        timeout_s: Seconds for the whole exchange.

    Raises:
        PeerUnreachable: No connection, too slow, too long, or not HTTP.
        AddressMalformed: Another kind of address.
    """
    if not url.startswith(("http://", "https://")):
        raise AddressMalformed("An address begins with http:// or https://; this one does not.")
    headers = {"User-Agent": AGENT} | ({"Content-Type": media_type} if media_type else {})
    deadline = time.monotonic() + timeout_s
    try:
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310  # checked above
        with _OPENER.open(request, timeout=timeout_s) as response:
            return Answer(
                status=response.status,
                media_type=response.headers.get_content_type(),
                body=_read(response, max_bytes, deadline),
            )
    except urllib.error.HTTPError as error:
        with error:
            return Answer(
                status=error.code, media_type=error.headers.get_content_type(), body=_read(error, max_bytes, deadline)
            )
    except (OSError, http.client.HTTPException, ValueError) as reason:
        raise PeerUnreachable("The server could not be reached or did not answer as HTTP.") from reason


def _read(response: IO[bytes], max_bytes: int, deadline: float) -> bytes:
    pieces, size = [], 0
    try:
        while piece := response.read1(_PIECE) if hasattr(response, "read1") else response.read(_PIECE):
            size += len(piece)
            if size > max_bytes or time.monotonic() > deadline:
                raise PeerUnreachable("The server's answer was too long or came too slowly.")
            pieces.append(piece)
    except (OSError, http.client.HTTPException) as reason:
        raise PeerUnreachable("The server's answer broke off.") from reason
    return b"".join(pieces)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead a request to a server that nobody chose."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow none: the answer keeps its status, and the caller sees it."""


_OPENER: Final = urllib.request.build_opener(_NoRedirect)
