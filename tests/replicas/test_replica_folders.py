# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies in folders: everything gets there and is read back, nothing is overwritten, an older state is found out."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from copies_kit import contents, copy_all, failures, go_on, new_vault, register, sha256, two_folders
from vault_kit import EPOCH, files, overwrite, put_items

from sviedka.vault.layout import NameRefused
from sviedka.vault.replica import contents as contents_of_replica
from sviedka.vault.replica import key_place
from sviedka.vault.replica.errors import ReplicaDenied, ReplicasMalformed
from sviedka.vault.replica.folder_store import FolderStore
from sviedka.vault.replica.journal import JournalMalformed, parse_record
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import read_replicas
from sviedka.vault.replica.running import replicate
from sviedka.vault.replica.safe import read_safety
from sviedka.vault.slips import remove_slip

DESK = "minsk-1"


def test_every_file_is_in_one_of_two_places_byte_for_byte(archive, tmp_path):
    payloads, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    there = contents(payloads)
    for name, data in contents(archive.root).items():
        top = name.split("/")[0]
        if top in {"objects", "packs"} and not name.endswith("SHA256SUMS"):
            assert there[name] == data
        elif top in {"slips", "cells"}:
            assert contents(keys)[name] == data
            assert not any(name in stored for stored in there)
    assert sha256(archive.checkpoint(DESK).read_bytes()) in {
        name.split("/")[1] for name in there if "checkpoint" in name
    }
    assert not any(path.name == "vault.json" for path in files(payloads))
    assert contents(keys)["keys/vault.json"] == archive.vault_key.read_bytes()


def test_sha256sum_reads_the_records(archive, tmp_path):
    payloads, _ = two_folders(archive, tmp_path)
    copy_all(archive)
    check = ["sha256sum", "--check", "--strict", "--quiet", "journal/000000000001"]
    assert subprocess.run(check, cwd=payloads, check=False).returncode == 0
    overwrite(next(path for path in files(payloads / "packs")), b"something else")
    assert subprocess.run(check, cwd=payloads, check=False, capture_output=True).returncode == 1


def test_what_is_there_is_not_copied_again_and_what_is_new_is(archive, tmp_path):
    two_folders(archive, tmp_path)
    copy_all(archive)
    assert copy_all(archive) == {"copies": 0, "keys": 0}
    records = len(Memory(archive, "copies").records())
    go_on(archive, items=3)
    assert copy_all(archive) == {"copies": 4, "keys": 4}  # three payloads, a pack; three slips and their list
    assert len(Memory(archive, "copies").records()) == records + 1


def test_safe_is_the_part_of_the_log_that_every_replica_has(archive, tmp_path):
    assert read_safety(archive, DESK).packs == 0
    two_folders(archive, tmp_path)
    copy_all(archive)
    safety = read_safety(archive, DESK)
    assert (safety.packs, safety.packs_kept, safety.statements, safety.pending_since) == (2, 2, None, None)
    assert safety.pair == ("copies", "keys")
    go_on(archive)
    safety = read_safety(archive, DESK)
    assert (safety.packs, safety.packs_kept, safety.statements) == (2, 3, 13)
    assert safety.pending_since is not None


def test_nothing_is_safe_without_keys_elsewhere(archive, tmp_path):
    (tmp_path / "copies").mkdir()
    register(archive, ("copies", "payloads", tmp_path / "copies"))
    copy_all(archive)
    safety = read_safety(archive, DESK)
    assert (safety.packs, safety.pair) == (0, None)


def test_a_replica_that_is_away_takes_nothing_and_is_caught_up_later(archive, tmp_path):
    payloads, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    payloads.rename(tmp_path / "unplugged")
    go_on(archive)
    assert failures(replicate(archive)) == {"copies": "unavailable.replica", "keys": None}
    assert not payloads.exists(), "an empty mount point is not taken for the replica"
    assert read_safety(archive, DESK).packs == 2
    (tmp_path / "unplugged").rename(payloads)
    copy_all(archive)
    assert read_safety(archive, DESK).packs == 3
    assert keys.is_dir()


