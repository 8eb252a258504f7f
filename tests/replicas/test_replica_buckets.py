# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies in buckets of a real S3 server: under object lock for payloads, without versions for keys; killed half-way."""

import threading
from datetime import UTC, datetime, timedelta
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.exceptions import ClientError
from copies_kit import contents, copy_all, failures, go_on, register, sha256
from vault_kit import EPOCH, files, put_items

from sviedka.vault.replica.contents import original_name
from sviedka.vault.replica.memory import Memory
from sviedka.vault.replica.opening import open_replica
from sviedka.vault.replica.registry import parse_replicas, read_replicas
from sviedka.vault.replica.restoring import restore_files
from sviedka.vault.replica.running import replicate
from sviedka.vault.replica.safe import read_safety
from sviedka.vault.scrub import check
from sviedka.vault.slips import remove_slip

DESK = "minsk-1"


def two_buckets(archive, server, **of_payloads):
    """Register a locked bucket for payloads and a plain one for keys; return their names."""
    payloads, keys = server.bucket(days=of_payloads.pop("days", 30), **of_payloads), server.bucket()
    register(
        archive,
        ("abroad", "payloads", f"s3://{payloads}/of/us", "retention_days = 30", f'endpoint = "{server.endpoint}"'),
        ("keys", "keys", f"s3://{keys}", f'endpoint = "{server.endpoint}"'),
    )
    return payloads, keys


