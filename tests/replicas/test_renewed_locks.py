# SPDX-License-Identifier: AGPL-3.0-or-later
"""Locks of a real S3 server that are made longer before they end, of everything, also of what somebody hid."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from copies_kit import copy_all, failures, go_on, register
from vault_kit import files

from sviedka.vault.replica.memory import Memory
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
