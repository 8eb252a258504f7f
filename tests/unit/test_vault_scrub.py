# SPDX-License-Identifier: AGPL-3.0-or-later
"""`check`: every changed bit, everything missing, everything that does not belong; nothing where all is well."""

import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from vault_kit import EPOCH, RECIPIENT, age_file, files, fill_vault, overwrite, put_items, slip

from sviedka.core.seal.checkpoint import sign_checkpoint
from sviedka.core.seal.merkle import Tree
from sviedka.core.seal.note_key import VerifierKey
from sviedka.core.seal.tiles import tile_bytes, tiles_of
from sviedka.vault.durable import make_folder, write_new
from sviedka.vault.layout import Archive
from sviedka.vault.recovery import recover
from sviedka.vault.scrub import check
from sviedka.vault.slips import put_slip, remove_slip

ORIGIN = "archive.example/minsk-1"
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def archive(tmp_path):
    made = Archive(root=tmp_path / "archive")
    fill_vault(made)
    return made


def put_log(archive, size, *, since=0):
    """Publish a log of `size` leaves as the desk does, and a key list that names its key."""
    tree = Tree.from_leaves(b"entry %d" % number for number in range(size))
    log = archive.log("minsk-1")
    for tile in tiles_of(size, since=since):
        make_folder((log / tile.path).parent)
        write_new(log / tile.path, tile_bytes(tree, tile))
    note = sign_checkpoint(origin=ORIGIN, size=size, root=tree.root(), private_key=LOG_KEY)
    write_new(archive.frozen_checkpoint("minsk-1", size), note)
    archive.checkpoint("minsk-1").write_bytes(note)
    if not archive.keylist.exists():
        put_keylist(archive)


def put_keylist(archive):
    from datetime import UTC, datetime

    from sviedka.core.seal.keylist import KeyList, format_keylist, format_keylist_text
    from sviedka.core.seal.keylist_lines import DeskKey
    from sviedka.core.seal.note import sign_note

    key = VerifierKey(name=ORIGIN, public=LOG_KEY.public_key().public_bytes_raw())
    keylist = KeyList(
        archive="archive.example",
        number=1,
        issued=datetime(2026, 11, 21, tzinfo=UTC),
        previous=None,
        entries=(DeskKey(origin=ORIGIN, role="log", key=key),),
    )
    text = format_keylist_text(keylist)
    make_folder(archive.keys)
    write_new(
        archive.keylist, format_keylist(keylist, sign_note(text, name="archive.example/root", private_key=LOG_KEY))
    )
    archive.config.write_text('archive = "archive.example"\n')


def codes(result):
    return [(finding.verdict, finding.code) for finding in result]


@pytest.mark.parametrize("full", [True, False])
def test_a_whole_vault_holds(archive, told, full):
    put_log(archive, 700)
    result = check(archive, full=full, progress=told)
    assert codes(result) == []
    assert (result.verdict, result.exit_status, len(result)) == ("holds", 0, 0)
    assert result.files > 20
    assert not full or told.expected >= result.bytes_read  # lists are not counted as read
    assert sum(told.done) == result.bytes_read
    assert full == (result.bytes_read > 20_000)
    assert result.to_json()["verdict"] == "holds"


def test_an_archive_that_is_empty_or_only_begun_holds(tmp_path):
    assert codes(check(Archive(root=tmp_path), full=True)) == []


def watched(archive):
    """Return the files that a check without keys answers for."""
    stores = ("objects", "slips", "cells", "packs", "logs")
    return [path for store in stores for path in files(archive.root / store) if ".tmp" not in path.parts]


def test_a_flipped_bit_in_any_file_is_found_and_named(archive):
    put_log(archive, 600)
    chance = random.Random(1)  # which bits are tried
    for path in watched(archive):
        good = path.read_bytes()
        places = [0, len(good) - 1, *(chance.randrange(len(good)) for _ in range(3))]
        for at in places:
            bad = bytearray(good)
            bad[at] ^= 1 << chance.randrange(8)
            overwrite(path, bad)
            result = check(archive, full=True)
            assert result.exit_status in {10, 20, 30}, (path, at)
            named = {finding.reference for finding in result}
            if "sums" not in path.parts and path.name != "SHA256SUMS":  # a list accuses what it lists
                assert path.relative_to(archive.root).as_posix() in named, (path, at, named)
        overwrite(path, good)
    assert codes(check(archive, full=True)) == [], "the control"


def test_a_file_cut_or_made_longer_is_found(archive):
    put_log(archive, 300)
    for path in watched(archive):
        good = path.read_bytes()
        for bad in (b"", good[:-1], good + b"x", good + good):
            overwrite(path, bad)
            assert check(archive, full=True).exit_status != 0, path
        overwrite(path, good)


def test_whatever_is_missing_is_found_by_both_kinds_of_check(archive):
    put_log(archive, 300)
    for path in watched(archive):
        if "objects" in path.relative_to(archive.root).parts or path.parts[-2] in {"checkpoints", "minsk-1"}:
            continue  # payloads are asked for by name; a frozen checkpoint by the stamp that needs it
        away = path.rename(archive.root / "away")
        for full in (True, False):
            assert check(archive, full=full).exit_status in {10, 20}, path
        away.rename(path)


