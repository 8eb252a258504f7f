# SPDX-License-Identifier: AGPL-3.0-or-later
"""A rotation whose place of keys is a bucket: it confirms first, then forgets; and what the server's own disk keeps until compaction."""

import time
from http.client import HTTPConnection

from copies_kit import register
from office_kit import UNAVAILABLE, done, items, open_item, sviedka
from vault_kit import files

from sviedka.vault.epoch_turn import read_ends
from sviedka.vault.layout import Archive


def keys_in_a_bucket(office, server):
    """Register a folder for payloads and a bucket for keys, and fill both; return the archive and the bucket's name."""
    bucket, archive = server.bucket(), Archive(root=office / "a")
    register(
        archive,
        ("copies", "payloads", office / "copies"),
        ("abroad", "keys", f"s3://{bucket}", f'endpoint = "{server.endpoint}"'),
    )
    done("replicate", cwd=office)
    return archive, bucket


def names_in(server, bucket):
    """Return the names of all versions of all objects, and of what marks a deletion."""
    told = server.client().list_object_versions(Bucket=bucket)
    return {one["Key"] for kind in ("Versions", "DeleteMarkers") for one in told.get(kind, [])}


def of_old_epochs(archive):
    """Return each slip, cell and wrapped key of the epochs there are now, by its name in the bucket."""
    stores = (archive.slips, archive.cells, archive.epochs)
    paths = (
        path for store in stores for path in files(store) if path.suffix == ".age" or path.parent.name == path.name[:2]
    )
    return {path.relative_to(archive.root).as_posix(): path.read_bytes() for path in paths}


def left_on_disk(server, wanted):
    """Return the names of those whose bytes any file of the server's disk holds."""
    held = [path.read_bytes() for path in files(server.folder / "data")]
    return {name for name, data in wanted.items() if any(data in one for one in held)}


def compact(server):
    """Have the server write its volumes anew without what was deleted."""
    connection = HTTPConnection(server.master, timeout=120)
    try:
        connection.request("GET", "/vol/vacuum?garbageThreshold=0")
        assert connection.getresponse().status == 200
    finally:
        connection.close()


def test_a_bucket_confirms_first_and_forgets_and_compaction_takes_the_bytes(office, server):
    """Controls: before the rotation every byte is found; and before compaction the server's disk still holds what it has deleted."""
    archive, bucket = keys_in_a_bucket(office, server)
    wanted = of_old_epochs(archive)
    assert len(wanted) >= 3
    assert set(wanted) <= names_in(server, bucket)
    assert left_on_disk(server, wanted) == set(wanted)
    (item,) = items(office, "a")
    done("epoch", "rotate", cwd=office)
    assert {end.confirmed_by for end in read_ends(archive)} == {("abroad",)}
    assert not names_in(server, bucket) & set(wanted), "no version and no mark of one"
    assert set(of_old_epochs(archive)) <= names_in(server, bucket), "what lives is there under the new key"
    assert open_item(office, item, archive="a") == (office / "one").read_bytes()
    assert left_on_disk(server, wanted) == set(wanted), (
        "deleted, and still on its disk, slips beside wrapped keys: the how-to says so"
    )
    until = time.monotonic() + 60
    while left_on_disk(server, wanted) and time.monotonic() < until:
        compact(server)  # a busy server answers that it did, and lets a volume be
    assert left_on_disk(server, wanted) == set()
    assert left_on_disk(server, of_old_epochs(archive)) == set(of_old_epochs(archive))


def test_no_key_is_destroyed_while_the_bucket_is_out_of_reach(office, server):
    """Control: with the server back, the same command goes on and ends the old epochs."""
    archive, bucket = keys_in_a_bucket(office, server)
    wanted = of_old_epochs(archive)
    (item,) = items(office, "a")
    server.kill()
    try:
        assert sviedka("epoch", "rotate", cwd=office).returncode == UNAVAILABLE
        assert wanted.items() <= of_old_epochs(archive).items()
        assert read_ends(archive) == ()
        assert open_item(office, item, archive="a") == (office / "one").read_bytes()
    finally:
        server.start()
    done("epoch", "rotate", cwd=office)
    assert {end.confirmed_by for end in read_ends(archive)} == {("abroad",)}
    assert not set(wanted) & (set(of_old_epochs(archive)) | names_in(server, bucket))
    assert open_item(office, item, archive="a") == (office / "one").read_bytes()
