# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole check: every byte of the vault, and on an unlocked archive also every key and the projections.

What needs no key is done without one, so that a replica or a locked archive can be checked too; what could not be
checked for want of keys is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Failure, Malformed, Refuted, Unavailable
from sviedka.keeper.client import Keeper
from sviedka.keeper.config import read_config
from sviedka.keeper.errors import Locked
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.keeper.older_lists import known_digests
from sviedka.store.cell_owners import CellDisputed, find_disputed
from sviedka.store.connect import database_failures
from sviedka.store.cut_deposits import count_unnamed_slips
from sviedka.store.desks.key_lists import find_list_forks, stated_lists
from sviedka.store.ledger import sealed_items
from sviedka.store.session import close_store, open_store
from sviedka.store.taking_back.marks import Mark, MarksUnexplained, find_unexplained
from sviedka.store.upkeep.comparing import compare_projections
from sviedka.vault.findings import Finding, finding_as, finding_of, worst_first
from sviedka.vault.objects import has_payload
from sviedka.vault.replica.against_memory import look_against_memory
from sviedka.vault.replica.reading_back import read_back_all
from sviedka.vault.scrub import CheckResult, check
from sviedka.vault.slips import find_slip, was_taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.ids import CellId
    from sviedka.core.base.progress import Progress
    from sviedka.store.engine import Database
    from sviedka.vault.layout import Archive

KEY_CHECK_JOB: Final = "sviedka.keeper.key_check:job"
_PAYLOAD_LOST: Final = "This payload was sealed and acknowledged, and is gone."
_NO_KEY_LIST: Final = "The key list is gone."


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check came to.

    Attributes:
        result: Every finding.
        unlocked: Whether keys and projections were looked at.
        away: Registered replicas that could not be read back; empty without `full`.
        unnamed_slips: Slips of which no statement that is here tells, besides those of deposits under way: no damage, but
            nobody can take them back. None if that could not be looked at.
    """

    result: CheckResult
    unlocked: bool
    away: tuple[str, ...] = ()
    unnamed_slips: int | None = None


def check_archive(archive: Archive, *, full: bool, progress: Progress | None = None) -> Checked:
    """Check the vault; if `full` also its replicas, and if unlocked also the keys and the projections.

    Args:
        archive: May be in use.
        full: Read every byte.
        progress: Told the bytes read, then the files of replicas, then the statements.
    """
    read_config(archive)  # a folder that is no archive of ours has nothing to find fault with
    result = check(archive, full=full, progress=progress)
    known = {one.reference for one in result.findings}
    findings = [
        *result.findings,
        *(one for one in look_against_memory(archive, full=full) if one.reference not in known),
    ]
    if not archive.keylist.is_file() and "keys/keylist" not in {one.reference for one in findings}:
        findings.append(
            Finding(verdict="refuted", code="refuted.no-key-list", reference="keys/keylist", message=_NO_KEY_LIST)
        )
    if not full:
        return Checked(result=replace(result, findings=worst_first(findings)), unlocked=False)
    back = read_back_all(archive, progress)
    findings += [one for replica in back for one in replica.findings]
    unlocked, more, unnamed = _with_keys(archive)
    return Checked(
        result=replace(result, findings=worst_first([*findings, *more])),
        unlocked=unlocked,
        away=tuple(one.entry.name for one in back if one.away is not None),
        unnamed_slips=unnamed,
    )


def _with_keys(archive: Archive) -> tuple[bool, list[Finding], int | None]:
    try:
        with Keeper.connect(archive) as keeper:
            findings = [*_broken_keys(keeper), *_unsupported(archive, keeper)]
            unnamed = _count_unnamed(archive, keeper)
            return True, [*findings, *compare_projections(archive, keeper)], unnamed
    except Locked:
        return False, [], None


def _count_unnamed(archive: Archive, keeper: Keeper) -> int | None:
    try:
        return count_unnamed_slips(archive, open_store(archive, keeper))
    except Locked:
        raise
    except Failure:
        return None  # the statements cannot be read, which is a finding of its own
    finally:
        close_store()


def _unsupported(archive: Archive, keeper: Keeper) -> list[Finding]:
    """Return a finding if the packs hold too little, and for each mark, cell and sealed item that is not as the log has it."""
    try:
        database = open_store(archive, keeper)
        with database_failures():
            items = sealed_items(database)
            forked = list(_forked_lists(archive, database))
            marked = [_unexplained(mark) for mark in find_unexplained(archive, database)]
            disputed = [_disputed(cell) for cell in find_disputed(database)]
    except Locked:
        raise
    except Unavailable as failure:  # the comparison names it again, or something worse
        return [finding_of(failure, "database/projections.db")]
    except (Refuted, Malformed) as failure:
        return [finding_of(failure, "packs")]
    finally:
        close_store()
    return [
        *forked,
        *marked,
        *disputed,
        *(finding for item, payload in items for finding in _lost(archive, item, payload)),
    ]


def _forked_lists(archive: Archive, database: Database) -> Iterator[Finding]:
    """Yield a finding for each key list that a desk goes by and that is another one here, or at another desk."""
    current, stated = read_keylist(archive), stated_lists(database)
    known = known_digests(archive, current)
    for desk in sorted({one.desk for one in stated if not current.is_revoked(f"{current.archive}/{one.desk}")}):
        for fork in find_list_forks(desk, stated, known, current):
            yield finding_of(fork, f"packs/{desk}")


def _unexplained(mark: Mark) -> Finding:
    return finding_as(
        MarksUnexplained,
        mark.reference,
        message="This says that something was taken back, and no erasure explains it.",
    )


def _disputed(cell: CellId) -> Finding:
    return finding_as(
        CellDisputed,
        f"cells/*/{cell[:2]}/{cell}",
        message="Statements name this cell for more than one person.",
    )


def _lost(archive: Archive, item: str, payload: str) -> Iterator[Finding]:
    if was_taken_back(archive, item):
        return
    # A scrub of what is there cannot miss what is gone: only the statements say what there has to be.
    if not has_payload(archive, payload):
        reference = str(archive.payload(payload).relative_to(archive.root))
        yield Finding(verdict="refuted", code="refuted.payload-lost", reference=reference, message=_PAYLOAD_LOST)
    try:
        find_slip(archive, item)
    except (Refuted, Malformed) as failure:
        yield finding_of(failure, f"slips/*/{item[:2]}/{item}")


def _broken_keys(keeper: Keeper) -> list[Finding]:
    told = keeper.run_job(KEY_CHECK_JOB, None)
    broken = told.get("broken") if isinstance(told, dict) else None
    return [
        Finding(
            verdict="refuted",
            code="refuted.key-does-not-open",
            reference=str(path),
            message="This key, slip or cell does not open any more.",
        )
        for path in (broken if isinstance(broken, list) else [])
    ]
