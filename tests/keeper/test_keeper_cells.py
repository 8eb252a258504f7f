# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells and epochs: durable before the answer, found again, turned with the month, gone when erased."""

import os
import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keeper_desk import PASSPHRASE, desk_of

from sviedka.core.base.errors import Malformed, Refuted
from sviedka.core.seal.age_file import decrypt_bytes, decrypt_secret
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.statement import open_sealed, parse_jwt, read_disclosures, verify_author, verify_signature
from sviedka.core.seal.statement_errors import DraftRefused
from sviedka.core.seal.statement_shapes import Segment, Text
from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import CellErased, EpochGone, KeysDisagree, RequestRefused
from sviedka.keeper.login import open_keyring
from sviedka.keeper.place import read_peer
from sviedka.keeper.sealing import seal_small
from sviedka.keeper.unlocking import unlock
from sviedka.vault.cells import find_cell
from sviedka.vault.clock import now
from sviedka.vault.durable import write_new


@pytest.fixture
def keyring(founded):
    return open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)


def keyring_at(founded, moment):
    return open_keyring(founded.archive, bytearray(PASSPHRASE), clock=lambda: moment)


def test_statements_are_composed_as_this_desk_and_this_person(desk, founded):
    (cell,) = desk.keeper.new_cells(1)
    drafts = [desk.draft(predicate="held", cells=(cell,)), desk.draft(predicate="released")]
    composed = desk.keeper.compose(drafts)
    keyring = open_keyring(founded.archive, bytearray(PASSPHRASE), clock=now)
    for draft, one in zip(drafts, composed, strict=True):
        head = parse_jwt(one.jwt)
        verify_signature(head, keyring.keylist.statement_key(head.kid).public)
        groups = open_sealed(one.sealed, head=head, cell_keys=keyring.cells)
        assert groups == one.groups
        statement = read_disclosures(head, [text for group in groups for text in group.disclosures])
        assert (head.iss, head.jti, statement.subject) == (founded.origin, draft.jti, draft.subject)
        assert statement.author == founded.actor
        verify_author(statement, keyring.keylist.user_key(founded.actor).public)


def test_thousands_come_back_in_order(desk):
    draft = desk.draft(note="x")
    drafts = [draft for _ in range(1100)]
    composed = desk.keeper.compose(drafts)
    assert len(composed) == 1100
    assert desk.keeper.compose([]) == []


def test_a_batch_of_long_texts_is_no_message_that_is_too_large(desk):
    long = desk.draft(**{f"note.{number}": "ў" * 3000 for number in range(1, 60)})
    drafts = [long] * 200
    assert len(desk.keeper.compose(drafts)) == 200


def test_a_batch_with_one_bad_draft_signs_nothing_and_the_connection_goes_on(desk):
    good = desk.draft(note="x")
    bad = desk.draft(note="x", _sd="y")
    with pytest.raises(DraftRefused):
        desk.keeper.compose([good] * 600 + [bad] + [good] * 600)
    assert len(desk.keeper.compose([good])) == 1


def test_a_draft_with_a_fraction_is_refused_by_name(desk):
    with pytest.raises(Malformed):
        desk.keeper.compose([desk.draft(note=1.5)])


def test_cells_are_in_the_vault_before_the_answer(keeper, archive):
    """The keeper is killed as soon as it has answered; every cell it named can be used by the next one."""
    pid, _ = read_peer(keeper._sock)
    cells = keeper.new_cells(300)
    os.kill(pid, signal.SIGKILL)
    assert len(set(cells)) == 300
    for cell in cells:
        find_cell(archive, cell)
    with desk_of(archive) as desk:
        desk.keeper.compose([desk.draft(note="x", cells=tuple(cells[:16]))])


@pytest.mark.parametrize("count", [0, -1, 4097, True])
def test_how_many_cells_at_once(keeper, count):
    with pytest.raises((RequestRefused, Malformed)):
        keeper.new_cells(count)


