# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeper job: a second slip for bytes that were deposited before. The file key goes from slip to slip and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.base.ids import SubjectId, parse_id
from sviedka.core.seal.age_header import wrap_file_key
from sviedka.keeper.hygiene import wipe
from sviedka.vault.deposit_group import open_group
from sviedka.vault.entropy import random_bytes
from sviedka.vault.slips import put_slip

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.progress import Progress
    from sviedka.keeper.jobs import JobKeys
    from sviedka.vault.group_commit import GroupCommit


def job(keys: JobKeys, arguments: Json, _progress: Progress) -> Json:
    """Put slips.

    Args:
        keys: Open the old slips.
        arguments: `epoch`, which has to be the present one, and `pairs` of (old item, new item).

    Returns:
        The new items that have their slip now, durable. One whose old slip is gone is left out; the caller seals it
        anew.
    """
    pairs = arguments.get("pairs") if isinstance(arguments, dict) else None
    if not isinstance(arguments, dict) or not isinstance(pairs, list) or arguments.get("epoch") != keys.facts.epoch:
        return []
    with open_group(keys.archive) as group:
        done = [new for old, new in map(_pair, pairs) if _put(keys, old, new, group)]
        group.commit()
    return list(done)


def _put(keys: JobKeys, old: SubjectId, new: SubjectId, group: GroupCommit) -> bool:
    try:
        file_key = keys.file_key(old)
    except (Refuted, Withheld, Malformed):
        return False  # lost, erased or damaged: nothing to share
    try:
        header = wrap_file_key(bytes(file_key), [keys.facts.epoch_recipient], [random_bytes(32)])
        put_slip(keys.archive, keys.facts.epoch, new, header, group=group)
    finally:
        wipe(file_key)
    return True


def _pair(pair: Json) -> tuple[SubjectId, SubjectId]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise Malformed("A job's argument is not a pair of items.")
    return SubjectId(parse_id(pair[0])), SubjectId(parse_id(pair[1]))
