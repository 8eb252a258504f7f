# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rotation of keys: what lives is carried over, what was taken back is not, and the old key is gone when all is safe."""

import fcntl
import multiprocessing
import os
import threading

import pytest
from archive_kit import LocalKeeper, admit_all, source

from sviedka.core.base.errors import Malformed
from sviedka.core.seal.age_file import decrypt_secret
from sviedka.core.seal.age_header import unwrap_file_key
from sviedka.core.seal.slip import make_slip, open_slip
from sviedka.keeper.errors import EpochGone
from sviedka.keeper.key_check import job as check_keys
from sviedka.vault.cells import find_cell, remove_cell
from sviedka.vault.durable import write_new
from sviedka.vault.entropy import new_id
from sviedka.vault.epoch_turn import EpochEnd, EpochEnded, epochs_alone, read_ends, write_end
from sviedka.vault.epochs import list_epochs
from sviedka.vault.listed import read_removed
from sviedka.vault.scrub import check
from sviedka.vault.slips import SlipLost, find_slip, put_slip, remove_slip

PAYLOAD = b"p" * 32
"""The digest that made-up slips are bound to."""


def put_slips(keeper, count):
    """Put slips of made-up items; return {item: file key}."""
    archive, facts, keys = keeper.keyring.archive, keeper.facts(), {}
    for _ in range(count):
        item, key = new_id(), os.urandom(16)
        put_slip(
            archive,
            facts.epoch,
            item,
            make_slip(key, facts.epoch_recipient, payload_sha256=PAYLOAD, fresh=os.urandom(48)),
        )
        keys[item] = key
    return keys


def opened(keeper, item):
    epoch, slip = find_slip(keeper.keyring.archive, item)
    return bytes(open_slip(slip, keeper.keyring.epochs.identity(epoch), payload_sha256=PAYLOAD))


def rotate(keeper, **options):
    from sviedka.store.taking_back.rotation import rotate

    return rotate(keeper.keyring.archive, keeper, **options)


def ended_in_the_log(keeper):
    from sviedka.store.models import Statement
    from sviedka.store.scope import in_cases
    from sviedka.store.session import open_store

    open_store(keeper.keyring.archive, keeper)
    with in_cases(keeper.facts().archive_cell):
        return list(Statement.objects.filter(type="epoch.ended/1").order_by("leaf_index").values_list("jti", flat=True))


def test_what_lives_opens_after_a_rotation_and_the_old_key_is_gone(archive, keeper):
    slips, cells = put_slips(keeper, 5), keeper.new_cells(3)
    keys = {cell: keeper.keyring.cells[cell] for cell in cells}
    old, old_slip = keeper.facts().epoch, find_slip(archive, next(iter(slips)))[1]
    done = rotate(keeper)
    assert (done.ended, done.slips, done.cells, done.lost) == ((old,), 5, 4, ())  # the archive's own cell too
    assert keeper.facts().epoch == done.epoch == f"{old.partition('.')[0]}.2"
    assert {item: opened(keeper, item) for item in slips} == slips
    assert {cell: keeper.keyring.cells[cell] for cell in cells} == keys
    assert list_epochs(archive.slips) == list_epochs(archive.cells) == (done.epoch,)
    assert not archive.epoch_key(old).exists()
    with pytest.raises(EpochGone):
        keeper.keyring.epochs.identity(old)  # it was in memory too
    with pytest.raises(Exception, match="key"):
        unwrap_file_key(old_slip, keeper.keyring.epochs.identity(done.epoch))
    assert len(ended_in_the_log(keeper)) == 1
    assert list(check(archive, full=True)) == []
    assert check_keys(LocalKeeper(archive)._service.job_keys(), None, lambda *_: None)["broken"] == []


