# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody without keys does to the folder between two desks while it is read stops nothing for good."""

import os
from contextlib import suppress

import pytest
from archive_kit import person

from sviedka.core.base.errors import Malformed
from sviedka.store.connect import disconnect
from sviedka.store.desks import epoch_key_files, taking_in
from sviedka.store.desks.errors import SentChanged
from sviedka.store.rebuild import rebuild
from sviedka.store.taking_back.rotation import rotate
from sviedka.vault.durable import write_new
from sviedka.vault.regular import NotAFile


def changes_after(monkeypatch, step, path, data):
    """Let the file be another one as soon as this step of an import is done."""
    real = getattr(taking_in, step)

    def then_changes(*arguments):
        done = real(*arguments)
        path.chmod(0o600)
        path.write_bytes(data)
        return done

    monkeypatch.setattr(taking_in, step, then_changes)


@pytest.mark.parametrize("step", ["prove_log", "take_in_slips"])
def test_a_pack_that_is_exchanged_after_its_proof_is_not_kept(minsk, vilnius, folder, monkeypatch, step):
    """Before its rows are written, and after."""
    vilnius.admit(person(vilnius.keeper))
    vilnius.send(folder)
    pack = max((folder / "vilnius-1/packs/vilnius-1").iterdir())
    good = pack.read_bytes()
    with monkeypatch.context() as patched:
        changes_after(patched, step, pack, b"age-encryption.org/v1 and nothing else\n")
        (received,) = minsk.receive(folder)
    assert isinstance(received.failure, SentChanged)
    assert not (minsk.archive.desk_packs("vilnius-1") / pack.name).exists()
    rebuild(minsk.archive, minsk.keeper)
    pack.write_bytes(good)
    assert [one.failure for one in minsk.receive(folder)] == [None], "the control"
    assert minsk.archive.pack("vilnius-1", int(pack.name[:12])).read_bytes() == good
    minsk.send(folder)
    assert [one.failure for one in vilnius.receive(folder)] == [None]
    assert minsk.digests() == vilnius.digests()


def test_a_garbage_key_is_not_kept_though_the_import_is_killed(minsk, vilnius, folder, monkeypatch):
    """It would lie in the place of the key that comes with the next rotation."""
    vilnius.send(folder)
    epoch = vilnius.keeper.facts().epoch
    month, _, number = epoch.partition(".")
    coming = f"{month}.{int(number) + 1}"
    lying = folder / f"vilnius-1/keys/epochs/{coming}.age"
    lying.write_bytes(b"garbage")

    def killed(path, data, **options):
        write_new(path, data, **options)
        if data == b"garbage":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(epoch_key_files, "write_new", killed)
        with suppress(KeyboardInterrupt):
            minsk.receive(folder)
    assert not minsk.archive.epoch_key(coming).exists()
    disconnect()
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, Malformed)
    lying.unlink()
    disconnect()
    rotate(vilnius.archive, vilnius.keeper)
    vilnius.send(folder)
    assert [one.failure for one in minsk.receive(folder)] == [None], "the control"
    assert minsk.archive.epoch_key(coming).exists()


@pytest.mark.parametrize(
    "name", ["keys/epochs/2026-12.1001.age", "logs/vilnius-1/checkpoint", "packs/vilnius-1/{pack}"]
)
def test_a_pipe_in_the_place_of_a_file_is_named_and_not_waited_for(minsk, vilnius, folder, name):
    vilnius.admit(person(vilnius.keeper))
    vilnius.send(folder)
    pack = max((folder / "vilnius-1/packs/vilnius-1").iterdir()).name
    path = folder / "vilnius-1" / name.format(pack=pack)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, NotAFile)
