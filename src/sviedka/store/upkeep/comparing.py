# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the projections are what the packs come to: all packs folded into a database of their own, and the two compared.

For `sviedka check --full` on an unlocked archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted, Unavailable
from sviedka.store.connect import connect, database_failures, disconnect
from sviedka.store.folded_apart import folded_apart
from sviedka.store.session import close_store
from sviedka.store.upkeep.dumping import Digests, digest_tables
from sviedka.store.whole_pages import require_whole_pages
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.findings import Finding, finding_of

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.client import Keeper
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.layout import Archive

COMPARE_JOB: Final = "sviedka.store.upkeep.comparing:job"
_REFERENCE: Final = "database/projections.db"


def compare_projections(archive: Archive, keeper: Keeper, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Return a finding for each table that is not what the vault's packs come to, or for what stops the comparison.

    Args:
        archive: Whose.
        keeper: Opens the packs.
        progress: Told how many statements were read since the last call.

    Raises:
        Locked: The keeper holds no keys.
    """
    close_store()
    with admission_lock(archive):
        try:
            told = keeper.run_job(COMPARE_JOB, {}, progress)
        except (Refuted, Malformed) as failure:
            return (finding_of(failure, "packs"),)
        except Unavailable as failure:
            return (finding_of(failure, _REFERENCE),)
    differing = [str(name) for name in told] if isinstance(told, list) else []
    return tuple(
        Finding(
            verdict="refuted",
            code="refuted.projections",
            reference=_REFERENCE,
            message="The table {table} is not what the packs come to; sviedka rebuild makes it anew.",
            facts={"table": name.removeprefix("store_")},
        )
        for name in differing
    )


def job(keys: JobKeys, _arguments: Json, progress: Progress) -> Json:
    """Keeper job: return the tables that differ. Whoever asks holds the admission lock."""
    try:
        live = _digest_live(keys)
        folded = _digest_folded(keys, progress)
    finally:
        disconnect()
    return [name for name in sorted(live.keys() | folded.keys()) if live.get(name) != folded.get(name)]


def _digest_live(keys: JobKeys) -> Digests:
    database = connect(keys.archive, keys.database_key)
    with database_failures():
        require_whole_pages(keys.archive, database)
        return digest_tables(database)


def _digest_folded(keys: JobKeys, progress: Progress) -> Digests:
    with folded_apart(keys, progress) as database:
        return digest_tables(database)
