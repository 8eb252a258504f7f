# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record file is admitted whole, once, or refused with the line, the label and what was expected, and nothing admitted."""

import re
from pathlib import Path

import pytest
from archive_kit import case_of, statements_of
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.base.errors import Failure
from sviedka.store.connect import current_database
from sviedka.store.deposit.depositing import deposit
from sviedka.store.ledger import find_label
from sviedka.store.models import Case, Consent, Head, Item, Label, Passage, Person, Statement
from sviedka.store.rebuild import rebuild
from sviedka.store.records.casebook import CasebookRefused, parse_casebook
from sviedka.store.records.plain_yaml import MAX_BYTES, YamlRefused, parse_yaml
from sviedka.store.records.recording import record
from sviedka.store.scope import in_cases, whole_archive
from sviedka.store.session import open_store
from sviedka.store.upkeep.dumping import digest_tables

WORKED_CASE = Path(__file__).parents[2] / "examples" / "belarus-2020"

SMALL = """\
casebook: 1
case: {label: case-one, title: {en: A case, be: Справа}}
persons:
  - {label: p-a, pseudonym: Alpha, counting_unit: individual}
  - {label: p-b, pseudonym: Beta, counting_unit: individual}
sources:
  - {label: s-1, kind: document, title: A report, reliability: B, published: "2021-01", persons: [p-a]}
citations:
  - {label: c-1, source: s-1, access: page, locator: "12"}
events:
  - {label: e-1, title: An event, kind: killing, date: "2020-08-10", place: {country: BY, precision: country}}
acts:
  - label: a-1
    event: e-1
    act_type: arrest
    roles:
      - {role: victim, person: p-a}
      - {role: witness, person: p-b}
    text:
      - {segment: "About one.", about: [p-a]}
      - {segment: "About both.", about: [p-a, p-b]}
claims:
  - label: k-1
    about: a-1
    predicate: number
    value: 3
    stance: asserts
    basis: hearsay
    citations: [c-1]
    credibility: 3
    status: accepted
    persons: [p-a]
consents:
  - label: g-1
    person: p-a
    event: given
    form: f-1
    method: signed
    informed: [purposes]
    grants:
      - {purpose: casework, recipients: [archive], level: pseudonym, material: [statement-text], until: null}
"""


def write(folder, text):
    path = folder / "book.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def record_text(archive, keeper, folder, text):
    return record(archive, keeper, write(folder, text), assertor=keeper.assertor)


def count_statements(archive, keeper):
    open_store(archive, keeper)
    with whole_archive():
        return Statement.objects.count()


def test_the_worked_case_is_recorded_and_the_second_time_adds_nothing(archive, keeper):
    deposit(archive, keeper, [WORKED_CASE / "files"], case="belarus-2020")
    first = record(archive, keeper, WORKED_CASE / "casebook.yaml", assertor=keeper.assertor)
    assert first.known == 0
    assert first.admitted > 200
    before = digest_tables(current_database())
    again = record(archive, keeper, WORKED_CASE / "casebook.yaml")
    assert (again.admitted, again.known) == (0, first.admitted)
    assert digest_tables(current_database()) == before
    rebuild(archive, keeper)
    assert digest_tables(open_store(archive, keeper)) == before


def test_what_the_file_says_is_what_the_statements_say(archive, keeper, tmp_path):
    assert record_text(archive, keeper, tmp_path, SMALL).admitted == 9
    case = case_of(keeper, "case-one")
    with in_cases(case):
        assert Case.objects.get().title == {"be": "Справа", "en": "A case"}
        assert set(Person.objects.values_list("pseudonym", flat=True)) == {"Alpha", "Beta"}
        assert list(Consent.objects.values_list("event", flat=True)) == ["given"]
        labels = dict(Label.objects.values_list("label", "subject"))
    (claim,) = statements_of(keeper, "case-one", labels["k-1"])
    assert claim.fields["about"] == {"act": labels["a-1"]}
    assert claim.fields["value"] == 3
    assert claim.fields["citation.1"] == labels["c-1"]
    assert claim.fields["persons.1"] == {"person": labels["p-a"]}
    (act,) = statements_of(keeper, "case-one", labels["a-1"])
    assert act.fields["role.1"] == {"role": "victim", "person": labels["p-a"]}
    assert act.fields["text"] == ["About one.", "About both."]


def test_each_sentence_is_under_the_cells_of_whom_it_is_about(archive, keeper, tmp_path):
    record_text(archive, keeper, tmp_path, SMALL)
    case = case_of(keeper, "case-one")
    with in_cases(case):
        cells = dict(Person.objects.values_list("pseudonym", "cell"))
        act = Label.objects.get(label="a-1").statement
        groups = {row.cells for row in Passage.objects.filter(statement_id=act)}
    alpha, beta = cells["Alpha"], cells["Beta"]
    assert {(alpha,), (beta,), tuple(sorted((alpha, beta)))} <= groups


