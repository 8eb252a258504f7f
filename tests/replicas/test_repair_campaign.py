# SPDX-License-Identifier: AGPL-3.0-or-later
"""Flips, cuts, swaps and rollbacks, here and in the replicas: all found, all mended, byte for byte; no false alarm."""

import random
import shutil

import pytest
from copies_kit import contents, copy_all, failures, go_on, register, two_folders
from test_vault_scrub import put_log
from vault_kit import EPOCH, age_file, files, overwrite

from sviedka.store.upkeep.checking import check_archive
from sviedka.store.upkeep.repairing import repair_archive
from sviedka.vault.cells import put_cell
from sviedka.vault.entropy import new_id
from sviedka.vault.replica.reading_back import expected_in
from sviedka.vault.replica.registry import read_replicas
from sviedka.vault.replica.running import replicate
from sviedka.vault.slips import remove_slip

TENTH = {"flips": 100, "cuts": 10, "swaps": 10, "rollbacks": 10, "clean": 10}
ALL = {kind: count * 10 for kind, count in TENTH.items()}
SEALED = ("objects", "slips", "cells", "packs", "logs")


@pytest.fixture
def copied(archive, tmp_path):
    two_folders(archive, tmp_path)
    copy_all(archive)
    return archive


def targets(archive, tmp_path):
    """Every file that a fault may hit: in the vault what is sealed and stated, in the replicas what they have to give back."""
    here = [path for top in SEALED for path in files(archive.root / top)]
    places = {"copies": tmp_path / "copies", "keys": tmp_path / "keys-elsewhere"}
    there = [places[one.name] / name for one in read_replicas(archive) for name in expected_in(archive, one)]
    memory = [path for path in files(archive.root / "replicas") if path.name not in {"state", "told"}]
    return [path for path in (*here, *there, *memory) if path.stat().st_size]


def state(archive, tmp_path):
    found = {
        f"{place}/{name}": data
        for place in ("archive", "copies", "keys-elsewhere")
        for name, data in contents(tmp_path / place).items()
    }
    return {name: data for name, data in found.items() if not name.endswith("/state") and "/run/" not in name}


def without_notes(found):
    notes = ("archive/replicas/", "copies/journal/", "keys-elsewhere/place")
    return {name: data for name, data in found.items() if not name.startswith(notes)}


def flip(path, chance):
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    overwrite(path, bytes(data))


def cut(path, chance):
    data = path.read_bytes()
    overwrite(path, data[: chance.randrange(len(data))])


def found_and_mended(archive, tmp_path, whole, what):
    """Assert that it is found and mended, and that every byte is as before. Only what a check has found is mended.

    A memory that was taken over counts for nothing before the replica was read back, so records grow.
    """
    checked, mended = repair_archive(archive)
    assert not checked.result.findings, (what, list(map(str, checked.result)))
    assert mended, f"not found: {what}"
    now, before = state(archive, tmp_path), dict(whole)
    if any(one.reference.startswith("replicas/") for one in mended):
        copy_all(archive)
        whole.clear()
        whole.update(state(archive, tmp_path))
        now, before = without_notes(whole), without_notes(before)
    assert now == before, (
        what,
        sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name)),
    )


def damage_one(archive, tmp_path, whole, chance, how):
    path = chance.choice(targets(archive, tmp_path))
    before = path.read_bytes()
    how(path, chance)
    if path.read_bytes() != before:
        found_and_mended(archive, tmp_path, whole, f"{how.__name__} {path.relative_to(tmp_path)}")


def swap_two(archive, tmp_path, whole, chance):
    first = chance.choice(targets(archive, tmp_path))
    alike = [path for path in targets(archive, tmp_path) if path.parent.parent == first.parent.parent and path != first]
    second = chance.choice(alike or [path for path in targets(archive, tmp_path) if path != first])
    one, other = first.read_bytes(), second.read_bytes()
    if one == other:
        return
    overwrite(first, other)
    overwrite(second, one)
    found_and_mended(archive, tmp_path, whole, f"swap {first.relative_to(tmp_path)} {second.relative_to(tmp_path)}")


PARTS = (
    "archive",
    "archive/packs",
    "archive/slips",
    "archive/cells",
    "archive/logs",
    "archive/replicas",
    "copies",
    "keys-elsewhere",
)


def roll_back_one(archive, tmp_path, older, whole, chance):
    """Put one part back as it was before more was sealed."""
    part = chance.choice(PARTS)
    shutil.rmtree(tmp_path / part)
    shutil.copytree(older / part, tmp_path / part)
    found_and_mended(archive, tmp_path, whole, f"rollback {part}")


