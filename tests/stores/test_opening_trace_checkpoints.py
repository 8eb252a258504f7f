# SPDX-License-Identifier: AGPL-3.0-or-later
"""An opening leaves a trace that no desk takes away: without its record there is no further checkpoint."""

import pytest
from archive_kit import CASE as OF_SOURCES
from archive_kit import LocalKeeper, admit_all, lose_projections, source

from sviedka.core.base.errors import Refuted
from sviedka.keeper.errors import HeadRefused, OpeningMissing
from sviedka.keeper.heads import head_record, openings_record
from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.opening import open_item
from sviedka.store.session import close_store

DESK = "minsk-1"


@pytest.fixture
def item(archive, keeper, tmp_path):
    (tmp_path / "original.txt").write_bytes(b"an original")
    (sealed,) = deposit(archive, keeper, [tmp_path / "original.txt"], case="case-one").sealed
    return sealed.item_id


def take_away_newest_pack(archive):
    """Do what a lying desk would: pack, its line, and the projections that knew of it are gone."""
    close_store()
    disconnect()
    newest = max(archive.desk_packs(DESK).glob("*.age"))
    newest.unlink()
    sums = archive.pack_sums(DESK)
    sums.write_bytes(b"".join(sums.read_bytes().splitlines(keepends=True)[:-1]))
    lose_projections(archive)


@pytest.mark.parametrize("restart", [False, True], ids=["the same keeper", "after a restart"])
@pytest.mark.parametrize("more", [0, 1, 3])
def test_a_record_that_was_taken_away_ends_the_log(archive, keeper, item, tmp_path, restart, more):
    make_checkpoint(archive, keeper)
    open_item(archive, keeper, item, out=tmp_path / "out", purpose="for nobody to know")
    take_away_newest_pack(archive)
    keeper = LocalKeeper(archive) if restart else keeper
    if more:
        admit_all(archive, keeper, [source(f"source {number}", case=OF_SOURCES) for number in range(more)])
    with pytest.raises(OpeningMissing) as told:
        make_checkpoint(archive, keeper)
    assert isinstance(told.value, Refuted)
    assert str(told.value) == "An opening that the keeper recorded is missing from the log."


@pytest.mark.parametrize("restart", [False, True], ids=["the same keeper", "after a restart"])
def test_a_record_that_stays_is_signed_for(archive, keeper, item, tmp_path, restart):
    make_checkpoint(archive, keeper)
    for number in range(3):
        open_item(archive, keeper, item, out=tmp_path / f"out-{number}", purpose="for the court")
    keeper = LocalKeeper(archive) if restart else keeper
    assert len(keeper.open_records()) > 2
    head = make_checkpoint(archive, keeper)
    assert keeper.open_records() == ()
    assert make_checkpoint(archive, keeper).data == head.data


def test_an_opening_while_the_head_is_being_made_does_not_refuse_it(archive, keeper, item, tmp_path):
    """Its record was admitted before the lock, the key was given after we asked what is open."""
    real, asked = keeper.open_records, []

    def late():
        if not asked:
            asked.append(True)
            return ()
        return real()

    open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    keeper.open_records = late
    make_checkpoint(archive, keeper)
    assert real() == ()


@pytest.mark.parametrize("name", ["head", "openings"])
def test_a_memory_that_is_missing_is_refuted(archive, keeper, item, name):
    record = {"head": head_record, "openings": openings_record}[name](archive, DESK)
    whole = record.read_bytes()
    record.unlink()
    with pytest.raises(HeadRefused) as told:
        make_checkpoint(archive, LocalKeeper(archive))
    assert (told.value.code, told.value.exit_status) == ("refuted.head", 10)
    record.write_bytes(whole)
    make_checkpoint(archive, LocalKeeper(archive))