def test_other_bytes_under_a_name_are_refuted_and_never_overwritten(archive, tmp_path):
    payloads, _ = two_folders(archive, tmp_path)
    copy_all(archive)
    go_on(archive, items=1)
    new = next(path for path in files(archive.objects) if not (payloads / path.relative_to(archive.root)).exists())
    foreign = payloads / new.relative_to(archive.root)
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_bytes(b"not that payload")
    outcomes = replicate(archive)
    assert failures(outcomes)["copies"] == "refuted.replica-differs"
    assert [one.reference for one in outcomes[0].findings] == [f"copies:{new.relative_to(archive.root)}"]
    assert foreign.read_bytes() == b"not that payload"
    assert read_safety(archive, DESK).packs == 2, "what was not confirmed is not safe"
    foreign.unlink()
    copy_all(archive)
    assert read_safety(archive, DESK).packs == 3


def test_a_damaged_payload_is_not_copied(archive, tmp_path):
    payloads, _ = two_folders(archive, tmp_path)
    damaged = files(archive.objects)[0]
    overwrite(damaged, b"rot")
    outcomes = replicate(archive)
    assert failures(outcomes)["copies"] == "refuted.replica-differs"
    assert [one.code for one in outcomes[0].findings] == ["refuted.payload"]
    assert not (payloads / damaged.relative_to(archive.root)).exists()


@pytest.mark.parametrize("kind", ["copies", "keys-elsewhere"])
def test_a_replica_put_back_to_an_older_state_is_found_out(archive, tmp_path, kind):
    two_folders(archive, tmp_path)
    copy_all(archive)
    shutil.copytree(tmp_path / kind, tmp_path / "older")
    go_on(archive)
    copy_all(archive)
    shutil.rmtree(tmp_path / kind)
    (tmp_path / "older").rename(tmp_path / kind)
    name = "copies" if kind == "copies" else "keys"
    assert failures(replicate(archive))[name] == "refuted.replica-rolled-back"


@pytest.mark.parametrize("with_memory", [True, False])
def test_a_vault_put_back_to_an_older_state_is_found_out(archive, tmp_path, with_memory):
    two_folders(archive, tmp_path)
    copy_all(archive)
    shutil.copytree(archive.root, tmp_path / "older")
    go_on(archive)
    copy_all(archive)
    if not with_memory:  # the memory alone survives
        shutil.rmtree(tmp_path / "older" / "replicas")
        shutil.copytree(archive.root / "replicas", tmp_path / "older" / "replicas")
    shutil.rmtree(archive.root)
    (tmp_path / "older").rename(archive.root)
    found = failures(replicate(archive))
    assert found["copies"] == "refuted.vault-behind-replica"
    assert found["keys"] in {"refuted.vault-behind-replica", "refuted.replica-rolled-back"}


def test_a_lost_memory_is_taken_over_from_the_replica(archive, tmp_path):
    two_folders(archive, tmp_path)
    copy_all(archive)
    shutil.rmtree(archive.root / "replicas")
    assert copy_all(archive)["copies"] > 5, "whoever writes there may have added to it, so all of it is read back"
    assert copy_all(archive)["copies"] == 0
    assert read_safety(archive, DESK).packs == 2


def test_copies_of_two_archives_do_not_mix(archive, tmp_path):
    payloads, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    other = new_vault(tmp_path, cell="d" * 32, name="other")
    register(other, ("copies", "payloads", payloads), ("keys", "keys", keys))
    before = contents(payloads), contents(keys)
    assert set(failures(replicate(other)).values()) == {"refuted.replica-foreign"}
    assert (contents(payloads), contents(keys)) == before


