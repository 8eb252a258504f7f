# SPDX-License-Identifier: AGPL-3.0-or-later
"""No item opens before its opening is recorded; each test is an attack, and beside it the honest way passes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from keeper_desk import FILE_KEY, PASSPHRASE, desk_of, found

from sviedka.core.base.ids import UserId
from sviedka.keeper.client import OpeningReceipt
from sviedka.keeper.errors import LimitReached, OpeningRefused
from sviedka.keeper.login import open_keyring
from sviedka.keeper.openings import Openings
from sviedka.keeper.unlocking import lock
from sviedka.vault.clock import now
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import new_id
from sviedka.vault.packs import read_pack
from sviedka.vault.slips import SlipLost


@pytest.fixture
def item(desk):
    return desk.put_item()


def test_a_recorded_opening_opens(desk, item):
    receipt = desk.admit(desk.opening(item))
    assert bytes(desk.unwrap(item, receipt)) == FILE_KEY


def test_it_opens_from_the_middle_of_any_pack(desk, item):
    desk.admit(desk.draft(), desk.draft())
    composed = desk.keeper.compose([desk.draft(), wanted := desk.opening(item), desk.draft()])
    first = desk.put(composed)
    desk.admit(desk.draft())
    receipt = OpeningReceipt(jti=wanted.jti, desk="minsk-1", leaf_index=first + 1)
    assert bytes(desk.unwrap(item, receipt)) == FILE_KEY


def refused(desk, item, receipt):
    """Assert that the receipt does not open the item, and that an honest one still does."""
    with pytest.raises(OpeningRefused) as caught:
        desk.unwrap(item, receipt)
    assert caught.value.exit_status == 40
    assert bytes(desk.unwrap(item, desk.admit(desk.opening(item)))) == FILE_KEY


def test_a_receipt_made_up_does_not(desk, item):
    refused(desk, item, OpeningReceipt(jti=new_id(), desk="minsk-1", leaf_index=0))


@pytest.mark.parametrize("change", [{"jti": "f" * 32}, {"leaf_index": 2}, {"leaf_index": 2**40}, {"desk": "minsk-2"}])
def test_a_receipt_that_points_elsewhere_does_not(desk, item, change):
    honest = desk.admit(desk.opening(item), desk.draft())
    facts = {"jti": honest.jti, "desk": honest.desk, "leaf_index": honest.leaf_index} | change
    refused(desk, item, OpeningReceipt(**facts))


def test_the_record_of_another_item_does_not(desk, item):
    refused(desk, item, desk.admit(desk.opening(new_id())))


def test_another_kind_of_record_does_not(desk, item):
    refused(desk, item, desk.admit(desk.draft(kind="item.received/1", subject=item, purpose="a test")))


def test_a_record_opens_once(desk, item):
    receipt = desk.admit(desk.opening(item))
    desk.unwrap(item, receipt)
    refused(desk, item, receipt)


def test_a_record_opens_once_over_a_lock(desk, item):
    receipt = desk.admit(desk.opening(item))
    desk.unwrap(item, receipt)
    lock(desk.archive)
    with desk_of(desk.archive) as later:
        later.next_index, later.sealings = desk.next_index, desk.sealings
        refused(later, item, receipt)


def test_a_record_of_an_item_whose_slip_is_lost_is_used_up_all_the_same(desk):
    item = desk.put_item()
    next(desk.archive.slips.glob(f"*/*/{item}")).unlink()
    receipt = desk.admit(desk.opening(item))
    with pytest.raises(SlipLost) as caught:
        desk.unwrap(item, receipt)
    assert caught.value.exit_status == 10
    with pytest.raises(OpeningRefused):
        desk.unwrap(item, receipt)


@pytest.mark.parametrize("age", [timedelta(minutes=11), timedelta(days=400), timedelta(minutes=-4)])
def test_an_old_record_or_one_from_the_future_does_not(desk, item, age):
    refused(desk, item, desk.admit(desk.opening(item, at=now() - age)))


def test_a_statement_that_was_composed_but_never_admitted_does_not(desk, item):
    draft = desk.opening(item)
    desk.keeper.compose([draft])
    refused(desk, item, OpeningReceipt(jti=draft.jti, desk="minsk-1", leaf_index=0))


def test_a_pack_that_lies_there_but_is_not_listed_does_not(desk, item):
    draft = desk.opening(item)
    composed = desk.keeper.compose([draft])
    write_new(desk.archive.pack("minsk-1", 7), desk.pack(composed))
    refused(desk, item, OpeningReceipt(jti=draft.jti, desk="minsk-1", leaf_index=7))


def test_a_pack_that_is_not_the_listed_one_does_not(desk, item):
    receipt = desk.admit(desk.draft())
    draft = desk.opening(item)
    path = desk.archive.pack("minsk-1", receipt.leaf_index)
    path.chmod(0o600)
    path.write_bytes(desk.pack(desk.keeper.compose([draft])))
    refused(desk, item, OpeningReceipt(jti=draft.jti, desk="minsk-1", leaf_index=receipt.leaf_index))


def test_a_listed_pack_that_is_gone_does_not(desk, item):
    receipt = desk.admit(desk.opening(item))
    desk.archive.pack("minsk-1", receipt.leaf_index).unlink()
    refused(desk, item, receipt)


def test_a_list_that_is_damaged_does_not_open_and_gives_no_traceback(desk, item):
    receipt = desk.admit(desk.opening(item))
    sums = desk.archive.pack_sums("minsk-1")
    whole = sums.read_bytes()
    for damaged in (b"", b"x" * len(whole), whole[:-1], whole.replace(b".age", b".agf"), whole[::-1]):
        sums.write_bytes(damaged)
        with pytest.raises(OpeningRefused):
            desk.unwrap(item, receipt)
    sums.write_bytes(whole)
    assert bytes(desk.unwrap(item, receipt)) == FILE_KEY


def test_a_pack_by_somebody_without_our_keys_does_not(desk, item, tmp_path):
    """Everybody can encrypt to the vault; a statement by another desk's key, listed or not, is no record."""
    with desk_of(found(tmp_path / "stranger").archive) as stranger:
        draft = stranger.opening(item)
        composed = stranger.keeper.compose([draft])
    first = desk.put(composed)
    refused(desk, item, OpeningReceipt(jti=draft.jti, desk="minsk-1", leaf_index=first))


