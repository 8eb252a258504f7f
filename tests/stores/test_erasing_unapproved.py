# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk that is taken over erases nothing that two people did not approve: not by saying so, not by rows, not by a longer list."""

import base64
import fcntl
import json
from datetime import timedelta
from hashlib import sha256
from unittest import mock

import pytest
from erase_kit import LATER
from peopled_desks import opened, tell, told_of

from sviedka.core.disclose.taking_back import Stage
from sviedka.core.seal.merkle import Tree
from sviedka.keeper.errors import RequestRefused
from sviedka.store import heads_held
from sviedka.store.admission import admit
from sviedka.store.checkpointing import LogDiffers, make_checkpoint
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.errors import PacksMissing
from sviedka.store.rows import one_transaction
from sviedka.store.session import open_store
from sviedka.store.taking_back import asking, erase_job, erasing
from sviedka.store.taking_back.erasing import NotYet
from sviedka.store.taking_back.removing import remove_again
from sviedka.store.taking_back_requests import fields_of, preview
from sviedka.store.writer_lock import ADMISSION
from sviedka.vault.cells import CellLost, find_cell
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id
from sviedka.vault.frozen import read_frozen
from sviedka.vault.slips import SlipLost, find_slip


def say_done(desk, subject, request, items, cells):
    """State at one desk that something was erased, as a program may that has changed the desk's keeper, or has its keys."""
    with mock.patch("sviedka.keeper.keyring.require_begun"):
        ask_to_say_done(desk, subject, request, items, cells)


def ask_to_say_done(desk, subject, request, items, cells):
    """The same, as a program may that has the desk's keeper at hand."""
    fields = {
        "request": request, "items": sorted(items), "cells": sorted(cells), "removed": 1, "epochs": [],
        "reached": ["vault"], "not_reached": [],
    }  # fmt: skip
    said = Saying(jti=new_id(), case=subject.case, type="erasure.done/1", subject=subject.subject, fields=fields)
    disconnect()
    desk.admit(said)


def test_another_desks_word_alone_erases_nothing(desks, tmp_path):
    office, minsk, vilnius, folder = desks
    alpha, beta = office.subject(office.alpha), office.subject()
    say_done(vilnius, alpha, new_id(), [office.given, office.alphas], [*alpha.cells, *beta.cells])
    tell(vilnius, minsk, folder)
    for item in (office.given, office.alphas):
        assert find_slip(minsk.archive, item)
    assert opened(minsk, office.given, tmp_path / "still")
    assert told_of(minsk, beta.told[0]) > 3


def test_the_keeper_signs_that_something_was_erased_only_of_what_it_began_to_erase(desks, monkeypatch):
    """The control: by a changed keeper it is said. And what it did begin to erase it says once, and no more than that."""
    office, minsk, _, _ = desks
    request, beta = office.make_ready(), office.subject()
    with pytest.raises(RequestRefused):
        ask_to_say_done(minsk, beta, request, [office.given], [])
    say_done(minsk, beta, request, [office.given], [])
    disconnect()
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "record", mock.Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            office.carry_out(patch)
    disconnect()
    ask_to_say_done(minsk, beta, request, [office.given], [])
    for items, cells in (([office.given, office.alphas], []), ([], office.subject(office.alpha).cells)):
        with pytest.raises(RequestRefused):
            ask_to_say_done(minsk, beta, request, items, cells)
    (begun,) = (minsk.archive.keys / "erasing").iterdir()
    begun.write_bytes(begun.read_bytes().replace(office.given.encode(), office.alphas.encode()))
    with pytest.raises(RequestRefused):
        ask_to_say_done(minsk, beta, request, [office.alphas], [])


def stop(office, how):
    """Have a request found not free, narrowed, or lifted by two people; return where it stands then."""
    disconnect()
    if how is Stage.HELD:
        office.check("not-free")
        return
    to = "freeze" if how is Stage.NARROWED else "nothing"
    narrowing = asking.narrow(office.archive, office.keeper, office.subject(), to=to)
    for place in (0, 1) if how is Stage.LIFTED else ():
        office.approve(narrowing, place, "unfreeze")


