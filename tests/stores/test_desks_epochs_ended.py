# SPDX-License-Identifier: AGPL-3.0-or-later
"""A key that one desk destroyed dies at the other desk too, and between them, once all that lives has come under another key."""

import os

import pytest
from peopled_desks import HouseKeeper, opened, tell

from sviedka.core.seal.age_errors import NotForThisKey
from sviedka.core.seal.age_header import unwrap_file_key
from sviedka.core.seal.slip import make_slip
from sviedka.store.connect import disconnect
from sviedka.store.desks.receiving import receive
from sviedka.store.drafting import Saying
from sviedka.store.taking_back import ending, letting_go
from sviedka.store.taking_back.rotation import rotate
from sviedka.vault.durable import replace
from sviedka.vault.entropy import new_id
from sviedka.vault.epoch_turn import read_ends
from sviedka.vault.listed import read_removed
from sviedka.vault.scrub import check
from sviedka.vault.slips import find_slip


def turned(desk):
    """Rotate at one desk; return the epoch before, and what that said of other desks."""
    disconnect()
    before = desk.keeper.facts().epoch
    return before, rotate(desk.archive, desk.keeper).let_go


def heard(desk, folder):
    """Let a desk take in what lies there; return what became of epochs."""
    disconnect()
    taken = receive(desk.archive, desk.keeper, folder)
    assert [one.failure for one in taken.desks] == [None]
    return taken.let_go


def opens(desk, slip):
    """Tell whether any key that a desk has opens a slip that somebody kept."""
    epochs = HouseKeeper(desk.house).keyring.epochs
    for name in epochs.names():
        try:
            unwrap_file_key(slip, epochs.identity(name))
        except NotForThisKey:
            continue
        return True
    return False


