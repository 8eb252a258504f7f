# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is taken back at one desk is taken back at the other: frozen by the wish, unreadable by the erasure, in either order."""

from unittest import mock

import pytest
from erase_kit import LATER, MORE, HouseKeeper
from peopled_desks import opened, tell, told_of

from sviedka.core.disclose.consent import ConsentMissing
from sviedka.keeper.errors import CellErased
from sviedka.store.cell_owners import cells_of
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.opening import ItemErased
from sviedka.store.drafting import Saying
from sviedka.store.ledger import find_labelled
from sviedka.store.records.recording import record
from sviedka.store.session import open_store
from sviedka.store.taking_back.marks import find_unexplained
from sviedka.store.taking_back.rotation import rotate
from sviedka.vault.cells import CellLost, find_cell
from sviedka.vault.entropy import new_id
from sviedka.vault.frozen import Frozen
from sviedka.vault.slips import SlipLost, find_slip


def test_a_wish_and_an_erasure_at_one_desk_act_at_the_other(desks, tmp_path, monkeypatch):
    office, minsk, vilnius, folder = desks
    (cell,) = office.subject().told
    assert opened(vilnius, office.given, tmp_path / "before"), "the control: it opens at the other desk"
    assert told_of(vilnius, cell) > 3, "the control: what she told is there"
    disconnect()
    office.ask()
    tell(minsk, vilnius, folder)
    with pytest.raises(Frozen):
        opened(vilnius, office.given, tmp_path / "frozen")
    disconnect()
    erase_what_was_asked(office, monkeypatch)
    tell(minsk, vilnius, folder)
    assert told_of(vilnius, cell) == 0
    with pytest.raises((ItemErased, Frozen)):
        opened(vilnius, office.given, tmp_path / "after")
    with pytest.raises(SlipLost):
        find_slip(vilnius.archive, office.given)
    with pytest.raises(CellErased):
        HouseKeeper(vilnius.house).keyring.cells.need({cell})
    assert find_slip(vilnius.archive, office.alphas), "what others gave stays"
    assert not list((folder / "minsk-1").glob(f"slips/*/??/{office.given}"))
    tell(vilnius, minsk, folder)  # and nothing of it comes back
    with pytest.raises(SlipLost):
        find_slip(minsk.archive, office.given)


def erase_what_was_asked(office, monkeypatch):
    """Let two approve the one request there is, wait, and carry it out."""
    from sviedka.store.taking_back.asking import requests_of
    from sviedka.vault.clock import now

    (request,) = requests_of(office.archive, office.keeper, office.subject(), at=now())
    for place in (0, 1):
        office.approve(request.jti, place)
    office.check()
    office.carry_out(monkeypatch)