@pytest.mark.parametrize("how", [Stage.HELD, Stage.NARROWED, Stage.LIFTED])
@pytest.mark.parametrize("where", ["here", "at the desk that heard of it"])
def test_nothing_stopped_is_erased_by_the_word_of_a_desk_that_knew_of_it(desks, how, where):
    """The control is the next test: from a desk that did not know, the same word counts."""
    office, minsk, vilnius, folder = desks
    request, beta = office.make_ready(), office.subject()
    stop(office, how)
    tell(minsk, vilnius, folder)
    saying, other = (minsk, vilnius) if where == "here" else (vilnius, minsk)
    say_done(saying, beta, request, [office.given, office.shows_beta], beta.cells)
    tell(saying, other, folder)
    disconnect()
    assert office.state(at=now() + timedelta(days=15)).stage is how
    for desk in (minsk, vilnius):
        remove_again(desk.keeper)
        disconnect()
        assert find_slip(desk.archive, office.given)
        assert told_of(desk, beta.told[0]) > 3


def test_what_was_erased_before_its_desk_heard_of_a_hold_stays_erased_everywhere(desks):
    """It was rightly erased there; the desk at which the wish was found not free erases it too, and nothing comes back."""
    office, minsk, vilnius, folder = desks
    request, beta = office.make_ready(), office.subject()
    tell(minsk, vilnius, folder)
    stop(office, Stage.HELD)
    say_done(vilnius, beta, request, [office.given, office.shows_beta], beta.cells)
    for desk, other in ((vilnius, minsk), (minsk, vilnius), (vilnius, minsk)):
        tell(desk, other, folder)
        disconnect()
        assert office.state().stage is Stage.DONE
    for desk in (minsk, vilnius):
        remove_again(desk.keeper)
        with pytest.raises(SlipLost):
            find_slip(desk.archive, office.given)
        with pytest.raises(CellLost):
            find_cell(desk.archive, beta.told[0])


def test_under_an_approved_request_only_what_is_the_persons_goes(desks):
    """The control: what she gave goes, by the same statement."""
    office, minsk, vilnius, folder = desks
    request, alpha, beta = office.make_ready(), office.subject(office.alpha), office.subject()
    tell(minsk, vilnius, folder)
    items = [office.given, office.shows_beta, office.alphas, office.shows_both]
    say_done(vilnius, beta, request, items, [*beta.cells, *alpha.cells])
    tell(vilnius, minsk, folder)
    for item in (office.given, office.shows_beta):
        with pytest.raises(SlipLost):
            find_slip(minsk.archive, item)
    for item in (office.alphas, office.shows_both):
        assert find_slip(minsk.archive, item)
    assert told_of(minsk, beta.told[0]) == 0
    assert told_of(minsk, alpha.told[0]) > 0


def test_a_request_is_not_done_by_a_desk_that_erased_nothing(desks):
    office, minsk, vilnius, folder = desks
    request, beta = office.make_ready(), office.subject()
    tell(minsk, vilnius, folder)
    say_done(vilnius, beta, request, [], [])
    tell(vilnius, minsk, folder)
    disconnect()
    assert office.state(at=now() + timedelta(days=15)).stage is Stage.READY


def test_the_erasure_counts_when_the_approvals_come_after_it(desks):
    """Its order: the word that it is done is heard first, from the desk that did not approve."""
    office, minsk, vilnius, folder = desks
    request, beta = office.ask(), office.subject()
    tell(minsk, vilnius, folder)
    say_done(vilnius, beta, request, [office.given, office.shows_beta], beta.cells)
    tell(vilnius, minsk, folder)
    assert find_slip(minsk.archive, office.given)
    disconnect()
    for place in (0, 1):
        office.approve(request, place)
    office.check()
    tell(minsk, vilnius, folder)
    with pytest.raises(SlipLost):
        find_slip(vilnius.archive, office.given)


