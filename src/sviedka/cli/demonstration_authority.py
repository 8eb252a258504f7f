# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m sviedka.cli.demonstration_authority FOLDER`: an internal time authority on loopback, until it is ended.

Makes the authority if FOLDER is not there, and prints its address first.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from sviedka.anchor.internal_authority import create_internal_authority, serve_authority
from sviedka.vault.clock import now


def main(folder: Path) -> None:
    """Serve until the process is ended."""
    # An hour ago: a clock that is a little behind must not see a certificate from the future.
    authority = create_internal_authority(folder, name="demonstration", start=now() - timedelta(hours=1))
    with serve_authority(authority) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)  # noqa: T201  # what the parent waits for
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
