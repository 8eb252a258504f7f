# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bucket's records with other versions of them, put by whoever has the credentials: seen when ours is put, and no restore is cut."""

from dataclasses import replace as fields

import pytest
from copies_kit import copy_all, failures, go_on
from test_renewed_locks import lock_for

from sviedka.vault.replica.journal import record_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.registry import KEYS, PAYLOADS, read_replicas
from sviedka.vault.replica.restoring import restore_files
from sviedka.vault.replica.running import replicate

DESK = "minsk-1"


@pytest.fixture
def bucket(archive, server, tmp_path):
    bucket = server.bucket(days=1)
    lock_for(archive, server, bucket, 1)
    (tmp_path / "keys").mkdir()
    entry = f'\n[[replicas]]\nname = "keys"\nholds = "keys"\nurl = "{tmp_path / "keys"}"\n'
    archive.config.write_text(archive.config.read_text() + entry)
    copy_all(archive)
    return bucket


def put_record(server, bucket, number, data, *, hidden=True):
    key = f"of/us/{record_name(number)}"
    server.client().put_object(Bucket=bucket, Key=key, Body=data)
    if hidden:
        server.client().delete_object(Bucket=bucket, Key=key)


def forged(archive, count=1):
    """Return records of somebody else that follow our last one and name nothing."""
    last, made = Memory(archive, "abroad").records()[-1], []
    for _ in range(count):
        last = fields(last, number=last.number + 1, previous=last.digest, files={}, replica="abroad")
        made.append(last)
    return made


def packs(archive):
    return sorted(path.name for path in archive.desk_packs(DESK).glob("*.age"))


def restored(archive, folder):
    entries = read_replicas(archive)
    return restore_files(
        folder,
        payloads=[one for one in entries if one.holds == PAYLOADS],
        keys=[one for one in entries if one.holds == KEYS],
    )


@pytest.mark.parametrize("what", ["garbage", "a record that names nothing"])
def test_what_was_put_in_advance_is_seen_and_cuts_no_restore(archive, server, bucket, tmp_path, what):
    (record,) = forged(archive)
    put_record(server, bucket, record.number, b"garbage" if what == "garbage" else record.data)
    go_on(archive)
    assert failures(replicate(archive))["abroad"] == "refuted.replica-differs"
    go_on(archive)
    copy_all(archive)
    done = restored(archive, tmp_path / "again")
    assert done.missing == ()
    assert packs(done.archive) == packs(archive)


def test_a_longer_chain_of_somebody_else_hides_no_pack(archive, server, bucket, tmp_path):
    longer = forged(archive, 3)
    go_on(archive)
    copy_all(archive)
    for record in longer:
        put_record(server, bucket, record.number, record.data)
    done = restored(archive, tmp_path / "again")
    assert packs(done.archive) == packs(archive)


def test_garbage_after_the_last_record_stops_no_restore(archive, server, bucket, tmp_path):
    (record,) = forged(archive)
    put_record(server, bucket, record.number, b"garbage", hidden=False)
    assert packs(restored(archive, tmp_path / "again").archive) == packs(archive)


def test_a_control_nobody_else_wrote_and_copying_goes_on(archive, bucket, tmp_path):
    go_on(archive)
    copy_all(archive)
    assert packs(restored(archive, tmp_path / "again").archive) == packs(archive)
