# SPDX-License-Identifier: AGPL-3.0-or-later
"""An archive with several users, in one call: for every test that needs two people.

`found_with_users(folder, 3)` founds an archive and goes the whole way for each further user: a key made under their
own passphrase, a proposal, the root's signature with the offline folder, the list in its place. Unlock as one of them
with `unlock_as(house, 1)`, or open their keyring in this process with `keyring_of(house, 1)`.
"""

from dataclasses import dataclass
from pathlib import Path

from sviedka.core.seal.keylist_proposal import Proposal
from sviedka.keeper.founding import Founded, found_archive
from sviedka.keeper.keylist_proposing import Wanted, propose, read_keylist
from sviedka.keeper.keylist_signing import sign_keylist
from sviedka.keeper.keyring import Keyring
from sviedka.keeper.login import open_keyring
from sviedka.keeper.unlocking import unlock
from sviedka.keeper.user_keys import new_user
from sviedka.keeper.wrapping import KdfCost
from sviedka.vault.clock import now
from sviedka.vault.durable import replace, write_new
from sviedka.vault.layout import Archive

PASSPHRASE = b"nine grey herons over the Dnieper"
CHEAP = KdfCost(memory_kib=8, passes=1)


@dataclass(frozen=True)
class House:
    """An archive and its people. `users[0]` founded it, and their passphrase is the archive's."""

    founded: Founded
    users: tuple[str, ...]
    passphrases: tuple[bytes, ...]

    @property
    def archive(self) -> Archive:
        return self.founded.archive


def found_with_users(folder: Path, count: int = 2, *, desk: str = "minsk-1", passphrase: bytes = PASSPHRASE) -> House:
    """Found an archive in `folder`/archive whose key list names `count` users."""
    founded = found_archive(
        folder / "archive", archive_name="archive.example", desk=desk, passphrase=bytearray(passphrase), cost=CHEAP
    )
    own = [f"an own passphrase, number {number}".encode() for number in range(1, count)]
    made = [new_user(founded.archive, bytearray(one), cost=CHEAP) for one in own]
    if made:
        change_keylist(founded, Wanted(users=[one.user for one in made]), passphrase=passphrase)
    return House(
        founded=founded,
        users=(founded.actor, *(one.user for one in made)),
        passphrases=(passphrase, *own),
    )


def change_keylist(founded: Founded, wanted: Wanted, *, passphrase: bytes = PASSPHRASE) -> bytes:
    """Draft, sign and put in place; return the signed list. Nothing is stated: the next admission does that."""
    return put_keylist(founded, sign(founded, propose(founded.archive, wanted, now=now()), passphrase=passphrase))


def sign(founded: Founded, proposal: Proposal, *, passphrase: bytes = PASSPHRASE) -> bytes:
    """Sign a proposal with the offline folder of the founding."""
    return sign_keylist(founded.offline_dir, proposal, bytearray(passphrase), now=now())


def put_keylist(founded: Founded, signed: bytes) -> bytes:
    """Put a signed list in its place, the older one under its number."""
    before = read_keylist(founded.archive)
    write_new(founded.archive.keylist_numbered(before.number), before.data)
    replace(founded.archive.keylist, signed)
    return signed


def keyring_of(house: House, place: int) -> Keyring:
    """Open every key as one of the users, in this process."""
    own = bytearray(house.passphrases[place])
    first = bytearray(house.passphrases[0])
    return open_keyring(house.archive, first, clock=now, user=house.users[place], user_passphrase=own)


def unlock_as(house: House, place: int) -> None:
    """Start the keeper as one of the users. The caller locks it."""
    own = bytearray(house.passphrases[place])
    unlock(house.archive, bytearray(house.passphrases[0]), user=house.users[place], user_passphrase=own)