def test_changed_content_under_the_same_label_is_a_further_statement_of_the_same_subject(archive, keeper, tmp_path):
    record_text(archive, keeper, tmp_path, SMALL)
    changed = record_text(archive, keeper, tmp_path, SMALL.replace("A report", "A corrected report"))
    assert (changed.admitted, changed.known) == (1, 8)
    subject = find_label(open_store(archive, keeper), case_of(keeper, "case-one"), "s-1")
    first, second = statements_of(keeper, "case-one", subject)
    assert (first.fields["title"], second.fields["title"]) == ("A report", "A corrected report")
    assert second.heads == (first.head.jti,)
    with in_cases(case_of(keeper, "case-one")):
        assert [head.jti for head in Head.objects.filter(subject=subject)] == [second.head.jti]


def test_a_person_keeps_their_cell_when_the_file_changes(archive, keeper, tmp_path):
    record_text(archive, keeper, tmp_path, SMALL)
    with whole_archive():
        before = dict(Person.objects.values_list("person", "cell"))
    record_text(archive, keeper, tmp_path, SMALL.replace("Alpha", "Alef"))
    with whole_archive():
        assert dict(Person.objects.values_list("person", "cell")) == before
        assert "Alef" in Person.objects.values_list("pseudonym", flat=True)


def test_a_second_file_of_a_case_may_use_labels_of_the_first(archive, keeper, tmp_path):
    record_text(archive, keeper, tmp_path, SMALL)
    more = """\
casebook: 1
case: {label: case-one, title: {en: A case, be: Справа}}
claims:
  - {label: k-2, about: e-1, predicate: place, value: a square, stance: asserts, basis: hearsay,
     citations: [c-1], credibility: 3, status: accepted, persons: [p-b]}
"""
    assert record_text(archive, keeper, tmp_path, more).admitted == 1


def test_a_citation_may_stand_inside_its_claim(archive, keeper, tmp_path):
    text = SMALL.replace("citations: [c-1]", 'citations: [c-1, {source: s-1, access: page, locator: "13"}]')
    text = text.replace("status: accepted", "status: accepted\n    public_note: Two places.")
    assert record_text(archive, keeper, tmp_path, text).admitted == 10
    case = case_of(keeper, "case-one")
    claim = find_label(open_store(archive, keeper), case, "k-1")
    (said,) = statements_of(keeper, "case-one", claim)
    assert said.fields["citation.2"] == find_label(current_database(), case, "k-1.c2")
    assert record_text(archive, keeper, tmp_path, text).admitted == 0


def test_a_source_may_name_its_original_by_path(archive, keeper, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "back\\slash.txt").write_bytes(b"report")
    deposit(archive, keeper, [folder], case="case-one")
    text = SMALL.replace("reliability: B,", 'reliability: B, item: "files/back\\\\slash.txt",')
    record_text(archive, keeper, tmp_path, text)
    source = find_label(open_store(archive, keeper), case_of(keeper, "case-one"), "s-1")
    (said,) = statements_of(keeper, "case-one", source)
    with in_cases(case_of(keeper, "case-one")):
        assert Item.objects.get(kind="file").item == said.fields["item"]


def test_two_cases_may_use_the_same_labels_for_different_things(archive, keeper, tmp_path):
    record_text(archive, keeper, tmp_path, SMALL)
    assert record_text(archive, keeper, tmp_path, SMALL.replace("case-one", "case-two")).known == 0
    one, two = (
        find_label(open_store(archive, keeper), case_of(keeper, case), "s-1") for case in ("case-one", "case-two")
    )
    assert one != two


def test_a_label_is_bound_to_a_sealed_original_and_says_whom_it_shows(archive, keeper, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "video.mp4").write_bytes(b"video")
    deposit(archive, keeper, [folder], case="case-one")
    text = SMALL + "items:\n  - {label: i-1, path: files/video.mp4, shows: [p-a]}\n"
    text += 'transfers:\n  - {item: i-1, from: a volunteer, to: office, at: "2021-01-20"}\n'
    record_text(archive, keeper, tmp_path, text)
    case = case_of(keeper, "case-one")
    item = find_label(open_store(archive, keeper), case, "i-1")
    received, sealed, again, moved = statements_of(keeper, "case-one", item)
    assert [one.type for one in (received, sealed, again, moved)] == [
        "item.received/1",
        "item.sealed/1",
        "item.received/1",
        "custody.transfer/1",
    ]
    assert again.fields["original_name"] == received.fields["original_name"] == "video.mp4"
    assert again.fields["shows.1"]["person"] == find_label(current_database(), case, "p-a")
    assert moved.fields["from"] == {"description": "a volunteer"}
    with in_cases(case):
        assert Item.objects.get(item=item).payload_sha256
    assert record_text(archive, keeper, tmp_path, text).admitted == 0


