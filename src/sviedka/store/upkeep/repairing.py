# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka check --full --repair`: what a full check finds is mended from good copies, and checked again.

The vault from its replicas, replicas from the vault or from one another, the database from the vault. What is left after
that has no good copy, or needs a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import Locked
from sviedka.store.rebuild import rebuild
from sviedka.store.session import close_store
from sviedka.store.upkeep.checking import Checked, check_archive
from sviedka.vault.recovery import recover
from sviedka.vault.replica.mending import Mended, Mender
from sviedka.vault.replica.recalling import recall

if TYPE_CHECKING:
    from sviedka.core.base.progress import Progress
    from sviedka.vault.layout import Archive

DATABASE: Final = "database/projections.db"


def repair_archive(archive: Archive, *, progress: Progress | None = None) -> tuple[Checked, tuple[Mended, ...]]:
    """Check everything, mend what has a good copy, check again.

    Returns:
        What the second check found (what is left), and what was mended in between.

    Raises:
        ReplicasMalformed: The registry cannot be read.
    """
    recover_quietly(archive)
    recalled = [Mended(reference=f"replicas/{name}", source=name) for name in recall(archive)]
    found = check_archive(archive, full=True, progress=progress)
    if not found.result.findings:
        return found, tuple(recalled)
    mender = Mender(archive)
    mender.mend_vault(found.result.findings)
    mender.mend_replicas(found.result.findings)
    mended = [*recalled, *mender.mended]
    if any(one.reference == DATABASE for one in found.result.findings) and _rebuild(archive):
        mended.append(Mended(reference=DATABASE, source="vault"))
    return check_archive(archive, full=True, progress=progress), tuple(mended)


def recover_quietly(archive: Archive) -> None:
    """Do what a start does; where a damaged list stops it the check names the list."""
    try:
        recover(archive)
    except Failure:
        return


def _rebuild(archive: Archive) -> bool:
    try:
        with Keeper.connect(archive) as keeper:
            rebuild(archive, keeper)
    except (Locked, Failure):
        return False
    finally:
        close_store()
    return True
