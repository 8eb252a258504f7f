# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking back from end to end: frozen at once, erased after time, two people and a check, while all else still verifies."""

import shutil
from datetime import timedelta

import pytest
from archive_kit import PASSPHRASE
from dossier_case import write_spec

from sviedka.core.disclose.taking_back import Stage
from sviedka.core.seal.age_errors import NotForThisKey
from sviedka.core.seal.age_header import unwrap_file_key
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.errors import CellErased
from sviedka.vault.clock import now
from sviedka.vault.frozen import Frozen, read_frozen
from sviedka.vault.slips import find_slip, put_slip
from users_kit import keyring_of


@pytest.fixture(params=["sqlcipher", pytest.param("postgresql", marks=pytest.mark.long)])
def office(request, tmp_path):
    from erase_kit import Office

    from sviedka.store.connect import disconnect

    server = request.getfixturevalue("database_server") if request.param == "postgresql" else None
    name = None if server is None else server.new_database()
    office = Office(tmp_path, settings="" if server is None else server.settings(name))
    office.is_file = server is None
    yield office
    disconnect()
    if server is not None:
        server.release(name)


def build(office, name, **changes):
    from sviedka.store.checkpointing import make_checkpoint
    from sviedka.store.dossier.building import build_dossier

    make_checkpoint(office.archive, office.keeper)
    spec = write_spec(office.folder / f"{name}.yaml", **changes)
    return build_dossier(office.archive, office.keeper, spec, out=office.folder / name)


def verdict_of(office, name):
    from sviedka.store.pinning import policy_to_pin
    from sviedka.verify.dossier import verify_dossier
    from sviedka.verify.policy_file import read_policy

    (office.folder / f"{name}.policy").write_bytes(policy_to_pin(office.archive, office.keeper))
    return verify_dossier(office.folder / name, policy=read_policy(office.folder / f"{name}.policy")).verdict


def test_what_is_asked_to_be_taken_back_is_frozen_at_once_by_one_person(office):
    """Control: before, it opens and leaves."""
    from sviedka.core.disclose.consent import ConsentMissing

    assert office.open(office.given, "before") == b"What Beta wrote down by hand, and gave to us.\n"
    office.ask()
    for item in (office.given, office.shows_beta, office.shows_both):
        with pytest.raises(Frozen):
            office.open(item, "after")
    assert not (office.folder / "after").exists()
    with pytest.raises((Frozen, ConsentMissing)):
        build(office, "with-beta", leave_out="")
    assert office.open(office.alphas, "alphas")
    build(office, "without-beta")


def test_the_keeper_itself_refuses_a_key_whatever_the_desk_believes(office, monkeypatch):
    """A desk that does not look, or whose database was changed, gets no key. Control: for another item it does."""
    from sviedka.store.deposit import opening

    office.ask()
    monkeypatch.setattr(opening, "require_not_frozen", lambda _archive, _item: None)
    with pytest.raises(Frozen):
        office.open(office.given, "after")
    assert office.open(office.alphas, "alphas")


def test_the_preview_says_what_goes_and_what_stays(office):
    from sviedka.store.session import open_store
    from sviedka.store.taking_back_requests import preview

    seen = preview(open_store(office.archive, office.keeper), office.subject())
    assert set(seen.items) == {office.given, office.shows_beta}
    assert seen.blocked == (office.shows_both,)
    assert seen.named == (office.shows_beta,)  # nobody is recorded as its giver; what Beta gave is under her cell
    assert seen.statements > seen.shared > 0  # one sentence tells of Alpha and Beta
    assert read_frozen(office.archive) == frozenset()


def test_an_item_by_name_goes_with_the_container_it_lay_in_and_its_twins_are_told(office):
    from sviedka.store.session import open_store
    from sviedka.store.taking_back_requests import preview

    database = open_store(office.archive, office.keeper)
    (inner,) = database.run("SELECT item FROM store_item WHERE original_name = 'beta again.txt'").fetchone()
    (container,) = database.run("SELECT item FROM store_item WHERE original_name = 'bundle.zip'").fetchone()
    seen = preview(database, office.subject(inner))
    assert set(seen.items) == {inner, container}
    assert office.shows_beta in seen.twins


def test_it_waits_for_time_two_people_and_a_free_wish(office, monkeypatch):
    from sviedka.store.taking_back.erasing import NotYet

    def refused(lacking, after=timedelta(days=15)):
        with pytest.raises(NotYet) as caught:
            office.carry_out(monkeypatch, after=after)
        assert caught.value.exit_status == 40
        assert len(caught.value.details) == lacking
        assert find_slip(office.archive, office.given)

    request = office.ask()
    assert office.ask() == request
    refused(3, timedelta())
    refused(2)
    office.approve(request, 0)
    office.approve(request, 0)
    refused(2)
    office.approve(request, 1)
    refused(1)
    office.check("not-reached")
    refused(1)
    office.check()
    refused(1, timedelta(days=13, hours=23))
    assert office.state(at=now() + timedelta(days=15)).stage is Stage.READY
    office.carry_out(monkeypatch)