def test_what_does_not_belong_is_found(archive):
    put_log(archive, 10)
    strange = [
        "objects/readme",
        "objects/ab/readme",
        "objects/zz/" + "ab" * 32,
        "objects/cd/" + "ab" * 32,
        "slips/readme",
        f"slips/{EPOCH}/readme",
        f"slips/{EPOCH}/ab/readme",
        "cells/2026-11/readme",
        "packs/minsk-1/1.age",
        "packs/minsk-1/000000000099.age",
        "logs/minsk-1/readme",
        "logs/minsk-1/tile/0/000.p/300",
    ]
    for name in strange:
        path = archive.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"text")
        for full in (True, False):
            assert check(archive, full=full).exit_status != 0, name
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    assert codes(check(archive, full=True)) == [], "the control"


def test_temporaries_of_running_writers_are_no_findings(archive):
    for folder in (archive.objects / ".tmp", archive.packs / "minsk-1", archive.slips / EPOCH / "sums"):
        (folder / ".new-0123456789abcdef").write_bytes(b"half")
    result = check(archive, full=True)
    recover(archive)
    assert codes(result) == []


def test_a_slip_that_was_taken_back_is_no_finding_and_one_that_vanished_is(archive):
    items = put_items(archive, 2)
    remove_slip(archive, EPOCH, items[0])
    assert codes(check(archive, full=True)) == []
    archive.slip(EPOCH, items[1]).unlink()
    assert codes(check(archive, full=False)) == [("refuted", "refuted.missing")]


def test_a_slip_that_has_moved_to_a_newer_epoch_is_no_finding(archive):
    items = put_items(archive, 2)
    put_slip(archive, "2026-12.1", items[0], slip())
    archive.slip(EPOCH, items[0]).unlink()
    assert codes(check(archive, full=True)) == []


def test_a_slip_without_a_list_is_unproven(archive):
    for listed in files(archive.slips / EPOCH / "sums"):
        listed.unlink()
    result = check(archive, full=True)
    assert {("unproven", "unproven.unlisted")} == set(codes(result))
    assert result.exit_status == 20


def test_an_unlisted_slip_that_is_none_is_malformed(archive):
    path = archive.slip(EPOCH, "ab" * 16)
    path.write_bytes(b"not a slip")
    assert ("malformed", "malformed.age-header") in codes(check(archive, full=True))


def test_an_open_list_promises_nothing_but_still_compares(archive):
    items = put_items(archive, 2)
    for listed in files(archive.slips / EPOCH / "sums"):
        listed.rename(f"{listed}.open")
    archive.slip(EPOCH, items[0]).unlink()
    assert codes(check(archive, full=True)) == []
    overwrite(archive.slip(EPOCH, items[1]), slip())
    assert codes(check(archive, full=True)) == [("refuted", "refuted.listed")]


def test_a_file_that_cannot_be_read_is_a_finding(archive, monkeypatch):
    broken = next(path for path in files(archive.objects) if ".tmp" not in path.parts)
    real = Path.open

    def refuse(path, *arguments, **options):
        if path == broken:
            raise OSError(5, "unreadable")
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    result = check(archive, full=True)
    assert codes(result) == [("unavailable", "unavailable.disk-error")]
    assert result.exit_status == 50


def test_findings_stand_worst_first(archive):
    (archive.objects / "readme").write_bytes(b"")
    path = next(path for path in files(archive.packs) if path.suffix == ".age")
    overwrite(path, age_file(b"another"))
    result = check(archive, full=True)
    assert codes(result) == [("refuted", "refuted.pack"), ("unproven", "unproven.unexpected")]
    assert result.exit_status == 10
    assert all(str(finding).startswith(finding.verdict) for finding in result)
    assert RECIPIENT.text not in str(result.to_json())


def test_a_tile_is_accused_by_the_tile_above_it(archive):
    put_log(archive, 256 * 3 + 10)
    log = archive.log("minsk-1")
    for name, accused in (
        ("tile/0/001", "tile/0/001"),
        ("tile/0/003.p/10", "tile/0/003.p/10"),
        ("tile/1/000.p/3", "tile/1/000.p/3"),
    ):
        good = (log / name).read_bytes()
        overwrite(log / name, bytes([good[0] ^ 1]) + good[1:])
        assert [f"logs/minsk-1/{accused}"] == [finding.reference for finding in check(archive, full=True)]
        overwrite(log / name, good)


def test_older_heads_and_their_partial_tiles_are_looked_at_too(archive):
    put_log(archive, 10)
    put_log(archive, 300, since=10)
    assert codes(check(archive, full=True)) == []
    old = archive.log("minsk-1") / "tile/0/000.p/10"
    good = old.read_bytes()
    overwrite(old, bytes(320))
    assert [finding.reference for finding in check(archive, full=True)] == ["logs/minsk-1/tile/0/000.p/10"]
    overwrite(old, good)
    forged = sign_checkpoint(origin=ORIGIN, size=10, root=bytes(32), private_key=LOG_KEY)
    overwrite(archive.frozen_checkpoint("minsk-1", 10), forged)
    assert codes(check(archive, full=True)) == [("refuted", "refuted.checkpoint")]
    overwrite(archive.frozen_checkpoint("minsk-1", 10), archive.frozen_checkpoint("minsk-1", 300).read_bytes())
    assert codes(check(archive, full=True)) == [("refuted", "refuted.checkpoint-name")]


def test_a_broken_configuration_or_key_list_is_a_finding(archive):
    put_log(archive, 10)
    archive.config.write_text("cosigner = 7")
    assert codes(check(archive, full=True)) == [("malformed", "malformed.config")]
    archive.config.write_text('[[cosigner]]\nvkey = "nonsense"\n')
    assert [verdict for verdict, _ in codes(check(archive, full=True))] == ["malformed"]
    archive.config.write_text("")
    archive.keylist.unlink()
    assert codes(check(archive, full=True)) == [("refuted", "refuted.missing")]
