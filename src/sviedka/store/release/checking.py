# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an archive says of a copy of a release: that it published it, and what proves that to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.count.release.copy import KEY_LIST, PROOF
from sviedka.core.count.release.release_errors import CopyRefuted, CopyUnproven
from sviedka.store.checkpointing import prove
from sviedka.store.connect import database_failures
from sviedka.store.ledger import find_disclosures
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import replace

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.count.release.copy import StatedCopy
    from sviedka.keeper.client import Keeper
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive


def check_statement(database: Database, copy: StatedCopy) -> None:
    """Look for the statement in the archive's log.

    Raises:
        CopyUnproven: It is of another archive, or of none.
        CopyRefuted: The archive has another statement of that identifier.
    """
    with database_failures():
        found = find_disclosures(database, [copy.jti])
    if copy.jti not in found:
        raise CopyUnproven("This archive published no such release.")
    if found[copy.jti][0] != copy.jwt:
        raise CopyRefuted("The archive's statement of this release says something else.")


def put_proof(archive: Archive, keeper: Keeper, copy: StatedCopy, folder: Path) -> None:
    """Put the proof against the newest checkpoint, and the key list, beside a copy; older ones are replaced.

    Raises:
        StatementUnknown, NotYetCheckpointed, LogDiffers: As `prove`.
    """
    proof = prove(archive, keeper, copy.jti)
    with translating():
        key_list = archive.keylist.read_bytes()
    replace(folder / PROOF, proof.encode("utf-8"), mode=0o644)
    replace(folder / KEY_LIST, key_list, mode=0o644)
