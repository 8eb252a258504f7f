# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two desks of one archive, apart for a day: what each sends is proven before it is taken in, and both come to the same."""

import os
import shutil
from dataclasses import replace

import pytest
from archive_kit import CASE, PASSPHRASE, LocalKeeper, claim, found, person, source
from two_desks import Desk, exchange, fresh, list_anew

from sviedka.core.base.errors import Failure, Unproven
from sviedka.core.seal.keylist import KeyNotListed
from sviedka.core.seal.succession import AfterSuccession
from sviedka.keeper.closed_logs import ClosedLog, close_log
from sviedka.keeper.desk_founding import found_desk
from sviedka.keeper.errors import DeskListed, FolderNotEmpty, KeysDisagree, OpeningRefused
from sviedka.keeper.heads import head_record
from sviedka.keeper.keylist_proposing import read_keylist
from sviedka.keeper.keylist_signing import sign_keylist
from sviedka.keeper.older_lists import read_older
from sviedka.keeper.successors import join_list
from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.opening import open_item
from sviedka.store.desks.errors import DeskRevoked, NothingSent, SentCut
from sviedka.store.ledger import next_index
from sviedka.store.models import Head, Statement
from sviedka.store.rebuild import rebuild
from sviedka.store.scope import in_cases
from sviedka.store.session import open_store
from sviedka.store.succeeding import propose_successor
from sviedka.vault.clock import now
from sviedka.vault.durable import replace as put
from sviedka.vault.layout import Archive
from sviedka.vault.packs import list_packs
from sviedka.vault.scrub import check
from sviedka.vault.slips import find_slip, remove_slip


def test_two_desks_come_to_the_same(minsk, vilnius, folder):
    somebody = person(minsk.keeper)
    minsk.admit(somebody, source("from minsk"))
    vilnius.admit(source("from vilnius"), claim())
    exchange(folder, minsk, vilnius)
    assert minsk.digests() == vilnius.digests()
    with in_cases(CASE):
        assert Statement.objects.count() == 4
    vilnius.admit(claim(about={"person": somebody.subject}, persons=[{"person": somebody.subject}]))
    exchange(folder, vilnius, minsk)
    assert minsk.digests() == vilnius.digests()
    with in_cases(CASE):
        assert Statement.objects.count() == 5


def test_what_was_taken_in_is_taken_in_once(minsk, vilnius, folder):
    minsk.admit(source("one"))
    minsk.send(folder)
    assert fresh(vilnius.receive(folder)) == 3  # with what a desk states of itself: list, epoch
    before = vilnius.digests()
    assert fresh(vilnius.receive(folder)) == 0
    assert vilnius.digests() == before
    assert minsk.send(folder).files == 0


def test_a_rebuild_comes_to_what_was_taken_in(minsk, vilnius, folder):
    minsk.admit(source("one"), person(minsk.keeper))
    vilnius.admit(source("two"))
    exchange(folder, minsk, vilnius)
    live = vilnius.digests()
    assert rebuild(vilnius.archive, vilnius.keeper).desks == 2
    assert vilnius.digests() == live
    wrong = [one for one in check(vilnius.archive, full=True).findings if one.verdict in {"refuted", "malformed"}]
    assert wrong == []


def test_statements_of_two_desks_about_one_subject_are_a_fork_until_one_knows_the_other(minsk, vilnius, folder):
    (first,) = minsk.admit(source("as minsk has it", subject="7" * 32))
    exchange(folder, minsk, vilnius)
    minsk.admit(source("as minsk corrects it", subject="7" * 32))
    vilnius.admit(source("as vilnius corrects it", subject="7" * 32))
    exchange(folder, minsk, vilnius)
    assert minsk.digests() == vilnius.digests()
    with in_cases(CASE):
        assert Head.objects.filter(subject="7" * 32).count() == 2
        assert not Head.objects.filter(jti=first.jti).exists()
    vilnius.admit(source("as both have it", subject="7" * 32))
    exchange(folder, minsk, vilnius)
    with in_cases(CASE):
        assert Head.objects.filter(subject="7" * 32).count() == 1


def test_a_desk_whose_clock_is_behind_is_still_the_newer_one_about_what_it_knew(minsk, vilnius, folder):
    from datetime import timedelta

    from archive_kit import drafts

    from sviedka.store.admission import admit
    from sviedka.store.models import Person

    somebody = person(minsk.keeper, "Old")
    minsk.admit(somebody)
    exchange(folder, minsk, vilnius)
    disconnect()
    said = type(somebody)(
        jti="5" * 32,
        case=CASE,
        type="person/1",
        subject=somebody.subject,
        fields={**somebody.fields, "pseudonym": "New"},
    )
    (draft,) = drafts(vilnius.archive, vilnius.keeper, [said])
    admit(vilnius.archive, vilnius.keeper, [replace(draft, at=draft.at - timedelta(days=400))])
    exchange(folder, minsk, vilnius)
    for desk in (minsk, vilnius):
        desk.digests()
        with in_cases(CASE):
            assert Person.objects.get().pseudonym == "New"


