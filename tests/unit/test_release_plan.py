"""Plans and counts are read or refused line by line; nothing that is a list of people passes for counts."""

from dataclasses import replace

import pytest

from release_kit import NUMBERS, counts, plan
from sviedka.core.base.errors import TooLarge
from sviedka.core.count.release.counting import fill_plan
from sviedka.core.count.release.guarding import guard, is_minor
from sviedka.core.count.release.ledger import SEGMENT_CHARS, format_ledger, parse_ledger
from sviedka.core.count.release.release_errors import CountsRefused, LedgerMalformed, PlanRefused, TableForbidden
from sviedka.core.count.suppress.primary import CellCount
from sviedka.core.count.suppress.suppress_errors import TableMalformed
from sviedka.core.count.suppress.table import Cell
from sviedka.store.records.plain_yaml import YamlRefused
from sviedka.store.release.counts import MAX_BYTES, parse_counts
from sviedka.store.release.plan import parse_plan

PLAN = parse_plan(plan())


def cell(**at):
    return Cell(unit="complaints", population="invented complaints", at=tuple(sorted(at.items())))


def filled(data, made=PLAN):
    return fill_plan(made, parse_counts(data, made))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("plan: 1", "plan: 2"),
        ("unit: complaints", "unit: protesters"),
        ("name: outcome", "name: opinion"),
        ('as_of: "2020-12-31"', "as_of: 2020-12"),
        ("languages: [en, be]", "languages: [en, de]"),
        ("certainty: documented-minimum", "certainty: estimate"),
        ("certainty: documented-minimum", "certainty: total"),
        ("across: [outcome]", "across: []"),
        ("across: [outcome]", "across: [outcome, outcome]"),
        ("across: [outcome]", "across: [sex]"),
        ("name: by-outcome", "name: ../by-outcome"),
        ("name: by-outcome", "name: by-district"),
        ("parts: [n1, n2, n3]", "parts: [n1, n1]"),
        ("parts: [n1, n2, n3]", "parts: ['=n1']"),
        ("method: counted once each\n", ""),
        ("counts: counts.csv", "names: people.csv"),
        ("counts: counts.csv", "threshold: 4"),
        ("counts: counts.csv", "sensitive: false\nthreshold: 4"),
        ("counts: counts.csv", "corrects: 00000000000000000000000000000000"),
        ("title: {en: Place, be: Месца}", "title: {en: Place}"),
    ],
)
def test_a_plan_that_is_not_understood_is_refused(old, new):
    text = plan().decode()
    assert old in text
    with pytest.raises(PlanRefused):
        parse_plan(text.replace(old, new, 1).encode())


def test_a_plan_that_is_too_large_is_refused_before_its_cells_are_counted_out():
    many = ", ".join(f"c{number}" for number in range(399))
    large = DETAILED
    for old in ("[refused, no-reply, referred]", "[f1, f2]", "[rape, detention]"):
        large = large.replace(old, f"[{many}]")
    with pytest.raises(PlanRefused):
        parse_plan(large.replace("across: [outcome]", "across: [outcome, facility, act]").encode())


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"plan: 1\nplan: 1\n", b"- 1\n- [", b"a: &x 1\nb: *x\n"])
def test_what_is_no_yaml_is_refused(data):
    with pytest.raises(YamlRefused):
        parse_plan(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"place,outcome\n",
        b"place,outcome,count,name\nn1,refused,4,Somebody\n",
        b"place,place,count\n",
        b"place,outcome,count\nn1,refused\n",
        b"place,outcome,count\nn9,refused,4\n",
        b"place,outcome,count\nn1,refused,-4\n",
        b"place,outcome,count\nn1,refused,4.5\n",
        b"place,outcome,count\nn1,refused,=1+1\n",
        b"place,outcome,count\nn1,refused,4\nn1,refused,5\n",
        b'place,outcome,count\nn1,"refused,4\n',
        "place,outcome,count\nn1,адмова,4\n".encode("cp1251"),
        "place,outcome,count\nn1,refused,4\n".encode("utf-16"),
        b"PK\x03\x04 a spreadsheet",
        b"outcome,count\nrefused,4\n",
    ],
)
def test_counts_that_do_not_fit_are_refused(data):
    with pytest.raises(CountsRefused):
        filled(data)


def test_too_many_bytes_are_refused():
    with pytest.raises(TooLarge):
        parse_counts(b"x" * (MAX_BYTES + 1), PLAN)


def test_a_message_about_a_line_does_not_repeat_what_stands_in_it():
    with pytest.raises(CountsRefused) as refused:
        filled(b"place,outcome,count\nIvan Ivanovich,refused,4\n")
    assert "Ivan" not in str(refused.value)


def test_districts_come_to_regions_and_regions_to_all():
    version = filled(counts())
    assert version.counts[cell()].people == sum(NUMBERS)
    assert version.counts[cell(place="north")].people == sum(NUMBERS[:9])
    assert version.counts[cell(place="s2", outcome="referred")].people == NUMBERS[-1]