def campaign(archive, tmp_path, counts, record_property):
    chance = random.Random(20200809)
    older = tmp_path / "older"
    older.mkdir()
    for place in ("archive", "copies", "keys-elsewhere"):
        shutil.copytree(tmp_path / place, older / place)
    go_on(archive)
    put_cell(archive, EPOCH, new_id(), age_file(b"k" * 32))
    put_log(archive, 9, since=5)
    copy_all(archive)
    whole = state(archive, tmp_path)
    for _ in range(counts["clean"]):
        assert not check_archive(archive, full=True).result.findings
    for _ in range(counts["flips"]):
        damage_one(archive, tmp_path, whole, chance, flip)
    for _ in range(counts["cuts"]):
        damage_one(archive, tmp_path, whole, chance, cut)
    for _ in range(counts["swaps"]):
        swap_two(archive, tmp_path, whole, chance)
    for _ in range(counts["rollbacks"]):
        roll_back_one(archive, tmp_path, older, whole, chance)
    record_property(
        "counted", ", ".join(f"{count} {kind}" for kind, count in counts.items()) + ": all found, all mended"
    )


@pytest.mark.timeout(600)
def test_a_tenth_of_the_damage_is_found_and_mended(copied, tmp_path, record_property):
    campaign(copied, tmp_path, TENTH, record_property)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_all_damage_is_found_and_mended(copied, tmp_path, record_property):
    campaign(copied, tmp_path, ALL, record_property)


def test_a_check_that_is_not_full_misses_flips(copied):
    """The control: looking at names and sizes finds nothing in a payload whose bits were flipped."""
    flip(files(copied.objects)[0], random.Random(1))
    assert not check_archive(copied, full=False).result.findings
    assert check_archive(copied, full=True).result.findings


def test_a_check_that_knows_no_replica_misses_a_rollback(copied, tmp_path):
    """The control: without what a replica has confirmed, an older vault looks whole."""
    shutil.copytree(copied.root, tmp_path / "older")
    go_on(copied)
    copy_all(copied)
    shutil.rmtree(copied.root)
    (tmp_path / "older").rename(copied.root)
    assert check_archive(copied, full=True).result.findings
    register(copied)
    shutil.rmtree(copied.root / "replicas")
    assert not check_archive(copied, full=True).result.findings


def test_what_has_no_good_copy_left_is_said_and_left_as_it_is(copied, tmp_path):
    payload = files(copied.objects)[0]
    for path in (payload, tmp_path / "copies" / payload.relative_to(copied.root)):
        overwrite(path, b"both are damaged")
    checked, mended = repair_archive(copied)
    assert mended == ()
    assert {one.code for one in checked.result} == {"refuted.payload", "refuted.replica-differs"}
    assert payload.read_bytes() == b"both are damaged"


def test_repair_brings_nothing_back_that_was_taken_back(copied, tmp_path):
    slip = next(path for path in files(copied.slips / EPOCH) if path.parent.name == path.name[:2])
    kept = slip.read_bytes()
    remove_slip(copied, EPOCH, slip.name)
    copy_all(copied)
    for place in (copied.root, tmp_path / "keys-elsewhere"):
        (place / "slips" / EPOCH / "removed" / slip.name).unlink()
    (tmp_path / "keys-elsewhere" / "slips" / EPOCH / "removed" / slip.name).write_bytes(b"")
    found = check_archive(copied, full=True).result
    assert "refuted.missing" in {one.code for one in found}, "its mark is gone here, so it looks lost"
    checked, _ = repair_archive(copied)
    assert not slip.exists()
    assert not checked.result.findings
    assert not [
        path
        for place in ("archive", "copies", "keys-elsewhere")
        for path in files(tmp_path / place)
        if path.read_bytes() == kept
    ]


def test_a_replica_that_is_away_is_told_and_is_no_finding(copied, tmp_path):
    (tmp_path / "copies").rename(tmp_path / "unplugged")
    checked = check_archive(copied, full=True)
    assert (checked.result.findings, checked.away) == ((), ("copies",))
    flip(files(copied.objects)[0], random.Random(1))
    checked, mended = repair_archive(copied)
    assert (len(checked.result), mended) == (1, ())


def test_after_repair_copying_goes_on(copied, tmp_path):
    shutil.rmtree(tmp_path / "copies")
    (tmp_path / "copies").mkdir()
    assert failures(replicate(copied))["copies"] == "refuted.replica-rolled-back"
    checked, mended = repair_archive(copied)
    assert not checked.result.findings
    assert len(mended) > 5
    go_on(copied)
    copy_all(copied)