REFUSED = {
    "another version": (SMALL.replace("casebook: 1", "casebook: 2"), "version"),
    "no case": (re.sub(r"case: .*\n", "", SMALL), "case"),
    "an unknown part": (SMALL + "people: []\n", "Line 42, the file: expected one of the parts"),
    "an unknown key": (SMALL.replace("pseudonym: Beta", "name: Beta"), "Line 5, p-b"),
    "a person's name has no key": (SMALL.replace("pseudonym: Alpha,", "pseudonym: Alpha, real_name: X,"), "p-a"),
    "a missing field": (SMALL.replace("reliability: B, ", ""), "s-1: source/1 needs the field reliability"),
    "a word of no vocabulary": (SMALL.replace("stance: asserts", "stance: shouts"), "k-1: claim/1: stance should be"),
    "a label twice": (SMALL.replace("label: p-b", "label: p-a"), "p-a: expected a label of its own"),
    "a label with capitals": (SMALL.replace("label: s-1", "label: S 1"), "expected a label"),
    "no label": (SMALL.replace("{label: c-1, ", "{"), "expected a label"),
    "a label that leads nowhere": (SMALL.replace("citations: [c-1]", "citations: [c-9]"), "expected the label"),
    "a label of another kind": (SMALL.replace("source: s-1", "source: e-1"), "expected the label of one of: source"),
    "a claim without a citation": (SMALL.replace("    citations: [c-1]\n", ""), "citation"),
    "a date that the calendar does not have": (SMALL.replace('"2020-08-10"', '"2020-02-31"'), "date"),
    "a consent of no kind": (SMALL.replace("event: given", "event: assumed"), "g-1: expected event"),
    "a consent for nobody": (SMALL.replace("    person: p-a\n", ""), "person"),
    "an original that was never sealed": (
        SMALL + "items:\n  - {label: i-1, path: nowhere}\n",
        "i-1: expected the path",
    ),
    "a part that is no list": (SMALL + "items: {a: b}\n", "expected a list"),
    "a number in quotation marks": (SMALL.replace("credibility: 3", 'credibility: "3"'), "credibility"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_for(archive, keeper, tmp_path, name):
    text, expected = REFUSED[name]
    with pytest.raises(CasebookRefused) as told:
        record_text(archive, keeper, tmp_path, text)
    assert expected in str(told.value)
    assert count_statements(archive, keeper) == 0
    assert len([path for path in archive.cells.glob("*/??/*") if len(path.name) == 32]) == 1  # the archive's own


def test_a_refusal_does_not_repeat_what_stands_there(archive, keeper, tmp_path):
    with pytest.raises(CasebookRefused) as told:
        record_text(archive, keeper, tmp_path, SMALL.replace("stance: asserts", "stance: canary-word"))
    assert "canary" not in str(told.value)


BAD_YAML = {
    "an anchor": "a: &x 1",
    "an alias": "a: *x",
    "a bomb of aliases": "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]",
    "a key twice": "a: 1\na: 2",
    "a tag": "a: !!python/object/apply:os.system [ls]",
    "a merge key": "<<: {a: 1}",
    "a key that is a list": "? [a]\n: b",
    "two documents": "--- a\n--- b",
    "nothing": "",
    "a control character": "a: \x07",
    "bytes that are no UTF-8": b"\xff\xfe",
    "a list that does not end": "a: [",
    "deep nesting": "[" * 100 + "]" * 100,
}


@pytest.mark.parametrize("name", BAD_YAML)
def test_yaml_is_refused_for(name):
    text = BAD_YAML[name]
    with pytest.raises(YamlRefused):
        parse_yaml(text if isinstance(text, bytes) else text.encode())


def test_a_file_over_the_cap_is_refused_unread():
    with pytest.raises(Failure):
        parse_yaml(b"a" * (MAX_BYTES + 1))


def test_dates_words_and_numbers_stay_text_until_a_field_asks():
    node = parse_yaml(b"{a: 2020-08-10, b: no, c: 0123, d: null}")
    assert {name: inner.value for name, inner in node.value.items()} == {
        "a": "2020-08-10",
        "b": "no",
        "c": "0123",
        "d": "null",
    }


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_our_own(data):
    try:
        parse_casebook(data)
    except Failure:
        return


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.text(max_size=8), st.integers(0, 30))
def test_a_file_with_something_changed_raises_nothing_but_our_own(place, text, cut):
    try:
        parse_casebook((SMALL[:place] + text + SMALL[place + cut :]).encode("utf-8", "surrogatepass"))
    except Failure:
        return


@settings(max_examples=60, deadline=None)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(SMALL) - 1), st.sampled_from("xp- 3:{}[],\"'\n~")), min_size=1, max_size=3
    )
)
def test_a_file_with_letters_changed_is_recorded_or_refused_by_name(one_archive, edits):
    archive, keeper, folder = one_archive
    text = list(SMALL)
    for place, letter in edits:
        text[place] = letter
    try:
        record_text(archive, keeper, folder, "".join(text))
    except Failure:
        return


@pytest.fixture(scope="module")
def one_archive(tmp_path_factory):
    from archive_kit import LocalKeeper, found

    from sviedka.store.connect import disconnect

    folder = tmp_path_factory.mktemp("fuzz")
    archive = found(folder)
    yield archive, LocalKeeper(archive), folder
    disconnect()