def test_a_passage_under_an_erased_cell_is_sealed_no_more(desk):
    """Each passage of a text has cells of its own. Control: before, it is sealed."""
    erased, kept = desk.keeper.new_cells(2)
    passages = (Segment(text="of one", cells=(kept,)), Segment(text="of both", cells=(kept, erased)))
    draft = replace(desk.draft(), parts=(Text(name="text", segments=passages),))
    assert desk.keeper.compose([draft])
    epoch, _ = find_cell(desk.archive, erased)
    desk.archive.cell(epoch, erased).unlink()
    with pytest.raises(CellErased):
        desk.keeper.compose([replace(draft, jti=desk.draft().jti)])


def test_the_key_of_an_epoch_is_kept_while_its_file_is_there_and_forgotten_with_it(keyring):
    """A rotation destroys the file in another process; what this one remembers must not open slips for longer."""
    epochs = keyring.epochs
    name, _ = epochs.current(now())
    identity = epochs.identity(name)
    assert epochs.identity(name) is identity
    keyring.archive.epoch_key(name).unlink()
    with pytest.raises(EpochGone):
        epochs.identity(name)


def test_an_erased_cell_seals_and_opens_nothing_any_more(desk):
    """Control: before its file is taken away it does. The keeper had the key in memory and drops it."""
    erased, kept = desk.keeper.new_cells(2)
    epoch, _ = find_cell(desk.archive, erased)
    desk.keeper.compose([desk.draft(note="x", cells=(erased,))])
    desk.archive.cell(epoch, erased).unlink()
    with pytest.raises(CellErased) as caught:
        desk.keeper.compose([desk.draft(note="x", cells=(erased,))])
    assert caught.value.exit_status == 40
    assert erased in str(caught.value)
    with pytest.raises(CellErased):
        desk.keeper.compose([desk.draft(note="x", cells=(erased, kept))])
    desk.keeper.compose([desk.draft(note="x", cells=(kept,))])


def test_a_cell_that_was_rewrapped_to_another_epoch_is_found_there(founded, keyring):
    (cell,) = keyring.new_cells(1)
    epoch, data = find_cell(founded.archive, cell)
    before = keyring.cells[cell]
    keyring.epochs.make("2099-01.1")
    recipient = keyring.epochs.identity("2099-01.1").recipient()
    moved = seal_small(decrypt_secret(data, keyring.epochs.identity(epoch)), (recipient,))
    target = founded.archive.cell("2099-01.1", cell)
    write_new(target, moved)
    founded.archive.cell(epoch, cell).unlink()
    assert before == keyring.cells[cell]


def test_the_same_epoch_lasts_through_the_month(founded):
    first = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    month = founded.epoch.partition(".")[0]
    moment = datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
    assert keyring_at(founded, moment).facts().epoch == founded.epoch
    assert keyring_at(founded, first.replace(year=2020)).facts().epoch == founded.epoch  # the clock went back


def test_with_the_month_the_epoch_turns_and_the_old_one_stays(founded, keyring):
    (old_cell,) = keyring.new_cells(1)
    before = keyring.facts()
    later = keyring_at(founded, datetime(2031, 3, 1, 0, 0, 1, tzinfo=UTC))
    facts = later.facts()
    assert facts.epoch == "2031-03.1"
    assert facts.epoch_recipient != before.epoch_recipient
    assert founded.archive.epoch_key("2031-03.1").exists()
    (new_cell,) = later.new_cells(1)
    assert find_cell(founded.archive, new_cell)[0] == "2031-03.1"
    again = keyring_at(founded, datetime(2031, 3, 31, 23, 59, 59, tzinfo=UTC))
    assert again.facts() == facts
    assert (again.cells[old_cell], again.cells[new_cell]) == (keyring.cells[old_cell], later.cells[new_cell])


