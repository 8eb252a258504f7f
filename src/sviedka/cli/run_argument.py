# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linkage run as a person names it: by the identifier under which it was kept, or by a file that somebody opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.cli.places import readable_file
from sviedka.core.base.ids import is_id

if TYPE_CHECKING:
    from pathlib import Path


def read_run_bytes(named: Path, *, archive: Path | None, purpose: str) -> bytes:
    """Return the bytes of a run; if it lies in the archive, its opening is recorded first.

    Args:
        named: An identifier, or the path of a file.
        archive: The archive's folder, if the person named one.
        purpose: What for.

    Raises:
        NotThere: There is no such file.
        ItemUnknown: No item has this identifier.
    """
    if not is_id(str(named)):
        return readable_file(named).read_bytes()
    from sviedka.store.deposit.opening import open_item_bytes
    from sviedka.store.session import open_archive

    with open_archive(archive) as session:
        return open_item_bytes(session.archive, session.keeper, str(named), purpose=purpose)
