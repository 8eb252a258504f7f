# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever may record can name any cell in a statement. What goes with a person is what was made for them, and nobody else's."""

import contextlib
from unittest import mock

import pytest
from erase_kit import MORE
from peopled_desks import tell, told_of

from sviedka.store import admission
from sviedka.store.cell_owners import CellDisputed, find_disputed
from sviedka.store.connect import disconnect
from sviedka.store.drafting import Saying
from sviedka.store.records.recording import record
from sviedka.store.session import open_store
from sviedka.vault.cells import CellLost, find_cell
from sviedka.vault.entropy import new_id


def name(desk, office, person, cell, kind="person/1"):
    """State at a desk that a cell is somebody's."""
    told = {"cell": cell, "pseudonym": "Somebody", "counting_unit": "individual"}
    deposited = {"cell": cell, "cell_sha256": "0" * 64}
    fields = told if kind == "person/1" else deposited
    disconnect()
    saying = Saying(jti=new_id(), case=office.subject().case, type=kind, subject=person, fields=fields)
    with mock.patch(
        "sviedka.keeper.keyring.DEPOSITED", "none"
    ):  # a keeper that was changed: ours deposits by itself alone
        desk.admit(saying)
    disconnect()


def erase_beta(office, monkeypatch):
    disconnect()
    office.make_ready()
    disconnect()
    return office.carry_out(monkeypatch).cells


def test_a_cell_that_a_later_statement_of_the_log_names_for_somebody_else_stays_whose_it_is(desks, monkeypatch):
    """Beta is erased and Alpha is not, here and at the other desk. The control: Beta's own cell is gone at both."""
    office, minsk, vilnius, folder = desks
    (alphas,), (betas,) = office.subject(office.alpha).told, office.subject().told
    name(minsk, office, office.beta, alphas)
    assert erase_beta(office, monkeypatch) == (betas,)
    disconnect()
    tell(minsk, vilnius, folder)
    for desk in (minsk, vilnius):
        assert find_cell(desk.archive, alphas)
        assert told_of(desk, alphas) > 0
        with pytest.raises(CellLost):
            find_cell(desk.archive, betas)


def test_nothing_that_is_recorded_of_beta_since_is_sealed_under_alphas_cell(desks):
    """Else it would go with Alpha. The control: the newest record names that cell."""
    office, minsk, _, _ = desks
    (alphas,), (betas,) = office.subject(office.alpha).told, office.subject().told
    name(minsk, office, office.beta, alphas)
    by = 'roles: [{role: reported-perpetrator, unit: "an invented unit", degree: direct}]'
    told = f'  - {{label: a-since, act_type: arrest, {by}, text: [{{segment: "Beta told.", about: [p-b]}}]}}\n'
    (book := office.folder / "since.yaml").write_text(MORE[: MORE.index("items:")] + "acts:\n" + told)
    before = {cell: told_of(minsk, cell) for cell in (alphas, betas)}
    newest = open_store(minsk.archive, minsk.keeper).run(
        "SELECT cell FROM store_person WHERE person = ?", (office.beta,)
    )
    assert newest.fetchone() == (alphas,)
    disconnect()
    record(minsk.archive, minsk.keeper, book, assertor=office.keeper.assertor)
    assert told_of(minsk, betas) > before[betas]
    assert told_of(minsk, alphas) == before[alphas]


@pytest.mark.parametrize("kind", ["person/1", "identity.deposited/1"])
def test_the_archives_own_cell_goes_with_nobody(desks, monkeypatch, kind):
    office, minsk, _, _ = desks
    own = minsk.keeper.facts().archive_cell
    name(minsk, office, office.beta, own, kind)
    with pytest.raises(CellDisputed):
        erase_beta(office, monkeypatch)
    assert find_cell(minsk.archive, own)
    assert find_cell(minsk.archive, office.subject().told[0]), "nothing was erased"


@pytest.mark.parametrize("knew", [True, False], ids=["its log says that it knew", "it leaves out what it knew"])
def test_a_cell_that_another_desk_names_for_somebody_else(desks, monkeypatch, knew):
    """Who knew whose it is takes nothing with it. Else it goes with neither, until people look; a check names it, and nothing else."""
    office, minsk, vilnius, folder = desks
    (alphas,), (betas,) = office.subject(office.alpha).told, office.subject().told
    with contextlib.nullcontext() if knew else mock.patch.object(admission, "find_heads", return_value={}):
        name(vilnius, office, office.beta, betas)
        tell(vilnius, minsk, folder)
        assert disputed(minsk) == set(), "the control: for whom it is"
        name(vilnius, office, office.beta, alphas)
    tell(vilnius, minsk, folder)
    assert bool(disputed(minsk)) != knew
    if knew:
        assert set(erase_beta(office, monkeypatch)) == {betas}
        assert find_cell(minsk.archive, alphas)
        return
    for whose in (office.beta, office.alpha):
        disconnect()
        office.make_ready(whose)
        with pytest.raises(CellDisputed):
            office.carry_out(monkeypatch, whose)
    assert find_cell(minsk.archive, alphas)
    assert find_cell(minsk.archive, betas)


def disputed(desk):
    disconnect()
    database = open_store(desk.archive, desk.keeper)
    found = set(find_disputed(database))
    disconnect()
    return found
