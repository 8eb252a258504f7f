# SPDX-License-Identifier: AGPL-3.0-or-later
"""An item's key is not to be had under another item's name; each test is an attack, beside it the honest way."""

import os

import pytest
from keeper_desk import FILE_KEY

from sviedka.core.seal.seal_file import seal_bytes
from sviedka.keeper.client import SealingReceipt
from sviedka.keeper.errors import OpeningRefused, SlipForeign
from sviedka.keeper.slip_check import require_opens
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import new_id
from sviedka.vault.objects import PayloadLost
from sviedka.vault.slips import find_slip, put_slip

OTHER_KEY = bytes(range(16, 32))


@pytest.fixture
def item(desk):
    return desk.put_item()


def second_slip(desk, item):
    """Put the slip of `item` under a name that nobody sealed, by the keeper's own job, and return the name."""
    invented = new_id()
    arguments = {"pairs": [[item, invented]], "epoch": desk.keeper.facts().epoch}
    assert desk.keeper.run_job("sviedka.store.second_slip:job", arguments) == [invented]
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


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000])
def test_payloads_of_every_length_are_recognised(desk, size):
    sealed = seal_bytes(os.urandom(size), file_key=FILE_KEY, nonce=os.urandom(16))
    digest = desk.put_payload(sealed)
    require_opens(desk.archive, new_id(), digest, bytearray(FILE_KEY))
    with pytest.raises(SlipForeign):
        require_opens(desk.archive, new_id(), digest, bytearray(OTHER_KEY))