def test_an_original_of_another_desk_is_there_whole_and_what_is_taken_back_stays_taken_back(
    minsk, vilnius, folder, tmp_path
):
    (tmp_path / "original.txt").write_bytes(b"an original")
    disconnect()
    (sealed,) = deposit(minsk.archive, minsk.keeper, [tmp_path / "original.txt"], case="case-one").sealed
    exchange(folder, minsk, vilnius)
    epoch, _ = find_slip(vilnius.archive, sealed.item_id)
    open_item(vilnius.archive, vilnius.keeper, sealed.item_id, out=tmp_path / "out", purpose="to read it")
    assert (tmp_path / "out").read_bytes() == b"an original"
    make_checkpoint(vilnius.archive, vilnius.keeper)  # the opening stands in the log of the desk that opened
    disconnect()
    assert check(vilnius.archive, full=True).findings == check(minsk.archive, full=True).findings
    remove_slip(minsk.archive, epoch, sealed.item_id)
    exchange(folder, vilnius, minsk)
    assert not minsk.archive.slip(epoch, sealed.item_id).exists()  # it does not come back from where it still is
    assert not Archive(root=folder / "minsk-1").slip(epoch, sealed.item_id).exists()
    assert vilnius.archive.slip(epoch, sealed.item_id).exists()  # no statement says that it was erased


def test_marks_of_removal_that_anybody_can_make_destroy_nothing(minsk, vilnius, folder, tmp_path):
    """Who can write to the folder, and has no key, puts empty files there under the names of what they want gone."""
    (tmp_path / "original.txt").write_bytes(b"an original")
    disconnect()
    (sealed,) = deposit(minsk.archive, minsk.keeper, [tmp_path / "original.txt"], case="case-one").sealed
    exchange(folder, minsk, vilnius)
    sent = Archive(root=folder / "minsk-1")
    there = {
        path.relative_to(desk.archive.root)
        for desk in (minsk, vilnius)
        for store in (desk.archive.slips, desk.archive.cells)
        for path in store.rglob("*")
        if path.is_file() and len(path.name) == 32
    }
    assert len(there) >= 3
    for name in there:
        mark = sent.root / name.parts[0] / name.parts[1] / "removed" / name.name
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    payloads = sorted(path for path in vilnius.archive.objects.glob("??/*") if path.is_file())
    assert payloads
    (sent.objects / "removed").mkdir(exist_ok=True)
    for path in payloads:
        (sent.objects / "removed" / path.name).touch()
    before = {name for name in there if (vilnius.archive.root / name).exists()}
    assert before
    assert [one.failure for one in vilnius.receive(folder)] == [None]
    assert {name for name in there if (vilnius.archive.root / name).exists()} == before
    assert vilnius.archive.slip(find_slip(vilnius.archive, sealed.item_id)[0], sealed.item_id).exists()
    assert all(path.is_file() for path in payloads)
    open_item(vilnius.archive, vilnius.keeper, sealed.item_id, out=tmp_path / "out", purpose="to read it")
    assert (tmp_path / "out").read_bytes() == b"an original"


@pytest.fixture
def from_minsk(minsk, vilnius, folder, tmp_path):
    """An item that minsk sealed and vilnius knows of."""
    (tmp_path / "original.txt").write_bytes(b"an original")
    disconnect()
    (sealed,) = deposit(minsk.archive, minsk.keeper, [tmp_path / "original.txt"], case="case-one").sealed
    exchange(folder, minsk, vilnius)
    disconnect()
    return sealed.item_id


LIES = {
    "without a proof": lambda sealing, _: replace(sealing, proof=()),
    "with another's proof": lambda sealing, _: replace(sealing, proof=(bytes(32), *sealing.proof[1:])),
    "as if it stood here": lambda sealing, _: replace(sealing, desk=""),
    "at another place": lambda sealing, _: replace(sealing, leaf_index=sealing.leaf_index - 1),
    "as a desk that nobody listed": lambda sealing, _: replace(sealing, desk="kyiv-1"),
    "without its head": lambda sealing, desk: (desk.archive.checkpoint("minsk-1").unlink(), sealing)[1],
}


@pytest.mark.parametrize("lie", LIES)
def test_an_original_of_another_desk_opens_only_under_a_head_of_that_desk(vilnius, from_minsk, tmp_path, lie):
    real = vilnius.keeper.unwrap
    vilnius.keeper.unwrap = lambda item, receipt, sealing: real(item, receipt, LIES[lie](sealing, vilnius))
    with pytest.raises(OpeningRefused):
        open_item(vilnius.archive, vilnius.keeper, from_minsk, out=tmp_path / "out", purpose="to read it")
    assert not (tmp_path / "out").exists()


