# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model of an archive in which people give and take back, another desk writes too, and the office is lost and restored.

What was taken back opens for nobody any more, with none of the keys that are left, here, at the other desk, and after a restore from a
place of keys that is older than the taking back; everything else still opens.
"""

import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path

import pytest
from archive_model import CONTENTS, WORDS, ArchiveModel, Template, killed_at
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

LATER = timedelta(days=15)
COPIES = '\n[[replicas]]\nname = "copies"\nholds = "payloads"\nurl = "{folder}/copies"\n'
KEYS = '\n[[replicas]]\nname = "keys"\nholds = "keys"\nurl = "{folder}/keys"\n'


class House(Template):
    """Two users, two desks that know each other, and a small case."""

    def found(self):
        """Found it; return the archive."""
        from archive_kit import PASSPHRASE
        from erase_kit import HouseKeeper
        from two_desks import list_anew

        from sviedka.keeper.desk_founding import found_desk
        from sviedka.keeper.successors import join_list
        from sviedka.vault.durable import replace
        from users_kit import found_with_users

        self.house = found_with_users(self.folder, 2, passphrase=PASSPHRASE)
        archive = self.house.archive
        new = found_desk(
            archive, HouseKeeper(self.house).facts().vault_recipient, "vilnius-1", self.folder / "vilnius-1"
        )
        keylist = list_anew(archive, lines=list(new.lines))
        replace(archive.keylist, keylist)
        join_list(new.archive, keylist)
        return archive

    def keeper_of(self, archive):
        """Open every key as the first user, at a desk that is one of these or a copy."""
        from erase_kit import HouseKeeper

        return HouseKeeper(changed(self.house, founded=changed(self.house.founded, archive=archive)))


class PeopleModel(ArchiveModel):
    """Steps of people, desks and restores besides those of one archive."""

    founding = House
    erasures = exchanges = restores = cuts = 0

    def prepare(self):
        """Have places for copies, and the other desk."""
        from sviedka.vault.layout import Archive

        self.given, self.asked, self.erased, self.words, self.older = {}, {}, {}, {}, None
        self.beyond = []
        self.forgotten, self.put = set(), {}
        for name in ("copies", "keys", "between"):
            (self.folder / name).mkdir()
        with self.archive.config.open("a") as file:
            file.write(COPIES.format(folder=self.folder) + KEYS.format(folder=self.folder))
        self.other = Archive(root=self.folder / "vilnius-1")

    @rule(content=CONTENTS, word=WORDS)
    @precondition(lambda self: self.keeper)
    def give(self, content, word):
        """Somebody gives a file, who has given before or not."""
        person = self._giver(word)
        if person is not None:
            self._give(person, content, word)

    @rule(content=CONTENTS, word=WORDS, number=st.none() | st.integers(1, 60))
    @precondition(lambda self: self.keeper)
    def killed_while_giving(self, content, word, number):
        """Seal in a process that is killed, between slip and pack or anywhere, and again: what the first left is the giver's too."""
        from cut_kit import slips

        from sviedka.store import admission
        from sviedka.store.connect import disconnect

        person = self._giver(word)
        if person is None:
            return
        before = slips(self.archive)
        disconnect()

        def work(say):
            if number is None:
                admission.put_pack = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
            say(self._deposit(content, handed_over_by={"person": person}))

        said, killed = killed_at(number or 10_000, work)
        ArchiveModel.kills += killed
        left = slips(self.archive) - before
        self.put.setdefault(person, set()).update(left)
        PeopleModel.cuts += len(left) - len(said)
        self._give(person, content, word)

    @rule(data=st.data())
    @precondition(lambda self: self.keeper and self.given.keys() - self.asked.keys())
    def ask_back(self, data):
        """Somebody asks for what they gave: it opens for nobody from then on."""
        self._ask(data.draw(st.sampled_from(sorted(self.given.keys() - self.asked.keys()))))

    @rule(data=st.data(), number=st.none() | st.integers(1, 150))
    @precondition(lambda self: self.keeper and self.given.keys() - self.erased.keys())
    def erase(self, data, number):
        """Two people approve, the wish was free, time is over: it is erased, also if the first try is killed."""
        from sviedka.store.connect import disconnect
        from sviedka.vault.slips import find_slip

        person = data.draw(st.sampled_from(sorted(self.given.keys() - self.erased.keys())))
        if person not in self.asked:
            self._ask(person)
        slips = [find_slip(self.archive, item)[1] for item in self.given[person]]
        self._approve(person)
        if number is not None:
            disconnect()
            ArchiveModel.kills += killed_at(number, lambda _say: self._carry_out(person))[1]
        if number is None or not self._is_done(person):
            self._carry_out(person)
        self.erased[person] = slips
        self.forgotten.add(self.words[person])
        self.labels -= {f"p-{self.words[person]}", f"s-{self.words[person]}"}
        self.look_for_what_was_erased()
        PeopleModel.erasures += 1

    @rule()
    @precondition(lambda self: self.keeper)
    def rotate(self):
        """Carry what lives to a new key; with no key that is left does a slip open that somebody kept of what was erased."""
        super().rotate()
        self.beyond = [slip for slips in self.erased.values() for slip in slips]
        self.look_for_kept_slips(self.keeper)

    @rule(word=WORDS, is_rotated=st.booleans())
    @precondition(lambda self: self.keeper)
    def exchange(self, word, is_rotated):
        """Both desks take in what the other has; if keys are rotated then, also once more: what was erased opens at neither."""
        self._exchange(word)
        if is_rotated:
            self.rotate()
            self._exchange(word)

    def _exchange(self, word):
        """The other desk records something too, and both take in what the other has."""
        from two_desks import Desk

        minsk, vilnius = Desk.__new__(Desk), Desk.__new__(Desk)
        minsk.archive, minsk.keeper = self.archive, self.keeper
        vilnius.archive, vilnius.keeper = self.other, self.template.keeper_of(self.other)
        with _connected_anew():
            self._record(f"{word}-v", archive=self.other, keeper=vilnius.keeper)
        for desk in (vilnius, minsk):
            desk.send(self.folder / "between")
        for desk in (minsk, vilnius):
            assert [one.failure for one in desk.receive(self.folder / "between")] == [None]
        assert minsk.digests() == vilnius.digests()
        with _connected_anew():
            self.look_for_what_was_erased(self.other, vilnius.keeper)
        self.look_for_kept_slips(vilnius.keeper)
        PeopleModel.exchanges += 1

    @rule(is_copied=st.booleans())
    @precondition(lambda self: self.keeper)
    def lose_the_office(self, is_copied):
        """All is copied, the office is lost, and what the copies hold is put onto an empty folder: nothing lacks."""
        self._replicate()
        if is_copied:
            self.older = self.older or self._copy_of_keys()
        self.lock()
        shutil.rmtree(self.archive.root)
        PeopleModel.restores += 1
        self.archive, self.keeper = self._restore(self.folder / f"restored-{PeopleModel.restores}", "keys")
        self.look_for_what_was_erased()

    @rule()
    @precondition(lambda self: self.keeper and self.older and self.erased)
    def restore_from_older_keys(self):
        """Beside it, the same with a place of keys from before: what was erased since is gone before anybody can open it."""
        self._replicate()
        self.lock()
        with _connected_anew():
            archive, keeper = self._restore(Path(tempfile.mkdtemp(dir=self.folder)), self.older)
            self.look_for_what_was_erased(archive, keeper)
            keeper.keyring.wipe()
        shutil.rmtree(archive.root)
        self.unlock()

    def look_for_what_was_erased(self, archive=None, keeper=None):
        """Nothing of it opens."""
        from sviedka.store.deposit.opening import ItemErased, open_item
        from sviedka.vault.frozen import Frozen
        from sviedka.vault.slips import SlipLost, find_slip

        archive, keeper = archive or self.archive, keeper or self.keeper
        for item in (item for person in self.erased for item in self.put.get(person, ())):
            with pytest.raises(SlipLost):  # stated or not
                find_slip(archive, item)
        for item in (item for person in self.erased for item in self.given[person]):
            with pytest.raises(SlipLost):
                find_slip(archive, item)
            with pytest.raises((ItemErased, Frozen)):  # frozen: a place of keys from between the wish and the erasure
                open_item(archive, keeper, item, out=self.folder / "erased", purpose="a test of the model")

    def look_for_kept_slips(self, keeper):
        """No key that is left at a desk opens a slip from before the last rotation of what was erased before it."""
        from sviedka.core.seal.age_errors import NotForThisKey
        from sviedka.core.seal.age_header import unwrap_file_key

        epochs = keeper.keyring.epochs
        for slip in self.beyond:
            for name in epochs.names():
                with pytest.raises(NotForThisKey):
                    unwrap_file_key(slip, epochs.identity(name))

    def look_at_everything(self):
        """All that was there before, and that nothing of what was erased is."""
        super().look_at_everything()
        self.look_for_what_was_erased()

    def _giver(self, word):
        """Return somebody who is recorded under this word; None if they have asked back what they gave."""
        from sviedka.store.ledger import find_labelled
        from sviedka.store.session import open_store

        self.record(word)
        if word in self.forgotten:
            return None
        (person,) = find_labelled(open_store(self.archive, self.keeper), f"p-{word}")
        return person if person not in self.asked else None

    def _give(self, person, content, word):
        item = self._deposit(content, handed_over_by={"person": person})
        self.contents[item] = content
        self.given.setdefault(person, set()).add(item)
        self.words[person] = word

    def _ask(self, person):
        from sviedka.store.taking_back.asking import ask
        from sviedka.vault.frozen import Frozen

        subject = self._subject(person)
        self.asked[person] = ask(self.archive, self.keeper, subject, asked_by="the-person", channel="in-person")
        for item in self.given[person]:
            with pytest.raises(Frozen):
                self._opens(item)
            del self.contents[item]

    def _record(self, word, archive=None, keeper=None):
        """As before; a word that was somebody's who was erased stays theirs, and says nothing any more."""
        return super()._record(word, archive, keeper) if word not in self.forgotten else set()

    def _subject(self, person):
        from sviedka.store.session import open_store
        from sviedka.store.taking_back_requests import find_subject

        return find_subject(open_store(self.archive, self.keeper), person)

    def _approve(self, person):
        from sviedka.keeper.asserting import with_passphrase
        from sviedka.store.approving import approve
        from sviedka.store.taking_back.asking import check

        house = self.template.house
        for by, passphrase in zip(house.users, house.passphrases, strict=True):
            assertor = with_passphrase(self.archive, by, lambda _, words=passphrase: bytearray(words))
            approve(self.archive, self.keeper, self.asked[person], action="erase", by=by, assertor=assertor)
        check(self.archive, self.keeper, self._subject(person), outcome="free", channel="agreed-channel")

    def _carry_out(self, person):
        from sviedka.store.taking_back import erase_job, erasing
        from sviedka.vault.clock import now

        before, later = erase_job.read_clock, self._later()
        erase_job.read_clock = lambda: now() + later
        try:
            erasing.carry_out(self.archive, self.keeper, self._subject(person), clock=erase_job.read_clock)
        finally:
            erase_job.read_clock = before

    def _later(self):
        """Return how far time has to go on: a log's time never goes back, and each erasure waits anew."""
        return LATER * (len(self.erased) + 1)

    def _is_done(self, person):
        from sviedka.core.disclose.taking_back import Stage
        from sviedka.store.taking_back.asking import requests_of
        from sviedka.vault.clock import now

        (request,) = requests_of(self.archive, self.keeper, self._subject(person), at=now() + self._later())
        return request.state.stage is Stage.DONE

    def _replicate(self):
        from sviedka.vault.replica.running import replicate

        assert all(one.failure is None for one in replicate(self.archive))

    def _copy_of_keys(self):
        shutil.copytree(self.folder / "keys", self.folder / "older")
        return "older"

    def _restore(self, root, keys):
        from sviedka.store.upkeep.settling import remember_heads, settle
        from sviedka.vault.replica.registry import parse_replicas
        from sviedka.vault.replica.restoring import restore_files

        registry = (COPIES + KEYS).format(folder=self.folder).encode()
        payloads, place = parse_replicas(registry)
        archive = restore_files(
            root, payloads=[payloads], keys=[changed(place, folder=str(self.folder / keys))]
        ).archive
        remember_heads(archive, [head.frozen() for head in self.heads])
        keeper = self.template.keeper_of(archive)
        assert settle(archive, keeper, self.heads).closed == ()
        return archive, keeper


@contextmanager
def _connected_anew():
    from sviedka.store.connect import disconnect

    disconnect()
    yield
    disconnect()
