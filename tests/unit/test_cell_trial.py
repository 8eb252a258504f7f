# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cell that was sent is tried on what is sealed under its name, layer by layer."""

from sviedka.core.seal.sealed_disclosures import parse_sealed, seal_groups
from sviedka.core.seal.statement import Group
from sviedka.store.desks.cell_trial import CellTrial, Offer, Sealing

JTI, OUTER, INNER = "1" * 32, "a" * 32, "b" * 32
KEYS = {OUTER: b"o" * 32, INNER: b"i" * 32}


def sealing(*cells):
    groups = [Group(cells=cells, disclosures=("WyJzYWx0Il0",))]
    ((named, box),) = parse_sealed(
        seal_groups(groups, jti=JTI, cell_keys=KEYS, nonces=[bytes([number]) * 16 for number in range(len(cells))])
    )
    return Sealing(jti=JTI, cells=named, box=box)


def offer(cell, key, epoch="2026-11.1"):
    return Offer(epoch=epoch, cell=cell, data=b"", key=key)


def tried(offers, *sealings, known=None):
    trial = CellTrial(offers, known or {})
    for one in sealings:
        trial.look(one)
    return trial


def test_both_layers_are_opened_with_what_is_offered():
    right = [offer(cell, key) for cell, key in KEYS.items()]
    assert tried(right, sealing(OUTER, INNER)).right() == right


def test_two_that_changed_places_are_foreign_where_they_can_be_tried():
    changed = [offer(OUTER, KEYS[INNER]), offer(INNER, KEYS[OUTER])]
    trial = tried(changed, sealing(OUTER, INNER))
    assert trial.foreign() == changed[:1]
    assert trial.unheard() == {INNER}, "the inner layer cannot be reached: nothing is said of it"
    assert tried(changed, sealing(OUTER), sealing(INNER)).foreign() == changed


def test_an_inner_layer_is_tried_through_a_cell_that_is_here():
    trial = tried([offer(INNER, KEYS[OUTER])], sealing(OUTER, INNER), known={OUTER: KEYS[OUTER]})
    assert (trial.right(), len(trial.foreign())) == ([], 1)
    right = [offer(INNER, KEYS[INNER])]
    assert tried(right, sealing(OUTER, INNER), known={OUTER: KEYS[OUTER]}).right() == right, "the control"


def test_the_key_that_is_here_needs_no_trial_and_another_one_is_foreign():
    same, other = offer(OUTER, KEYS[OUTER], "2026-11.2"), offer(OUTER, KEYS[INNER], "2026-11.3")
    trial = tried([same, other], known={OUTER: KEYS[OUTER]})
    assert (trial.right(), trial.foreign()) == ([same], [other])


def test_one_statement_that_does_not_open_refutes_nothing_that_another_one_proves():
    """A desk may state under somebody's cell what is sealed with another key."""
    false = Sealing(jti="2" * 32, cells=(OUTER,), box=sealing(OUTER).box)
    right = [offer(OUTER, KEYS[OUTER])]
    assert tried(right, false, sealing(OUTER)).right() == right
    assert tried(right, false).foreign() == right
