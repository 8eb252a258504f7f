# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was changed in the folder between two desks comes right when its desk exports again; and payloads come with their statements."""

import hashlib
import os
import shutil

import pytest
from peopled_desks import opened
from test_desks_poisoned import new_person, sealed_at

from sviedka.core.base.errors import Malformed, Refuted
from sviedka.store.connect import disconnect
from sviedka.store.desks.errors import SentForeign
from sviedka.store.taking_back.rotation import rotate


def changed_bit(path):
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def received(desk, folder):
    disconnect()
    (one,) = desk.receive(folder)
    disconnect()
    return one


@pytest.mark.parametrize("kind", ["packs/minsk-1", "keys/epochs"])
def test_a_changed_pack_or_key_is_put_anew_by_the_next_export(desks, tmp_path, kind):
    _, minsk, vilnius, folder = desks
    disconnect()
    rotate(minsk.archive, minsk.keeper)
    (item,) = sealed_at(minsk, tmp_path, "new")
    minsk.send(folder)
    changed_bit(max((folder / "minsk-1" / kind).glob("*.age")))
    assert isinstance(received(vilnius, folder).failure, Refuted | Malformed)
    assert minsk.send(folder).files > 0
    assert received(vilnius, folder).failure is None
    assert opened(vilnius, item, tmp_path / "out") == b"new"
    disconnect()
    assert minsk.send(folder).files == 0, "the control: what is right is left alone"


def test_a_changed_payload_stops_nothing_else(desks, tmp_path):
    """It is named, and not kept; the hint says how the right one comes."""
    _, minsk, vilnius, folder = desks
    (item,) = sealed_at(minsk, tmp_path, "new")
    minsk.send(folder)
    (path,) = [
        one for one in (folder / "minsk-1/objects").glob("??/*") if not vilnius.archive.payload(one.name).exists()
    ]
    changed_bit(path)
    new_person(minsk)
    minsk.send(folder)
    one = received(vilnius, folder)
    assert (one.failure, one.statements > 0) == (None, True)
    assert isinstance(one.foreign, SentForeign)
    assert path.name in str(one.foreign.facts)
    assert not vilnius.archive.payload(path.name).exists()
    path.unlink()
    minsk.send(folder)
    assert received(vilnius, folder).foreign is None
    assert opened(vilnius, item, tmp_path / "out") == b"new"


def test_a_payload_that_nobody_stated_is_not_kept_nor_handed_on(desks, tmp_path):
    _, minsk, vilnius, folder = desks
    planted = b"whatever somebody wants to be found in the archive"
    name = hashlib.sha256(planted).hexdigest()
    path = folder / "minsk-1/objects" / name[:2] / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(planted)
    assert received(vilnius, folder).failure is None
    assert not vilnius.archive.payload(name).exists()
    vilnius.send(folder)
    assert not (folder / "vilnius-1/objects" / name[:2] / name).exists()
    (item,) = sealed_at(minsk, tmp_path, "stated")
    minsk.send(folder)
    assert received(vilnius, folder).failure is None
    assert opened(vilnius, item, tmp_path / "out") == b"stated", "the control"


def test_a_payload_that_comes_after_its_statement_is_kept_then(desks, tmp_path):
    """A folder that is carried in parts."""
    _, minsk, vilnius, folder = desks
    (item,) = sealed_at(minsk, tmp_path, "late")
    minsk.send(folder)
    (folder / "minsk-1/objects").rename(tmp_path / "objects")
    assert received(vilnius, folder).failure is None
    (tmp_path / "objects").rename(folder / "minsk-1/objects")
    assert received(vilnius, folder).failure is None
    assert opened(vilnius, item, tmp_path / "out") == b"late"


def test_a_pipe_in_the_place_of_a_pack_is_put_anew_too(desks):
    _, minsk, vilnius, folder = desks
    new_person(minsk)
    minsk.send(folder)
    path = max((folder / "minsk-1/packs/minsk-1").iterdir())
    path.unlink()
    os.mkfifo(path)
    assert minsk.send(folder).files == 1
    assert received(vilnius, folder).failure is None


@pytest.mark.parametrize("kind", ["objects", "slips", "cells"])
def test_a_copy_in_the_wrong_folder_stops_nothing(desks, tmp_path, kind):
    _, minsk, vilnius, folder = desks
    minsk.send(folder)
    right = next(path for path in (folder / "minsk-1" / kind).rglob("*") if len(path.name) in {32, 64})
    beside = right.parent.parent / f"{int(right.name[:2], 16) ^ 1:02x}" / right.name
    beside.parent.mkdir(exist_ok=True)
    shutil.copy(right, beside)
    (item,) = sealed_at(minsk, tmp_path, "new")
    one = received(vilnius, folder)
    assert (one.failure, one.foreign) == (None, None)
    minsk.send(folder)
    assert received(vilnius, folder).failure is None
    assert opened(vilnius, item, tmp_path / "out") == b"new", "the control"
