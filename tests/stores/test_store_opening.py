# SPDX-License-Identifier: AGPL-3.0-or-later
"""An original opens for a purpose that is in the log first, to the bytes that were sealed, or not at all."""

import pytest
from archive_kit import statements_of

from sviedka.core.base.errors import Refuted, Withheld
from sviedka.keeper.errors import LimitReached
from sviedka.store.deposit import opening
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.opening import ItemUnknown, PurposeMissing, open_item
from sviedka.vault.disk_errors import AlreadyThere
from sviedka.vault.objects import PayloadLost
from sviedka.vault.slips import SlipLost, find_slip, remove_slip

CASE = "case-one"
CONTENT = b"canary-content of an original " * 5000


@pytest.fixture
def item(archive, keeper, tmp_path):
    (tmp_path / "original.txt").write_bytes(CONTENT)
    (sealed,) = deposit(archive, keeper, [tmp_path / "original.txt"], case=CASE).sealed
    return sealed.item_id


def types_of(keeper, item):
    return [one.type for one in statements_of(keeper, CASE, item)]


def test_it_opens_to_what_was_sealed_and_the_opening_is_recorded(archive, keeper, item, tmp_path, told):
    opened = open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court", progress=told)
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert opened.size_bytes == len(CONTENT) == sum(told.done)
    record = statements_of(keeper, CASE, item)[-1]
    assert (record.head.jti, record.type) == (opened.jti, "item.opened/1")
    assert record.fields == {"purpose": "for the court", "by": keeper.facts().actor}


def test_the_record_is_durable_before_the_key_is_asked_for(archive, keeper, item, tmp_path):
    seen = []
    real = keeper.unwrap

    def unwrap(item_id, receipt, sealing):
        seen.append(types_of(keeper, item)[-1])
        return real(item_id, receipt, sealing)

    keeper.unwrap = unwrap
    open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    assert seen == ["item.opened/1"]


@pytest.mark.parametrize("purpose", ["", "   "])
def test_without_a_purpose_nothing_opens_and_nothing_is_recorded(archive, keeper, item, tmp_path, purpose):
    with pytest.raises(PurposeMissing):
        open_item(archive, keeper, item, out=tmp_path / "out", purpose=purpose)
    assert "item.opened/1" not in types_of(keeper, item)


def test_a_file_that_is_there_is_not_written_over(archive, keeper, item, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(AlreadyThere):
        open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    assert (tmp_path / "out").read_text() == "mine"
    assert "item.opened/1" not in types_of(keeper, item)


@pytest.mark.parametrize("place", [0, 40, 70_000, -1])
def test_a_flipped_bit_in_the_payload_is_refuted_and_leaves_no_file(archive, keeper, item, tmp_path, place):
    (payload,) = archive.objects.glob("??/*")
    data = bytearray(payload.read_bytes())
    data[place] ^= 1
    payload.chmod(0o600)
    payload.write_bytes(data)
    with pytest.raises(Refuted):
        open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "archive.offline", "original.txt"]


def test_a_payload_that_is_gone_is_lost(archive, keeper, item, tmp_path):
    next(archive.objects.glob("??/*")).unlink()
    with pytest.raises(PayloadLost):
        open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")


def test_a_slip_that_is_gone_is_lost_exit_10(archive, keeper, item, tmp_path):
    next(archive.slips.glob(f"*/??/{item}")).unlink()
    with pytest.raises(SlipLost) as told:
        open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    assert told.value.exit_status == 10


def test_a_slip_that_was_taken_back_is_withheld_exit_40(archive, keeper, item, tmp_path):
    epoch, _ = find_slip(archive, item)
    remove_slip(archive, epoch, item)
    with pytest.raises(Withheld) as told:
        open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    assert told.value.exit_status == 40
    assert "item.opened/1" not in types_of(keeper, item)


def test_what_nobody_sealed_is_unknown(archive, keeper, item, tmp_path):
    for name in ("f" * 32, "i-unknown", "../../etc/passwd"):
        with pytest.raises(ItemUnknown):
            open_item(archive, keeper, name, out=tmp_path / "out", purpose="for the court")


def test_a_folder_has_nothing_to_open(archive, keeper, tmp_path):
    (tmp_path / "folder").mkdir()
    deposit(archive, keeper, [tmp_path / "folder"], case=CASE)
    from sviedka.store.models import Item
    from sviedka.store.scope import whole_archive

    with whole_archive():
        folder = Item.objects.get(kind="folder").item
    with pytest.raises(ItemUnknown):
        open_item(archive, keeper, folder, out=tmp_path / "out", purpose="for the court")


def test_the_keeper_limits_how_many_are_opened_in_an_hour(archive, keeper, item, tmp_path):
    keeper.keyring.openings._per_hour = 2
    for number in range(2):
        open_item(archive, keeper, item, out=tmp_path / f"out-{number}", purpose="for the court")
    with pytest.raises(LimitReached):
        open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    assert not (tmp_path / "out").exists()


def test_the_bytes_are_compared_with_what_was_recorded(archive, keeper, item, tmp_path, monkeypatch):
    """Another item's payload and slip in the place of this one's open well, to something else."""
    (tmp_path / "other.txt").write_bytes(b"another original")
    (other,) = deposit(archive, keeper, [tmp_path / "other.txt"], case=CASE).sealed
    real = opening.find_sealed

    def swapped(database, one):
        from dataclasses import replace

        return replace(real(database, other.item_id), plain_sha256=real(database, item).plain_sha256)

    monkeypatch.setattr(opening, "find_sealed", swapped)
    with pytest.raises(Refuted):
        open_item(archive, keeper, item, out=tmp_path / "out", purpose="for the court")
    assert not (tmp_path / "out").exists()
