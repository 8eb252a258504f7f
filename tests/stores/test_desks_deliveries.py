# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a third desk hears first, and however often it hears it again, it comes to the same: erasures and new key lists too.

Two desks work for a while: somebody gives, is written about at both, takes back, is erased at one while the other still
writes; the root lists a user, who records at the other. What each exports now and then is kept. The third desk gets it in
any order, old after new, and the new list at any moment; at the end it gets the newest of both.
"""

import shutil
from dataclasses import replace as changed

import pytest
from archive_kit import PASSPHRASE, LocalKeeper, claim, person, source
from erase_kit import Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from two_desks import Desk, list_anew

from sviedka.keeper.desk_founding import found_desk
from sviedka.keeper.login import open_keyring
from sviedka.keeper.successors import join_list
from sviedka.keeper.user_keys import new_user
from sviedka.keeper.wrapping import KdfCost
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.desks import cell_files, taking_in
from sviedka.store.desks.errors import KeylistBehind
from sviedka.store.drafting import Saying
from sviedka.store.listing import install_keylist
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.durable import replace
from sviedka.vault.entropy import new_id
from sviedka.vault.layout import Archive

OWN = b"an own passphrase at the other desk"
NEW_LIST = "the new key list"
EXPORTS = (
    "minsk gave", "vilnius wrote", "minsk asked back", "minsk erased", "vilnius wrote by another, unknowing", "minsk has the list",
    "vilnius knows",
)  # fmt: skip


class Third(Desk):
    """A desk on an archive that is there, opened by its founder."""

    def __init__(self, archive, user):
        self.archive, self.keeper = archive, _keeper(archive, user, PASSPHRASE)

    def read(self, sql, values):
        """Return the first row of its projections."""
        disconnect()
        return open_store(self.archive, self.keeper).run(sql, values).fetchone()


class World:
    """What was exported, by name in the order in which it was; and a third desk that has heard nothing."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        (folder / "between").mkdir()
        office = Office(folder)
        self.house, self.case = office.house, office.subject().case
        minsk, vilnius, gomel = self._desks(office)
        self.pristine = gomel.archive.root  # it was made before her cell was
        office.keeper = minsk.keeper
        self._record_delta(office, minsk)
        self._export(minsk, "minsk gave")
        self._hear(vilnius)
        vilnius.admit(*self._about_delta("told at vilnius"))
        self._export(vilnius, "vilnius wrote")
        disconnect()
        request = office.ask(self.delta)
        self._export(minsk, "minsk asked back")
        disconnect()
        office.approve(request, 0)
        office.approve(request, 1)
        office.check(named=self.delta)
        office.carry_out(monkeypatch, self.delta)
        self._export(minsk, "minsk erased")
        user = new_user(vilnius.archive, bytearray(OWN), cost=KdfCost(memory_kib=8, passes=1)).user
        self.keylist = list_anew(vilnius.archive, users=[user])
        self._install(vilnius)
        vilnius.keeper = _keeper(vilnius.archive, user, OWN)
        vilnius.admit(*self._about_delta("told at vilnius, later"), source("by somebody new"))
        self._export(vilnius, "vilnius wrote by another, unknowing")
        self._install(minsk)
        minsk.admit(source("after the list"))
        self._export(minsk, "minsk has the list")
        self._hear(vilnius)
        vilnius.admit(source("knowing"))
        self._export(vilnius, "vilnius knows")
        open_store(gomel.archive, gomel.keeper)
        disconnect()

    def _desks(self, office):
        """List two more; return all three, opened by the founder."""
        founder, made = self.house.users[0], []
        for name in ("vilnius-1", "gomel-1"):
            new = found_desk(office.archive, office.keeper.facts().vault_recipient, name, self.folder / name)
            keylist = list_anew(office.archive, lines=list(new.lines))
            replace(office.archive.keylist, keylist)
            office.keeper = _keeper(office.archive, founder, PASSPHRASE)
            made.append(new.archive)
            join_list(new.archive, keylist)
        join_list(made[0], keylist)
        return [Third(archive, founder) for archive in (office.archive, *made)]

    def _record_delta(self, office, minsk):
        said = person(minsk.keeper, "Delta")
        self.delta, self.cell = said.subject, said.fields["cell"]
        minsk.admit(changed(said, case=self.case), *self._about_delta("told at minsk")[1:])
        disconnect()
        (self.folder / "delta.txt").write_bytes(b"what she gave")
        by = {"person": self.delta}
        done = deposit(office.archive, office.keeper, [self.folder / "delta.txt"], case="case-one", handed_over_by=by)
        self.taken = (self.cell, done.sealed[0].item_id)

    def _install(self, desk):
        disconnect()
        install_keylist(desk.archive, desk.keeper, self.keylist)
        desk.keeper = _keeper(desk.archive, self.house.users[0], PASSPHRASE)

    def _hear(self, desk):
        assert [one.failure for one in desk.receive(self.folder / "between")] == [None]

    def _export(self, desk, name):
        desk.send(self.folder / "between")
        disconnect()
        own = desk.keeper.facts().origin.partition("/")[2]
        shutil.copytree(self.folder / "between" / own, self.folder / name / own)

    def _about_delta(self, said):
        """Return what a desk says of her that is sealed under her cell: a claim, and who she is, anew."""
        who = {"cell": self.cell, "pseudonym": said, "counting_unit": "individual"}
        person = Saying(jti=new_id(), case=self.case, type="person/1", subject=self.delta, fields=who)
        hurt = claim(case=self.case, about={"person": self.delta}, persons=[{"person": self.delta}], value=said)
        return person, hurt

    def hear(self, folder, letters):
        """Let a new third desk hear all of `letters`, and then the newest of all; return it."""
        shutil.copytree(self.pristine, folder)
        desk = Third(Archive(root=folder), self.house.users[0])
        for letter in letters:
            if letter == NEW_LIST:
                replace(desk.archive.keylist, self.keylist)
                desk.keeper = _keeper(desk.archive, self.house.users[0], PASSPHRASE)
                continue
            (received,) = desk.receive(self.folder / letter)
            assert received.failure is None or isinstance(received.failure, KeylistBehind)
        return desk