def test_a_slip_that_was_taken_back_goes_from_the_place_of_keys_and_only_that(archive, tmp_path):
    _, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    slips = [
        path
        for path in files(archive.slips / EPOCH)
        if len(path.name) == 32 and path.parent.name not in {"sums", "removed"}
    ]
    erased, lost = slips[0], slips[1]
    remove_slip(archive, EPOCH, erased.name)
    lost.unlink()  # a broken disk, not a wish
    copy_all(archive)
    assert not (keys / erased.relative_to(archive.root)).exists()
    assert (keys / lost.relative_to(archive.root)).exists(), "what this disk has lost, the other place keeps"


def test_keys_are_replaced_and_slips_never(archive, tmp_path):
    _, keys = two_folders(archive, tmp_path)
    copy_all(archive)
    archive.vault_key.write_bytes(b"wrapped anew")
    copy_all(archive)
    assert (keys / "keys/vault.json").read_bytes() == b"wrapped anew"
    slip = next(path for path in files(keys / "slips") if path.parent.name != "sums")
    slip.unlink()
    outcomes = replicate(archive)
    assert failures(outcomes)["keys"] is None
    assert [one.message for one in outcomes[1].findings] == ["This was gone from the replica and was put there again."]


def test_a_killed_run_is_gone_on_with(archive, tmp_path):
    """A run that put files and no record, or a record that the office does not remember: the next one reads them back."""
    payloads, _ = two_folders(archive, tmp_path)
    copy_all(archive)
    for one in files(archive.root / "replicas"):
        one.unlink()
    (payloads / "journal/000000000001").unlink()
    (payloads / ".tmp" / ".new-0000").write_bytes(b"half")
    assert copy_all(archive)["copies"] > 5
    assert not (payloads / ".tmp" / ".new-0000").exists()


def test_a_large_payload_travels_as_a_stream(archive, tmp_path):
    payloads, _ = two_folders(archive, tmp_path)
    data = bytes(range(256)) * 40_000  # 10 MB
    path = archive.payload(sha256(data))
    path.write_bytes(data)
    copy_all(archive)
    assert (payloads / path.relative_to(archive.root)).read_bytes() == data


@pytest.mark.parametrize(
    "lines",
    [
        'name = "a"\nholds = "payloads"\nurl = "relative/path"',
        'name = "A"\nholds = "payloads"\nurl = "/a"',
        'name = "a"\nholds = "everything"\nurl = "/a"',
        'name = "a"\nholds = "payloads"\nurl = "/a"\nsecret_access_key = "x"',
        'name = "a"\nholds = "payloads"\nurl = "s3://bucket/p"',
        'name = "a"\nholds = "keys"\nurl = "s3://bucket/p"\nretention_days = 3',
        'name = "a"\nholds = "payloads"\nurl = "s3://bucket/p"\nretention_days = 0',
        'name = "a"\nholds = "payloads"\nurl = "s3://bucket/../p"\nretention_days = 3',
        'name = "a"\nholds = "payloads"\nurl = "s3://bucket/p"\nretention_days = 3\nendpoint = "http://s3.example.org"',
        'name = "a"\nholds = "payloads"\nurl = "s3://bucket/p"\nretention_days = 3\nendpoint = "https://me:x@s3.example.org"',
        'name = "a"\nholds = "payloads"\nurl = "/a"\n[[replicas]]\nname = "a"\nholds = "keys"\nurl = "/b"',
        'name = "a"\nholds = "payloads"\nurl = "/a"\n[[replicas]]\nname = "b"\nholds = "keys"\nurl = "/a"',
        'holds = "payloads"\nurl = "/a"',
    ],
)
def test_an_entry_that_cannot_be_used_is_refused(archive, lines):
    archive.config.write_text(f"{archive.config.read_text()}\n[[replicas]]\n{lines}\n")
    with pytest.raises(ReplicasMalformed):
        read_replicas(archive)


def test_a_folder_inside_the_archive_is_refused(archive):
    (archive.root / "copies").mkdir()
    register(archive, ("copies", "payloads", archive.root / "copies"))
    assert failures(replicate(archive)) == {"copies": "withheld.replica-unfit"}