def test_an_original_of_a_desk_that_was_taken_back_is_not_opened(minsk, vilnius, from_minsk, tmp_path):
    key = minsk.keeper.keyring.keylist.log_key("archive.example/minsk-1").kid
    vilnius.know(list_anew(minsk.archive, revoked=[key], reason="seized"))
    with pytest.raises(OpeningRefused):
        open_item(vilnius.archive, vilnius.keeper, from_minsk, out=tmp_path / "out", purpose="to read it")


def test_two_desks_never_give_one_name_to_two_epochs(minsk, vilnius):
    assert minsk.keeper.facts().epoch.endswith(".1")
    assert vilnius.keeper.facts().epoch.endswith(".1001")


# --- what is refused: nothing of it is taken in, and other desks' parts are


def change_a_pack(sent, desk):
    pack = sent.pack(desk, max(list_packs(sent, desk)))
    pack.chmod(0o600)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.write_bytes(data)


def take_a_pack_away(sent, desk):
    sent.pack(desk, min(list_packs(sent, desk))).unlink()


def cut_the_end(sent, desk):
    sent.pack(desk, max(list_packs(sent, desk))).unlink()


def exchange_two_packs(sent, desk):
    first, second = (sent.pack(desk, index) for index in list_packs(sent, desk)[:2])
    one, other = first.read_bytes(), second.read_bytes()
    for path, data in ((first, other), (second, one)):
        path.chmod(0o600)
        path.write_bytes(data)


def take_the_head_away(sent, desk):
    sent.checkpoint(desk).unlink()


def change_the_head(sent, desk):
    data = sent.checkpoint(desk).read_bytes()
    sent.checkpoint(desk).write_bytes(data.replace(b"\n4\n", b"\n3\n"))


def pass_for_another_desk(sent, desk):
    sent.root.rename(sent.root.with_name("vilnius-2"))
    for top in ("packs", "logs"):
        (sent.root.with_name("vilnius-2") / top / desk).rename(sent.root.with_name("vilnius-2") / top / "vilnius-2")


def send_too_much(sent, desk):
    pack = sent.pack(desk, max(list_packs(sent, desk)))
    pack.chmod(0o600)
    os.truncate(pack, 300 * 1024 * 1024)


HOSTILE = (
    change_a_pack, take_a_pack_away, cut_the_end, exchange_two_packs, take_the_head_away, change_the_head,
    pass_for_another_desk, send_too_much,
)  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.__name__)
def test_what_is_not_the_desks_log_is_refused_and_nothing_is_changed(minsk, vilnius, folder, hostile):
    vilnius.admit(source("one"))
    vilnius.admit(source("two"))
    vilnius.send(folder)
    before, packs = minsk.digests(), sorted(minsk.archive.root.rglob("*.age"))
    hostile(Archive(root=folder / "vilnius-1"), "vilnius-1")
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, Failure)
    assert received.failure.exit_status in {10, 20, 30}
    assert minsk.digests() == before
    assert sorted(minsk.archive.root.rglob("*.age")) == packs
    assert not minsk.archive.log("vilnius-1").exists()


def test_control_the_same_untouched_is_taken_in(minsk, vilnius, folder):
    vilnius.admit(source("one"))
    vilnius.send(folder)
    assert fresh(minsk.receive(folder)) > 0


def test_a_desk_that_was_taken_back_sends_nothing_more(minsk, vilnius, folder):
    vilnius.admit(source("one"))
    vilnius.send(folder)
    key = minsk.keeper.keyring.keylist.log_key("archive.example/vilnius-1").kid
    minsk.know(list_anew(minsk.archive, revoked=[key], reason="seized"))
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, DeskRevoked)


def test_a_desk_of_another_archive_is_nobodys(minsk, folder, tmp_path):
    stranger = Desk(found(tmp_path / "other"))
    stranger.admit(source("foreign"))
    stranger.send(folder)
    (folder / "minsk-1").rename(folder / "vilnius-1")
    (received,) = minsk.receive(folder)
    assert isinstance(received.failure, KeyNotListed)


def test_an_epoch_key_that_no_keeper_of_the_archive_made_is_refused(minsk, vilnius, folder, tmp_path):
    vilnius.admit(source("one"))
    vilnius.send(folder)
    stranger = LocalKeeper(found(tmp_path / "other"))
    stranger.facts()
    forged = next((tmp_path / "other" / "archive" / "keys" / "epochs").glob("*.age"))
    shutil.copy(forged, folder / "vilnius-1" / "keys" / "epochs" / "2031-01.1001.age")
    (received,) = minsk.receive(folder)
    assert received.failure is not None
    assert not minsk.archive.epoch_key("2031-01.1001").exists()


