# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folder between two desks changes while it is read: what is taken in is what was proven."""

import pytest
from archive_kit import person

from sviedka.store.desks import taking_in
from sviedka.store.desks.errors import SentChanged
from sviedka.store.rebuild import rebuild


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