def in_bucket(server, bucket, prefix=""):
    """Return every object, by name without the prefix."""
    s3, found = server.client(), {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", []):
            found[one["Key"][len(prefix) :]] = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
    return found


def test_sixteen_checks_of_object_lock(server):
    """The server refuses what a locked bucket must refuse. Were it a mock that lets a lock be shortened, this would fail."""
    s3, bucket = server.client(), server.bucket(days=1)
    until = datetime.now(UTC) + timedelta(days=2)
    refused = []

    def is_refused(call, **arguments):
        try:
            call(Bucket=bucket, **arguments)
        except ClientError as answer:
            refused.append(answer.response["ResponseMetadata"]["HTTPStatusCode"])
            return True
        return False

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert (lock["ObjectLockEnabled"], lock["Rule"]["DefaultRetention"]["Mode"]) == ("Enabled", "COMPLIANCE")
    first = s3.put_object(
        Bucket=bucket,
        Key="a",
        Body=b"one",
        ChecksumAlgorithm="SHA256",
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=until,
    )["VersionId"]
    kept = s3.get_object_retention(Bucket=bucket, Key="a")["Retention"]
    assert (kept["Mode"], abs(kept["RetainUntilDate"] - until) < timedelta(minutes=1)) == ("COMPLIANCE", True)
    assert is_refused(s3.delete_object, Key="a", VersionId=first)
    assert is_refused(s3.delete_object, Key="a", VersionId=first, BypassGovernanceRetention=True)
    sooner = {"Mode": "COMPLIANCE", "RetainUntilDate": until - timedelta(days=1)}
    assert is_refused(s3.put_object_retention, Key="a", Retention=sooner)
    second = s3.put_object(Bucket=bucket, Key="a", Body=b"two")["VersionId"]
    assert second != first
    assert s3.get_object(Bucket=bucket, Key="a", VersionId=first)["Body"].read() == b"one"
    assert s3.delete_object(Bucket=bucket, Key="a")["DeleteMarker"]
    assert s3.get_object(Bucket=bucket, Key="a", VersionId=first)["Body"].read() == b"one"
    assert is_refused(s3.delete_bucket)
    s3.put_object(Bucket=bucket, Key="b", Body=b"once", IfNoneMatch="*")
    assert is_refused(s3.put_object, Key="b", Body=b"twice", IfNoneMatch="*")
    assert refused[-1] == 412
    s3.put_object_legal_hold(Bucket=bucket, Key="b", LegalHold={"Status": "ON"})
    assert s3.get_object_legal_hold(Bucket=bucket, Key="b")["LegalHold"]["Status"] == "ON"
    versions = s3.list_object_versions(Bucket=bucket)
    assert {one["VersionId"] for one in versions["Versions"] if one["Key"] == "a"} == {first, second}
    assert len(versions["DeleteMarkers"]) == 1


def test_every_file_is_in_one_of_two_buckets_and_locked_where_it_should_be(archive, server):
    payloads, keys = two_buckets(archive, server)
    copy_all(archive)
    there, keys_there = in_bucket(server, payloads, "of/us/"), in_bucket(server, keys)
    for name, data in contents(archive.root).items():
        top = name.split("/")[0]
        if top in {"objects", "packs"} and not name.endswith("SHA256SUMS"):
            assert there[name] == data
        elif top in {"slips", "cells"}:
            assert keys_there[name] == data
    assert not [name for name in there if name.startswith(("slips", "cells", "keys/vault"))]
    s3 = server.client()
    for name in there:
        retention = s3.get_object_retention(Bucket=payloads, Key=f"of/us/{name}")["Retention"]
        assert retention["Mode"] == "COMPLIANCE"
    safety = read_safety(archive, DESK)
    assert (safety.packs, safety.pair) == (2, ("abroad", "keys"))
    assert copy_all(archive) == {"abroad": 0, "keys": 0}


def test_a_slip_that_was_taken_back_leaves_no_version_in_the_bucket(archive, server):
    _, keys = two_buckets(archive, server)
    copy_all(archive)
    slip = next(path for path in files(archive.slips / EPOCH) if path.parent.name == path.name[:2])
    remove_slip(archive, EPOCH, slip.name)
    copy_all(archive)
    versions = server.client().list_object_versions(Bucket=keys)
    assert not [one for one in versions.get("Versions", []) if slip.name in one["Key"] and "removed" not in one["Key"]]
    assert not versions.get("DeleteMarkers")


@pytest.mark.parametrize("kind", ["versions", "locked"])
def test_a_place_of_keys_that_remembers_is_refused(archive, server, kind):
    bucket = server.bucket(versions=True) if kind == "versions" else server.bucket(days=1)
    register(archive, ("keys", "keys", f"s3://{bucket}", f'endpoint = "{server.endpoint}"'))
    assert failures(replicate(archive)) == {"keys": "withheld.replica-unfit"}
    assert set(in_bucket(server, bucket)) <= {"probe-30"}, "nothing but the probe was ever put"


@pytest.mark.parametrize(("days", "mode"), [(None, None), (1, "COMPLIANCE"), (60, "GOVERNANCE")])
def test_a_bucket_that_does_not_lock_as_registered_is_refused(archive, server, days, mode):
    bucket = server.bucket(days=days, mode=mode)
    entry = ("abroad", "payloads", f"s3://{bucket}", "retention_days = 30", f'endpoint = "{server.endpoint}"')
    register(archive, entry)
    assert failures(replicate(archive)) == {"abroad": "withheld.replica-unfit"}
    assert set(in_bucket(server, bucket)) == {"probe-30"}


def test_a_rule_that_was_taken_away_later_is_noticed(archive, server):
    payloads, _ = two_buckets(archive, server)
    copy_all(archive)
    server.client().put_object_lock_configuration(
        Bucket=payloads, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
    )
    go_on(archive)
    assert failures(replicate(archive))["abroad"] == "withheld.replica-unfit"
    assert read_safety(archive, DESK).packs == 2


class _TakesEverything(BaseHTTPRequestHandler):
    """A store that says yes to whatever is put, however it was asked."""

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("ETag", '"x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.do_PUT()

    def do_POST(self):
        self.do_PUT()

    def do_DELETE(self):
        self.do_PUT()

    def log_message(self, *_):
        pass


def replicate_to(archive, handler):
    """Return what a run comes to whose buckets both lie on a server of our own."""
    hostile = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hostile.seen = set()
    thread = threading.Thread(target=hostile.serve_forever)
    thread.start()
    try:
        endpoint = f'endpoint = "http://127.0.0.1:{hostile.server_port}"'
        register(
            archive,
            ("abroad", "payloads", "s3://bucket", "retention_days = 30", endpoint),
            ("keys", "keys", "s3://bucket/keys", endpoint),
        )
        return replicate(archive)
    finally:
        hostile.shutdown()
        hostile.server_close()
        thread.join()


def test_a_store_that_creates_nothing_exclusively_is_refused(archive, server):
    outcomes = replicate_to(archive, _TakesEverything)
    assert set(failures(outcomes).values()) == {"withheld.replica-unfit"}
    assert {one.failure.message for one in outcomes} == {
        "The store of replica {replica} overwrites what was to be created only once."
    }


class _HangsUp(_TakesEverything):
    """A store that creates exclusively, as it should, and is killed while it is asked for an object."""

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        known = self.path in self.server.seen
        self.server.seen.add(self.path)
        self.send_response(412 if known else 200)
        self.send_header("ETag", '"x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.close_connection = True


def test_a_store_that_dies_while_it_is_asked_is_unreachable_and_no_bug(archive, server):
    """`urlopen` hands on as it is what breaks off once the question was sent."""
    outcomes = replicate_to(archive, _HangsUp)
    assert failures(outcomes) == {"abroad": "unavailable.replica", "keys": "unavailable.replica"}
    assert {type(one.failure.__cause__) for one in outcomes} == {RemoteDisconnected}


def test_wrong_credentials_and_a_missing_bucket_are_told_apart_from_loss(archive, server, monkeypatch):
    two_buckets(archive, server)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    assert set(failures(replicate(archive)).values()) == {"unavailable.replica-credentials"}
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret)
    register(archive, ("keys", "keys", "s3://no-such-bucket", f'endpoint = "{server.endpoint}"'))
    assert failures(replicate(archive)) == {"keys": "unavailable.replica"}


def test_an_overwritten_object_is_found_and_its_first_version_is_still_there(archive, server):
    """Under the lock somebody with the credentials can lay other bytes over a payload, and no more."""
    payloads, _ = two_buckets(archive, server)
    copy_all(archive)
    store = open_replica(read_replicas(archive)[0], archive=archive)
    payload = files(archive.objects)[0]
    name = payload.relative_to(archive.root).as_posix()
    server.client().put_object(Bucket=payloads, Key=f"of/us/{name}", Body=b"other")
    ((_, digest),) = store.digests([name])
    assert digest == sha256(b"other")
    versions = server.client().list_object_versions(Bucket=payloads, Prefix=f"of/us/{name}")["Versions"]
    bodies = [
        server.client().get_object(Bucket=payloads, Key=one["Key"], VersionId=one["VersionId"])["Body"].read()
        for one in versions
    ]
    assert payload.read_bytes() in bodies


def test_an_archive_comes_back_from_two_buckets(archive, server, tmp_path):
    """Nothing but the buckets and their entry in a file: every payload, pack, slip, cell and key, byte for byte."""
    two_buckets(archive, server)
    copy_all(archive)
    go_on(archive)
    copy_all(archive)
    before = contents(archive.root)
    payloads, keys = parse_replicas(archive.config.read_bytes())
    restored = restore_files(tmp_path / "again", payloads=[payloads], keys=[keys])
    assert restored.missing == ()
    after = contents(restored.archive.root)
    assert after.pop("keys/epochs/floor"), "names of epochs that the copies may not know are not given again"
    kept = ("objects/", "packs/", "logs/", "slips/", "cells/", "keys/", "sviedka.toml")
    assert {name: data for name, data in after.items() if name.startswith(kept)} == {
        name: data for name, data in before.items() if name.startswith(kept)
    }
    assert not check(restored.archive, full=True).findings


@pytest.mark.parametrize("hide", ["a delete marker", "other bytes"])
def test_what_somebody_hid_in_a_locked_bucket_comes_back(archive, server, tmp_path, hide):
    """Whoever has the credentials may lay markers and versions over what is locked, the records too; nothing is lost."""
    payloads, _ = two_buckets(archive, server)
    copy_all(archive)
    s3, names = server.client(), in_bucket(server, payloads, "of/us/")
    hidden = [name for name in names if not name.startswith("probe")]
    for name in hidden:
        if hide == "a delete marker":
            s3.delete_object(Bucket=payloads, Key=f"of/us/{name}")
        else:
            s3.put_object(Bucket=payloads, Key=f"of/us/{name}", Body=b"other")
    entries = parse_replicas(archive.config.read_bytes())
    restored = restore_files(tmp_path / "again", payloads=[entries[0]], keys=[entries[1]])
    assert restored.missing == ()
    # key lists come from the place of keys; records are read, not fetched
    fetched = {name for name in map(original_name, hidden) if not name.startswith(("journal/", "keys/"))}
    assert restored.hidden == len(fetched)
    assert not check(restored.archive, full=True).findings


def test_a_control_nothing_is_called_hidden_that_is_not(archive, server, tmp_path):
    two_buckets(archive, server)
    copy_all(archive)
    entries = parse_replicas(archive.config.read_bytes())
    assert restore_files(tmp_path / "again", payloads=[entries[0]], keys=[entries[1]]).hidden == 0


def kill_while_copying(archive, server, after):
    """Kill the server once `after` bytes or more were confirmed; return what the run came to."""
    seen = 0

    def progress(count):
        nonlocal seen
        seen += count
        if seen >= after and not killed.is_set():
            killed.set()
            server.kill()

    killed = threading.Event()
    outcomes = replicate(archive, progress=progress)
    assert killed.is_set()
    return outcomes


def all_is_there(archive, server, bucket):
    """Assert that everything that was ever confirmed is in the bucket with the bytes that were confirmed."""
    there = in_bucket(server, bucket, "of/us/")
    confirmed = {
        name: digest for record in Memory(archive, "abroad").records() for name, digest in record.files.items()
    }
    assert confirmed
    assert {name: sha256(there[name]) for name in confirmed} == confirmed


def kill_and_converge(archive, server, rounds):
    payloads, _ = two_buckets(archive, server)
    copy_all(archive)
    for number in range(rounds):
        put_items(archive, 600)
        go_on(archive)
        outcomes = kill_while_copying(archive, server, after=1 + number * 997 % 20_000)
        assert failures(outcomes)["abroad"] == "unavailable.replica"
        before = read_safety(archive, DESK)
        assert before.packs == before.packs_kept - 1, "what was not confirmed is not called safe"
        server.start()
        copy_all(archive)
        all_is_there(archive, server, payloads)
        assert read_safety(archive, DESK).packs == before.packs_kept


def test_a_killed_server_loses_nothing_confirmed_and_the_copies_converge(archive, server):
    kill_and_converge(archive, server, rounds=1)


@pytest.mark.long
def test_a_killed_server_fifty_times(archive, server, record_property):
    kill_and_converge(archive, server, rounds=50)
    record_property("counted", "50 kills of the S3 server while copying, 0 confirmed files lost")