def test_an_empty_folder_is_told_as_such(minsk, folder):
    with pytest.raises(NothingSent):
        minsk.receive(folder)
    assert issubclass(SentCut, Failure)


def test_a_kill_between_packs_and_head_is_made_good(minsk, vilnius, folder, monkeypatch):
    from sviedka.store.desks import taking_in

    vilnius.admit(source("one"))
    vilnius.send(folder)

    class Ended(BaseException):
        """As a kill would."""

    def end(*_):
        raise Ended

    monkeypatch.setattr(taking_in, "publish_head", end)
    with pytest.raises(Ended):
        minsk.receive(folder)
    monkeypatch.undo()
    minsk.receive(folder)
    exchange(folder, minsk, vilnius)
    assert minsk.digests() == vilnius.digests()
    assert minsk.archive.checkpoint("vilnius-1").exists()


# --- founding


def test_a_new_desk_is_nobody_until_the_root_lists_it(minsk, tmp_path):
    new = found_desk(minsk.archive, minsk.keeper.facts().vault_recipient, "vilnius-1", tmp_path / "vilnius-1")
    with pytest.raises(KeysDisagree):
        LocalKeeper(new.archive)
    with pytest.raises(KeysDisagree):
        join_list(new.archive, minsk.archive.keylist.read_bytes())
    keylist = list_anew(minsk.archive, lines=list(new.lines))
    join_list(new.archive, keylist)
    assert LocalKeeper(new.archive).facts().origin == "archive.example/vilnius-1"
    older = read_older(new.archive.keylists, read_keylist(new.archive))
    assert [one.number for one in older] == list(range(len(older), 0, -1)), "it knows who held which seat before"
    join_list(new.archive, keylist)  # repeated


def test_a_desk_is_made_once_and_in_an_empty_folder(minsk, vilnius, tmp_path):
    vault = minsk.keeper.facts().vault_recipient
    with pytest.raises(DeskListed):
        found_desk(minsk.archive, vault, "vilnius-1", tmp_path / "again")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note").write_text("something")
    with pytest.raises(FolderNotEmpty):
        found_desk(minsk.archive, vault, "kyiv-1", tmp_path / "full")


def test_a_key_list_of_another_root_joins_nobody(minsk, tmp_path):
    new = found_desk(minsk.archive, minsk.keeper.facts().vault_recipient, "vilnius-1", tmp_path / "vilnius-1")
    stranger = found(tmp_path / "other")
    with pytest.raises((Failure, Unproven)):
        join_list(new.archive, stranger.keylist.read_bytes())


# --- a log that lost its end, and the one that goes on after it


def succeed(minsk, tmp_path):
    """Let minsk lose the end of its log and go on as minsk-2; return what the lost disk would still send."""
    minsk.admit(source("held"))
    make_checkpoint(minsk.archive, minsk.keeper)
    disconnect()
    shutil.copytree(minsk.archive.root, tmp_path / "lost", ignore=shutil.ignore_patterns("run"))
    config = tmp_path / "lost" / "sviedka.toml"
    config.write_text(config.read_text().partition("\n[database]")[0] + "\n")  # not the database of the one restored
    lost = Desk(Archive(root=tmp_path / "lost"))
    lost.admit(source("lost"))
    known = make_checkpoint(lost.archive, lost.keeper)
    disconnect()
    held = next_index(open_store(minsk.archive, minsk.keeper), "minsk-1")
    put(head_record(minsk.archive, "minsk-1"), known.data)
    close_log(minsk.archive, ClosedLog(desk="minsk-1", held=held, known=known.size))
    proposal, _ = propose_successor(minsk.archive, minsk.keeper, "minsk-2")
    offline = minsk.archive.root.with_name("archive.offline")
    signed = sign_keylist(offline, proposal, bytearray(PASSPHRASE), now=now())
    disconnect()
    join_list(minsk.archive, signed)
    minsk.keeper = LocalKeeper(minsk.archive)
    return lost, signed


def test_what_is_held_of_a_closed_log_travels_and_what_its_old_key_says_later_does_not(
    minsk, vilnius, folder, tmp_path
):
    lost, keylist = succeed(minsk, tmp_path)
    vilnius.know(keylist)
    minsk.admit(source("after"))
    minsk.send(folder)
    assert [one.failure for one in vilnius.receive(folder)] == [None, None]
    assert minsk.digests() == vilnius.digests()
    lost.admit(source("with the old key, later"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    lost.send(elsewhere)
    (received,) = vilnius.receive(elsewhere)
    assert isinstance(received.failure, AfterSuccession)
    assert minsk.digests() == vilnius.digests()
