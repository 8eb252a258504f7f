# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole check: every byte of the vault, and on an unlocked archive also every key and the projections.

What needs no key is done without one, so that a replica or a locked archive can be checked too; what could not be
checked for want of keys is said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed, Refuted
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import Locked
from sviedka.store.comparing import compare_projections
from sviedka.store.session import close_store, open_store
from sviedka.vault.findings import Finding, finding_of, worst_first
from sviedka.vault.scrub import CheckResult, check

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.vault.layout import Archive

KEY_CHECK_JOB: Final = "sviedka.keeper.key_check:job"


def check_archive(
    archive: Archive, *, full: bool, progress: Callable[[int], None] | None = None
) -> tuple[CheckResult, bool]:
    """Check the vault; if `full` and unlocked, also the keys and the projections.

    Args:
        archive: May be in use.
        full: Read every byte.
        progress: Told the bytes read, then the statements.

    Returns:
        What was found, and whether keys and projections were looked at.
    """
    result = check(archive, full=full, progress=progress)
    if not full:
        return result, False
    try:
        with Keeper.connect(archive) as keeper:
            findings = [*result.findings, *_broken_keys(keeper), *_unsupported(archive, keeper)]
            findings += compare_projections(archive, keeper)
    except Locked:
        return result, False
    return replace(result, findings=worst_first(findings)), True


def _unsupported(archive: Archive, keeper: Keeper) -> list[Finding]:
    """Return a finding if more was signed for than the packs hold."""
    try:
        open_store(archive, keeper)
    except (Refuted, Malformed) as failure:
        return [finding_of(failure, "packs")]
    finally:
        close_store()
    return []


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
