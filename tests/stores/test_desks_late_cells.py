# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder that is carried in parts: a cell that comes after the statements that were told under it is read then."""

import shutil

import pytest
from archive_kit import claim, person
from two_desks import second_desk

from sviedka.store.desks import receiving
from sviedka.store.rebuild import rebuild
from sviedka.store.session import open_store


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


def test_a_cell_that_lies_with_a_desk_before_its_own_is_read_at_once(minsk, vilnius, folder):
    """It waits there for what the other desk states, and both come in one import."""
    gomel = second_desk(minsk, "gomel-1")
    vilnius.know(minsk.archive.keylist.read_bytes())
    vilnius.admit(person(vilnius.keeper))
    for desk in (vilnius, gomel):
        desk.send(folder)
        gomel.receive(folder)
    gomel.send(folder)
    for path in folder.glob("vilnius-1/cells/*"):
        shutil.rmtree(path)
    assert [(one.desk, one.failure) for one in minsk.receive(folder)] == [("gomel-1", None), ("vilnius-1", None)]
    told = minsk.digests()
    (withheld,) = (
        open_store(minsk.archive, minsk.keeper).run("SELECT count(*) FROM store_passage WHERE withheld").fetchone()
    )
    assert withheld == 0
    rebuild(minsk.archive, minsk.keeper)
    assert minsk.digests() == told