def forge_approvals(desk, users, statement, action):
    """Write rows as if each of `users` had approved, made from one real approval: every signature in them is false."""
    disconnect()
    database = open_store(desk.archive, desk.keeper)  # with the key that every program of the desk is given
    names = '"case", jti, desk, leaf_index, leaf_hash, jwt, type, subject, at, author'
    real = database.run(f"SELECT {names} FROM store_statement WHERE type = 'approval/1'").fetchone()  # noqa: S608  # names
    passages = database.run(
        'SELECT "case", cells, disclosures, withheld FROM store_passage WHERE statement_id = ?', (real[1],)
    ).fetchall()
    with one_transaction(database):
        for index, user in enumerate(users, start=90_000):
            jti, jwt, changed = new_id(), real[5], []
            for case, cells, disclosures, withheld in passages:
                texts = [
                    reworded(text, {"by": user, "approves": statement, "action": action})
                    for text in disclosures.split()
                ]
                for before, after in zip(disclosures.split(), texts, strict=True):
                    jwt = digests_replaced(jwt, before, after, jti)
                changed.append((case, jti, cells, " ".join(texts), withheld))
            row = (real[0], jti, real[2], index, real[4], jwt, real[6], statement, *real[8:])
            database.run(f"INSERT INTO store_statement ({names}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608  # names
            for one in changed:
                database.run(
                    'INSERT INTO store_passage ("case", statement_id, cells, disclosures, withheld) VALUES (?,?,?,?,?)',
                    one,
                )
            database.run(
                "INSERT INTO store_reference (\"case\", statement_id, field, kind, target) VALUES (?,?,'approves','statement',?)",
                (real[0], jti, statement),
            )
    disconnect()


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def un_b64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def reworded(text, values):
    parts = json.loads(un_b64u(text))
    if len(parts) == 3 and parts[1] in values:
        parts[2] = values[parts[1]]
    return b64u(json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode())


def digests_replaced(jwt, before, after, jti):
    head, payload, signature = jwt.split(".")
    body = json.loads(
        un_b64u(payload).decode().replace(b64u(sha256(before.encode()).digest()), b64u(sha256(after.encode()).digest()))
    )
    body |= {"jti": jti, "_sd": sorted(body["_sd"])}
    return ".".join((head, b64u(json.dumps(body, separators=(",", ":"), sort_keys=True).encode()), signature))


def test_rows_that_somebody_wrote_into_the_projections_approve_nothing(desks, monkeypatch):
    """The control: to who reads the rows it is ready."""
    office, minsk, _, _ = desks
    request = office.ask()
    office.check()
    office.approve(request, 0)
    forge_approvals(minsk, office.house.users, request, "erase")
    assert office.state(at=now() + timedelta(days=15)).stage is Stage.READY
    monkeypatch.setattr(erase_job, "known_sizes", lambda _: {})  # which would see these rows: they stand beyond the log
    with pytest.raises(NotYet):
        office.carry_out(monkeypatch)
    assert find_slip(minsk.archive, office.given)


def test_nor_do_they_end_a_freeze(desks):
    office, minsk, _, _ = desks
    request = office.ask()
    narrowing = asking.narrow(minsk.archive, minsk.keeper, office.subject(), to="nothing")
    office.approve(request, 0)
    forge_approvals(minsk, office.house.users, narrowing, "unfreeze")
    assert office.state().stage is Stage.LIFTED, "the control: the rows say so"
    remove_again(minsk.keeper)
    assert office.given in read_frozen(minsk.archive)


def ask_for(office, items, blocked):
    """Record a request about Beta that lists what somebody likes, and have it approved and found free."""
    disconnect()
    fields = {"of": "person", "asked_by": "the-person", "channel": "in-person", "items": items, "blocked": blocked}
    beta, jti = office.subject(), new_id()
    drafter = Drafter(open_store(office.archive, office.keeper), archive_cell=office.keeper.facts().archive_cell)
    saying = Saying(jti=jti, case=beta.case, type="erasure.asked/1", subject=beta.subject, fields=fields)
    admit(office.archive, office.keeper, [drafter.draft(saying, now())])
    for place in (0, 1):
        office.approve(jti, place)
    office.check()
    return jti


def test_a_request_that_lists_what_somebody_else_gave_erases_only_what_is_the_persons(desks, monkeypatch):
    """Nor is what is hers kept by listing it as blocked. The control: what is hers goes, here and there, and it is done."""
    office, minsk, vilnius, folder = desks
    beta = office.subject()
    request = ask_for(office, [office.given, office.alphas], [office.shows_beta, office.shows_both])
    listed = [office.given, office.alphas, office.shows_beta, office.shows_both]
    seen = preview(open_store(office.archive, office.keeper), beta, listed)
    done = office.carry_out(monkeypatch)
    assert {*seen.items} == {*done.items} == {office.given, office.shows_beta}
    assert office.state().stage is Stage.DONE
    say_done(minsk, beta, request, [office.alphas, office.shows_both], [])
    tell(minsk, vilnius, folder)
    for desk in (minsk, vilnius):
        remove_again(desk.keeper)
        disconnect()
        assert find_slip(desk.archive, office.alphas)
        assert find_slip(desk.archive, office.shows_both)
        for item in (office.given, office.shows_beta):
            with pytest.raises(SlipLost):
                find_slip(desk.archive, item)


def say_of(office, item, **changed):
    """Record anew how an item came, with some of it changed."""
    disconnect()
    database = open_store(office.archive, office.keeper)
    (jti,) = database.run(
        "SELECT jti FROM store_statement WHERE subject = ? AND type = 'item.received/1' ORDER BY leaf_index DESC LIMIT 1",
        (item,),
    ).fetchone()
    ((_, before),) = fields_of(database, [jti])
    fields = {name: value for name, value in before.items() if name in {"kind", "parent", "times", "tool", "version"}}
    fields |= changed
    drafter = Drafter(database, archive_cell=office.keeper.facts().archive_cell)
    saying = Saying(jti=new_id(), case=office.subject().case, type="item.received/1", subject=item, fields=fields)
    admit(office.archive, office.keeper, [drafter.draft(saying, now())])
    disconnect()


def say_given_by(office, item, person):
    """Record that an item, of which a request was made, was given by somebody: a correction."""
    say_of(office, item, handed_over_by={"person": person}, shows=[{"person": office.beta}])


@pytest.mark.parametrize("gone", [False, True], ids=["who gave it is there", "who gave it was taken back since"])
def test_a_request_is_done_though_an_item_of_it_turns_out_to_be_anothers(desks, monkeypatch, gone):
    """It stays, for who gave it. The control: all else goes, at both desks, and stays gone."""
    office, minsk, vilnius, folder = desks
    office.make_ready()
    say_given_by(office, office.shows_beta, office.alpha)
    done = office.carry_out(monkeypatch)
    assert done.items == (office.given,)
    if gone:
        disconnect()
        office.make_ready(office.alpha)
        assert (
            office.shows_beta not in office.carry_out(monkeypatch, office.alpha, after=2 * LATER).items
        )  # it shows Beta
    disconnect()
    assert office.state(at=now() + 2 * LATER).stage is Stage.DONE
    tell(minsk, vilnius, folder)
    for desk in (minsk, vilnius):
        assert find_slip(desk.archive, office.shows_beta)
        with pytest.raises(SlipLost):
            find_slip(desk.archive, office.given)


@pytest.mark.parametrize("whose", ["alphas", "shows_both"])
def test_the_keeper_erases_nothing_beyond_the_request(desks, monkeypatch, whose):
    """Whatever it is asked. The control: what she gave goes by the same job."""
    office, minsk, _, _ = desks
    request = office.make_ready()
    disconnect()
    monkeypatch.setattr(erase_job, "read_clock", lambda: now() + timedelta(days=15))
    asked = {"subject": office.beta, "request": request, "items": [getattr(office, whose)], "cells": []}
    told = minsk.keeper.run_job(erase_job.ERASE_JOB, asked)
    assert {*told["items"]} == {office.given, office.shows_beta}
    assert find_slip(minsk.archive, getattr(office, whose))
    with pytest.raises(SlipLost):
        find_slip(minsk.archive, office.given)


def put_aside(desk, count):
    """Move the last packs of a desk's own log away; return what puts them back."""
    aside = sorted(desk.archive.desk_packs("minsk-1").glob("*.age"))[-count:]
    for path in aside:
        path.rename(path.with_suffix(".aside"))
    return lambda: [path.with_suffix(".aside").rename(path) for path in aside]


@pytest.mark.parametrize("signed", [True, False], ids=["a head covers it", "only the projections know"])
def test_a_finding_whose_pack_is_moved_aside_while_the_keeper_looks_holds(desks, monkeypatch, signed):
    """The control: without looking how far the log went, it is erased."""
    office, minsk, _, _ = desks
    request = office.make_ready()
    disconnect()
    office.check("not-free")
    if signed:
        make_checkpoint(minsk.archive, minsk.keeper)
    disconnect()
    monkeypatch.setattr(erase_job, "read_clock", lambda: now() + LATER)
    asked = {"subject": office.beta, "request": request}
    put_back = put_aside(minsk, 1)
    if signed:  # whoever works at the desk can write its rows too
        monkeypatch.setattr(erase_job, "known_sizes", lambda _: {})
    with pytest.raises(PacksMissing):
        minsk.keeper.run_job(erase_job.ERASE_JOB, asked)
    assert find_slip(minsk.archive, office.given)
    monkeypatch.setattr(erase_job, "require_whole", lambda *_: None)
    minsk.keeper.run_job(erase_job.ERASE_JOB, asked)
    put_back()
    with pytest.raises(SlipLost):
        find_slip(minsk.archive, office.given)


def test_a_log_that_another_was_put_in_place_of_is_not_erased_by(desks, monkeypatch):
    """As long as what was signed for, but another: the head says so."""
    office, minsk, _, _ = desks
    request = office.make_ready()
    make_checkpoint(minsk.archive, minsk.keeper)
    disconnect()
    monkeypatch.setattr(erase_job, "read_clock", lambda: now() + LATER)
    with monkeypatch.context() as patch:
        patch.setattr(heads_held, "load_log", lambda *_: Tree.from_hashes([bytes(32)]))
        with pytest.raises(LogDiffers):
            minsk.keeper.run_job(erase_job.ERASE_JOB, {"subject": office.beta, "request": request})
    assert find_slip(minsk.archive, office.given)


def is_locked(archive):
    """Tell whether somebody holds the lock of those who state something."""
    with archive.lock_file(ADMISSION).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_nobody_states_anything_between_the_keepers_look_and_the_removal(desks, monkeypatch):
    """A finding that came in between would not be seen. The control: at the end of it anybody may."""
    office, minsk, _, _ = desks
    office.make_ready()
    seen = []
    for name in ("folded_apart", "preview", "remove_everywhere"):
        real = getattr(erase_job, name)
        looking = lambda *given, real=real: seen.append(is_locked(minsk.archive)) or real(*given)  # noqa: E731
        monkeypatch.setattr(erase_job, name, looking)
    office.carry_out(monkeypatch)
    assert seen == [True, True, True]
    assert not is_locked(minsk.archive)


def sealed_by_nobody(office):
    """Return an item of which nothing is recorded but that it came."""
    database = open_store(office.archive, office.keeper)
    named = {office.alphas, office.shows_beta, office.shows_both, office.given}
    sealed = {item for (item,) in database.run("SELECT item FROM store_item WHERE payload_sha256 IS NOT NULL")}
    return min(sealed - named)


def shown(person):
    return {"shows": [{"person": person}]}


def given_by(person):
    return {"handed_over_by": {"person": person}}


@pytest.mark.parametrize("when", ["before the request", "after the approvals"])
@pytest.mark.parametrize("how", [shown, given_by], ids=["it shows her", "she gave it"])
def test_what_is_recorded_as_hers_after_two_approved_stays(desks, monkeypatch, how, when):
    """Nobody who approved has seen it. The control: recorded before the request it is listed there, and goes."""
    office, _, _, _ = desks
    nobodys = sealed_by_nobody(office)
    if when == "before the request":
        say_of(office, nobodys, **how(office.beta))
        office.make_ready()
    else:
        office.make_ready()
        say_of(office, nobodys, **how(office.beta))
    disconnect()
    done = office.carry_out(monkeypatch)
    assert (nobodys in done.items) == (when == "before the request")
    assert nobodys in read_frozen(office.archive)
    assert {office.given, office.shows_beta} <= {*done.items}


@pytest.mark.parametrize("how", ["given by her", "its container"])
def test_what_alpha_gave_does_not_go_with_beta_whatever_is_recorded_of_it(desks, tmp_path, monkeypatch, how):
    """Not even if it stood there before anybody approved: it was sealed for Alpha. The control: what Beta gave goes."""
    office, minsk, _, _ = desks
    disconnect()
    (tmp_path / "by alpha").write_text("given by Alpha")
    done = deposit(
        minsk.archive, minsk.keeper, [tmp_path / "by alpha"], case="case-one", handed_over_by={"person": office.alpha}
    )
    (alphas,) = (one.item_id for one in done.sealed)
    if how == "its container":
        say_of(office, office.given, parent=alphas, **given_by(office.beta))
    else:
        say_of(office, alphas, **given_by(office.beta))
    disconnect()
    office.make_ready()
    disconnect()
    assert office.given in office.carry_out(monkeypatch).items
    assert find_slip(minsk.archive, alphas)
