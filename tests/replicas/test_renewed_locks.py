# SPDX-License-Identifier: AGPL-3.0-or-later
"""Locks of a real S3 server that are made longer before they end, of everything, also of what somebody hid."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from copies_kit import copy_all, failures, go_on, register
from vault_kit import files

from sviedka.vault.replica.journal import record_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import read_replicas
from sviedka.vault.replica.running import replicate
from sviedka.vault.replica.safe import read_safety


def lock_for(archive, server, bucket, days):
    """Let the bucket lock for so many days what is put from now on, and register that."""
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}}
    server.client().put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    place = f"s3://{bucket}/of/us", f"retention_days = {days}", f'endpoint = "{server.endpoint}"'
    register(archive, ("abroad", "payloads", *place))


def ends(server, bucket):
    """Return how many hours each version is still locked, by name and version; probes left out."""
    s3, found = server.client(), {}
    for one in s3.list_object_versions(Bucket=bucket)["Versions"]:
        if "/probe" not in one["Key"]:
            kept = s3.get_object_retention(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Retention"]
            assert kept["Mode"] == "COMPLIANCE"
            found[one["Key"], one["VersionId"]] = (kept["RetainUntilDate"] - datetime.now(UTC)) / timedelta(hours=1)
    return found


@pytest.fixture
def locked(archive, server):
    """A bucket with copies that are locked for a day."""
    bucket = server.bucket(days=1)
    lock_for(archive, server, bucket, 1)
    copy_all(archive)
    return bucket


def test_what_is_in_its_second_half_is_locked_anew_hidden_or_not(archive, server, locked):
    """More days are registered: every lock of one day is due, of each version there is."""
    s3, names = server.client(), sorted({name for name, _ in ends(server, locked)})
    s3.delete_object(Bucket=locked, Key=names[0])
    s3.put_object(Bucket=locked, Key=names[1], Body=b"other")
    lock_for(archive, server, locked, 4)
    (outcome,) = replicate(archive)
    assert (outcome.failure, outcome.short) == (None, None)
    left = ends(server, locked)
    assert len(left) > len(names)
    assert all(95 < hours <= 96 for hours in left.values()), left
    until = datetime.fromisoformat(read_safety(archive, "minsk-1").replicas[0].locked_until)
    assert timedelta(hours=95) < until - datetime.now(UTC) <= timedelta(hours=96)


def test_a_control_what_is_in_its_first_half_stays_as_it_is(archive, server, locked):
    before = ends(server, locked)
    assert all(23 < hours <= 24 for hours in before.values()), before
    go_on(archive)
    copy_all(archive)
    after = ends(server, locked)
    assert {key: round(after[key], 1) for key in before} == {key: round(hours, 1) for key, hours in before.items()}


def test_a_run_does_not_begin_more_than_it_may_and_the_next_goes_on(archive, server, locked, monkeypatch):
    before = ends(server, locked)
    go_on(archive)
    copy_all(archive)
    lock_for(archive, server, locked, 4)
    with monkeypatch.context() as patch:
        patch.setattr("sviedka.vault.replica.renewing._MOST_FILES", 1)
        assert replicate(archive)[0].short is None
    left = ends(server, locked)
    assert {key for key, hours in left.items() if hours > 95} == set(before), "those of the first record"
    (archive.root / "replicas" / "abroad" / "locks").write_bytes(b"\xff no table")  # a note that is lost is made again
    copy_all(archive)
    assert min(ends(server, locked).values()) > 95
    assert set(Memory(archive, "abroad").locks()) == {1, 2}


def test_who_may_not_lengthen_is_told_until_when_everything_is_locked(archive, server, locked):
    lock_for(archive, server, locked, 4)
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObjectRetention",
        "Resource": f"arn:aws:s3:::{locked}/*",
    }
    server.client().put_bucket_policy(
        Bucket=locked, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    )
    go_on(archive)
    (outcome,) = replicate(archive)
    assert failures([outcome]) == {"abroad": None}
    assert outcome.copied
    assert not outcome.short.ended
    assert timedelta(hours=23) < outcome.short.until - datetime.now(UTC) <= timedelta(hours=24)
    assert outcome.short.files >= len(files(archive.objects)) - 2
    server.client().delete_bucket_policy(Bucket=locked)
    assert replicate(archive)[0].short is None


def payload_of(archive):
    return next(path for path in files(archive.objects) if len(path.name) == 64)


def key_of(archive, path):
    return f"of/us/{path.relative_to(archive.root).as_posix()}"


@pytest.mark.parametrize("whose", ["a payload's", "the record's"])
def test_one_lock_that_somebody_made_long_leaves_no_other_short(archive, server, locked, whose):
    """One request of whoever may: to ask for less than there is would be refused, and a long one says nothing of others."""
    key = key_of(archive, payload_of(archive)) if whose == "a payload's" else f"of/us/{record_name(1)}"
    long = {"Mode": "COMPLIANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(days=30)}
    server.client().put_object_retention(Bucket=locked, Key=key, Retention=long)
    (archive.root / "replicas" / "abroad" / "locks").unlink()
    lock_for(archive, server, locked, 4)
    (outcome,) = replicate(archive)
    assert (outcome.failure, outcome.short) == (None, None)
    left = ends(server, locked)
    assert min(left.values()) > 95
    assert sum(hours > 700 for hours in left.values()) == 1


def test_what_lay_there_with_a_short_lock_is_locked_for_as_long_as_the_rest(archive, server):
    """Whoever has the credentials puts a payload first, with a lock of their own."""
    bucket, payload = server.bucket(days=4), payload_of(archive)
    soon = datetime.now(UTC) + timedelta(minutes=5)
    server.client().put_object(
        Bucket=bucket,
        Key=key_of(archive, payload),
        Body=payload.read_bytes(),
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=soon,
    )
    lock_for(archive, server, bucket, 4)
    copy_all(archive)
    assert min(ends(server, bucket).values()) > 95


def test_a_payload_under_a_thousand_markers_is_found_and_locked(archive, server, locked):
    """A list of versions has a thousand entries: what comes after them is asked for."""
    payload = payload_of(archive)
    s3, key = server.client(), key_of(archive, payload)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: s3.delete_object(Bucket=locked, Key=key), range(1001)))
    store = open_replica(read_replicas(archive)[0], archive=archive)
    assert store.fetch_hidden(key.removeprefix("of/us/"), archive.run / "found", payload.name)
    lock_for(archive, server, locked, 4)
    (outcome,) = replicate(archive)
    assert (outcome.failure, outcome.short) == (None, None)
    (version,) = store._versions(key.removeprefix("of/us/"))
    kept = s3.get_object_retention(Bucket=locked, Key=key, VersionId=version)["Retention"]["RetainUntilDate"]
    assert kept - datetime.now(UTC) > timedelta(hours=95)


def test_a_wrong_clock_locks_nothing(archive, server, locked, monkeypatch):
    """Nobody can shorten such a lock: where the store's time and ours are days apart, none is made."""
    before = ends(server, locked)
    lock_for(archive, server, locked, 4)
    monkeypatch.setattr("sviedka.vault.replica.bucket_locks.now", lambda: datetime.now(UTC) + timedelta(days=400))
    (outcome,) = replicate(archive)
    assert outcome.failure.code == "unavailable.replica"
    after = ends(server, locked)
    assert max(after[key] for key in before) <= 24
