# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka check`: is everything there, and is every byte what it was?

Without a key it compares payloads with their names, packs, slips and cells with their lists, and tiles with one another and with
the signed checkpoints. Keys, stamps and the configuration are for `unlock`, `status` and `verify`, which hold what they need.
A full check reads every byte; else only names, sizes and lists are looked at. Spec: spec/06-vault.md §6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.vault.findings import CheckResult, Finding, worst_first
from sviedka.vault.look import Look
from sviedka.vault.scrub_listed import look_at_listed
from sviedka.vault.scrub_logs import look_at_logs
from sviedka.vault.scrub_objects import look_at_objects
from sviedka.vault.scrub_packs import look_at_packs

if TYPE_CHECKING:
    from sviedka.core.base.progress import Progress
    from sviedka.vault.layout import Archive

__all__ = ["CheckResult", "Finding", "check"]


def check(archive: Archive, *, full: bool, progress: Progress | None = None) -> CheckResult:
    """Look at the whole vault; never raises for what it finds.

    Args:
        archive: May be in use: what other processes are writing is left out.
        full: Read and hash every byte.
        progress: Told bytes.
    """
    look = Look(archive=archive, full=full, progress=progress)
    if full and progress is not None:
        look.expect_all()
    look_at_objects(look)
    look_at_listed(look)
    look_at_packs(look)
    look_at_logs(look)
    return CheckResult(findings=worst_first(look.findings), files=look.files, bytes_read=look.bytes_read)
