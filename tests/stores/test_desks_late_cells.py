# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder that is carried in parts: a cell that comes after the statements that were told under it is read then."""

import shutil

import pytest
from archive_kit import claim, person

from sviedka.store.desks import receiving
from sviedka.store.rebuild import rebuild


@pytest.fixture
def carried(minsk, vilnius, folder):
    """What Vilnius told, as it came to Minsk: without the cells, which lie beside."""
    somebody = person(vilnius.keeper)
    vilnius.admit(somebody, claim(about={"person": somebody.subject}, persons=[{"person": somebody.subject}]))
    vilnius.send(folder)
    cells, late = folder / "vilnius-1/cells", folder.with_name("late")
    cells.rename(late)
    assert [one.failure for one in minsk.receive(folder)] == [None]
    assert minsk.digests() != vilnius.digests(), "the control: without its cells it is not read"
    late.rename(cells)


def test_cells_that_come_late_are_read_when_they_come(minsk, vilnius, folder, carried):
    assert [(one.statements, one.failure) for one in minsk.receive(folder)] == [(0, None)]
    told = minsk.digests()
    rebuild(minsk.archive, minsk.keeper)
    assert minsk.digests() == told
    minsk.send(folder)
    vilnius.receive(folder)
    assert vilnius.digests() == minsk.digests()


def test_a_process_killed_before_it_reads_them_is_made_up_for(minsk, vilnius, folder, carried, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "rebuild", killed)
        with pytest.raises(KeyboardInterrupt):
            minsk.receive(folder)
    minsk.receive(folder)
    told = minsk.digests()
    rebuild(minsk.archive, minsk.keeper)
    assert minsk.digests() == told


def test_what_stays_withheld_makes_nothing_again(minsk, vilnius, folder, monkeypatch):
    """What was erased, and a cell that never came, are looked at and let be."""
    vilnius.admit(person(vilnius.keeper))
    vilnius.send(folder)
    (folder / "vilnius-1/cells").rename(folder.with_name("lost"))
    minsk.receive(folder)
    monkeypatch.setattr(receiving, "rebuild", lambda *_: pytest.fail("made again for nothing"))
    vilnius.admit(person(vilnius.keeper, "Beta"))
    vilnius.send(folder)
    for path in folder.glob("vilnius-1/cells/*"):
        shutil.rmtree(path)
    assert [one.failure for one in minsk.receive(folder)] == [None]
