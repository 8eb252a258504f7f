# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of an ended epoch may lose its key: what opens to the same by another one, and what its own key does not open."""

import os

import pytest

from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.slip import make_slip, rewrap_slip
from sviedka.keeper.carried_over import look_carried_over
from sviedka.keeper.errors import EpochGone
from sviedka.keeper.sealing import seal_small
from sviedka.vault.cells import put_cell
from sviedka.vault.entropy import new_id
from sviedka.vault.layout import Archive
from sviedka.vault.slips import put_slip

OLD, NEW, OTHER = "2026-11.1", "2026-11.2", "2026-11.1001"
PAYLOAD = b"p" * 32


@pytest.fixture
def keys():
    return {epoch: X25519Identity.from_bytes(bytearray(os.urandom(32))) for epoch in (OLD, NEW, OTHER)}


@pytest.fixture
def archive(tmp_path):
    return Archive(root=tmp_path / "archive")


def look(archive, keys, among=(OTHER, NEW)):
    def identity_of(epoch):
        if epoch not in keys:
            raise EpochGone("The key of epoch {epoch} is not here.", epoch=epoch)
        return keys[epoch]

    return look_carried_over(archive, OLD, among, identity_of)


def slip(keys, epoch=OLD):
    return make_slip(os.urandom(16), keys[epoch].recipient(), payload_sha256=PAYLOAD, fresh=os.urandom(48))


def moved(keys, old):
    return rewrap_slip(old, keys[OLD], keys[NEW].recipient(), ephemeral=os.urandom(32))


def damaged(data):
    return data[:60] + bytes([data[60] ^ 1]) + data[61:]


def put(archive, **slips):
    """Put slips of one new item, by epoch; return the item."""
    item = new_id()
    for epoch, data in slips.items():
        put_slip(archive, {"old": OLD, "new": NEW}[epoch], item, data)
    return item


def test_what_was_moved_may_lose_its_old_key_and_what_was_not_may_not(archive, keys):
    one, other = slip(keys), slip(keys)
    carried, alone = put(archive, old=one, new=moved(keys, one)), put(archive, old=other)
    cells = {new_id(): os.urandom(32) for _ in range(2)}
    for number, (cell, key) in enumerate(cells.items()):
        put_cell(archive, OLD, cell, seal_small(bytearray(key), (keys[OLD].recipient(),)))
        if number == 0:
            put_cell(archive, NEW, cell, seal_small(bytearray(key), (keys[NEW].recipient(),)))
    first, second = cells
    looked = look(archive, keys)
    assert (looked.slips, looked.cells, looked.left) == ({carried}, {first}, {alone, second})
    assert looked.relied_on == {NEW}


def test_a_slip_or_cell_that_holds_something_else_stands_for_nothing(archive, keys):
    item, cell = put(archive, old=slip(keys), new=slip(keys, NEW)), new_id()
    for epoch in (OLD, NEW):
        put_cell(archive, epoch, cell, seal_small(bytearray(os.urandom(32)), (keys[epoch].recipient(),)))
    assert look(archive, keys).left == {item, cell}


def test_a_moved_slip_that_is_damaged_stands_for_nothing(archive, keys):
    made = slip(keys)
    item = put(archive, old=made, new=damaged(moved(keys, made)))
    assert look(archive, keys).left == {item}


def test_what_its_own_key_does_not_open_is_not_lost_with_it(archive, keys):
    """Else whoever can put a slip between the desks keeps a key alive for good."""
    item = put(archive, old=damaged(slip(keys)))
    looked = look(archive, keys)
    assert (looked.slips, looked.left) == ({item}, set())


def test_with_the_old_key_gone_only_what_opens_elsewhere_may_go(archive, keys):
    made = slip(keys)
    carried, alone = put(archive, old=made, new=moved(keys, made)), put(archive, old=slip(keys))
    del keys[OLD]
    looked = look(archive, keys)
    assert (looked.slips, looked.left) == ({carried}, {alone})


def test_an_epoch_that_is_not_asked_for_stands_for_nothing(archive, keys):
    made = slip(keys)
    item = put(archive, old=made, new=moved(keys, made))
    assert look(archive, keys, among=(OTHER,)).left == {item}
