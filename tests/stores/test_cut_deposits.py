# SPDX-License-Identifier: AGPL-3.0-or-later
"""A deposit that was cut between slip and pack leaves nothing that nobody could take back, and no slip goes that is needed."""

import shutil
import sys
from argparse import Namespace
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import pytest
from archive_kit import LocalKeeper, lose_projections
from cut_kit import cut, slips
from erase_kit import Office

from sviedka.cli import check_command
from sviedka.cli.console import Console
from sviedka.core.base.errors import Failure
from sviedka.core.base.schema import DoesNotFit
from sviedka.core.seal.age_header import parse_header, unwrap_file_key
from sviedka.core.seal.age_stream import decrypt_stream
from sviedka.keeper.client import Keeper
from sviedka.store import admission, session
from sviedka.store.connect import disconnect
from sviedka.store.cut_deposits import count_unnamed_slips
from sviedka.store.deposit import depositing, produced
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.opening import open_item
from sviedka.store.deposit.sealing import SECOND_SLIP_JOB
from sviedka.store.session import clear_cut_deposits, open_store
from sviedka.vault import begun
from sviedka.vault.begun import BegunDeposit, DepositCut, give_up_cut, has_cut
from sviedka.vault.layout import Archive
from sviedka.vault.packs import list_packs
from sviedka.vault.recovery import recover
from sviedka.vault.replica.running import replicate
from sviedka.vault.scrub import check
from sviedka.vault.slips import find_slip, was_taken_back

sys.path.append(str(Path(__file__).parents[1] / "faults"))
CASE = "case-one"
DESK = "minsk-1"
TEXT = b"sealed twice, the first time cut short\n" * 50


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "original.txt"
    path.write_bytes(TEXT)
    return path


@pytest.fixture
def left(monkeypatch, archive, keeper, path):
    """The item of a deposit that was cut, in an archive that nobody has opened since."""
    (left,) = cut(monkeypatch, archive, keeper, path)
    disconnect()
    return left


def erase_what_beta_gave_after_a_cut(tmp_path, monkeypatch, *, is_connected):
    """Return the office and which of what she gave, sealed once in vain and once more, still has a slip."""
    office = Office(tmp_path / "office")
    beta = {"person": office.beta}
    (tmp_path / "twice.txt").write_bytes(TEXT)
    lost = cut(monkeypatch, office.archive, office.keeper, tmp_path / "twice.txt", handed_over_by=beta)
    if not is_connected:
        disconnect()
    (again,) = deposit(office.archive, office.keeper, [tmp_path / "twice.txt"], case=CASE, handed_over_by=beta).sealed
    office.make_ready()
    office.carry_out(monkeypatch)
    office.rotate()
    assert slips(office.archive) >= {office.alphas}
    return {*lost, again.item_id, office.given} & slips(office.archive)


@pytest.mark.parametrize("is_connected", [False, True])
def test_what_was_cut_and_sealed_again_is_gone_once_its_giver_is_erased(tmp_path, monkeypatch, is_connected):
    """Also where nobody has started since, because the same process goes on."""
    assert erase_what_beta_gave_after_a_cut(tmp_path, monkeypatch, is_connected=is_connected) == set()


def test_control_unless_it_is_looked_for_the_first_slip_is_carried_on(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "has_cut", lambda _archive: False)
    assert len(erase_what_beta_gave_after_a_cut(tmp_path, monkeypatch, is_connected=False)) == 1


def test_a_start_removes_it_with_a_mark_and_the_places_of_keys_do_too(archive, keeper, left, tmp_path):
    (tmp_path / "keys").mkdir()
    with archive.config.open("a") as file:
        file.write(f'\n[[replicas]]\nname = "keys"\nholds = "keys"\nurl = "{tmp_path / "keys"}"\n')
    there = lambda: {one.name for one in (tmp_path / "keys" / "slips").rglob(left) if one.parent.name == left[:2]}  # noqa: E731
    assert [one.failure for one in replicate(archive)] == [None]
    assert there() == {left}
    open_store(archive, keeper)
    assert left not in slips(archive)
    assert was_taken_back(archive, left)
    assert not has_cut(archive)
    assert [one.failure for one in replicate(archive)] == [None]
    assert there() == set()
    assert [str(one) for one in check(archive, full=True)] == []


