# SPDX-License-Identifier: AGPL-3.0-or-later
"""A writer that seals file after file and says each item that was acknowledged, until it is killed. Usage: ARCHIVE FOLDER"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fault_archive import seal_one

from sviedka.vault.layout import Archive


def main(archive, folder):
    """Seal forever."""
    number = 0
    while True:
        number += 1
        item, digest = seal_one(Archive(root=archive), folder, size=2_000_000 if number % 7 == 0 else 3_000)
        os.write(1, f"{item} {digest}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
