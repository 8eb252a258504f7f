# SPDX-License-Identifier: AGPL-3.0-or-later
"""A restore from a good copy and one that somebody else wrote: the bad one poisons nothing, and where they disagree it is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from copies_kit import copy_all, register, sha256
from test_replica_words import put
from vault_kit import EPOCH, files

from sviedka.vault.replica.ends_apart import ended_with_nothing_left
from sviedka.vault.replica.journal import JOURNAL, record_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import KEYS, PAYLOADS, read_replicas
from sviedka.vault.replica.restoring import CopiesDisagree, restore_files

LATE = datetime(9998, 1, 1, tzinfo=UTC)
NEXT, AFTER = "2026-11.2", "2026-11.3"
A, B = "a" * 32, "b" * 32


def set_up(archive, folder, holds):
    """Register two places of one kind and one of the other, and copy; return the one that somebody else writes."""
    kinds = {"good": holds, "bad": holds, "other": KEYS if holds == PAYLOADS else PAYLOADS}
    for name in kinds:
        (folder / name).mkdir()
    register(archive, *((name, kind, folder / name) for name, kind in kinds.items()))
    copy_all(archive)
    return folder / "bad"


def restored(archive, folder):
    entries = read_replicas(archive)
    return restore_files(
        folder / "again",
        payloads=[one for one in entries if one.holds == PAYLOADS],
        keys=[one for one in entries if one.holds == KEYS],
    )


def same(archive, done, top):
    ours = {path.relative_to(archive.root): path.read_bytes() for path in files(archive.root / top)}
    assert ours
    return ours == {path.relative_to(done.archive.root): path.read_bytes() for path in files(done.archive.root / top)}


def changed(archive):
    tops = ("objects", "packs")
    names = [path.relative_to(archive.root).as_posix() for top in tops for path in files(archive.root / top)]
    return {name: b"evil" for name in names if not name.endswith("SHA256SUMS")}


def test_a_record_that_somebody_added_to_one_replica_changes_nothing(archive, tmp_path):
    bad, lying = set_up(archive, tmp_path, PAYLOADS), changed(archive)
    last = Memory(archive, "bad").records()[-1]
    put(bad, lying)
    named = {name: sha256(data) for name, data in lying.items()}
    record = replace(last, number=last.number + 1, previous=last.digest, files=named, at=LATE)
    put(bad, {record_name(record.number): record.data})
    done = restored(archive, tmp_path)
    assert done.missing == ()
    assert same(archive, done, "objects")
    assert same(archive, done, "packs")


def test_two_replicas_that_name_other_bytes_for_a_pack_are_refused(archive, tmp_path):
    """All records of one were written anew, so that nothing in it tells."""
    bad = set_up(archive, tmp_path, PAYLOADS)
    (record,) = Memory(archive, "bad").records()
    pack = next(name for name in record.files if name.startswith("packs/"))
    record = replace(record, files={**record.files, pack: sha256(b"evil")})
    put(bad, {pack: b"evil", f"{JOURNAL}/{1:012d}": record.data})
    with pytest.raises(CopiesDisagree):
        restored(archive, tmp_path)
    assert not (tmp_path / "again").exists()


def test_an_end_that_somebody_wrote_leaves_nothing_out(archive, tmp_path):
    bad = set_up(archive, tmp_path, KEYS)
    end = b'{"cells":0,"confirmed_by":[],"epoch":"%b","rewrapped_to":"2026-11.2","slips":0}' % EPOCH.encode()
    put(bad, {f"keys/epochs/{EPOCH}.ended": end})
    done = restored(archive, tmp_path)
    assert (done.missing, done.doubted) == ((), (EPOCH,))
    assert same(archive, done, "slips")
    assert same(archive, done, "cells")
    assert done.archive.epoch_key(EPOCH).exists()
    assert not done.archive.epoch_end(EPOCH).exists(), "else the next start would destroy the key"


def test_marks_that_only_one_place_has_are_said(archive, tmp_path):
    """What is marked anywhere stays behind, because it may have been taken back; and that the places disagree is told."""
    bad = set_up(archive, tmp_path, KEYS)
    slip = next(path for path in files(archive.slips / EPOCH) if path.parent.name == path.name[:2])
    put(bad, {f"slips/{EPOCH}/removed/{slip.name}": b""})
    done = restored(archive, tmp_path)
    assert (done.taken_back, done.disputed) == (1, 1)


def test_a_control_two_good_places_disagree_about_nothing(archive, tmp_path):
    set_up(archive, tmp_path, KEYS)
    done = restored(archive, tmp_path)
    assert (done.missing, done.doubted, done.disputed) == ((), (), 0)
    assert same(archive, done, "slips")


def lying(*where):
    return {f"slips/{epoch}/{item[:2]}/{item}" for epoch, item in where}


def keys(*epochs):
    return {f"keys/epochs/{epoch}.age" for epoch in epochs}


@pytest.mark.parametrize(
    ("ended", "names", "behind", "believed"),
    [
        ({EPOCH}, keys(NEXT) | lying((NEXT, A)), set(), {EPOCH}),
        ({EPOCH}, keys(NEXT) | lying((EPOCH, A), (NEXT, A)), lying((EPOCH, A)), {EPOCH}),
        ({EPOCH, NEXT}, keys(AFTER) | lying((AFTER, A)), set(), {EPOCH, NEXT}),
        ({EPOCH}, keys(EPOCH, NEXT) | lying((NEXT, A)), set(), set()),
        ({EPOCH}, keys(NEXT) | lying((EPOCH, A), (NEXT, A)), set(), set()),
        ({EPOCH}, lying((EPOCH, A)), set(), set()),
        ({NEXT}, keys(EPOCH), set(), set()),
    ],
    ids=[
        "nothing is left of it",
        "what is left was taken back",
        "twice",
        "a place has its key",
        "a place has a slip under it, whatever lies under a later one",
        "there is no key of any",
        "there is no later one",
    ],
)
def test_the_record_of_an_end_comes_if_no_place_has_anything_left_of_it(ended, names, behind, believed):
    assert ended_with_nothing_left(ended, names | behind, behind) == believed
