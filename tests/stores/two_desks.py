# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two or more desks of one archive, listed by its root, and a folder between them."""

from archive_kit import PASSPHRASE, LocalKeeper, drafts

from sviedka.keeper.desk_founding import found_desk
from sviedka.keeper.keylist_proposing import Wanted, propose
from sviedka.keeper.keylist_signing import sign_keylist
from sviedka.keeper.successors import join_list
from sviedka.store.admission import admit
from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.connect import disconnect
from sviedka.store.desks.meeting import MeetingFolder
from sviedka.store.desks.receiving import receive
from sviedka.store.desks.sending import send
from sviedka.store.session import open_store
from sviedka.store.upkeep.dumping import digest_tables
from sviedka.vault.clock import now
from sviedka.vault.durable import replace


def list_anew(archive, **wanted):
    """Have the root sign the next key list; return its bytes."""
    offline = archive.root.with_name("archive.offline")
    return sign_keylist(offline, propose(archive, Wanted(**wanted), now=now()), bytearray(PASSPHRASE), now=now())


class Desk:
    """One desk at work."""

    def __init__(self, archive):
        self.archive = archive
        self.keeper = LocalKeeper(archive)

    def admit(self, *sayings):
        disconnect()
        return admit(self.archive, self.keeper, drafts(self.archive, self.keeper, sayings))

    def send(self, folder):
        disconnect()
        admit(self.archive, self.keeper, [])  # what a desk states of itself
        make_checkpoint(self.archive, self.keeper)
        return send(self.archive, self.keeper, MeetingFolder(folder, self.archive))

    def receive(self, folder):
        disconnect()
        return receive(self.archive, self.keeper, folder).desks

    def digests(self):
        disconnect()
        return digest_tables(open_store(self.archive, self.keeper))

    def know(self, keylist):
        replace(self.archive.keylist, keylist)
        self.keeper = LocalKeeper(self.archive)


def second_desk(first, name="vilnius-1"):
    """Make a further desk of the first one's archive, listed and joined."""
    keeper = first.keeper
    new = found_desk(first.archive, keeper.facts().vault_recipient, name, first.archive.root.with_name(name))
    keylist = list_anew(first.archive, lines=list(new.lines))
    first.know(keylist)
    join_list(new.archive, keylist)
    return Desk(new.archive)


def exchange(folder, *desks):
    """Let each send, and then each take in what the others sent."""
    for desk in desks:
        desk.send(folder)
    for desk in desks:
        assert [one.failure for one in desk.receive(folder)] == [None] * (len(desks) - 1)


def fresh(received):
    """Return how many statements are new; nothing was refused."""
    assert [one.failure for one in received] == [None] * len(received)
    return sum(one.statements for one in received)
