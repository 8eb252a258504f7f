"""Counts by category: each person once, under what most records say; a copied list is no list; no name comes out."""

import json
from dataclasses import replace

import pytest
from review_runs import make_run

from sviedka.core.base.progress import unwatched
from sviedka.link.categories import plain_dimensions
from sviedka.link.lists_file import parse_link_order
from sviedka.link.names_at_hand import ListsDiffer
from sviedka.link.reading import read_lists
from sviedka.link.tallying import UNKNOWN, Tally, tally_people

FIRST = "name,sex,day\nVydumka,f,2020-08-09\nNikolisin,m,2020-08\nNikolisin,m,2020\n"
SECOND = "name,sex,day\nVydumko,ж,10.08.2020\nNikolisin,,2020-09-01\n"
LISTS = b"""\
counted: {unit: person, what: detained, where: an invented place, until: 2020-12-31}
lists:
  - {name: first, file: first.csv, holder: invented, provenance: invented,
     columns: {family: name, sex: sex, event_date: day}}
  - {name: second, file: second.csv, holder: invented, provenance: invented, COPY
     columns: {family: name, sex: sex, event_date: day}}
"""


def by(*names):
    return {name: plain_dimensions()[name] for name in names}


def made(folder, copied=False):
    (folder / "first.csv").write_text(FIRST)
    (folder / "second.csv").write_text(SECOND)
    (folder / "lists.yaml").write_bytes(LISTS.replace(b"COPY", b"copied_from: first," if copied else b""))
    read = read_lists(parse_link_order((folder / "lists.yaml").read_bytes()), folder, unwatched)
    run = make_run([0, 0, 0, 1, 1], [(0, 3, 0.9), (1, 4, 0.9)])
    return replace(run, lists=tuple(one.about for one in read)), read


def test_each_person_counts_once_under_what_most_records_say(tmp_path):
    run, lists = made(tmp_path)
    assert tally_people(run, lists, by("sex", "month")).rows == (
        Tally(codes=("f", "2020-08"), people=1, only=(0, 0)),
        Tally(codes=("m", UNKNOWN), people=2, only=(1, 0)),  # one of two months, and one of a year only
    )
    assert sum(one.people for one in tally_people(run, lists, by("sex")).rows) == run.people


def test_a_copied_list_has_nobody_of_its_own(tmp_path):
    run, lists = made(tmp_path, copied=True)
    assert [one.only for one in tally_people(run, lists, by("sex")).rows] == [(1,), (2,)]


def test_a_list_that_changed_is_refused(tmp_path):
    run, _ = made(tmp_path)
    (tmp_path / "second.csv").write_text(SECOND + "Somebody,m,2020\n")
    other = read_lists(parse_link_order((tmp_path / "lists.yaml").read_bytes()), tmp_path, unwatched)
    with pytest.raises(ListsDiffer):
        tally_people(run, other, by("sex"))


def test_the_command_writes_what_a_release_reads_and_no_name(tmp_path, capsys):
    from sviedka.cli.main import main
    from sviedka.link.run_file import run_to_bytes

    run, _ = made(tmp_path)
    (tmp_path / "linked.run").write_bytes(run_to_bytes(run))
    words = ["tabulate", str(tmp_path / "linked.run"), "--lists", str(tmp_path / "lists.yaml"), "--across", "sex",
             "-o", str(tmp_path / "counts.csv"), "--json"]  # fmt: skip
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["people"], told["counted"]["what"]) == (3, "detained")
    text = (tmp_path / "counts.csv").read_text()
    assert text == "sex,count,only:first,only:second\nf,1,0,0\nm,2,1,0\n"
    assert main(words) == 50  # it is there already
    capsys.readouterr()
    assert "Nikolisin" not in text