def test_what_was_taken_back_is_not_carried_and_its_mark_is(archive, keeper):
    slips, (cell,) = put_slips(keeper, 2), keeper.new_cells(1)
    gone, stays = slips
    old = keeper.facts().epoch
    remove_slip(archive, old, gone)
    remove_cell(archive, old, cell)
    done = rotate(keeper)
    assert (done.slips, done.cells) == (1, 1)
    assert opened(keeper, stays) == slips[stays]
    with pytest.raises(SlipLost):
        find_slip(archive, gone)
    assert cell not in keeper.keyring.cells
    assert gone in read_removed(archive.slips / done.epoch)
    assert cell in read_removed(archive.cells / done.epoch)
    rotate(keeper)
    assert gone in read_removed(archive.slips / keeper.facts().epoch)


def test_statements_are_read_after_rotations_and_a_rebuild(archive, keeper):
    from sviedka.store.rebuild import rebuild

    admit_all(archive, keeper, [source()])
    rotate(keeper)
    admit_all(archive, keeper, [source("Another report")])
    rotate(keeper)
    count = rebuild(archive, keeper).statements
    assert count >= 7  # a key list, three epochs begun, two ended, the reports
    assert len(ended_in_the_log(keeper)) == 2


def test_every_epoch_before_ends_and_the_newest_copy_of_a_slip_is_the_one_that_is_carried(archive, keeper):
    """A clock that turned without a rotation leaves several; a slip in two is the newer one (spec/02-item.md §6)."""
    slips, first = put_slips(keeper, 3), keeper.facts().epoch
    keeper.keyring.epochs.make("2099-01.1")
    second = keeper.keyring.epochs.identity("2099-01.1").recipient()
    (item, *_), newer = slips, b"n" * 16
    put_slip(archive, "2099-01.1", item, make_slip(newer, second, payload_sha256=PAYLOAD, fresh=os.urandom(48)))
    done = rotate(keeper)
    assert (done.epoch, done.ended) == ("2099-01.2", (first, "2099-01.1"))
    assert {one: opened(keeper, one) for one in slips} == slips | {item: newer}


def test_a_damaged_slip_stops_it_before_anything_is_destroyed(archive, keeper):
    from sviedka.store.taking_back.rotation import RotationStopped

    slips, old = put_slips(keeper, 3), keeper.facts().epoch
    item = next(iter(slips))
    path = archive.slip(old, item)
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[:60] + bytes([whole[60] ^ 1]) + whole[61:])
    for _ in range(2):
        with pytest.raises(RotationStopped) as caught:
            rotate(keeper)
        assert caught.value.exit_status == 10
        assert archive.epoch_key(old).exists()
        assert ended_in_the_log(keeper) == []
    path.write_bytes(whole)
    assert rotate(keeper).slips == 3
    assert {one: opened(keeper, one) for one in slips} == slips


def test_a_damaged_slip_is_given_up_only_when_that_is_said(archive, keeper):
    slips, old = put_slips(keeper, 3), keeper.facts().epoch
    item = next(iter(slips))
    archive.slip(old, item).chmod(0o600)
    archive.slip(old, item).write_bytes(b"nothing")
    done = rotate(keeper, lose_damaged=True)
    assert done.lost == (item,)
    assert done.slips == 2
    with pytest.raises(SlipLost):
        find_slip(archive, item)


def test_a_new_slip_that_is_not_what_was_written_stops_it(archive, keeper, monkeypatch):
    """The disk returns other bytes than it was given: found before the only other copy's key is destroyed."""
    from sviedka.store.taking_back import rotation

    slips, old = put_slips(keeper, 2), keeper.facts().epoch
    item = next(iter(slips))

    def carry(rewrapper, progress):
        done = real(rewrapper, progress)
        path = archive.slip(rewrapper.new, item)
        if not rewrapper.cells and path.exists():
            path.chmod(0o600)
            path.write_bytes(b"x" + path.read_bytes()[1:])
        return done

    real = rotation.rewrap
    monkeypatch.setattr(rotation, "rewrap", carry)
    for _ in range(2):
        with pytest.raises(rotation.RotationStopped, match="as they were written"):
            rotate(keeper, lose_damaged=True)  # what it was made from opens, and is not given up
        assert archive.epoch_key(old).exists()
    monkeypatch.setattr(rotation, "rewrap", real)
    assert rotate(keeper).slips >= 2
    assert {one: opened(keeper, one) for one in slips} == slips