def files_of(folder, epoch):
    """Return each file of an epoch's slips, cells and key below a folder."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [name for name in names if f"/{epoch}/" in f"/{name}" or name.endswith(f"keys/epochs/{epoch}.age")]


def register_place(desk, folder):
    folder.mkdir()
    with desk.archive.config.open("a") as config:
        config.write(f'\n[[replicas]]\nname = "abroad"\nholds = "keys"\nurl = "{folder}"\n')


def test_what_was_erased_opens_at_no_desk_once_the_others_have_heard_of_the_rotation(desks, tmp_path, monkeypatch):
    """Controls: before they hear of it, the slip that was kept opens at the other desk, and it lies between them."""
    office, minsk, vilnius, folder = desks
    register_place(vilnius, tmp_path / "abroad")
    tell(vilnius, minsk, folder)
    slip = find_slip(minsk.archive, office.given)[1]
    disconnect()
    office.make_ready()
    assert office.carry_out(monkeypatch).desks == ("vilnius-1",)
    old, gone = turned(minsk)
    assert gone.waited_for == ("vilnius-1",)
    assert not opens(minsk, slip)
    assert opens(vilnius, slip)
    assert files_of(folder, old)
    minsk.send(folder)
    assert heard(vilnius, folder).ended == (old,)
    assert not opens(vilnius, slip)
    assert files_of(vilnius.archive.root, old) == files_of(tmp_path / "abroad", old) == []
    assert opened(vilnius, office.alphas, tmp_path / "alphas") == opened(minsk, office.alphas, tmp_path / "the-same")
    disconnect()
    assert list(check(vilnius.archive, full=True)) == []
    assert office.given in read_removed(vilnius.archive.slips / minsk.keeper.facts().epoch)
    vilnius.send(folder)
    assert files_of(folder, old) == []
    assert heard(minsk, folder) == letting_go.LetGo()  # it was stated there, so nobody is waited for
    assert turned(vilnius)[1] == letting_go.LetGo(waited_for=("minsk-1",))


def withheld(folder, epoch):
    """Take one slip of an epoch away from between the desks; return its path and bytes."""
    path = next((folder / "minsk-1" / "slips" / epoch).glob("??/*"))
    data = path.read_bytes()
    path.unlink()
    return path, data


def test_a_key_stays_while_one_slip_has_not_come_under_another(desks):
    """Control: when it has come too, the key goes."""
    _, minsk, vilnius, folder = desks
    old, _ = turned(minsk)
    minsk.send(folder)
    path, data = withheld(folder, minsk.keeper.facts().epoch)
    assert heard(vilnius, folder).kept == (old,)
    assert vilnius.archive.epoch_key(old).exists()
    assert find_slip(vilnius.archive, path.name)[0] == old
    path.write_bytes(data)
    assert heard(vilnius, folder) == letting_go.LetGo(ended=(old,))
    assert find_slip(vilnius.archive, path.name)[1] == data


def test_a_key_stays_while_a_slip_that_came_holds_something_else(desks):
    """It is wrapped to the right key, and would open no payload: the old key is the only one that does."""
    _, minsk, vilnius, folder = desks
    old, _ = turned(minsk)
    minsk.send(folder)
    facts = minsk.keeper.facts()
    path, _ = withheld(folder, facts.epoch)
    path.write_bytes(make_slip(b"k" * 16, facts.epoch_recipient, payload_sha256=b"p" * 32, fresh=os.urandom(48)))
    assert heard(vilnius, folder).kept == (old,)
    assert vilnius.archive.epoch_key(old).exists()


def test_no_desk_ends_the_epoch_of_another(desks):
    """Its statement says so, well signed; the desk whose epoch it is has not, and loses nothing, nor does the one that said it."""
    _, minsk, vilnius, folder = desks
    epoch = minsk.keeper.facts().epoch
    case = minsk.keeper.facts().archive_cell
    fields = {"epoch": epoch, "rewrapped_to": vilnius.keeper.facts().epoch}
    vilnius.admit(Saying(jti=new_id(), case=case, type="epoch.ended/1", subject=new_id(), fields=fields))
    vilnius.send(folder)
    assert heard(minsk, folder) == letting_go.LetGo()
    minsk.send(folder)
    assert heard(vilnius, folder) == letting_go.LetGo()
    assert minsk.archive.epoch_key(epoch).exists()
    assert vilnius.archive.epoch_key(epoch).exists()


def test_a_place_of_keys_has_what_came_before_the_old_key_goes(desks, tmp_path):
    """Control: with the place back, the next import ends it."""
    _, minsk, vilnius, folder = desks
    register_place(vilnius, tmp_path / "abroad")
    old, _ = turned(minsk)
    minsk.send(folder)
    (tmp_path / "abroad").rename(tmp_path / "away")
    assert heard(vilnius, folder).kept == (old,)
    assert vilnius.archive.epoch_key(old).exists()
    (tmp_path / "away").rename(tmp_path / "abroad")
    assert heard(vilnius, folder).ended == (old,)
    assert read_ends(vilnius.archive)[-1].confirmed_by == ("abroad",)


@pytest.mark.parametrize("cut", ["carry_marks", "sync_stores", "write_end", "remove_ended"])
def test_killed_at_any_step_the_next_rotation_goes_on(desks, tmp_path, monkeypatch, cut):
    office, minsk, vilnius, folder = desks
    old, _ = turned(minsk)
    minsk.send(folder)
    with monkeypatch.context() as killed:
        killed.setattr(
            ending if cut == "carry_marks" else letting_go, cut, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            heard(vilnius, folder)
    assert vilnius.archive.epoch_key(old).exists()
    assert opened(vilnius, office.alphas, tmp_path / "meanwhile")
    turned(vilnius)
    assert not vilnius.archive.epoch_key(old).exists()
    assert opened(vilnius, office.alphas, tmp_path / "after")


def test_a_copy_that_a_desk_still_has_there_does_not_bring_the_key_back(desks, tmp_path):
    """The other desk hears of the end, and then of what lies there from before."""
    _, minsk, vilnius, folder = desks
    tell(vilnius, minsk, folder)
    old, _ = turned(minsk)
    minsk.send(folder)
    assert heard(vilnius, folder).ended == (old,)
    assert files_of(folder / "vilnius-1", old), "the control: it has not exported since"
    heard(minsk, folder)
    assert files_of(minsk.archive.root, old) == []
    replace(folder / "minsk-1" / "keys" / "epochs" / f"{old}.age", b"anything")
    heard(vilnius, folder)
    assert not vilnius.archive.epoch_key(old).exists()