def test_a_wish_that_is_not_free_is_held_and_stays_frozen(office, monkeypatch):
    from sviedka.store.taking_back.erasing import NotYet

    office.make_ready()
    office.check("not-free")
    with pytest.raises(NotYet):
        office.carry_out(monkeypatch)
    assert office.state().stage is Stage.HELD
    assert office.given in read_frozen(office.archive)


def test_a_freeze_is_ended_by_two_people_together_and_by_nobody_alone(office, monkeypatch):
    from sviedka.store.taking_back.asking import lift, narrow
    from sviedka.store.taking_back.erasing import NotYet

    office.make_ready()
    narrowing = narrow(office.archive, office.keeper, office.subject(), to="nothing")
    with pytest.raises(NotYet):
        office.carry_out(monkeypatch)
    office.approve(narrowing, 0, "unfreeze")
    lift(office.keeper)
    assert office.given in read_frozen(office.archive)
    office.approve(narrowing, 1, "unfreeze")
    lift(office.keeper)
    assert read_frozen(office.archive) == frozenset()
    assert office.open(office.given, "again")


def test_a_mark_that_no_request_explains_stays_until_two_people_end_a_wish_of_its_own(office):
    """A restore fetches such a mark from a place of keys: somebody laid it there, or it is all that is left of a wish."""
    from sviedka.store.rebuild import rebuild
    from sviedka.store.taking_back.asking import lift, narrow
    from sviedka.vault.frozen import Frozen, freeze

    freeze(office.archive, [office.alphas])
    rebuild(office.archive, office.keeper)
    with pytest.raises(Frozen):
        office.open(office.alphas, "frozen")
    office.ask(office.alphas)
    narrowing = narrow(office.archive, office.keeper, office.subject(office.alphas), to="nothing")
    for place in (0, 1):
        office.approve(narrowing, place, "unfreeze")
    lift(office.keeper)
    assert read_frozen(office.archive) == frozenset()
    assert office.open(office.alphas, "again")


def test_erased_is_unreadable_here_and_the_rest_verifies(office, monkeypatch):
    """A dossier from before and one from after hold; a rebuild gives the same with the erased parts withheld."""
    from sviedka.store.deposit.opening import ItemErased
    from sviedka.store.rebuild import rebuild
    from sviedka.store.upkeep.checking import check_archive

    build(office, "before")
    (cell,) = office.subject().told
    slip = find_slip(office.archive, office.given)[1]
    office.make_ready()
    done = office.carry_out(monkeypatch)
    assert set(done.items) == {office.given, office.shows_beta}
    assert done.cells == (cell,)
    assert done.not_reached == (() if office.is_file else ("database server",))  # tests/stores/test_erased_server.py
    assert office.state().stage is Stage.DONE
    with pytest.raises(ItemErased):
        office.open(office.given, "after")
    with pytest.raises(CellErased):
        office.keeper.keyring.cells.need({cell})
    assert find_slip(office.archive, office.shows_both)  # for Alpha: it stays, and stays blocked
    with pytest.raises(Frozen):
        office.open(office.shows_both, "after")
    rotated = office.rotate()
    assert set(done.epochs) <= set(rotated.ended)
    with pytest.raises(ItemErased):
        office.open(office.given, "after")
    with pytest.raises(NotForThisKey):
        unwrap_file_key(slip, office.keeper.keyring.epochs.identity(rotated.epoch))
    build(office, "after", leave_out=office.beta)
    assert verdict_of(office, "before") == verdict_of(office, "after")
    rebuild(office.archive, office.keeper)
    build(office, "rebuilt", leave_out=office.beta)
    monkeypatch.setattr("sviedka.store.upkeep.checking.Keeper.connect", lambda _archive: _Lent(office.keeper))
    assert [str(found) for found in check_archive(office.archive, full=True).result.findings] == []


class _Lent:
    def __init__(self, keeper):
        self._keeper = keeper

    def __enter__(self):
        return self._keeper

    def __exit__(self, *_):
        pass


def test_nothing_that_was_about_the_person_is_left_in_the_projections(office, monkeypatch):
    """Control: before, the sentence is there."""
    from sviedka.store.session import open_store

    def told():
        rows = open_store(office.archive, office.keeper).run(
            "SELECT count(*) FROM store_passage WHERE cells LIKE ? AND NOT withheld AND disclosures <> ''",
            (f"%{cell}%",),
        )
        return rows.fetchone()[0]

    (cell,) = office.subject().told
    assert told() > 3
    office.make_ready()
    office.carry_out(monkeypatch)
    assert told() == 0