@pytest.mark.parametrize("killed", [False, True], ids=["the control: at one go", "killed before it was recorded"])
def test_what_was_given_since_the_request_goes_at_the_other_desk_too(desks, tmp_path, monkeypatch, killed):
    """Done again, nobody can look up any more what she gave: the cell under which that stands is gone."""
    from sviedka.store.taking_back import erasing

    office, minsk, vilnius, folder = desks
    office.make_ready()
    disconnect()
    (tmp_path / "since").write_text("given since")
    by = {"person": office.beta}
    done = deposit(office.archive, office.keeper, [tmp_path / "since"], case="case-one", handed_over_by=by)
    since = done.sealed[0].item_id
    tell(minsk, vilnius, folder)
    assert find_slip(vilnius.archive, since)
    disconnect()
    with monkeypatch.context() as patch:
        if killed:
            patch.setattr(erasing, "record", mock.Mock(side_effect=KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                office.carry_out(patch)
            disconnect()
    erased = office.carry_out(monkeypatch)
    assert {since, office.given, office.shows_beta} == {*erased.items}
    assert erased.epochs
    assert not [*(minsk.archive.keys / "erasing").iterdir()], "what was begun is recorded"
    tell(minsk, vilnius, folder)
    for item in (since, office.given):
        with pytest.raises(SlipLost):
            find_slip(vilnius.archive, item)


def withdraw(desk, person, case):
    """State at one desk that somebody withdrew what they had agreed to."""
    fields = {"person": person, "method": "verbal-witnessed"}
    desk.admit(Saying(jti=new_id(), case=case, type="consent.withdrawn/1", subject=person, fields=fields))


def give(office):
    """Let the first desk record that Alpha agreed anew."""
    from dossier_case import CASEBOOK

    kept = CASEBOOK[: CASEBOOK.index("sources:")]
    kept = "".join(
        line for line in kept.splitlines(keepends=True) if "label: p-b" not in line and "label: p-c" not in line
    )
    given = CASEBOOK[CASEBOOK.index("consents:") : CASEBOOK.index("  - {label: g-b")]
    (office.folder / "again.yaml").write_text(kept + given.replace("g-a", "g-a-anew").replace("f-1", "f-2"))
    record(office.archive, office.keeper, office.folder / "again.yaml", assertor=office.keeper.assertor)


def leaves(office, name):
    """Build a dossier about Alpha at the first desk."""
    from dossier_case import write_spec

    from sviedka.store.checkpointing import make_checkpoint
    from sviedka.store.dossier.building import build_dossier

    disconnect()
    make_checkpoint(office.archive, office.keeper)
    spec = write_spec(office.folder / f"{name}.yaml", leave_out="p-b")
    return build_dossier(office.archive, office.keeper, spec, out=office.folder / name)


@pytest.mark.parametrize("order", ["withdrawn, then given anew unknowing", "given anew, then withdrawn unknowing"])
def test_a_consent_withdrawn_at_one_desk_stops_the_other_in_whatever_order(desks, order):
    """Whoever gave anew did not know of the withdrawal, nor the other way round: it counts. Once known, a new word counts."""
    office, minsk, vilnius, folder = desks
    case = office.subject().case
    leaves(office, "before")  # the control
    disconnect()
    if order.startswith("withdrawn"):
        withdraw(vilnius, office.alpha, case)
        disconnect()
        give(office)
    else:
        give(office)
        disconnect()
        withdraw(vilnius, office.alpha, case)
    leaves(office, "unknowing")
    tell(vilnius, minsk, folder)
    with pytest.raises(ConsentMissing):
        leaves(office, "stopped")
    assert not (office.folder / "stopped").exists()


def betas_dossier(desk, folder, name):
    """Build a dossier of what Beta gave and told at one desk, for those whom Beta allowed."""
    from dossier_case import allow_many_openings, write_spec

    from sviedka.store.dossier.building import build_dossier

    disconnect()
    if name == "control":
        allow_many_openings(desk.archive)
    spec = write_spec(folder / f"{name}.yaml", purpose="un-investigation", kind="un-body", leave_out="p-a")
    build_dossier(desk.archive, desk.keeper, spec, out=folder / name)
    return {path.read_bytes() for path in (folder / name).glob("data/*")}


def test_what_was_taken_back_at_one_desk_is_in_no_dossier_of_the_other(desks, tmp_path, monkeypatch):
    from erase_kit import GIVEN

    office, minsk, vilnius, folder = desks
    vilnius.send(folder)  # so that it has a head to build under
    assert GIVEN in betas_dossier(vilnius, tmp_path, "control")
    disconnect()
    office.ask()
    tell(minsk, vilnius, folder)
    with pytest.raises((ConsentMissing, Frozen)):
        betas_dossier(vilnius, tmp_path, "frozen")
    disconnect()
    erase_what_was_asked(office, monkeypatch)
    tell(minsk, vilnius, folder)
    with pytest.raises((ConsentMissing, Frozen)):
        betas_dossier(vilnius, tmp_path, "erased")
    assert not any((tmp_path / name).exists() for name in ("frozen", "erased"))


def tell_of_zeta(desk, office, folder, label):
    """Record at one desk what somebody told whom it may not have heard of; return the cells that it has for them."""
    from dossier_case import CASEBOOK

    by = 'roles: [{role: reported-perpetrator, unit: "an invented unit", degree: direct}]'
    book = (
        CASEBOOK[: CASEBOOK.index("persons:")]
        + "persons:\n  - {label: p-z, pseudonym: Zeta, counting_unit: individual}\nacts:\n"
        + f'  - {{label: {label}, act_type: arrest, {by}, text: [{{segment: "Zeta told {label}.", about: [p-z]}}]}}\n'
    )
    disconnect()
    (folder / f"{label}.yaml").write_text(book)
    record(desk.archive, desk.keeper, folder / f"{label}.yaml", assertor=office.keeper.assertor)
    database = open_store(desk.archive, desk.keeper)
    cells = cells_of(database, find_labelled(database, "p-z")[0]).told
    disconnect()
    return cells


def test_an_erasure_takes_every_cell_that_any_desk_made_for_what_a_person_told(desks, tmp_path, monkeypatch):
    """Both desks recorded Zeta before they knew of each other: what each heard is under a cell of its own."""
    office, minsk, vilnius, folder = desks
    for desk, label in ((minsk, "a-here"), (vilnius, "a-there")):
        tell_of_zeta(desk, office, tmp_path, label)
    tell(vilnius, minsk, folder)
    tell(minsk, vilnius, folder)
    disconnect()
    cells = office.subject("p-z").told
    assert len(cells) == 2
    assert min(told_of(desk, cell) for desk in (minsk, vilnius) for cell in cells) > 0, "the control: it is there"
    disconnect()
    office.make_ready("p-z")
    assert set(cells) <= set(office.carry_out(monkeypatch, "p-z").cells)
    tell(minsk, vilnius, folder)
    assert [told_of(desk, cell) for desk in (minsk, vilnius) for cell in cells] == [0] * 4


def hand_in(desk, office, folder, name):
    """Let Beta give something at a desk; return the item."""
    disconnect()
    (folder / name).write_text(f"given by Beta: {name}")
    given = deposit(desk.archive, desk.keeper, [folder / name], case="case-one", handed_over_by={"person": office.beta})
    disconnect()
    return given.sealed[0].item_id


ORDERS = {
    "the erasure is heard first": ((0, 1), (1, 0)),
    "what she gave is heard first": ((1, 0), (0, 1)),
}
"""Who tells whom, by number of the desk."""


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("stopped", [False, True], ids=["nothing stands against it", "found not free there"])
def test_what_was_given_where_nobody_had_heard_of_the_wish_goes_with_it(desks, tmp_path, monkeypatch, order, stopped):
    """It stands in no list. It is frozen by the wish, and gone at both desks by the erasure; only what Alpha gave opens.

    Unless that desk had found that she was not free to wish it: then it is frozen at both, and kept.
    """
    office, minsk, vilnius, folder = desks
    theirs = hand_in(vilnius, office, tmp_path, "theirs")
    assert opened(vilnius, theirs, tmp_path / "before"), "the control: nothing is frozen yet"
    disconnect()
    request = office.ask()
    tell(minsk, vilnius, folder)
    with pytest.raises(Frozen):
        opened(vilnius, theirs, tmp_path / "asked")
    disconnect()
    if stopped:
        fields = {"request": request, "outcome": "not-free", "channel": "agreed-channel"}
        beta = office.subject()
        disconnect()
        saying = Saying(jti=new_id(), case=beta.case, type="erasure.checked/1", subject=beta.subject, fields=fields)
        vilnius.admit(saying)
        disconnect()
    erase_what_was_asked(office, monkeypatch)
    for one, other in ORDERS[order] * 2:
        disconnect()
        tell((minsk, vilnius)[one], (minsk, vilnius)[other], folder)
    for desk in (minsk, vilnius):
        if stopped:
            assert find_slip(desk.archive, theirs)
        else:
            with pytest.raises(SlipLost):
                find_slip(desk.archive, theirs)
        with pytest.raises(SlipLost):
            find_slip(desk.archive, office.given)
        with pytest.raises((Frozen, ItemErased)):
            opened(desk, theirs, tmp_path / "after")
        assert opened(desk, office.alphas, tmp_path / f"alphas-{desk.archive.root.name}")
        disconnect()
        assert unexplained(desk) == ()
        rotate(desk.archive, desk.keeper)


def unexplained(desk):
    """Return the marks of removal that an unlocked check names."""
    disconnect()
    found = find_unexplained(desk.archive, open_store(desk.archive, desk.keeper))
    disconnect()
    return found


def test_what_went_before_a_finding_against_it_was_heard_is_explained(desks, tmp_path, monkeypatch):
    """It is gone at the desk that had not heard, frozen at the one that found; both go on, and neither finds anything wrong."""
    office, minsk, vilnius, folder = desks
    theirs = hand_in(vilnius, office, tmp_path, "theirs")
    disconnect()
    request = office.ask()
    beta = office.subject()
    erase_what_was_asked(office, monkeypatch)
    disconnect()
    tell(vilnius, minsk, folder)
    with pytest.raises(SlipLost):
        find_slip(minsk.archive, theirs)
    disconnect()
    fields = {"request": request, "outcome": "not-free", "channel": "agreed-channel"}
    vilnius.admit(Saying(jti=new_id(), case=beta.case, type="erasure.checked/1", subject=beta.subject, fields=fields))
    for desk, other in ((vilnius, minsk), (minsk, vilnius)):
        disconnect()
        tell(desk, other, folder)
    assert find_slip(vilnius.archive, theirs)
    for desk in (minsk, vilnius):
        disconnect()
        assert unexplained(desk) == ()
        rotate(desk.archive, desk.keeper)


@pytest.mark.parametrize("order", ORDERS)
def test_what_was_told_where_nobody_had_heard_of_the_wish_goes_with_it(desks, tmp_path, monkeypatch, order):
    """The second desk knows Zeta as well, without having heard of them from the first: under a cell that nobody listed."""
    office, minsk, vilnius, folder = desks
    theirs = [tell_of_zeta(desk, office, tmp_path, label) for desk, label in ((minsk, "a-here"), (vilnius, "a-there"))]
    disconnect()
    office.make_ready("p-z")
    assert {*office.carry_out(monkeypatch, "p-z").cells} == {*theirs[0]}
    assert told_of(vilnius, *theirs[1]) > 0, "the control: it is there"
    for one, other in ORDERS[order] * 2:
        disconnect()
        tell((minsk, vilnius)[one], (minsk, vilnius)[other], folder)
    for desk in (minsk, vilnius):
        assert [told_of(desk, cell) for cells in theirs for cell in cells] == [0, 0]
        for cells in theirs:
            with pytest.raises(CellLost):
                find_cell(desk.archive, *cells)


def test_what_is_only_recorded_as_hers_there_stays_frozen(desks, tmp_path, monkeypatch):
    """Whoever may record could say it of anything. It takes a wish of its own; the control: that one erases it."""
    office, minsk, vilnius, folder = desks
    disconnect()
    (tmp_path / "theirs").write_text("somebody filmed this")
    (theirs,) = (
        one.item_id for one in deposit(vilnius.archive, vilnius.keeper, [tmp_path / "theirs"], case="case-one").sealed
    )
    shown = MORE[: MORE.index("items:")] + "items:\n  - {label: i-theirs, path: theirs, shows: [p-b]}\n"
    (tmp_path / "shown.yaml").write_text(shown)
    disconnect()
    record(vilnius.archive, vilnius.keeper, tmp_path / "shown.yaml", assertor=office.keeper.assertor)
    disconnect()
    office.ask()
    erase_what_was_asked(office, monkeypatch)
    for desk, other in ((minsk, vilnius), (vilnius, minsk)):
        disconnect()
        tell(desk, other, folder)
    for desk in (minsk, vilnius):
        assert find_slip(desk.archive, theirs)
        with pytest.raises(Frozen):
            opened(desk, theirs, tmp_path / "after")
    disconnect()
    office.make_ready(theirs)
    disconnect()
    assert office.carry_out(monkeypatch, theirs, after=2 * LATER).items == (theirs,)


def test_what_comes_since_the_wish_is_frozen_as_it_is_sealed(desks, tmp_path):
    office, minsk, _, _ = desks
    assert opened(minsk, hand_in(minsk, office, tmp_path, "first"), tmp_path / "before")
    disconnect()
    office.ask()
    with pytest.raises(Frozen):
        opened(minsk, hand_in(minsk, office, tmp_path, "since"), tmp_path / "after")