def test_a_rotation_looks_for_it_also_where_the_same_process_goes_on(monkeypatch, archive, keeper, path):
    from sviedka.store.taking_back.rotation import rotate

    (left,) = cut(monkeypatch, archive, keeper, path)
    open_store(archive, keeper)
    assert left in slips(archive)
    rotate(archive, keeper)
    assert left not in slips(archive)


def test_what_is_produced_is_written_down_too(archive, keeper):
    with pytest.raises(DoesNotFit):
        produced.keep_produced(archive, keeper, TEXT, name="run", type="linkage/1", fields={})
    assert len(slips(archive)) == 1
    disconnect()
    open_store(archive, keeper)
    assert slips(archive) == set()


def test_a_second_slip_for_bytes_that_are_there_goes_and_the_first_stays(monkeypatch, archive, keeper, path, tmp_path):
    (first,) = deposit(archive, keeper, [path], case=CASE).sealed
    (left,) = cut(monkeypatch, archive, keeper, path)
    disconnect()
    open_store(archive, keeper)
    assert slips(archive) == {first.item_id}, left
    open_item(archive, keeper, first.item_id, out=tmp_path / "out", purpose="a test")
    assert (tmp_path / "out").read_bytes() == TEXT


def test_what_a_living_deposit_has_put_is_left_alone(monkeypatch, archive, keeper, path, tmp_path):
    real, seen = depositing.admit, []

    def admit(*given, **options):
        seen.append((has_cut(archive), clear_cut_deposits(archive, keeper), len(slips(archive))))
        return real(*given, **options)

    monkeypatch.setattr(depositing, "admit", admit)
    (sealed,) = deposit(archive, keeper, [path], case=CASE).sealed
    assert seen == [(False, 0, 1)]
    open_item(archive, keeper, sealed.item_id, out=tmp_path / "out", purpose="a test")
    assert not list((archive.slips / ".tmp").glob("begun-*"))


def test_what_a_pack_names_that_no_table_knew_is_left_alone(monkeypatch, archive, keeper, path, tmp_path):
    (kept,) = cut(monkeypatch, archive, keeper, path, put=admission.put_pack)
    disconnect()
    assert has_cut(archive)
    open_store(archive, keeper)
    assert not has_cut(archive)
    open_item(archive, keeper, kept, out=tmp_path / "out", purpose="a test")
    assert (tmp_path / "out").read_bytes() == TEXT


def test_a_slip_whose_pack_is_not_here_is_left_alone_and_counted(archive, keeper, left):
    """As after a restore from copies of different age, or from another desk: that no statement names it proves nothing."""
    for path in (archive.slips / ".tmp").glob("begun-*"):
        path.unlink()
    assert count_unnamed_slips(archive, open_store(archive, keeper)) == 1
    assert left in slips(archive)


def test_check_says_how_many_and_finds_no_fault(monkeypatch, archive, keeper, left, capsys):
    for path in (archive.slips / ".tmp").glob("begun-*"):
        path.unlink()
    open_store(archive, keeper)
    monkeypatch.setattr(Keeper, "connect", lambda _archive: nullcontext(keeper))
    console = Console()
    assert check_command.run(Namespace(archive=archive.root, full=True, repair=False), console) == 0
    assert "1 slips are named by no statement here" in capsys.readouterr().out
    assert console.document["unnamed_slips"] == 1
    assert left in slips(archive)


def test_what_a_living_deposit_has_put_is_not_counted(archive, keeper, left):
    before = set((archive.slips / ".tmp").glob("begun-*"))
    living_one = BegunDeposit(archive)
    living_one.add([left])
    for path in before:
        path.unlink()
    assert count_unnamed_slips(archive, open_store(archive, keeper)) == 0
    living_one.close()
    clear_cut_deposits(archive, keeper)
    assert slips(archive) == set()


