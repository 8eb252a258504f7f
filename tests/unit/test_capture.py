"""People are counted once, under the lists that they stand on, whatever their clusters are called."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.count.capture import CaptureMalformed, CaptureTable, tabulate_captures

LISTS = ("a", "b", "c")


def table(records):
    list_of, cluster_of = (np.array(column, dtype=np.int64) for column in zip(*records, strict=True))
    return tabulate_captures(LISTS, list_of=list_of, cluster_of=cluster_of)


def test_the_digits_of_a_pattern_read_in_the_order_of_the_lists():
    found = table([(0, 7), (2, 7), (1, 8), (1, 8)])
    assert found.people.tolist() == [0, 0, 1, 0, 0, 1, 0, 0]
    assert found.observed == 2


RECORDS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=40)


@given(RECORDS, st.permutations(range(10)), st.randoms())
def test_neither_the_names_of_clusters_nor_the_order_of_records_matter(records, names, random):
    renamed = [(place, names[cluster]) for place, cluster in records]
    random.shuffle(renamed)
    assert table(renamed).people.tolist() == table(records).people.tolist()
    assert table(records).observed == len({cluster for _, cluster in records})


def test_no_records_are_nobody():
    nothing = np.zeros(0, dtype=np.int64)
    assert tabulate_captures(LISTS, list_of=nothing, cluster_of=nothing).observed == 0


@pytest.mark.parametrize(
    ("lists", "people"),
    [
        (("a", "a"), [0, 1, 1, 1]),
        (("a", "b"), [0, 1, 1]),
        (("a", "b"), [1, 1, 1, 1]),
        (("a", "b"), [0, -1, 1, 1]),
        ((), [0]),
    ],
)
def test_what_is_no_table_is_refused(lists, people):
    with pytest.raises(CaptureMalformed):
        CaptureTable(lists=lists, people=np.array(people, dtype=np.int64))


def test_a_record_of_an_unknown_list_is_refused():
    with pytest.raises(CaptureMalformed):
        table([(3, 1)])