def test_an_epoch_whose_key_is_gone_takes_its_cells_with_it(founded, keyring):
    (cell,) = keyring.new_cells(1)
    later = keyring_at(founded, datetime(2031, 3, 1, tzinfo=UTC))
    later.facts()
    assert cell in later.cells
    founded.archive.epoch_key(founded.epoch).unlink()
    fresh = keyring_at(founded, datetime(2031, 3, 1, tzinfo=UTC))
    assert cell not in fresh.cells
    with pytest.raises(EpochGone):
        fresh.epochs.identity(founded.epoch)


def test_an_epoch_key_put_there_by_somebody_else_is_refused(founded, keyring):
    """Anybody can encrypt to the vault. Control: the keeper's own file of that name is taken."""
    mine = X25519Identity.from_bytes(bytearray(os.urandom(32)))
    forged = b"# sviedka epoch 2031-03.1\n# mac " + b"0" * 64 + b"\n" + keyring.epochs._format("2031-03.1", mine)[97:]
    write_new(founded.archive.epoch_key("2031-03.1"), seal_small(forged, (keyring.vault.recipient(),)))
    with pytest.raises((KeysDisagree, Malformed)):
        keyring_at(founded, datetime(2031, 3, 1, tzinfo=UTC)).facts()
    founded.archive.epoch_key("2031-03.1").unlink()
    keyring_at(founded, datetime(2031, 3, 1, tzinfo=UTC)).facts()


def test_an_epoch_key_under_another_months_name_is_refused(founded, keyring):
    real = founded.archive.epoch_key(founded.epoch)
    write_new(founded.archive.epoch_key("2031-03.1"), real.read_bytes())
    with pytest.raises(KeysDisagree):
        keyring_at(founded, datetime(2031, 3, 1, tzinfo=UTC)).facts()


def test_a_recovery_key_alone_opens_an_epoch_with_the_age_command(founded, keyring, tmp_path):
    """With a stranger's tools: recovery shares -> age -> epoch's identity file -> age -> a cell."""
    from sviedka.core.seal.age_keys import format_identity
    from sviedka.keeper.share_text import parse_share
    from sviedka.keeper.shares import join_shares

    shares = [parse_share((founded.offline_dir / f"shares/recovery-{number}.txt").read_text()) for number in (1, 3, 5)]
    identity = format_identity(X25519Identity.from_bytes(join_shares(shares)))
    (tmp_path / "recovery").write_bytes(identity + b"\n")
    epoch_file = founded.archive.epoch_key(founded.epoch)
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "recovery", epoch_file], capture_output=True, check=True
    ).stdout
    (tmp_path / "epoch").write_bytes(opened)
    (cell,) = keyring.new_cells(1)
    path = founded.archive.cell(founded.epoch, cell)
    key = subprocess.run(["age", "-d", "-i", tmp_path / "epoch", path], capture_output=True, check=True).stdout
    assert key == keyring.cells[cell]


def test_only_the_epoch_opens_a_cell(founded, keyring):
    """Neither vault nor recovery is a recipient: else destroying the epoch's key would erase nothing."""
    (cell,) = keyring.new_cells(1)
    epoch, data = find_cell(founded.archive, cell)
    assert data.count(b"-> X25519 ") == 1
    with pytest.raises(Exception, match="key"):
        decrypt_bytes(data, keyring.vault)
    assert decrypt_bytes(data, keyring.epochs.identity(epoch)) == keyring.cells[cell]


@given(st.binary(max_size=120))
def test_an_epochs_file_of_any_content_is_refused_by_name(content):
    from sviedka.keeper.epoch_keys import EpochKeys

    vault = X25519Identity.from_bytes(bytearray(b"v" * 32))
    keys = EpochKeys(None, vault=vault, recovery=vault.recipient(), mac_key=bytearray(32))
    with pytest.raises((Malformed, Refuted)):
        keys._read("2026-11.1", bytearray(content))


def test_the_archive_says_in_whose_name_without_a_key(archive, founded):
    unlock(archive, bytearray(PASSPHRASE))
    with Keeper.connect(archive) as keeper:
        assert keeper.status().actor == founded.actor