def test_while_a_pack_cannot_be_read_nothing_is_taken_for_cut(monkeypatch, archive, keeper, path, tmp_path):
    (tmp_path / "first.txt").write_bytes(b"kept")
    (first,) = deposit(archive, keeper, [tmp_path / "first.txt"], case=CASE).sealed
    (left,) = cut(monkeypatch, archive, keeper, path)
    lose_projections(archive)
    pack = archive.pack(DESK, list_packs(archive, DESK)[-1])
    whole = pack.read_bytes()
    pack.chmod(0o600)
    pack.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Failure):
        open_store(archive, keeper)
    with pytest.raises(Failure):
        clear_cut_deposits(archive, keeper)
    assert slips(archive) == {first.item_id, left}
    pack.write_bytes(whole)
    open_store(archive, keeper)
    assert slips(archive) == {first.item_id}


def test_a_deposit_that_was_given_up_states_nothing(monkeypatch, archive, keeper, path):
    """Where locks do not hold, or a machine slept: the admission lock is what decides, not the claim."""
    real = depositing.admit

    def admit(*given, **options):
        with monkeypatch.context() as patched:
            patched.setattr(begun, "_is_claimed", lambda _path: False)
            clear_cut_deposits(archive, keeper)
        return real(*given, **options)

    statements = session.next_index(open_store(archive, keeper), DESK)
    with monkeypatch.context() as patched:
        patched.setattr(depositing, "admit", admit)
        with pytest.raises(DepositCut):
            deposit(archive, keeper, [path], case=CASE)
    assert slips(archive) == set()
    assert session.next_index(open_store(archive, keeper), DESK) == statements
    assert len(deposit(archive, keeper, [path], case=CASE).sealed) == 1


def test_the_keeper_puts_no_second_slip_for_one_that_was_given_up(archive, keeper, path):
    """Its asker was killed while the job waited."""
    (first,) = deposit(archive, keeper, [path], case=CASE).sealed
    mine, new = BegunDeposit(archive), "ab" * 16
    mine.add([new])
    (payload,) = (one.name for one in archive.objects.glob("[0-9a-f]*/*"))
    arguments = {"epoch": keeper.facts().epoch, "begun": mine.name, "shared": [[first.item_id, new, payload]]}
    mine.close()
    assert len(give_up_cut(archive)) == 1
    with pytest.raises(DepositCut):
        keeper.run_job(SECOND_SLIP_JOB, arguments)
    assert slips(archive) == {first.item_id}


def test_removing_it_may_be_killed_at_any_call_and_goes_on(archive, keeper, left, tmp_path):
    from archive_model import killed_at

    place, kills = Archive(root=tmp_path / "place"), 0
    for number in range(1, 100):
        shutil.copytree(archive.root, place.root, symlinks=True)
        mine = LocalKeeper(place)
        killed = killed_at(number, lambda _say, at=place, by=mine: clear_cut_deposits(at, by))[1]
        recover(place)
        open_store(place, mine)
        assert slips(place) == set(), number
        assert not has_cut(place)
        assert [str(one) for one in check(place, full=True)] == []
        disconnect()
        shutil.rmtree(place.root)
        if not killed:
            break
        kills += 1
    assert kills > 5


def test_control_what_was_cut_would_open(archive, keeper, left):
    """The first payload and its slip are whole: whoever has the epoch's key reads it."""
    epoch, slip = find_slip(archive, left)
    key = bytes(unwrap_file_key(parse_header(slip), keeper.keyring.epochs.identity(epoch)))
    (payload,) = archive.objects.glob("[0-9a-f]*/*")
    out = BytesIO()
    with payload.open("rb") as source:
        decrypt_stream(source, out, file_key=key)
    assert out.getvalue().startswith(TEXT)
