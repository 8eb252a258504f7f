# SPDX-License-Identifier: AGPL-3.0-or-later
"""A group for what deposits write: new payloads, slips and cells, on whatever disks these lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.vault.fan import scratch_of
from sviedka.vault.group_commit import GroupCommit

if TYPE_CHECKING:
    from sviedka.vault.layout import Archive


def open_group(archive: Archive) -> GroupCommit:
    """Open a group; use it as a context manager and `commit` it as often as groups are full."""
    return GroupCommit(*(scratch_of(store) for store in (archive.objects, archive.slips, archive.cells)))