def test_a_copy_from_before_that_is_restored_is_purged_by_the_log(office, monkeypatch, tmp_path):
    """Control: before the purge the slip opens."""
    from sviedka.store.taking_back.removing import remove_again
    from sviedka.vault.slips import was_taken_back

    epoch, slip = find_slip(office.archive, office.given)
    shutil.copytree(office.archive.cells, tmp_path / "cells")
    office.make_ready()
    office.carry_out(monkeypatch)
    (office.archive.slips / epoch / "removed" / office.given).unlink()
    put_slip(office.archive, epoch, office.given, slip)
    (cell,) = office.subject().told
    back = office.archive.cell(epoch, cell)
    shutil.copy(tmp_path / "cells" / epoch / cell[:2] / cell, back)
    assert find_slip(office.archive, office.given)
    assert cell in office.keeper.keyring.cells
    remove_again(office.keeper)
    assert was_taken_back(office.archive, office.given)
    assert cell not in office.keeper.keyring.cells


def test_marks_of_what_is_frozen_are_made_again_from_the_log(office):
    from sviedka.store.rebuild import rebuild

    office.ask()
    frozen = read_frozen(office.archive)
    shutil.rmtree(office.archive.keys / "frozen")
    rebuild(office.archive, office.keeper)
    assert read_frozen(office.archive) == frozen >= {office.beta, office.given, office.shows_beta, office.shows_both}


def test_erasing_is_done_again_after_a_kill_before_it_was_recorded(office, monkeypatch):
    from sviedka.store.taking_back import erasing

    office.make_ready()
    real = erasing.clean_projections

    def killed(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(erasing, "clean_projections", killed)
    with pytest.raises(KeyboardInterrupt):
        office.carry_out(monkeypatch)
    monkeypatch.setattr(erasing, "clean_projections", real)
    done = office.carry_out(monkeypatch)
    assert set(done.items) == {office.given, office.shows_beta}
    assert office.state().stage is Stage.DONE


def test_more_than_one_statement_lists_is_erased_and_recorded_in_several(office, monkeypatch):
    """Whoever was recorded at many desks has many cells. The control: one statement holds no more."""
    from sviedka.core.base.schema import DoesNotFit
    from sviedka.core.disclose.types.erasure_done import MOST_CELLS
    from sviedka.store.admission import admit
    from sviedka.store.drafting import Drafter, Saying
    from sviedka.store.session import open_store
    from sviedka.vault.entropy import new_id

    def say(kind, subject, fields):
        drafter = Drafter(open_store(office.archive, office.keeper), archive_cell=office.keeper.facts().archive_cell)
        case = office.subject().case
        return drafter.draft(Saying(jti=new_id(), case=case, type=kind, subject=subject, fields=fields), now())

    cells = office.keeper.new_cells(MOST_CELLS + 1)
    who = {"pseudonym": "Beta", "counting_unit": "individual"}
    admit(office.archive, office.keeper, [say("person/1", office.beta, {**who, "cell": cell}) for cell in cells])
    office.make_ready()
    done = office.carry_out(monkeypatch)
    assert {*cells} < {*done.cells}
    assert office.state().stage is Stage.DONE
    store = open_store(office.archive, office.keeper)
    (count,) = store.run("SELECT count(*) FROM store_statement WHERE type = 'erasure.done/1'").fetchone()
    assert count == 2
    fields = {
        "request": office.state().request,
        "items": [],
        "cells": [*done.cells],
        "removed": 0,
        "epochs": [],
        "reached": [],
        "not_reached": [],
    }
    with pytest.raises(DoesNotFit):
        say("erasure.done/1", office.beta, fields)


def test_an_identity_goes_with_the_person_and_opens_for_no_seats_after_it(office, monkeypatch):
    """Control: before, the keeper makes an order for it; another person's stays."""
    from seats_kit import fill_seats
    from sviedka.keeper.identity_lines import Identity
    from sviedka.store.identities import deposit, request
    from sviedka.vault.cells import CellLost, find_cell

    fill_seats(office.house)
    office.keeper.keyring = keyring_of(office.house, 0)
    assertor = with_passphrase(office.archive, office.keeper.keyring.actor, lambda _: bytearray(PASSPHRASE))
    options = {"seats": (1, 2), "purpose": "a test", "assertor": assertor}
    betas = deposit(office.archive, office.keeper, office.beta, Identity(lines=[("name", "Beta Invented")]))
    alphas = deposit(office.archive, office.keeper, office.alpha, Identity(lines=[("name", "Alpha Invented")]))
    assert request(office.archive, office.keeper, office.beta, **options).order
    assert len(office.subject().identities) == 2  # the link cell goes too
    office.make_ready()
    with pytest.raises(Frozen):
        request(office.archive, office.keeper, office.beta, **options)
    erased = office.carry_out(monkeypatch)
    assert {betas.cell, *office.subject().identities} <= set(erased.cells)
    for cell in office.subject().identities:
        with pytest.raises(CellLost):
            find_cell(office.archive, cell)
    assert find_cell(office.archive, alphas.cell)
    assert request(office.archive, office.keeper, office.alpha, **options).order