def test_credentials_that_others_may_read_are_refused(archive, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text('access_key_id = "a"\nsecret_access_key = "b"\n')
    register(archive, ("s", "payloads", "s3://bucket/p", "retention_days = 3", f'credentials = "{secret}"'))
    (entry,) = read_replicas(archive)
    secret.chmod(0o640)
    with pytest.raises(ReplicaDenied):
        open_replica(entry)
    secret.chmod(0o600)
    open_replica(entry)
    register(archive, ("s", "payloads", "s3://bucket/p", "retention_days = 3"))
    with pytest.raises(ReplicaDenied):
        open_replica(read_replicas(archive)[0], environment={})


@pytest.mark.parametrize("name", ["../a", "/a", "a//b", "a/../b", ".hidden", "a/.tmp/b", "", "a\nb", "a/" * 20])
def test_no_name_leads_out_of_a_replica(tmp_path, name):
    store = FolderStore(tmp_path, name="r")
    with pytest.raises(NameRefused):
        store.get(name)


def test_any_changed_record_is_malformed(archive, tmp_path):
    two_folders(archive, tmp_path)
    copy_all(archive)
    (record,) = Memory(archive, "copies").records()
    assert parse_record(record.data) == record
    for at in range(0, len(record.data), 7):
        changed = bytearray(record.data)
        changed[at] ^= 1
        with pytest.raises(JournalMalformed):
            parse_record(bytes(changed))
    for cut in range(1, len(record.data), 97):
        with pytest.raises(JournalMalformed):
            parse_record(record.data[:cut])


def test_two_offices_do_not_write_to_one_place(archive, tmp_path):
    """A second writer that took the next record first is found out, and nothing of the other's is overwritten."""
    payloads, _ = two_folders(archive, tmp_path)
    copy_all(archive)
    go_on(archive)
    first = parse_record((payloads / "journal/000000000001").read_bytes())
    foreign = replace(first, number=2, previous="0" * 64).data
    (payloads / "journal/000000000002").write_bytes(foreign)
    assert failures(replicate(archive))["copies"] == "refuted.replica-rolled-back"
    assert (payloads / "journal/000000000002").read_bytes() == foreign


def named_and_not_there(place):
    """Return what a list at a place of keys names that is not there."""
    lists = [path for path in files(place / "slips") if path.parent.name == "sums"]
    named = {line.split()[1].rpartition("/")[2] for path in lists for line in path.read_text().splitlines()}
    assert named, "the control: lists are there"
    return named - {path.name for path in files(place / "slips")}


def test_no_list_at_a_place_of_keys_names_what_is_not_there(archive, tmp_path, monkeypatch):
    """Somebody seals while the run goes through the folders: once what it has passed by is full, the list comes."""
    _, keys = two_folders(archive, tmp_path)
    last = max(path.name for path in files(archive.slips / EPOCH) if len(path.parent.name) == 2)
    listing = key_place.key_sources

    def slowly(archive):
        for name in listing(archive):
            yield name
            if name.endswith(last):
                put_items(archive, 8)

    with monkeypatch.context() as patch:
        patch.setattr(key_place, "key_sources", slowly)
        copy_all(archive)
    assert len(files(archive.slips)) > len(files(keys / "slips")), "the control: something was sealed meanwhile"
    assert not named_and_not_there(keys)
    copy_all(archive)
    assert not named_and_not_there(keys)


def test_lists_are_put_after_what_they_name(archive, tmp_path, monkeypatch):
    """Of a run that is cut there is no list whose files are not there."""
    two_folders(archive, tmp_path)
    put = []
    plainly = FolderStore.put_new

    def put_new(store, copies):
        put.append({contents_of_replica.is_list(copy.name) for copy in copies})
        plainly(store, copies)

    monkeypatch.setattr(FolderStore, "put_new", put_new)
    copy_all(archive)
    assert {True} in put
    assert {True, False} not in put
    assert put.index({True}) > max(number for number, kinds in enumerate(put) if kinds == {False})