def test_rows_of_their_own_for_a_total_are_believed_only_if_they_add_up():
    more = counts() + f",,{sum(NUMBERS)}\n".encode()
    assert filled(more).counts == filled(counts()).counts
    from sviedka.core.count.suppress.writing import build_system

    wrong = filled(counts() + f",,{sum(NUMBERS) + 1}\n".encode())
    with pytest.raises(TableMalformed):
        build_system([wrong])


def test_sources_of_a_sum_are_at_least_those_of_its_largest_part():
    data = b"place,outcome,count,sources,only:a,only:b\nn1,refused,20,2,19,0\nn2,refused,30,5,0,3\n"
    version = filled(data)
    assert version.counts[cell(place="n1", outcome="refused")] == CellCount(people=20, sources=2, largest_list=19)
    assert version.counts[cell(outcome="refused")] == CellCount(people=50, sources=5, largest_list=19)
    assert PLAN.rule.is_sensitive(version.counts[cell(place="n1", outcome="refused")])
    assert not PLAN.rule.is_sensitive(version.counts[cell(outcome="refused")])


def test_nothing_is_added_up_over_categories_that_people_share():
    several = parse_plan(plan().replace(b"  - name: outcome\n", b"  - name: outcome\n    several: true\n"))
    with pytest.raises(CountsRefused):
        filled(counts(), several)  # a person in two outcomes would count twice in their district
    totals = "".join(f"{place},,70\n" for place in ("n1", "n2", "n3", "s1", "s2")).encode()
    version = filled(counts() + totals, several)
    assert version.counts[cell(place="n1")].people == 70
    assert version.counts[cell(outcome="refused")].people == 22 + sum(NUMBERS[0::3]) - 22


FINE = """
  - name: act
    title: {en: Act, be: Дзеянне}
    categories: [rape, detention]
  - name: age_band
    title: {en: Age, be: Узрост}
    categories: ["0-17", "18-29", "30+"]
  - name: facility
    title: {en: Place of detention, be: Месца ўтрымання}
    categories: [f1, f2]
  - name: day
    title: {en: Day, be: Дзень}
    categories: ["2020-08-10", "2020-08-11"]
  - name: month
    title: {en: Month, be: Месяц}
    categories: ["2020-08"]
tables:
"""
DETAILED = plan().decode().replace("\ntables:\n", FINE)


@pytest.mark.parametrize(
    ("at", "never"),
    [
        ({"act": "rape"}, False),
        ({"act": "rape", "place": "north", "month": "2020-08"}, False),
        ({"act": "rape", "place": "n1"}, True),
        ({"act": "rape", "facility": "f1"}, True),
        ({"act": "rape", "day": "2020-08-10"}, True),
        ({"age_band": "0-17", "place": "n1"}, True),
        ({"age_band": "18-29", "place": "n1"}, False),
        ({"act": "detention", "place": "n1", "day": "2020-08-10"}, False),
    ],
)
def test_sexual_violence_and_minors_are_never_shown_below_region_and_month(at, never):
    made = parse_plan(DETAILED.encode())
    guarded = guard(made, cell(**at), CellCount(people=500))
    assert guarded.never_shown == never
    assert made.rule.is_sensitive(guarded) == never


def test_one_facility_on_one_day_is_refused_as_a_table():
    with pytest.raises(TableForbidden):
        parse_plan(DETAILED.replace("across: [outcome]", "across: [facility, outcome, day]").encode())


AGES = {"0-17": True, "14-20": True, "18-29": False, "60+": False, "children": True, "unknown": False}


@pytest.mark.parametrize(("code", "minor"), AGES.items())
def test_an_age_band_that_nobody_can_read_is_taken_for_minors(code, minor):
    assert is_minor(code) == minor


def test_the_ledger_is_read_back_as_it_was_written():
    version = filled(b"place,outcome,count,sources\nn1,refused,20,2\nn2,refused,30,5\n")
    version = replace(version, shown=frozenset(list(version.counts)[:4]), base=5)
    version = replace(version, counts={**version.counts, cell(place="s1"): CellCount(people=0, never_shown=True)})
    segments = format_ledger(version)
    assert parse_ledger(segments) == version
    assert all(len(segment) <= SEGMENT_CHARS for segment in segments)


@pytest.mark.parametrize("segments", [[], ["{}"], ['{"format":"sviedka/release-ledger/1"}'], ["["], ["null"]])
def test_a_ledger_that_cannot_be_read_is_said_to_be_none(segments):
    with pytest.raises(LedgerMalformed):
        parse_ledger(segments)


def test_a_cut_ledger_is_refused():
    (text,) = format_ledger(filled(counts()))
    with pytest.raises(LedgerMalformed):
        parse_ledger([text.replace("[" + str(sum(NUMBERS)) + ",", "[")])