def _keeper(archive, user, passphrase):
    keyring = open_keyring(archive, bytearray(PASSPHRASE), clock=now, user=user, user_passphrase=bytearray(passphrase))
    return LocalKeeper(archive, keyring)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        return World(tmp_path_factory.mktemp("world"), patch)


LAST = ("minsk has the list", "vilnius knows")
LETTERS = st.lists(st.sampled_from((*EXPORTS, NEW_LIST)), max_size=4)
IN_ORDER = (*EXPORTS[:4], NEW_LIST, *EXPORTS[4:])


def come_to(world, folder, letters, last=LAST):
    """Return what the third desk comes to, and how much of what was taken back can be read there."""
    desk = world.hear(folder, (*letters, NEW_LIST, *last))
    digests = desk.digests()
    (readable,) = desk.read(
        "SELECT count(*) FROM store_passage WHERE cells LIKE ? AND NOT withheld AND disclosures <> ''",
        (f"%{world.cell}%",),
    )
    readable += sum(
        1
        for store in (desk.archive.cells, desk.archive.slips)
        for name in world.taken
        if any(store.glob(f"*/??/{name}"))
    )
    disconnect()
    shutil.rmtree(folder)
    return digests, readable


@pytest.fixture(scope="module")
def straight(world):
    """What it comes to in the order in which it happened, and that nothing of what was taken back can be read then."""
    digests, readable = come_to(world, world.folder / "straight", IN_ORDER)
    assert readable == 0
    return digests


ORDERS = {
    "the erasure first, then what was written before it was known": ("minsk erased", "vilnius wrote"),
    "an old copy after the erasure": ("minsk erased", "minsk gave"),
    "what only the new list proves, first": ("vilnius wrote by another, unknowing", NEW_LIST, "minsk gave"),
    "the other desk alone, then the erasure": ("vilnius wrote", "minsk has the list", "vilnius wrote"),
}


@pytest.mark.parametrize("letters", ORDERS.values(), ids=ORDERS)
def test_in_each_order_that_we_thought_of_it_comes_to_the_same(world, straight, tmp_path, letters):
    assert come_to(world, tmp_path / "heard", letters) == (straight, 0)


@pytest.mark.long
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=LETTERS, last=st.permutations(LAST))
def test_500_deliveries_come_to_the_same(world, straight, tmp_path, letters, last):
    assert come_to(world, tmp_path / new_id(), letters, last) == (straight, 0)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=LETTERS, last=st.permutations(LAST))
def test_10_deliveries_come_to_the_same(world, straight, tmp_path, letters, last):
    assert come_to(world, tmp_path / new_id(), letters, last) == (straight, 0)


def test_control_a_late_statement_would_revive_what_was_erased(world, straight, tmp_path, monkeypatch):
    """An import that knows of no erasure, neither by marks nor by statements, takes the key that comes along."""
    monkeypatch.setattr(cell_files, "names_gone", lambda *_: set())
    monkeypatch.setattr(taking_in, "act_on_log", lambda *_: 0)
    digests, readable = come_to(world, tmp_path / "heard", ("minsk erased", "vilnius wrote"))
    assert readable > 0
    assert digests["store_passage"] != straight["store_passage"]


def test_control_without_the_new_list_it_does_not_come_to_the_same(world, straight, tmp_path):
    desk = world.hear(tmp_path / "heard", LAST)
    assert desk.digests()["store_statement"] != straight["store_statement"]
