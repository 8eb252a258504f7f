# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeper job: a second slip for bytes that were deposited before. The file key goes from slip to slip and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.encoding import decode_hex
from sviedka.core.base.errors import Malformed, Refuted, Withheld
from sviedka.core.base.ids import SubjectId, parse_id
from sviedka.core.seal.slip import FRESH_BYTES, make_slip
from sviedka.keeper.hygiene import wipe
from sviedka.vault.begun import require_begun
from sviedka.vault.deposit_group import open_group
from sviedka.vault.entropy import random_bytes
from sviedka.vault.epoch_turn import keep_epochs
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
        arguments: `epoch`, which has to be the present one; `begun`, the name of the deposit that has written the new
            items down; `shared`: (old item, new item, payload) each. The payload is the asker's word; an old slip that
            was made for another one is not shared.

    Returns:
        The new items that have their slip now, durable. One whose old slip is gone is left out; the caller seals it
        anew.

    Raises:
        DepositCut: Who asked is gone, and the deposit was given up.
    """
    shared = arguments.get("shared") if isinstance(arguments, dict) else None
    if not isinstance(arguments, dict) or not isinstance(shared, list):
        return []
    with open_group(keys.archive) as group:
        keep_epochs(keys.archive, group)
        require_begun(keys.archive, str(arguments.get("begun")))
        if arguments.get("epoch") != keys.facts.epoch:
            return []
        done = [new for old, new, payload in map(_parse, shared) if _put(keys, old, new, payload, group)]
        group.commit()
    return list(done)


def _put(keys: JobKeys, old: SubjectId, new: SubjectId, payload: str, group: GroupCommit) -> bool:
    try:
        file_key = keys.file_key(old, payload)
    except (Refuted, Withheld, Malformed):
        return False  # lost, erased or damaged: nothing to share
    try:
        header = make_slip(
            file_key,
            keys.facts.epoch_recipient,
            payload_sha256=bytes.fromhex(payload),
            fresh=random_bytes(FRESH_BYTES),
        )
        put_slip(keys.archive, keys.facts.epoch, new, header, group=group)
    finally:
        wipe(file_key)
    return True


def _parse(shared: Json) -> tuple[SubjectId, SubjectId, str]:
    if not isinstance(shared, list) or len(shared) != 3 or not isinstance(shared[2], str):
        raise Malformed("A job's argument is not two items and a payload.")
    return SubjectId(parse_id(shared[0])), SubjectId(parse_id(shared[1])), decode_hex(shared[2]).hex()
