# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast the keys are rotated: a million slips wrapped anew, durable, compared, and the old ones removed."""

from __future__ import annotations

import os
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import TYPE_CHECKING, Final

from sviedka.bench.machine import over_cores
from sviedka.bench.measurement import Measurement, seconds
from sviedka.bench.workplace import workplace
from sviedka.core.base.progress import unwatched
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.slip import EPHEMERAL_BYTES, FRESH_BYTES, make_slip, rewrap_slip
from sviedka.keeper.founding import found_archive
from sviedka.keeper.login import open_keyring
from sviedka.keeper.service import Service
from sviedka.keeper.wrapping import KdfCost
from sviedka.store.taking_back.rotation import carry_job, end_job
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id, random_bytes
from sviedka.vault.fan import prepare_fan

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.seal.age_keys import Recipient
    from sviedka.keeper.jobs import JobKeys

SLIPS: Final = 1_000_000
_DIFFERENT: Final = 1_000
_TRIED: Final = 2_000
_PASSPHRASE: Final = b"measured and thrown away"


def measure_epoch_rotate(*, quick: bool = False) -> Measurement:
    """Rotate an archive that holds a million slips: the whole job, from the mark to the removal of the old folder.

    Bound: one unwrapping and one wrapping for each, over all cores, with nothing read or written.
    """
    count = SLIPS // 500 if quick else SLIPS
    with workplace() as place:
        keys = _found(place / "archive")
        _put_slips(keys, count)
        took = seconds(lambda: _rotate(keys))
    peak = max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return Measurement(
        values=[count / took],
        unit="items/s",
        bound=over_cores(rewrap_rate),
        reach="a million within ten minutes (1,700 items/s)",
        beside={"slips": count, "peak memory of one process, MB": peak / 1000, "seconds": took},
    )


def rewrap_rate() -> float:
    """One process: slips a second opened and wrapped to another key, nothing kept."""
    old, new = (X25519Identity.from_bytes(bytearray(random_bytes(32))) for _ in range(2))
    slip, recipient = _slip(old.recipient()), new.recipient()

    def work() -> None:
        for _ in range(_TRIED):
            rewrap_slip(slip, old, recipient, ephemeral=random_bytes(EPHEMERAL_BYTES))

    return _TRIED / seconds(work)


def _rotate(keys: JobKeys) -> None:
    end_job(keys, carry_job(keys, {}, unwatched), unwatched)


def _found(folder: Path) -> JobKeys:
    cost = KdfCost(memory_kib=64, passes=1, lanes=1)  # the passphrase is nobody's
    founded = found_archive(
        folder, archive_name="bench.example", desk="desk-1", passphrase=bytearray(_PASSPHRASE), cost=cost
    )
    keyring = open_keyring(founded.archive, bytearray(_PASSPHRASE), clock=now)
    return Service(keyring, locks_at=now).job_keys()


def _put_slips(keys: JobKeys, count: int) -> None:
    """Put slips without their lists: what is measured reads the slips only."""
    facts = keys.facts
    folder = keys.archive.slips / facts.epoch
    prepare_fan(folder)
    slips = [_slip(facts.epoch_recipient) for _ in range(_DIFFERENT)]
    for number in range(count):
        item = new_id()
        (folder / item[:2] / item).write_bytes(slips[number % _DIFFERENT])
    os.sync()


def _slip(recipient: Recipient) -> bytes:
    return make_slip(random_bytes(16), recipient, payload_sha256=random_bytes(32), fresh=random_bytes(FRESH_BYTES))
