# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two desks exchange through a bucket of a real S3 server: all or nothing, nothing of it believed, what is erased is gone from it."""

import sys
from pathlib import Path

import pytest

STORES = str(Path(__file__).resolve().parents[1] / "stores")
sys.path.insert(0, STORES)
from archive_kit import person, source  # noqa: E402
from two_desks import Desk, second_desk  # noqa: E402

sys.path.remove(STORES)

from sviedka.core.base.errors import Failure  # noqa: E402
from sviedka.store.admission import admit  # noqa: E402
from sviedka.store.checkpointing import make_checkpoint  # noqa: E402
from sviedka.store.connect import disconnect  # noqa: E402
from sviedka.store.desks.meeting import MeetingBucket  # noqa: E402
from sviedka.store.desks.receiving import receive  # noqa: E402
from sviedka.store.desks.sending import send  # noqa: E402
from sviedka.vault.layout import NameRefused  # noqa: E402
from sviedka.vault.replica.errors import ReplicaUnfit, ReplicaUnreachable  # noqa: E402
from sviedka.vault.replica.registry import ReplicasMalformed, read_exchange  # noqa: E402


def meet(desk, server, bucket):
    """Name the bucket in a desk's configuration and return it."""
    text = desk.archive.config.read_text().split("[exchange]")[0]
    desk.archive.config.write_text(f'{text}\n[exchange]\nurl = "s3://{bucket}/of/us"\nendpoint = "{server.endpoint}"\n')
    return MeetingBucket(read_exchange(desk.archive), desk.archive)


def export(desk, place):
    disconnect()
    admit(desk.archive, desk.keeper, [])
    make_checkpoint(desk.archive, desk.keeper)
    return send(desk.archive, desk.keeper, place)


def take_in(desk, place, name):
    disconnect()
    with place.fetched(name, lambda *_: None) as folder:
        return receive(desk.archive, desk.keeper, folder).desks


@pytest.fixture
def desks(tmp_path):
    from archive_kit import found

    first = Desk(found(tmp_path))
    yield first, second_desk(first)
    disconnect()


def test_what_one_desk_stated_is_known_at_the_other_and_what_went_goes_there_too(desks, server):
    minsk, vilnius = desks
    bucket = server.bucket()
    here, there = meet(minsk, server, bucket), meet(vilnius, server, bucket)
    minsk.admit(person(minsk.keeper), source())
    assert export(minsk, here).files > 0
    assert export(minsk, here).files <= 2  # the head's own statements; the rest is there
    left = vilnius.archive.run / ".new-of-an-import-that-was-killed"
    left.mkdir(parents=True)
    (received,) = take_in(vilnius, there, "vilnius-1")
    assert received.failure is None
    assert not left.exists()
    assert received.statements >= 2
    vilnius.admit(source("Another"))
    export(vilnius, there)
    (back,) = take_in(minsk, here, "minsk-1")
    assert back.failure is None
    assert back.statements > 0
    assert minsk.digests() == vilnius.digests()
    assert not list(minsk.archive.run.glob(".new-*"))  # nothing of it stays beside the archive
    cell = next(path for path in minsk.archive.cells.rglob("*") if path.is_file() and len(path.name) == 32)
    cell.unlink()
    assert export(minsk, here).removed == 1  # what is gone here goes there


def test_a_changed_pack_in_the_bucket_is_refuted_and_nothing_is_taken_in(desks, server):
    minsk, vilnius = desks
    bucket = server.bucket()
    minsk.admit(source())
    export(minsk, meet(minsk, server, bucket))
    client, place = server.client(), meet(vilnius, server, bucket)
    packs = [one["Key"] for one in client.list_objects_v2(Bucket=bucket, Prefix="of/us/minsk-1/packs/")["Contents"]]
    whole = client.get_object(Bucket=bucket, Key=packs[0])["Body"].read()
    client.put_object(Bucket=bucket, Key=packs[0], Body=whole[:-1] + bytes([whole[-1] ^ 1]))
    (received,) = take_in(vilnius, place, "vilnius-1")
    assert isinstance(received.failure, Failure)
    assert received.failure.verdict in {"refuted", "malformed"}
    client.put_object(Bucket=bucket, Key=packs[0], Body=whole)  # the control
    assert take_in(vilnius, place, "vilnius-1")[0].failure is None


def test_a_name_that_leads_out_is_refused_before_anything_is_fetched(desks, server):
    minsk, vilnius = desks
    bucket = server.bucket()
    minsk.admit(source())
    export(minsk, meet(minsk, server, bucket))
    server.client().put_object(Bucket=bucket, Key="of/us/minsk-1/.hidden", Body=b"x")
    with pytest.raises(NameRefused):
        take_in(vilnius, meet(vilnius, server, bucket), "vilnius-1")
    assert not list(vilnius.archive.run.glob(".new-*"))


def test_a_bucket_that_keeps_versions_or_is_not_there_gets_nothing(desks, server):
    minsk, _ = desks
    minsk.admit(source())
    locked = server.bucket(days=30)
    with pytest.raises(ReplicaUnfit):
        export(minsk, meet(minsk, server, locked))
    with pytest.raises(ReplicaUnreachable):
        export(minsk, meet(minsk, server, "not-there-at-all"))


@pytest.mark.parametrize("line", ['url = "s3://b/../x"', 'url = "ftp://b"', 'url = "s3://bucket"\nretention_days = 3'])
def test_a_table_that_cannot_be_used_is_said_to_be(desks, line):
    minsk, _ = desks
    assert read_exchange(minsk.archive) is None
    minsk.archive.config.write_text(minsk.archive.config.read_text() + f"\n[exchange]\n{line}\n")
    with pytest.raises(ReplicasMalformed):
        read_exchange(minsk.archive)