def test_nothing_is_put_into_an_epoch_that_ended(archive, keeper):
    facts = keeper.facts()
    header = make_slip(b"k" * 16, facts.epoch_recipient, payload_sha256=PAYLOAD, fresh=os.urandom(48))
    put_slip(archive, facts.epoch, new_id(), header)
    rotate(keeper)
    with pytest.raises(EpochEnded) as caught:
        put_slip(archive, facts.epoch, new_id(), header)
    assert caught.value.exit_status == 50
    assert list_epochs(archive.slips) == (keeper.facts().epoch,)


def test_a_group_that_is_being_written_is_waited_for_and_carried(archive, keeper):
    """A sealer has the old epoch's key and takes its time; its slip is not lost. Control: the rotation was waiting."""
    from sviedka.vault.deposit_group import open_group

    facts, item, waited = keeper.facts(), new_id(), []
    put_slips(keeper, 1)
    context = multiprocessing.get_context("fork")  # before the group: its lock is not to be the other's too
    go = context.Event()
    other = context.Process(target=_rotate_elsewhere, args=(archive, go))
    other.start()
    with open_group(archive) as group:
        header = make_slip(b"k" * 16, facts.epoch_recipient, payload_sha256=PAYLOAD, fresh=os.urandom(48))
        put_slip(archive, facts.epoch, item, header, group=group)
        go.set()
        other.join(timeout=1.5)
        waited.append(other.is_alive())
        group.commit()
    other.join(timeout=60)
    assert (waited, other.exitcode) == ([True], 0)
    assert opened(keeper, item) == b"k" * 16
    assert list_epochs(archive.slips) == (keeper.facts().epoch,)


def _rotate_elsewhere(archive, go):
    from sviedka.core.base.progress import unwatched
    from sviedka.store.taking_back.rotation import carry_job, end_job

    go.wait()
    keys = LocalKeeper(archive)._service.job_keys()
    for _ in range(3):
        if end_job(keys, carry_job(keys, {}, unwatched), unwatched)["done"]:
            return
    raise AssertionError("it did not come to an end")


def test_taking_back_waits_for_the_copier_and_nothing_comes_back(archive, keeper):
    """A copier has read a slip; whoever takes it back meanwhile has to find the copy too."""
    from sviedka.keeper.rewrap import Rewrapper

    (item,) = put_slips(keeper, 1)
    old, new = keeper.facts().epoch, "2099-01.1"
    keeper.keyring.epochs.make(new)
    rewrapper = Rewrapper(
        archive=archive,
        cells=False,
        old=old,
        new=new,
        identity=keeper.keyring.epochs.identity(old),
        recipient=keeper.keyring.epochs.identity(new).recipient(),
    )
    removed = threading.Event()

    def take_back():
        with epochs_alone(archive):
            removed.set()
            for epoch in list_epochs(archive.slips):
                remove_slip(archive, epoch, item)

    real = Rewrapper._read
    thread = threading.Thread(target=take_back)

    def slowly(self, name):
        data = real(self, name)
        thread.start()
        assert not removed.wait(0.3), "taking back did not wait for the copier"
        return data

    Rewrapper._read = slowly
    try:
        assert rewrapper.carry((item,)).carried == 1
    finally:
        Rewrapper._read = real
        thread.join()
    with pytest.raises(SlipLost):
        find_slip(archive, item)


def test_two_rotations_at_once_are_one(archive, keeper):
    from sviedka.store.taking_back.rotation import RotationUnderWay

    with archive.shared_lock_file("rotation").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RotationUnderWay):
            rotate(keeper)
    rotate(keeper)


def test_a_mark_of_an_epoch_that_cannot_have_begun_is_refused(archive, keeper):
    write_new(archive.rotation, b"2999-01.1\n")
    with pytest.raises(Malformed):
        rotate(keeper)
    archive.rotation.unlink()
    write_new(archive.rotation, b"../../etc\n")
    with pytest.raises(Malformed):
        rotate(keeper)
    archive.rotation.unlink()
    rotate(keeper)


