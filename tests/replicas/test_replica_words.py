# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a replica says and this office did not make: whoever writes there, with no key, can say anything."""

from dataclasses import replace

import pytest
from copies_kit import copy_all, failures, go_on, sha256, two_folders
from vault_kit import EPOCH, files, overwrite

from sviedka.store.taking_back.replicas_confirm import RotationUnconfirmed, confirmed_by
from sviedka.store.upkeep.checking import check_archive
from sviedka.store.upkeep.repairing import repair_archive
from sviedka.vault.replica.journal import parse_record, record_name
from sviedka.vault.replica.key_place import PLACE
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.recalling import recall
from sviedka.vault.replica.running import replicate
from sviedka.vault.replica.safe import read_safety

DESK = "minsk-1"


def put(place, lying):
    for name, data in lying.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        overwrite(place / name, data) if (place / name).exists() else (place / name).write_bytes(data)


def add_record(copies, archive, lying, **fields):
    """Write files into the replica of payloads, and a record that follows the last one and names them."""
    last = Memory(archive, "copies").records()[-1]
    put(copies, lying)
    named = {name: sha256(data) for name, data in lying.items()}
    record = replace(last, number=last.number + 1, previous=last.digest, files=named, **fields)
    put(copies, {record_name(record.number): record.data})


def add_note(keys, lying):
    """Write files into the place of keys, and a note with their lines."""
    put(keys, lying)
    note = parse_record((keys / PLACE).read_bytes())
    put(keys, {PLACE: replace(note, number=note.number + 1, files={n: sha256(d) for n, d in lying.items()}).data})


def slips(archive):
    return [path for path in files(archive.slips / EPOCH) if path.parent.name == path.name[:2]]


def mark_of(archive):
    return f"slips/{EPOCH}/removed/{slips(archive)[0].name}"


def do_nothing(archive):
    pass


@pytest.mark.parametrize("before", [replicate, do_nothing], ids=["copied before", "repaired at once"])
def test_a_record_that_somebody_added_brings_nothing_that_takes_away_or_is_no_copy(archive, tmp_path, before):
    copies, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    lying = {mark_of(archive): b"", "keys/keylists/7": b"x", "tools/evil.py": b"evil", f"slips/{EPOCH}/sums/x": b""}
    add_record(copies, archive, lying)
    before(archive)
    checked, mended = repair_archive(archive)
    assert not checked.result.findings
    assert {one.reference for one in mended} <= {"replicas/copies"}
    copy_all(archive)
    for name in lying:
        assert not (archive.root / name).exists()
        assert not (keys / name).exists()


@pytest.mark.parametrize("before", [replicate, do_nothing], ids=["copied before", "repaired at once"])
def test_a_note_that_somebody_wrote_brings_no_mark(archive, tmp_path, before):
    _, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    add_note(keys, {f"slips/{EPOCH}/removed/{path.name}": b"" for path in slips(archive)})
    before(archive)
    checked, _ = repair_archive(archive)
    copy_all(archive)
    assert not checked.result.findings
    assert not (archive.slips / EPOCH / "removed").exists()


@pytest.mark.parametrize("place", ["copies", "keys"])
def test_what_is_here_is_not_replaced_by_what_somebody_says(archive, tmp_path, place):
    copies, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    tops = ("packs", "logs") if place == "copies" else ("slips", "cells")
    ours = {path: path.read_bytes() for top in tops for path in files(archive.root / top)}
    lying = {path.relative_to(archive.root).as_posix(): b"garbage" for path in ours if path.name != "SHA256SUMS"}
    if place == "copies":
        add_record(copies, archive, lying)
    else:
        add_note(keys, lying)
    checked, _ = repair_archive(archive)
    assert {path: path.read_bytes() for path in ours} == ours
    assert not [one for one in checked.result.findings if ":" not in one.reference]


def test_a_head_that_the_key_of_the_log_has_not_signed_does_not_come_over_ours(archive, tmp_path):
    copies, _ = two_folders(archive, tmp_path)
    copy_all(archive)
    ours = archive.checkpoint(DESK).read_bytes()
    larger = ours.replace(b"\n5\n", b"\n7\n", 1)
    heads = Memory(archive, "copies").records()[-1].heads
    said = {DESK: replace(heads[DESK], signed=7)}
    add_record(copies, archive, {f"changing/{sha256(larger)}/logs/{DESK}/checkpoint": larger}, heads=said)
    checked, _ = repair_archive(archive)
    assert {one.code for one in checked.result} == {"refuted.checkpoint-older"}
    assert archive.checkpoint(DESK).read_bytes() == ours != larger


def test_a_control_what_is_missing_here_is_filled_in_by_a_record_that_was_forgotten(archive, tmp_path):
    two_folders(archive, tmp_path)
    copy_all(archive)
    go_on(archive)
    copy_all(archive)
    (archive.root / "replicas" / "copies" / f"{2:012d}").unlink()
    lost = next(path for path in files(archive.objects) if len(path.name) == 64)
    data = lost.read_bytes()
    lost.unlink()
    checked, _ = repair_archive(archive)
    assert not checked.result.findings
    assert lost.read_bytes() == data


def test_garbage_in_a_place_of_keys_is_not_confirmed_by_the_note_beside_it(archive, tmp_path):
    _, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    assert confirmed_by(archive, EPOCH) == ("keys",)
    go_on(archive)
    new = [name for path in slips(archive) if not (keys / (name := path.relative_to(archive.root).as_posix())).exists()]
    add_note(keys, dict.fromkeys(new, b"garbage"))
    assert failures(replicate(archive)) == {"copies": None, "keys": "refuted.replica-differs"}
    with pytest.raises(RotationUnconfirmed):
        confirmed_by(archive, EPOCH)


def test_a_control_without_the_garbage_it_is_confirmed(archive, tmp_path):
    two_folders(archive, tmp_path)
    copy_all(archive)
    go_on(archive)
    copy_all(archive)
    assert confirmed_by(archive, EPOCH) == ("keys",)


def test_a_record_that_somebody_added_makes_nothing_safe(archive, tmp_path):
    copies, _ = two_folders(archive, tmp_path)
    copy_all(archive)
    go_on(archive)
    outcomes = {one.entry.name: one.failure for one in replicate(archive, only="keys")}
    assert outcomes == {"keys": None}
    heads = Memory(archive, "keys").place().heads
    add_record(copies, archive, {}, heads=heads, complete=True)
    assert recall(archive) == ("copies",)
    assert read_safety(archive, DESK).packs == 2
    copy_all(archive)
    assert read_safety(archive, DESK).packs == 3, "read back by this office"


def test_a_mark_that_only_a_place_has_leaves_a_lost_slip_a_finding(archive, tmp_path):
    """It is not brought back, because it may have been taken back; and it is not given up, because anybody can lay a mark."""
    _, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    mark, lost = mark_of(archive), slips(archive)[0]
    put(keys, {mark: b""})
    lost.unlink()
    checked, _ = repair_archive(archive)
    assert {one.reference for one in checked.result} == {lost.relative_to(archive.root).as_posix()}
    assert not (archive.root / mark).exists()
    (keys / mark).unlink()
    assert not repair_archive(archive)[0].result.findings
    assert lost.exists()
    assert not check_archive(archive, full=True).result.findings
