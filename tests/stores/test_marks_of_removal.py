# SPDX-License-Identifier: AGPL-3.0-or-later
"""Marks of removal that the log knows nothing of: made by whoever writes a copy, or has the account, without a key."""

import hashlib
from dataclasses import replace

import pytest
from erase_kit import Office

from sviedka.store.connect import disconnect
from sviedka.vault.replica.journal import parse_record, record_name
from sviedka.vault.replica.key_place import PLACE
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.running import replicate

NOTHING = hashlib.sha256(b"").hexdigest()


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    text = office.archive.config.read_text()
    for name, holds in (("copies", "payloads"), ("keys", "keys")):
        place = tmp_path / "elsewhere" / name
        place.mkdir(parents=True)
        text += f'\n[[replicas]]\nname = "{name}"\nholds = "{holds}"\nurl = "{place}"\n'
    office.archive.config.write_text(text)
    assert all(one.failure is None for one in replicate(office.archive))
    yield office
    disconnect()


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o600)
    path.write_bytes(data)


def mark_of(office, item):
    return f"slips/{office.keeper.facts().epoch}/removed/{item}"


def mark_in_place_of_keys(office):
    keys = office.folder / "elsewhere" / "keys"
    epoch = office.keeper.facts().epoch
    marks = {mark_of(office, path.name): NOTHING for path in keys.glob(f"slips/{epoch}/??/*")}
    for mark in marks:
        put(keys / mark, b"")
    note = parse_record((keys / PLACE).read_bytes())
    put(keys / PLACE, replace(note, number=note.number + 1, files=marks).data)


def mark_in_replica_of_payloads(office):
    copies = office.folder / "elsewhere" / "copies"
    last = Memory(office.archive, "copies").records()[-1]
    mark = mark_of(office, office.given)
    put(copies / mark, b"")
    record = replace(last, number=last.number + 1, previous=last.digest, files={mark: NOTHING})
    put(copies / record_name(record.number), record.data)


def findings(office):
    from sviedka.keeper.client import Keeper
    from sviedka.store.upkeep import checking

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            checking, "Keeper", type("Ours", (Keeper,), {"connect": lambda _archive: _Entered(office.keeper)})
        )
        checked = checking.check_archive(office.archive, full=True)
    disconnect()
    assert checked.unlocked
    return {(one.code, one.reference) for one in checked.result}


class _Entered:
    def __init__(self, keeper):
        self.keeper = keeper

    def __enter__(self):
        return self.keeper

    def __exit__(self, *_):
        pass


@pytest.mark.parametrize("somebody_marks", [mark_in_place_of_keys, mark_in_replica_of_payloads])
def test_who_writes_one_copy_has_nothing_taken_back(office, somebody_marks):
    from sviedka.store.upkeep.repairing import repair_archive

    disconnect()
    somebody_marks(office)
    for _ in range(2):
        replicate(office.archive)
        repair_archive(office.archive)
    slips = sum(1 for _ in office.archive.slips.glob("*/??/*"))
    disconnect()
    assert office.rotate().slips == slips
    disconnect()
    assert office.open(office.given, "after")


def test_a_mark_that_nothing_explains_is_named_and_stops_a_rotation(office):
    from sviedka.store.taking_back.marks import MarksUnexplained

    disconnect()
    mark = mark_of(office, office.given)
    put(office.archive.root / mark, b"")
    assert findings(office) == {("refuted.mark-of-removal", mark)}
    epoch = office.keeper.facts().epoch
    with pytest.raises(MarksUnexplained):
        office.rotate()
    disconnect()
    assert office.archive.epoch_key(epoch).exists()
    (office.archive.root / mark).unlink()
    assert not findings(office)
    office.rotate()
    disconnect()
    assert office.open(office.given, "after")


def test_a_slip_that_somebody_deleted_with_a_mark_is_named(office):
    disconnect()
    mark = mark_of(office, office.given)
    put(office.archive.root / mark, b"")
    office.archive.slip(office.keeper.facts().epoch, office.given).unlink()
    replicate(office.archive)
    assert ("refuted.mark-of-removal", mark) in findings(office)


def test_a_mark_of_a_cell_is_named_too(office):
    disconnect()
    cell = next(office.archive.cells.glob("*/??/*"))
    mark = cell.parent.parent / "removed" / cell.name
    put(mark, b"")
    assert ("refuted.mark-of-removal", mark.relative_to(office.archive.root).as_posix()) in findings(office)


def test_a_control_what_was_taken_back_by_two_is_named_by_nobody_and_rotates(office, monkeypatch):
    office.make_ready()
    disconnect()
    epoch = office.keeper.facts().epoch
    assert not findings(office)
    office.carry_out(monkeypatch)
    disconnect()
    assert (office.archive.root / mark_of(office, office.given)).exists()
    assert not findings(office)
    assert office.rotate().ended == (epoch,)
    disconnect()
    assert not findings(office)


def test_a_control_an_erasure_that_was_cut_before_its_record_is_no_finding(office, monkeypatch):
    from sviedka.store.taking_back import erasing

    office.make_ready()

    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "record", stop)
        with pytest.raises(KeyboardInterrupt):
            office.carry_out(patch)
    disconnect()
    assert (office.archive.root / mark_of(office, office.given)).exists()
    assert not findings(office)