def test_what_somebody_else_recorded_does_not(founded):
    """The author's signature and name inside the record decide, not what the desk says."""
    with desk_of(founded.archive) as desk:
        receipt = desk.admit(desk.opening("d" * 32))
    keyring = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)
    reader = keyring.receipts
    assert reader.read(receipt, item="d" * 32).statement.author == founded.actor
    for change in ({"actor": UserId("e" * 32)}, {"author_key": bytes(keyring.root.public)}):
        with pytest.raises(OpeningRefused):
            replace(reader, **change).read(receipt, item="d" * 32)


def test_only_so_many_items_an_hour(tmp_path):
    """Control: one under the limit passes, and an hour later all do again."""
    journal = tmp_path / "openings"
    noon = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    openings = Openings(journal, per_hour=3, now=noon)
    for number in range(3):
        openings.take(f"{number:032}", actor="a" * 32, recorded_at=noon, now=noon)
    with pytest.raises(LimitReached) as caught:
        openings.take("f" * 32, actor="a" * 32, recorded_at=noon, now=noon)
    assert caught.value.exit_status == 40
    openings.take("f" * 32, actor="b" * 32, recorded_at=noon, now=noon)  # another person has a limit of their own
    with pytest.raises(LimitReached):  # a new keeper remembers
        Openings(journal, per_hour=3, now=noon).take("9" * 32, actor="a" * 32, recorded_at=noon, now=noon)
    later = noon + timedelta(hours=1)
    Openings(journal, per_hour=3, now=later).take("9" * 32, actor="a" * 32, recorded_at=later, now=later)


def test_a_limit_that_was_hit_uses_up_no_record(tmp_path):
    noon = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    openings = Openings(tmp_path / "openings", per_hour=1, now=noon)
    openings.take("1" * 32, actor="a" * 32, recorded_at=noon, now=noon)
    with pytest.raises(LimitReached):
        openings.take("2" * 32, actor="a" * 32, recorded_at=noon, now=noon)
    openings.take("2" * 32, actor="b" * 32, recorded_at=noon, now=noon)


def test_a_journal_with_rubbish_in_it_is_read_as_far_as_it_goes(tmp_path):
    journal = tmp_path / "openings"
    noon = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    Openings(journal, per_hour=9, now=noon).take("1" * 32, actor="a" * 32, recorded_at=noon, now=noon)
    journal.write_bytes(b"\xff\xfe rubbish\n" + journal.read_bytes() + b"99999999999999 x y\n999999999999 " + b"a" * 97)
    with pytest.raises(OpeningRefused):
        Openings(journal, per_hour=9, now=noon).take("1" * 32, actor="a" * 32, recorded_at=noon, now=noon)


def test_the_journal_names_no_record_and_no_item(desk, item):
    receipt = desk.admit(desk.opening(item))
    desk.unwrap(item, receipt)
    journal = (desk.archive.run / "openings").read_text()
    assert receipt.jti not in journal
    assert item not in journal


def test_the_limit_of_the_configuration_holds(founded):
    text = founded.archive.config.read_text()
    founded.archive.config.write_text(text.replace("openings_per_hour = 200", "openings_per_hour = 1"))
    with desk_of(founded.archive) as desk:
        item = desk.put_item()
        desk.unwrap(item, desk.admit(desk.opening(item)))
        with pytest.raises(LimitReached):
            desk.unwrap(item, desk.admit(desk.opening(item)))


def test_reading_the_pack_is_reading_what_the_vault_has(desk, item):
    """Control for the tests above: the pack that an honest receipt points to is the file in the vault."""
    receipt = desk.admit(desk.opening(item))
    assert read_pack(desk.archive, "minsk-1", receipt.leaf_index) == (
        desk.archive.pack("minsk-1", receipt.leaf_index).read_bytes()
    )