def test_the_end_of_an_epoch_is_logged_though_the_rotation_was_killed_before_that(archive, keeper):
    """The job is done, the statement is not: the next admission makes it, whatever it is about."""
    from sviedka.store.taking_back.rotation import CARRY_JOB, END_JOB

    admit_all(archive, keeper, [source()])
    keeper.run_job(END_JOB, keeper.run_job(CARRY_JOB, {}))
    assert ended_in_the_log(keeper) == []
    admit_all(archive, keeper, [source("Another report")])
    assert len(ended_in_the_log(keeper)) == 1
    admit_all(archive, keeper, [source("A third")])
    assert len(ended_in_the_log(keeper)) == 1


def test_a_record_of_an_end_is_read_as_it_was_written(archive):
    end = EpochEnd(epoch="2026-11.1", rewrapped_to="2026-11.2", slips=3, cells=4, confirmed_by=("one", "two"))
    write_end(archive, end)
    assert read_ends(archive) == (end,)
    archive.epoch_end("2026-11.1").chmod(0o600)
    archive.epoch_end("2026-11.1").write_bytes(b'{"epoch":"2026-11.1"}')
    with pytest.raises(Malformed):
        read_ends(archive)


def test_thousands_are_carried_by_several_processes(archive, keeper, monkeypatch):
    from sviedka.keeper import rewrap

    monkeypatch.setattr(rewrap, "GROUP", 40)
    monkeypatch.setattr(rewrap, "_PROCESSES", 2)
    slips = put_slips(keeper, 150)
    told = []
    assert rotate(keeper, progress=lambda done, _expected=0: told.append(done)).slips == 150
    assert sum(told) == 151
    assert {item: opened(keeper, item) for item in slips} == slips


def test_an_item_seals_in_the_new_epoch_and_opens_after_the_next(archive, keeper, tmp_path):
    from sviedka.store.deposit.depositing import deposit
    from sviedka.store.deposit.opening import open_item

    (tmp_path / "report.txt").write_bytes(b"an original")
    first = deposit(archive, keeper, [tmp_path / "report.txt"], case="example-case")
    rotate(keeper)
    (tmp_path / "other.txt").write_bytes(b"an original")
    second = deposit(archive, keeper, [tmp_path / "other.txt"], case="example-case")
    rotate(keeper)
    for number, done in enumerate((first, second)):
        out = tmp_path / f"out-{number}"
        open_item(archive, keeper, done.sealed[0].item_id, out=out, purpose="a test")
        assert out.read_bytes() == b"an original"
    assert len(list(archive.objects.glob("??/*"))) == 1  # the second deposit found the first's slip in its new place


def test_a_copy_of_the_folder_made_before_opens_and_one_without_epoch_keys_does_not(archive, keeper, tmp_path):
    """What THREAT-MODEL says of copies: with the passphrase, all that was in it when the epoch's key lies in the copy."""
    import shutil

    from sviedka.vault.layout import Archive

    slips = put_slips(keeper, 1)
    (item,) = slips
    old = keeper.facts().epoch
    shutil.copytree(archive.root, tmp_path / "copy")
    remove_slip(archive, old, item)
    rotate(keeper)
    copy = LocalKeeper(Archive(root=tmp_path / "copy"))
    assert opened(copy, item) == slips[item]
    slip = find_slip(copy.keyring.archive, item)[1]
    shutil.rmtree(tmp_path / "copy" / "keys" / "epochs")
    shutil.copytree(archive.epochs, tmp_path / "copy" / "keys" / "epochs")
    later = LocalKeeper(Archive(root=tmp_path / "copy"))
    with pytest.raises(EpochGone):
        opened(later, item)
    for name in later.keyring.epochs.names():
        with pytest.raises(Exception, match="key"):
            unwrap_file_key(slip, later.keyring.epochs.identity(name))


def test_cells_stay_as_they_were_for_those_who_hold_them_in_memory(archive, keeper):
    (cell,) = keeper.new_cells(1)
    key = keeper.keyring.cells[cell]
    rotate(keeper)
    assert keeper.keyring.cells[cell] == key
    epoch, data = find_cell(archive, cell)
    assert bytes(decrypt_secret(data, keeper.keyring.epochs.identity(epoch))) == key


