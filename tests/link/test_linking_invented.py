"""Invented lists in three languages, whose truth is known: who is one person is found, and who must stay apart stays apart."""

import numpy as np
import pytest
from invented_kit import COUNTED, DAY, blocking_recall, linked_invention, quality_of

from sviedka.bench.invented_lists import PSEUDONYM, invent_lists
from sviedka.bench.invented_people import FATHER_AND_SON
from sviedka.bench.linking import as_read
from sviedka.link.captures import decided_captures, drawn_captures
from sviedka.link.clustering import components
from sviedka.link.deciding import State, decide
from sviedka.link.draws import draw_clusters
from sviedka.link.facts import Conflict, facts_of
from sviedka.link.linking import link_lists
from sviedka.link.records import make_records
from sviedka.link.run_file import run_to_bytes
from sviedka.link.scored import TooFewRecords

PEOPLE = 3_000


def test_a_level_that_no_true_pair_reaches_does_not_end_the_training():
    """Splink refuses an m below 1e-300; thirty rounds led there on these very lists."""
    _, truth, run, place = linked_invention(4_000, seed=1)
    assert quality_of(run.cluster_of, truth, place).pairs.f1 > 0.9


def test_the_linkage_is_as_good_as_is_promised():
    _, truth, run, place = linked_invention(PEOPLE)
    found = quality_of(run.cluster_of, truth, place)
    assert found.pairs.f1 >= 0.93
    assert found.b_cubed.f1 >= 0.96
    assert abs(found.count_bias) <= 0.03
    assert (
        blocking_recall(run, truth, place) >= 0.97
    )  # of the pairs that are kept; pairs plainly apart are compared, not kept


def test_a_linkage_that_joins_nobody_is_not():
    _, truth, run, place = linked_invention(PEOPLE)
    found = quality_of(np.arange(run.records), truth, place)
    assert found.pairs.f1 == 0
    assert found.count_bias > 0.03


def test_draws_count_the_people_without_bias():
    _, truth, run, place = linked_invention(PEOPLE)
    assert len(run.draws) >= 20
    for draw in run.draws:
        assert abs(quality_of(draw, truth, place).count_bias) <= 0.03
    counts = [table.observed for table in drawn_captures(run)]
    assert len(set(counts)) > 1
    assert decided_captures(run).observed == run.people


def trapped(truth, place, flag):
    return (truth.trap_of[place] & flag) != 0


def mixed_clusters(cluster_of, person, among):
    """Return how many clusters hold records of two people who are `among` the trapped."""
    pairs = np.unique(np.stack([cluster_of[among], person[among]]), axis=1)
    return int((np.unique(pairs[0], return_counts=True)[1] > 1).sum())


def test_father_and_son_of_one_name_are_never_joined():
    _, truth, run, place = linked_invention(PEOPLE)
    person, among = truth.person_of[place], trapped(truth, place, FATHER_AND_SON)
    assert among.sum() > 10
    for clusters in (run.cluster_of, *run.draws):
        assert mixed_clusters(clusters, person, among) == 0


def test_without_conflicts_father_and_son_would_be_joined():
    _, truth, run, place = linked_invention(PEOPLE)
    free = components(run.records, (run.pairs.i, run.pairs.j))
    assert mixed_clusters(free, truth.person_of[place], trapped(truth, place, FATHER_AND_SON)) > 0


def test_a_pseudonym_is_no_name_and_is_left_out_and_told():
    lists, truth, run, place = linked_invention(PEOPLE)
    hidden = np.flatnonzero(truth.trap_of & PSEUDONYM)
    assert len(hidden) > 0
    assert not np.isin(hidden, place).any()
    told = sum(count for name, count in run.quality.items() if name.startswith("nameless_"))
    assert told == sum(one.about.rows for one in lists) - run.records == len(hidden)


def test_no_machine_link_lies_across_a_conflict():
    _, _, run, _ = linked_invention(PEOPLE)
    assert len(run.conflicts.i) > 0
    for clusters in (run.cluster_of, *run.draws):
        assert not (clusters[run.conflicts.i] == clusters[run.conflicts.j]).any()
    key = run.conflicts.i.astype(np.int64) << 32 | run.conflicts.j
    conflict = np.isin(run.pairs.i.astype(np.int64) << 32 | run.pairs.j, key)
    assert not (decide(run.pairs.p, conflict)[conflict] == State.AUTO).any()
    assert set(np.unique(run.conflicts.reason)) <= set(range(1, sum(Conflict) + 1))


def test_every_rule_has_a_recall_and_together_they_are_said_to_find_what_they_find():
    _, truth, run, place = linked_invention(PEOPLE)
    assert len(run.rules) >= 5
    assert all(0 < rule.recall <= 1 for rule in run.rules)
    assert run.quality["blocking_recall"] == pytest.approx(blocking_recall(run, truth, place), abs=0.025)


def test_the_model_knows_how_good_it_is():
    _, truth, run, place = linked_invention(PEOPLE)
    person = truth.person_of[place]
    linked = run.pairs.p >= run.settings["threshold"]
    right = (person[run.pairs.i] == person[run.pairs.j])[linked].mean()
    assert run.quality["expected_precision"] == pytest.approx(right, abs=0.03)


def test_the_same_lists_and_seed_give_the_same_run():
    invented, _ = invent_lists(600, np.random.default_rng(5))
    lists = as_read(invented)
    one, same = (link_lists(lists, counted=COUNTED, as_of=DAY) for _ in range(2))
    assert one.cluster_of.tolist() == same.cluster_of.tolist()
    assert one.draws.tolist() == same.draws.tolist()
    other = draw_clusters(facts_of(make_records(lists).table), one.pairs, draws=20, rng=np.random.default_rng(2))
    assert one.draws.tolist() != other.tolist()


def test_a_run_holds_no_name_and_no_date_of_birth():
    lists, _, run, _ = linked_invention(PEOPLE)
    written = run_to_bytes(run)
    surnames = [name for name in lists[0].records["family"].to_pylist() if name and len(name) > 5]
    dates = [day for day in lists[0].records["born"].to_pylist() if day and len(day) == 10]
    assert len(surnames) > 100
    assert len(dates) > 100
    for text in (*surnames, *dates):
        assert text.encode() not in written
    assert lists[0].about.sha256.encode() in written  # what is looked for would be found


def test_a_copied_list_adds_nobody_and_is_no_list():
    _, truth, run, _ = linked_invention(1_500, copied=True)
    table = decided_captures(run)
    assert "digest" not in table.lists
    assert len(table.lists) == len(run.lists) - 1
    assert abs(table.observed - truth.captured) <= 0.03 * truth.captured


def test_too_few_records_teach_nothing():
    invented, _ = invent_lists(40, np.random.default_rng(1))
    with pytest.raises(TooFewRecords):
        link_lists(as_read(invented), counted=COUNTED, as_of=DAY)


@pytest.mark.long
def test_twenty_thousand_people_in_five_lists():
    _, truth, run, place = linked_invention(20_000, seed=7)
    found = quality_of(run.cluster_of, truth, place)
    assert (
        blocking_recall(run, truth, place) >= 0.979
    )  # of pairs compared and kept; what was compared and let go is not in it
    assert found.pairs.f1 >= 0.93
    assert found.b_cubed.f1 >= 0.96
    assert abs(found.count_bias) <= 0.03
    among = trapped(truth, place, FATHER_AND_SON)
    assert mixed_clusters(run.cluster_of, truth.person_of[place], among) == 0
