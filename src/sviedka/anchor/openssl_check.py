# SPDX-License-Identifier: AGPL-3.0-or-later
"""A second opinion on a token: `openssl ts -verify`.

Asked when stamping, for tokens that the strict reader of the core refuses though they may be good. It is never part of
verifying a dossier: there one reader decides, the same for everybody. It judges at today's date.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from sviedka.core.base.errors import Unavailable
from sviedka.core.seal.stamp_errors import StampRefuted

_TIMEOUT_S: Final = 20


class OpensslMissing(Unavailable):
    """There is no openssl here to ask."""

    code = "unavailable.openssl"
    hint = "Install openssl and try again."


def verify_with_openssl(*, token: bytes, request: bytes, root_pem: bytes) -> None:
    """Check a reply against the request that was sent and the pinned root.

    Raises:
        StampRefuted: openssl refuses it.
        OpensslMissing: It could not be asked.
    """
    with tempfile.TemporaryDirectory() as scratch:
        reply, query, root = (Path(scratch, name) for name in ("reply", "query", "root.pem"))
        reply.write_bytes(token)
        query.write_bytes(request)
        root.write_bytes(root_pem)
        command = ["openssl", "ts", "-verify", "-queryfile", str(query), "-in", str(reply), "-CAfile", str(root)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, timeout=_TIMEOUT_S)
        except (OSError, subprocess.SubprocessError) as reason:
            raise OpensslMissing("openssl could not be asked about the token.") from reason
    if done.returncode != 0:
        raise StampRefuted("openssl refuses the token as well.")
