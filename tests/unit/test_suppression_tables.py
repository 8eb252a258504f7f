"""Tables share their margins by name; what is sensitive, how numbers are rounded, and that hiding more tells less."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.count.suppress.attack import Attacker
from sviedka.core.count.suppress.audit import choose_shown
from sviedka.core.count.suppress.dimension import Dimension
from sviedka.core.count.suppress.primary import CellCount, PrimaryRule
from sviedka.core.count.suppress.suppress_errors import AlreadyRevealed, TableMalformed
from sviedka.core.count.suppress.table import Table, Unit
from sviedka.core.count.suppress.version import Version, round_to_base
from sviedka.core.count.suppress.writing import build_system

PLACE = Dimension(name="place", parents=(("north", ""), ("n1", "north"), ("n2", "north"), ("south", "")))
MONTH = Dimension(name="month", parents=(("08", ""), ("09", "")))
ACT = Dimension(name="act", parents=(("beating", ""), ("detention", "")), several=True)
RULE = PrimaryRule()


def table(*dimensions, unit=Unit.PERSONS):
    return Table(unit=unit, population="everybody", dimensions=dimensions)


def version(made, numbers, **more):
    counts = {cell: CellCount(people=number) for cell, number in zip(made.cells(), numbers, strict=True)}
    return Version(as_of="2020-12-31", tables=(made,), counts=counts, **more)


def test_a_margin_of_two_tables_is_one_cell():
    assert set(table(PLACE, MONTH).cells()) & set(table(MONTH, ACT).cells()) == set(table(MONTH).cells())


def test_the_same_words_of_another_unit_are_another_cell():
    assert not set(table(MONTH).cells()) & set(table(MONTH, unit=Unit.ACTS).cells())


def test_every_level_of_a_tree_adds_up():
    sums = [(one.whole.at, [part.at for part in one.parts]) for one in table(PLACE).sums()]
    assert sums == [
        ((), [(("place", "north"),), (("place", "south"),)]),
        ((("place", "north"),), [(("place", "n1"),), (("place", "n2"),)]),
    ]


@pytest.mark.parametrize("parents", [(("a", ""), ("a", "")), (("b", "a"), ("a", "")), (("", ""),), ()])
def test_what_is_no_tree_is_refused(parents):
    with pytest.raises(TableMalformed):
        Dimension(name="place", parents=parents)


@pytest.mark.parametrize(
    ("count", "sensitive"),
    [
        (CellCount(people=0), True),
        (CellCount(people=9), True),
        (CellCount(people=10), False),
        (CellCount(people=40, sources=2), True),
        (CellCount(people=40, sources=3), False),
        (CellCount(people=40, largest_list=36), False),
        (CellCount(people=40, largest_list=37), True),
    ],
)
def test_few_people_few_sources_or_one_list_are_sensitive(count, sensitive):
    assert RULE.is_sensitive(count) == sensitive


def test_one_list_more_than_there_are_is_no_count():
    with pytest.raises(TableMalformed):
        CellCount(people=3, largest_list=4)


@given(st.integers(0, 10_000), st.sampled_from([1, 3, 5, 7]))
def test_rounding_goes_to_the_nearest_multiple(number, base):
    rounded = round_to_base(number, base)
    assert rounded % base == 0
    assert abs(rounded - number) <= base // 2


def test_a_total_that_is_not_its_parts_is_refused():
    with pytest.raises(TableMalformed):
        build_system([version(table(MONTH), (30, 10, 19))])


@pytest.mark.parametrize(("numbers", "fits"), [((30, 20, 15), True), ((30, 31, 15), False), ((40, 20, 15), False)])
def test_people_in_several_categories_are_no_sum_but_no_more_than_all(numbers, fits):
    made = version(table(ACT), numbers)
    if fits:
        build_system([made])
    else:
        with pytest.raises(TableMalformed):
            build_system([made])


def test_an_even_base_is_refused():
    with pytest.raises(TableMalformed):
        version(table(MONTH), (30, 10, 20), base=4)


def test_a_small_number_takes_a_second_one_with_it():
    made = version(table(MONTH), (40, 4, 36))
    assert choose_shown([made]) < {cell for cell in made.counts if made.counts[cell].people >= 10}


def test_a_number_that_was_shown_before_cannot_be_hidden_by_others():
    """Thirty and twenty-seven stand in print: that three are left is out, whatever is hidden now."""
    total, first, second = table(MONTH).cells()
    out = version(table(MONTH), (30, 27, 3), shown=frozenset({total, first}))
    with pytest.raises(AlreadyRevealed):
        choose_shown([out, version(table(MONTH), (30, 27, 3))])
    assert second not in choose_shown([version(table(MONTH), (30, 27, 3))])  # control: it could have been


SQUARE = table(
    Dimension(name="row", parents=(("t", ""), ("b", ""))), Dimension(name="side", parents=(("l", ""), ("r", "")))
)


def square(inner):
    a, b, c, d = inner
    return a + b + c + d, a + c, b + d, a + b, a, b, c + d, c, d


def attack(inner, hidden):
    """Return the attacker's intervals of all nine cells, in the order of the table."""
    system = build_system([version(SQUARE, square(inner))])
    columns = [system.column_of[cell] for cell in SQUARE.cells()]
    is_hidden = np.zeros(len(system.value), dtype=bool)
    is_hidden[[columns[place] for place in hidden]] = True
    attacker = Attacker(system, is_hidden=is_hidden)
    return [attacker.interval(column) for column in columns]


def whole_intervals(numbers, hidden, most=36):
    """Try every table there is: 2 x 2 with margins, the hidden cells from 0 to `most`."""
    found = {place: [] for place in hidden}
    for tried in itertools.product(range(most + 1), repeat=len(hidden)):
        a = np.array(numbers)
        a[list(hidden)] = tried
        whole, left, right, top, tl, tr, bottom, bl, br = a
        sums = (left == tl + bl, right == tr + br, top == tl + tr, bottom == bl + br, whole == left + right)
        if all(sums) and whole == top + bottom:
            for place, value in zip(hidden, tried, strict=True):
                found[place].append(value)
    return {place: (min(values), max(values)) for place, values in found.items()}


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.sets(st.integers(0, 8), min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_the_attacker_finds_what_trying_every_table_finds(inner, hidden):
    found = attack(inner, hidden)
    for place, (least, greatest) in whole_intervals(square(inner), sorted(hidden)).items():
        assert found[place][0] == pytest.approx(least, abs=1e-6)
        assert min(found[place][1], 36) == pytest.approx(greatest, abs=1e-6)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4), st.sets(st.integers(0, 8)), st.integers(0, 8))
@settings(max_examples=25, deadline=None)
def test_hiding_one_more_cell_never_tells_more_about_another(inner, hidden, more):
    before, after = attack(inner, hidden), attack(inner, hidden | {more})
    for (least, greatest), (least_after, greatest_after) in zip(before, after, strict=True):
        assert least_after <= least + 1e-6
        assert greatest_after >= greatest - 1e-6


def test_where_nothing_is_small_everything_is_shown():
    made = version(SQUARE, square((10, 20, 30, 40)))
    assert choose_shown([made]) == made.counts.keys()


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), st.integers(3, 12), st.integers(1, 8))
def test_a_higher_threshold_never_makes_more_numbers_harmless(inner, threshold, more):
    low, high = PrimaryRule(threshold=threshold), PrimaryRule(threshold=threshold + more)
    counts = [CellCount(people=number) for number in inner]
    assert all(high.is_sensitive(count) for count in counts if low.is_sensitive(count))
