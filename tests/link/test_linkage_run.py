"""A linkage run is numbers in one spelling, and counts a copied list as no list."""

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_kit import small_run
from sviedka.core.base.errors import Malformed
from sviedka.link.captures import counting_lists, decided_captures, drawn_captures
from sviedka.link.run import RunMalformed, ScoredPairs
from sviedka.link.run_file import parse_run, run_to_bytes

WHOLE = run_to_bytes(small_run())


def test_a_run_is_read_as_it_was_written():
    found = parse_run(WHOLE)
    assert run_to_bytes(found) == WHOLE
    assert found.lists == small_run().lists
    assert found.counted == small_run().counted
    assert found.draws.tolist() == small_run().draws.tolist()
    assert found.pairs.agreement.tolist() == [[2, 3], [1, -1], [2, 2]]
    assert (found.records, found.people) == (7, 5)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused(place, change):
    data = bytearray(WHOLE)
    data[place] ^= change
    with pytest.raises(Malformed):
        parse_run(bytes(data))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_run_is_refused(length):
    with pytest.raises(Malformed):
        parse_run(WHOLE[:length])


def rewritten(change):
    """Return the run with its head changed, in a ZIP that is whole."""
    source, out = zipfile.ZipFile(io.BytesIO(WHOLE)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "run.json":
                head = json.loads(data)
                change(head)
                data = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
            target.writestr(member, data)
    return out.getvalue()


def test_a_head_that_is_rewritten_unchanged_is_read():
    assert parse_run(rewritten(len)).records == 7


HEADS = {
    "another format": lambda head: head.update(format="sviedka-linkage-run/2"),
    "a number for a word": lambda head: head["counted"].update(unit=3),
    "a member too much": lambda head: head["counted"].update(name="x"),
    "a word for a number": lambda head: head["lists"][0].update(rows="3"),
    "copied in a circle": lambda head: head["lists"][0].update(copied_from="copy"),
    "a list too few": lambda head: head["lists"].pop(),
    "a comparison too many": lambda head: head["comparisons"].append("more"),
    "quality in words": lambda head: head["quality"].update(recall="much"),
    "a setting with parts": lambda head: head["settings"].update(threshold=[]),
    "no rules": lambda head: head.pop("rules"),
}


@pytest.mark.parametrize("wrong", HEADS)
def test_a_head_that_does_not_fit_is_refused(wrong):
    with pytest.raises(Malformed):
        parse_run(rewritten(HEADS[wrong]))


def pairs(i, j, p):
    return ScoredPairs(
        i=np.array(i, dtype=np.int32),
        j=np.array(j, dtype=np.int32),
        p=np.array(p, dtype=np.float32),
        agreement=np.zeros((len(i), 2), dtype=np.int8),
    )


WRONG = {
    "a pair in the other order": {"pairs": pairs([3], [0], [0.5])},
    "a pair with nobody": {"pairs": pairs([0], [7], [0.5])},
    "more than sure": {"pairs": pairs([0], [3], [1.5])},
    "no probability": {"pairs": pairs([0], [3], [float("nan")])},
    "a list without a name": {"list_of": np.array([0, 0, 0, 1, 1, 2, 3], dtype=np.int16)},
    "a cluster too few": {"cluster_of": np.zeros(6, dtype=np.int32)},
    "clusters as long numbers": {"cluster_of": np.zeros(7, dtype=np.int64)},
    "draws of fewer records": {"draws": np.zeros((2, 6), dtype=np.int32)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_parts_that_do_not_fit_together_are_refused(wrong):
    with pytest.raises(RunMalformed):
        small_run(**WRONG[wrong])


def test_a_copied_list_counts_as_the_list_it_is_from():
    names, list_of = counting_lists(small_run())
    assert names == ("a", "b")
    assert list_of.tolist() == [0, 0, 0, 1, 1, 0, 0]
    assert decided_captures(small_run()).people.tolist() == [0, 1, 3, 1]


def test_as_a_list_of_its_own_it_would_count():
    lists = tuple(
        one if one.copied_from is None else type(one)(**{**vars(one), "copied_from": None}) for one in small_run().lists
    )
    assert decided_captures(small_run(lists=lists)).lists == ("a", "b", "copy")


def test_each_draw_has_its_table():
    assert [table.observed for table in drawn_captures(small_run())] == [5, 6]
