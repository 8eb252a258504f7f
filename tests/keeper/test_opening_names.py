# SPDX-License-Identifier: AGPL-3.0-or-later
"""An item's key is not to be had under another item's name; each test is an attack, beside it the honest way."""

from hashlib import sha256

import pytest
from keeper_desk import FILE_KEY

from sviedka.core.seal.slip import SlipForeign
from sviedka.keeper.client import SealingReceipt
from sviedka.keeper.errors import OpeningRefused
from sviedka.store.deposit.sealing import SECOND_SLIP_JOB
from sviedka.vault.begun import BegunDeposit
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import new_id
from sviedka.vault.objects import PayloadLost
from sviedka.vault.slips import find_slip, put_slip

OTHER_KEY = bytes(range(16, 32))


@pytest.fixture
def item(desk):
    return desk.put_item()


def begin(desk, item):
    """Write `item` down, as a deposit does that lives until the test is over."""
    begun = BegunDeposit(desk.archive)
    begun.add([item])
    return begun


def second_slip(desk, item):
    """Put the slip of `item` under a name that nobody sealed, by the keeper's own job, and return the name."""
    invented = new_id()
    begun = begin(desk, invented)
    arguments = {"shared": [[item, invented, payload_of(desk, item)]], "epoch": desk.keeper.facts().epoch}
    assert desk.keeper.run_job(SECOND_SLIP_JOB, arguments | {"begun": begun.name}) == [invented]
    return invented


def copied_slip(desk, item):
    """Copy the slip as a file: it does not name its item."""
    invented = new_id()
    epoch, slip = find_slip(desk.archive, item)
    put_slip(desk.archive, epoch, invented, slip)
    return invented


def payload_of(desk, item):
    """Return what the item's own statement names, from the vault: each item here has a payload of its own."""
    return desk.payloads[item]


@pytest.fixture(params=[second_slip, copied_slip])
def invented(request, desk, item):
    return request.param(desk, item)


def refused(desk, name, kind):
    with pytest.raises(kind) as caught:
        desk.unwrap(name, desk.admit(desk.opening(name)))
    return caught.value.exit_status


def test_a_name_of_which_nothing_is_stated_opens_nothing(desk, item, invented):
    assert refused(desk, invented, OpeningRefused) == 40
    assert bytes(desk.unwrap(item, desk.admit(desk.opening(item)))) == FILE_KEY


def test_nor_with_the_statement_of_the_item_itself_or_of_another_kind(desk, item, invented):
    desk.sealings[invented] = desk.sealings[item]
    refused(desk, invented, OpeningRefused)
    where = desk.admit(desk.draft(kind="item.received/1", subject=invented, payload_sha256=payload_of(desk, item)))
    desk.sealings[invented] = SealingReceipt(jti=where.jti, leaf_index=where.leaf_index)
    refused(desk, invented, OpeningRefused)


@pytest.mark.parametrize("digest", ["", "../../sviedka.toml", "A" * 64, 7])
def test_nor_with_a_statement_that_names_no_payload(desk, invented, digest):
    desk.state_sealed(invented, digest)
    refused(desk, invented, OpeningRefused)


def test_nor_with_one_that_names_a_payload_that_is_not_there(desk, invented):
    desk.state_sealed(invented, "ab" * 32)
    assert refused(desk, invented, PayloadLost) == 10


def test_nor_with_one_that_names_another_payload(desk, invented):
    other = desk.put_item(OTHER_KEY)
    desk.state_sealed(invented, payload_of(desk, other))
    assert refused(desk, invented, SlipForeign) == 10
    assert bytes(desk.unwrap(other, desk.admit(desk.opening(other)))) == OTHER_KEY


def test_with_the_true_payload_it_opens_and_both_statements_stay_in_the_log(desk, item, invented):
    """The honest second deposit: that this payload was opened is now to be read in the log."""
    desk.state_sealed(invented, payload_of(desk, item))
    receipt = desk.admit(desk.opening(invented))
    assert bytes(desk.unwrap(invented, receipt)) == FILE_KEY
    assert desk.keeper.open_records() == (desk.sealings[invented].leaf_index, receipt.leaf_index)


def test_a_statement_that_lies_in_no_listed_pack_does_not(desk, item, invented):
    draft = desk.draft(kind="item.sealed/1", subject=invented, payload_sha256=payload_of(desk, item))
    write_new(desk.archive.pack("minsk-1", 700), desk.pack(desk.keeper.compose([draft])))
    desk.sealings[invented] = SealingReceipt(jti=draft.jti, leaf_index=700)
    refused(desk, invented, OpeningRefused)


def test_nor_with_a_changed_copy_of_the_payload(desk, item, invented):
    """Its first chunk opens with the key, and its digest is its own: the slip says which payload it was made for."""
    payload = bytearray(desk.archive.payload(payload_of(desk, item)).read_bytes())
    payload += payload[-16:]
    digest = sha256(payload).hexdigest()
    write_new(desk.archive.payload(digest), bytes(payload))
    desk.state_sealed(invented, digest)
    assert refused(desk, invented, SlipForeign) == 10


def test_nor_with_a_second_slip_that_was_asked_for_under_a_false_payload(desk, item, invented):
    """The job that shares a payload takes the asker's word for which one, and the old slip contradicts it."""
    facts, new = desk.keeper.facts(), new_id()
    begun = begin(desk, new)
    false = {"epoch": facts.epoch, "begun": begun.name, "shared": [[item, new, "ab" * 32]]}
    assert desk.keeper.run_job(SECOND_SLIP_JOB, false) == []
    true = false | {"shared": [[item, new, payload_of(desk, item)]]}
    assert desk.keeper.run_job(SECOND_SLIP_JOB, true) == [new]
