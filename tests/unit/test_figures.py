"""Published figures: which must not be added, each reason where it holds and only there."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.count.figures import Figure, Obstacle, compare_figures, find_obstacles
from sviedka.store.records.figures_file import FiguresRefused, parse_figures
from sviedka.store.records.plain_yaml import YamlRefused

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "figures-2020" / "figures.yaml"

AUGUST = Figure(
    name="august", value="10", unit="complaint", what="lodged", where=("belarus", "minsk"),
    first=date(2020, 8, 1), last=date(2020, 8, 31), source="one", origins=frozenset(),
)  # fmt: skip
SEPTEMBER = replace(AUGUST, name="september", first=date(2020, 9, 1), last=date(2020, 9, 30))
BREST = replace(AUGUST, name="brest", where=("belarus", "brest"))


def test_events_of_one_kind_in_two_months_or_two_places_may_be_added():
    assert find_obstacles(AUGUST, SEPTEMBER) == ()
    assert find_obstacles(AUGUST, BREST) == ()


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        pytest.param({"unit": "criminal-case"}, Obstacle.UNITS, id="another unit"),
        pytest.param({"what": "refused"}, Obstacle.UNITS, id="another act"),
        pytest.param({"first": date(2020, 8, 20)}, Obstacle.OVERLAP, id="times that overlap"),
        pytest.param({"origins": frozenset({"august"})}, Obstacle.ORIGIN, id="a copy"),
        pytest.param({"moment": True}, Obstacle.MOMENT, id="a moment"),
        pytest.param({"first": None, "last": None}, Obstacle.WHEN, id="no date"),
    ],
)
def test_each_change_alone_is_an_obstacle_and_no_other(change, obstacle):
    assert find_obstacles(AUGUST, replace(SEPTEMBER, **change)) == (obstacle,)


def test_a_part_is_told_from_an_overlap():
    week = replace(AUGUST, name="week", first=date(2020, 8, 3), last=date(2020, 8, 9))
    country = replace(AUGUST, name="country", where=("belarus",))
    assert find_obstacles(AUGUST, week) == (Obstacle.PART,)
    assert find_obstacles(AUGUST, country) == (Obstacle.PART,)
    assert find_obstacles(country, replace(week, last=date(2020, 9, 2))) == (Obstacle.OVERLAP,)


def test_persons_are_never_added_even_in_two_months():
    persons = [replace(figure, unit="person") for figure in (AUGUST, SEPTEMBER)]
    assert find_obstacles(*persons) == (Obstacle.PERSONS,)


def test_two_that_rest_on_a_third_rest_on_one_source():
    both = [replace(figure, origins=frozenset({"register"})) for figure in (AUGUST, SEPTEMBER)]
    assert find_obstacles(*both) == (Obstacle.ORIGIN,)


DAYS = st.dates(date(2020, 1, 1), date(2020, 12, 31))
FIGURES = st.builds(
    lambda name, unit, where, days, moment, origins: Figure(
        name=name, value="1", unit=unit, what="w", where=where, first=min(days), last=max(days), moment=moment,
        source="s", origins=origins,
    ),
    st.sampled_from("abc"), st.sampled_from(["person", "complaint"]),
    st.sampled_from([("by",), ("by", "minsk"), ("by", "brest")]), st.tuples(DAYS, DAYS), st.booleans(),
    st.frozensets(st.sampled_from("abcx"), max_size=2),
)  # fmt: skip


@given(FIGURES, FIGURES)
def test_the_order_of_two_figures_changes_nothing_and_none_is_added_to_itself(one, other):
    assert find_obstacles(one, other) == find_obstacles(other, one)
    assert find_obstacles(one, one)


def test_of_the_published_figures_of_the_case_none_may_be_added():
    figures = parse_figures(EXAMPLE.read_bytes())
    found = {(one.name, other.name): obstacles for one, other, obstacles in compare_figures(figures)}
    assert len(found) == 45
    assert all(found.values())
    assert found["arrested-un", "arrested-four-days"] == (Obstacle.PERSONS, Obstacle.PART)
    assert Obstacle.ORIGIN in found["detainees-year", "cases-year"]
    assert found["complaints-admitted", "cases-year"][0] is Obstacle.UNITS  # 900 and 900
    assert found["cases-year", "cases-january"] == (Obstacle.OVERLAP,)


def test_the_figures_of_the_example_are_those_of_the_casebook():
    casebook = (EXAMPLE.parents[1] / "belarus-2020" / "casebook.yaml").read_text("utf-8")
    for figure in parse_figures(EXAMPLE.read_bytes()):
        assert figure.value.split()[-1] in casebook


GOOD = """\
figures:
  - {name: a, value: "10", unit: complaint, what: lodged, where: belarus, when: 2020-08, source: somebody}
"""


@pytest.mark.parametrize(
    ("change", "to"),
    [
        pytest.param("unit: complaint", "unit: Some complaints", id="a unit that is no word"),
        pytest.param("when: 2020-08", "when: in August", id="no date"),
        pytest.param("when: 2020-08", "when: 2020-08/..", id="an open end"),
        pytest.param("when: 2020-08", "when: 2020-08, at: 2020", id="both when and at"),
        pytest.param(", source: somebody", "", id="no source"),
        pytest.param("what: lodged", "names: lodged", id="a field that there is not"),
        pytest.param("where: belarus", "where: ''", id="an empty place"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_by_line(change, to):
    assert len(parse_figures(GOOD.encode())) == 1
    with pytest.raises(FiguresRefused) as caught:
        parse_figures(GOOD.replace(change, to).encode())
    assert "line" in caught.value.facts


@pytest.mark.parametrize("data", [b"\xff", b"figures: [", b"a: &a [*a]"], ids=["bytes", "cut", "anchors"])
def test_what_is_no_yaml_is_refused(data):
    with pytest.raises(YamlRefused):
        parse_figures(data)


def test_the_command_says_every_pair_and_how_many_may_be_added(capsys, tmp_path):
    import json

    from sviedka.cli.main import main

    assert main(["figures", str(EXAMPLE), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (len(told["pairs"]), told["addable"]) == (45, 0)
    path = tmp_path / "two.yaml"
    second = GOOD.splitlines()[1].replace("name: a", "name: b").replace("2020-08", "2020-09")
    path.write_text(GOOD + second + "\n")
    assert main(["figures", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["addable"] == 1
