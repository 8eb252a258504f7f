# SPDX-License-Identifier: AGPL-3.0-or-later
"""An archive with two people and an invented case, in which somebody takes back what they gave."""

from datetime import timedelta

from archive_kit import PASSPHRASE, LocalKeeper
from dossier_case import allow_many_openings, fill

from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.service import Service
from sviedka.vault.clock import now
from users_kit import found_with_users, keyring_of

GIVEN = b"What Beta wrote down by hand, and gave to us.\n"
MORE = """\
casebook: 1
case: {label: case-one, title: {en: An invented case, be: Выдуманая справа, ru: Выдуманное дело}}
persons:
  - {label: p-a, pseudonym: Alpha, counting_unit: individual}
  - {label: p-b, pseudonym: Beta, counting_unit: individual}
items:
  - {label: i-ab, path: files/both.txt, shows: [p-a, p-b]}
"""
LATER = timedelta(days=15)


class HouseKeeper(LocalKeeper):
    """The first user's keeper, in this process."""

    def __init__(self, house):
        self.keyring = keyring_of(house, 0)
        self._service = Service(self.keyring, locks_at=now)
        self.jobs = []
        self.assertor = with_passphrase(house.archive, self.keyring.actor, lambda _: bytearray(house.passphrases[0]))


class Office:
    """What a test of taking back works with: Beta gave one file, one shows her alone, and one shows Alpha and her."""

    def __init__(self, folder, settings=""):
        from sviedka.store.deposit.depositing import deposit
        from sviedka.store.ledger import find_labelled
        from sviedka.store.records.recording import record
        from sviedka.store.session import open_store

        self.folder = folder
        self.house = found_with_users(folder, 2, passphrase=PASSPHRASE)
        self.archive = self.house.archive
        with self.archive.config.open("a") as file:
            file.write(settings)
        allow_many_openings(self.archive)
        self.keeper = HouseKeeper(self.house)
        fill(self.archive, self.keeper, folder)
        database = open_store(self.archive, self.keeper)
        ((self.alpha,), (self.beta,)) = (find_labelled(database, label) for label in ("p-a", "p-b"))
        ((self.alphas,), (self.shows_beta,)) = (find_labelled(database, label) for label in ("i-a", "i-b"))
        (folder / "files" / "both.txt").write_text("What was written about Alpha and Beta.\n")
        deposit(self.archive, self.keeper, [folder / "files"], case="case-one")
        (folder / "more.yaml").write_text(MORE)
        record(self.archive, self.keeper, folder / "more.yaml", assertor=self.keeper.assertor)
        (self.shows_both,) = find_labelled(open_store(self.archive, self.keeper), "i-ab")
        (folder / "given.txt").write_bytes(GIVEN)
        done = deposit(
            self.archive, self.keeper, [folder / "given.txt"], case="case-one", handed_over_by={"person": self.beta}
        )
        self.given = done.sealed[0].item_id

    def subject(self, named=None):
        from sviedka.store.session import open_store
        from sviedka.store.taking_back_requests import find_subject

        return find_subject(open_store(self.archive, self.keeper), named or self.beta)

    def ask(self, named=None):
        from sviedka.store.taking_back.asking import ask

        return ask(self.archive, self.keeper, self.subject(named), asked_by="the-person", channel="in-person")

    def approve(self, statement, place, action="erase"):
        from sviedka.store.approving import approve

        by, passphrase = self.house.users[place], self.house.passphrases[place]
        assertor = with_passphrase(self.archive, by, lambda _: bytearray(passphrase))
        approve(self.archive, self.keeper, statement, action=action, by=by, assertor=assertor)

    def check(self, outcome="free", named=None):
        from sviedka.store.taking_back.asking import check

        check(self.archive, self.keeper, self.subject(named), outcome=outcome, channel="agreed-channel")

    def state(self, named=None, at=None):
        from sviedka.store.taking_back.asking import requests_of

        (request,) = requests_of(self.archive, self.keeper, self.subject(named), at=at or now())
        return request.state

    def make_ready(self, named=None):
        request = self.ask(named)
        self.approve(request, 0)
        self.approve(request, 1)
        self.check(named=named)
        return request

    def carry_out(self, monkeypatch, named=None, after=LATER):
        from sviedka.store.taking_back import erase_job, erasing

        monkeypatch.setattr(erase_job, "read_clock", lambda: now() + after)
        return erasing.carry_out(self.archive, self.keeper, self.subject(named), clock=lambda: now() + after)

    def open(self, item, name):
        from sviedka.store.deposit.opening import open_item

        out = self.folder / name
        open_item(self.archive, self.keeper, item, out=out, purpose="a test")
        return out.read_bytes()

    def rotate(self):
        from sviedka.store.taking_back.rotation import rotate

        return rotate(self.archive, self.keeper)