def register_place(archive, folder):
    folder.mkdir()
    with archive.config.open("a") as config:
        config.write(f'\n[[replicas]]\nname = "abroad"\nholds = "keys"\nurl = "{folder}"\n')


def test_a_place_of_keys_confirms_first_and_then_forgets_what_ended(archive, keeper, tmp_path):
    from sviedka.vault.replica.running import replicate

    slips, old = put_slips(keeper, 3), keeper.facts().epoch
    gone, *_ = slips
    register_place(archive, tmp_path / "abroad")
    replicate(archive)
    assert (tmp_path / "abroad" / "slips" / old / gone[:2] / gone).exists()
    remove_slip(archive, old, gone)
    done = rotate(keeper)
    assert done.forgotten
    assert read_ends(archive)[0].confirmed_by == ("abroad",)
    files = [path for path in (tmp_path / "abroad").rglob("*") if path.is_file()]
    names = {path.relative_to(tmp_path / "abroad").as_posix() for path in files}
    assert [name for name in names if old in name] == [f"keys/epochs/{old}.ended"]
    assert not [name for name in names if name.endswith(gone) and "/removed/" not in name]
    assert sum(name.startswith(f"slips/{done.epoch}/") and len(name.split("/")[-1]) == 32 for name in names) >= 2


def test_no_key_is_destroyed_while_a_place_of_keys_has_not_confirmed(archive, keeper, tmp_path):
    """Control: with the place back, it goes on."""
    slips, old = put_slips(keeper, 2), keeper.facts().epoch
    register_place(archive, tmp_path / "abroad")
    (tmp_path / "abroad").rename(tmp_path / "away")
    with pytest.raises(Exception, match="not there"):
        rotate(keeper)
    assert archive.epoch_key(old).exists()
    (tmp_path / "away").rename(tmp_path / "abroad")
    assert rotate(keeper).ended == (old,)
    assert {item: opened(keeper, item) for item in slips} == slips


def test_the_keeper_does_not_take_the_desks_word_for_it(archive, keeper, tmp_path):
    """A desk says that all was copied, and it was not."""
    from sviedka.store.taking_back.replicas_confirm import RotationUnconfirmed
    from sviedka.store.taking_back.rotation import CARRY_JOB, END_JOB

    put_slips(keeper, 1)
    old = keeper.facts().epoch
    register_place(archive, tmp_path / "abroad")
    carried = keeper.run_job(CARRY_JOB, {})
    with pytest.raises(RotationUnconfirmed):
        keeper.run_job(END_JOB, carried)
    assert archive.epoch_key(old).exists()


def test_the_keeper_ends_no_epoch_because_a_desk_names_what_is_lost(archive, keeper, tmp_path, monkeypatch):
    """A desk that is taken over cuts the carrying short and gives up all by name: what opens is carried, and to the places first."""
    from sviedka.store.taking_back import rotation
    from sviedka.vault.replica.running import replicate

    slips, old = put_slips(keeper, 2), keeper.facts().epoch
    register_place(archive, tmp_path / "abroad")
    with monkeypatch.context() as cut:
        cut.setattr(rotation._Rotation, "_carry", lambda *_, **__: set())
        arguments = keeper.run_job(rotation.CARRY_JOB, {})
    replicate(archive)
    forged = {**arguments, "lost": sorted(slips), "lose_damaged": True}
    assert keeper.run_job(rotation.END_JOB, forged) == {"done": False}
    assert archive.epoch_key(old).exists()
    with pytest.raises(Exception, match="has not confirmed"):
        keeper.run_job(rotation.END_JOB, forged)
    assert archive.epoch_key(old).exists()
    replicate(archive)
    assert keeper.run_job(rotation.END_JOB, forged)["lost"] == []  # the control: with all in place it ends
    assert not archive.epoch_key(old).exists()
    assert {item: opened(keeper, item) for item in slips} == slips
