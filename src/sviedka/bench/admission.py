# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast statements are admitted, kept and folded again, with the keeper's own process and a real disk.

The statements are claims of eleven parts, one subject in ten new and that one a person with a cell of their own, so
that every tenth makes a cell durable too. Sealing small files is measured to the end here: payload, slip and both
statements.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sviedka.bench.machine import fsync_rate, over_cores, sign_rate, verify_rate
from sviedka.bench.measurement import Measurement, seconds
from sviedka.bench.workplace import make_tree, workplace
from sviedka.core.base.ids import StatementId, SubjectId
from sviedka.keeper.client import Keeper
from sviedka.keeper.founding import found_archive
from sviedka.keeper.unlocking import lock, unlock
from sviedka.keeper.wrapping import KdfCost
from sviedka.store.admission import admit
from sviedka.store.deposit.depositing import deposit
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.rebuild import rebuild
from sviedka.store.session import close_store, open_store
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id, random_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.statement import Draft
    from sviedka.vault.layout import Archive

STATEMENTS: Final = 10_000
SINGLE: Final = 400
RUNS: Final = 3
SMALL_FILES: Final = 20_000
SMALL_BYTES: Final = 16 * 1024
_EACH: Final = 10
"""Statements for each new subject."""

_CLAIMS: Final = 100
_SIGNATURES: Final = 2
"""On each statement: the author's and the desk's."""

_SYNCS: Final = 4
"""For one statement by itself: pack, its folder, the list of packs, the database."""


@dataclass(frozen=True, kw_only=True)
class _Office:
    """An archive with its keeper at work."""

    archive: Archive
    keeper: Keeper
    case: SubjectId


def measure_admit_batch(*, quick: bool = False) -> Measurement:
    """Admit statements in batches: sealed, signed by author and desk, logged, in the tables, durable.

    Bound: the two signatures of each, over all cores.
    """
    count = STATEMENTS // 10 if quick else STATEMENTS
    rates = []
    with workplace() as place:
        for run in range(1 if quick else RUNS):
            with _office(place / f"run-{run}") as office:
                sayings = _sayings(office, count)
                rates.append(count / seconds(partial(_state, office, sayings)))
        synced = fsync_rate(place)
    return Measurement(
        values=rates,
        unit="statements/s",
        bound=over_cores(sign_rate) / _SIGNATURES,
        reach="at least 2,000 statements/s",
        beside={"synced appends of this disk, 1/s": synced},
    )


def measure_admit_single(*, quick: bool = False) -> Measurement:
    """Admit statements one by one, each durable before the next is begun.

    Bound: the syncs that one admission takes, at this disk's rate.
    """
    count = SINGLE // 10 if quick else SINGLE
    rates = []
    with workplace() as place:
        for run in range(1 if quick else RUNS):
            with _office(place / f"run-{run}") as office:
                drafts = _drafts(office, _sayings(office, count))
                rates.append(count / seconds(partial(_one_by_one, office, drafts)))
        bound = fsync_rate(place) / _SYNCS
    return Measurement(values=rates, unit="statements/s", bound=bound, reach="at least 100 statements/s")


def measure_rebuild(*, quick: bool = False) -> Measurement:
    """Make the projections again from the vault, both signatures of every statement checked.

    Bound: those two verifications, over all cores.
    """
    count = STATEMENTS // 10 if quick else STATEMENTS
    with workplace() as place, _office(place / "archive") as office:
        _state(office, _sayings(office, count))
        rates = [count / seconds(partial(rebuild, office.archive, office.keeper)) for _ in range(1 if quick else RUNS)]
    bound = over_cores(verify_rate) / _SIGNATURES
    return Measurement(values=rates, unit="statements/s", bound=bound, reach="at least 2,000 statements/s")


def measure_seal_small_stated(*, quick: bool = False) -> Measurement:
    """Seal 20,000 files of 16 KiB to the end: payload, slip and both statements of each, durable in groups.

    Bound: the four signatures of each item, over all cores.
    """
    count = SMALL_FILES // 20 if quick else SMALL_FILES
    rates = []
    with workplace() as place:
        make_tree(place / "tree", count, SMALL_BYTES)
        for run in range(1 if quick else RUNS):
            with _office(place / f"run-{run}") as office:
                rates.append(count / seconds(partial(_deposit, office, place / "tree")))
        synced = fsync_rate(place)
    return Measurement(
        values=rates,
        unit="items/s",
        bound=over_cores(sign_rate) / (2 * _SIGNATURES),
        reach="at least 1,000 items/s",
        beside={"synced appends of this disk, 1/s": synced},
    )


@contextmanager
def _office(folder: Path) -> Iterator[_Office]:
    passphrase = random_bytes(16).hex().encode("ascii")
    archive = found_archive(
        folder,
        archive_name="archive.example",
        desk="bench-1",
        passphrase=bytearray(passphrase),
        cost=KdfCost(memory_kib=64, passes=1, lanes=1),  # what unlocking costs is not measured
    ).archive
    unlock(archive, bytearray(passphrase))
    try:
        with Keeper.connect(archive) as keeper:
            open_store(archive, keeper)
            office = _Office(archive=archive, keeper=keeper, case=SubjectId(new_id()))
            admit(archive, keeper, [])  # what the archive states of itself
            yield office
    finally:
        close_store()
        lock(archive)


def _sayings(office: _Office, count: int) -> list[Saying]:
    """Return `count` statements: each tenth records a new person, the others restate claims that are there already."""
    sayings: list[Saying] = []
    claims = [SubjectId(new_id()) for _ in range(_CLAIMS)]
    cells = iter(office.keeper.new_cells(min(4_096, -(-count // _EACH))))
    person = SubjectId(new_id())
    for number in range(count):
        if number % _EACH == 0:
            person = SubjectId(new_id())
            fields: dict[str, Json] = {
                "cell": next(cells),
                "pseudonym": f"Person {number}",
                "counting_unit": "individual",
            }
            sayings.append(_saying(office, "person/1", person, fields))
        else:
            sayings.append(_saying(office, "claim/1", claims[number % _CLAIMS], _claim(person, number)))
    return sayings


def _claim(person: SubjectId, number: int) -> dict[str, Json]:
    return {
        "about": {"person": person},
        "predicate": "injury",
        "value": f"What somebody says of it, in one sentence, number {number}.",
        "stance": "asserts",
        "basis": "first-hand",
        "date": "2020-08-10",
        "citation": [new_id()],
        "credibility": 3,
        "status": "accepted",
        "persons": [{"person": person}],
    }


def _saying(office: _Office, kind: str, subject: SubjectId, fields: dict[str, Json]) -> Saying:
    return Saying(jti=StatementId(new_id()), case=office.case, type=kind, subject=subject, fields=fields)


def _drafts(office: _Office, sayings: list[Saying]) -> list[Draft]:
    drafter = Drafter(open_store(office.archive, office.keeper), archive_cell=office.keeper.facts().archive_cell)
    return [drafter.draft(saying, now()) for saying in sayings]


def _state(office: _Office, sayings: list[Saying]) -> None:
    admit(office.archive, office.keeper, _drafts(office, sayings))


def _one_by_one(office: _Office, drafts: list[Draft]) -> None:
    for draft in drafts:
        admit(office.archive, office.keeper, [draft])


def _deposit(office: _Office, tree: Path) -> None:
    deposit(office.archive, office.keeper, [tree], case=office.case).raise_if_incomplete()
