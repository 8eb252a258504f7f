# SPDX-License-Identifier: AGPL-3.0-or-later
"""An import that is killed before the projections are made anew leaves nothing in them of what another desk erased."""

import pytest
from peopled_desks import open_desks, tell, told_of

from sviedka.store.connect import disconnect
from sviedka.store.desks import receiving, taking_in


@pytest.fixture
def desks(tmp_path):
    yield from open_desks(tmp_path)


def killed(*_, **__):
    raise KeyboardInterrupt


def killed_after(does):
    def run(*given, **named):
        does(*given, **named)
        raise KeyboardInterrupt

    return run


CUTS = {
    "nowhere": None,
    "before the projections are made anew": (receiving, "clean_if_due", killed),
    "before what was erased is removed": (taking_in, "act_on_log", killed),
    "before the commit": (taking_in, "put_pack", killed_after(taking_in.put_pack)),
}


@pytest.mark.parametrize("cut", CUTS)
def test_what_was_erased_elsewhere_leaves_the_projections_of_an_import_that_was_cut(desks, monkeypatch, cut):
    """Control: an import that nobody cuts."""
    office, minsk, vilnius, folder = desks
    (cell,) = office.subject().told
    assert told_of(vilnius, cell) > 0
    disconnect()
    office.make_ready()
    tell(minsk, vilnius, folder)  # so that what is new is one pack
    office.carry_out(monkeypatch)
    minsk.send(folder)
    if CUTS[cut]:
        with monkeypatch.context() as patched:
            patched.setattr(*CUTS[cut])
            with pytest.raises(KeyboardInterrupt):
                vilnius.receive(folder)
        disconnect()
        assert told_of(vilnius, cell) == 0
    assert [one.failure for one in vilnius.receive(folder)] == [None]
    assert told_of(vilnius, cell) == 0
    assert minsk.digests() == vilnius.digests()
    assert not vilnius.archive.database_cleaning.exists()
