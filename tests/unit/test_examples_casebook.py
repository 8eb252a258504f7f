# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worked case is whole: every label resolves, every claim is cited, and it holds what the promises demand."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
import yaml

from sviedka.core.base.dates import parse_date

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "belarus-2020"
KINDS = ("persons", "sources", "citations", "events", "acts", "claims", "consents", "items")
PURPOSES = {
    *("casework", "statistics", "publication-anonymised", "publication-pseudonym", "publication-named"),
    *("un-special-procedures", "un-investigation", "prosecution-abroad", "international-court"),
    *("domestic-authorities", "partner-organisations", "media", "research", "machine-learning"),
}
# G10: what people did, thought, called out or voted for has no place in the record.
ABOUT_OPINIONS = re.compile(
    r"\b(protest|demonstrat|rall(y|ies)|slogan|vot(e|ed|er|ing)\b|oppositio|opinion|march(ed|ing)|mural|ribbon|strik(e|ing)\b)",
    re.IGNORECASE,
)
# Presumption of innocence: words that a court may use and we may not.
VERDICTS = re.compile(r"\b(guilty|murder(er|ed)|torturers?|criminals|culprit|butcher)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def book():
    # BaseLoader, as the reader of casebooks does it: dates and numbers stay text.
    return yaml.load((EXAMPLE / "casebook.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506


def texts(value):
    """Yield every text below `value`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    else:
        for inner in value:
            yield from texts(inner)


def labels(book):
    return [entry["label"] for kind in KINDS for entry in book[kind]]


def mentions(book):
    """Yield (where, label) for every label that something refers to."""
    for citation in book["citations"]:
        yield citation["label"], citation["source"]
    for act in book["acts"]:
        yield act["label"], act["event"]
        yield from ((act["label"], role["person"]) for role in act["roles"] if "person" in role)
        yield from ((act["label"], person) for part in act.get("text", []) for person in part["about"])
    for claim in book["claims"]:
        yield claim["label"], claim["about"]
        yield from ((claim["label"], other) for other in claim["citations"] + claim.get("persons", []))
        yield from ((claim["label"], person) for part in claim.get("text", []) for person in part["about"])
        yield from ((claim["label"], found) for found in re.findall(r"\bk-[a-z0-9-]+", claim.get("status_note", "")))
    for consent in book["consents"]:
        yield consent["label"], consent["person"]
    for item in book["items"]:
        yield from ((item["label"], person) for person in item.get("shows", []))
    for transfer in book["transfers"]:
        yield "transfer", transfer["item"]


def unresolved(book):
    known = set(labels(book))
    return [(where, label) for where, label in mentions(book) if label not in known]


def missing_notes(book):
    """Rule R16: two citations or a conflict need a note for the reader."""
    return [
        claim["label"]
        for claim in book["claims"]
        if (len(claim["citations"]) > 1 or claim["status"] in {"conflict", "retracted"})
        and not claim.get("public_note")
    ]


def groups_of(book, claim):
    source_of = {citation["label"]: citation["source"] for citation in book["citations"]}
    group_of = {source["label"]: source["independence_group"] for source in book["sources"]}
    return {group_of[source_of[label]] for label in claim["citations"]}


def told(book):
    """Everything that says something of the world; titles of sources are their publishers' words."""
    return [*texts(book["events"]), *texts(book["acts"]), *texts(book["claims"]), *texts(book["persons"])]


def test_the_case_has_the_size_that_was_asked_for(book):
    assert len(book["sources"]) >= 12
    assert len(book["events"]) >= 4
    assert len(book["claims"]) >= 40
    assert len(book["persons"]) == 3


def test_no_label_stands_for_two_things(book):
    found = labels(book)
    assert len(set(found)) == len(found)


def test_every_label_resolves(book):
    assert unresolved(book) == []


def test_a_label_that_leads_nowhere_is_found(book):
    broken = copy.deepcopy(book)
    broken["claims"][0]["citations"] = ["c-nowhere"]
    broken["consents"][0]["person"] = "p-nobody"
    assert {label for _, label in unresolved(broken)} == {"c-nowhere", "p-nobody"}


def test_every_claim_is_cited_with_a_place(book):
    places = {citation["label"]: citation["locator"] for citation in book["citations"]}
    for claim in book["claims"]:
        assert claim["citations"], claim["label"]
        assert all(places[label].strip() for label in claim["citations"])


def test_every_source_and_citation_is_used(book):
    cited = {label for claim in book["claims"] for label in claim["citations"]}
    assert {citation["label"] for citation in book["citations"]} == cited
    sources = {citation["source"] for citation in book["citations"]}
    assert {source["label"] for source in book["sources"]} - sources == {"s-own-paraphrase"}


def test_every_act_is_claimed_by_somebody(book):
    assert {act["label"] for act in book["acts"]} <= {claim["about"] for claim in book["claims"]}


def test_conflicts_and_several_citations_are_explained(book):
    assert missing_notes(book) == []
    broken = copy.deepcopy(book)
    next(claim for claim in broken["claims"] if claim["status"] == "conflict").pop("public_note")
    assert len(missing_notes(broken)) == 1


def test_what_readers_see_names_no_label_of_ours(book):
    seen = [claim.get(name, "") for claim in book["claims"] for name in ("value", "public_note")]
    seen += [citation["locator"] for citation in book["citations"]]
    assert [text for text in seen if re.search(r"\b[skeac]-[a-z]", text)] == []


def test_confirmed_needs_two_independent_origins(book):
    for claim in book["claims"]:
        if claim["credibility"] == "1":
            assert len(groups_of(book, claim)) >= 2, claim["label"]


def test_every_source_is_graded_with_a_reason(book):
    for source in book["sources"]:
        assert source["reliability"] in set("ABCDEF")
        assert len(source["reliability_reason"]) > 10
        assert source["independence_group"]


@pytest.mark.parametrize("letter", ["a", "b", "c", "d"])
def test_each_official_version_stands_beside_what_contradicts_it(book, letter):
    claims = {claim["label"]: claim for claim in book["claims"]}
    official = claims["k-d-fake" if letter == "d" else f"k-{letter}-official"]
    against = re.findall(r"\bk-[a-z0-9-]+", official["status_note"])
    assert official["public_note"].startswith("Official version")
    assert official["status"] == "conflict"
    assert against
    assert all(label.startswith(f"k-{letter}-") and label in claims for label in against)
    assert any(
        "official" in groups or "ministry" in groups or "committee" in groups for groups in groups_of(book, official)
    )


def test_differing_numbers_stay_apart(book):
    values = " ".join(claim["value"] for claim in book["claims"] if claim["label"].startswith("k-n-"))
    for figure in ("27,000", "6,700", "33,000", "900", "1,373", "657", "1,000", "191,000"):
        assert figure in values


def test_dates_are_read_with_their_doubt(book):
    dates = [
        entry[name]
        for kind in ("sources", "events", "acts", "claims")
        for entry in book[kind]
        for name in ("date", "created", "published")
        if name in entry
    ]
    doubtful = [date for date in map(parse_date, dates) if date.precise_first is None or date.imprecise_last]
    assert len(dates) > 100
    assert len(doubtful) >= 8


def test_nothing_is_said_of_anybodys_opinions(book):
    assert [text for text in told(book) if ABOUT_OPINIONS.search(text)] == []
    assert ABOUT_OPINIONS.search("He marched in a protest and voted.")


def test_nobody_is_called_guilty(book):
    assert [text for text in texts(book) if VERDICTS.search(text)] == []
    assert VERDICTS.search("the murderer")


def test_the_two_mikalais_are_never_linked(book):
    assert [person["pseudonym"] for person in book["persons"]].count("Mikalai") == 1
    for claim in book["claims"]:
        about_survivor = "p-mikalai" in claim.get("persons", [])
        about_official = claim["about"] == "e-recording"
        assert not (about_survivor and about_official), claim["label"]
        if about_official:
            assert claim["predicate"] == "name-as-spelt" or "Mikalai" not in claim["value"], claim["label"]


def test_three_people_consented_to_three_different_things(book):
    granted = {}
    for consent in book["consents"]:  # in order: what comes later replaces
        assert {grant["purpose"] for grant in consent["grants"]} <= PURPOSES
        granted[consent["person"]] = {grant["purpose"] for grant in consent["grants"]}
    assert len({frozenset(purposes) for purposes in granted.values()}) == 3
    assert "prosecution-abroad" in granted["p-tsimur"]
    assert "prosecution-abroad" not in granted["p-mikalai"]
    assert "un-investigation" in granted["p-mikalai"]
    assert granted["p-viktar"] == {"casework", "prosecution-abroad"}


def test_the_narrowed_consent_is_narrower(book):
    given, narrowed = [consent for consent in book["consents"] if consent["person"] == "p-viktar"]
    assert (given["event"], narrowed["event"]) == ("given", "narrowed")
    before = {grant["purpose"]: set(grant["material"]) for grant in given["grants"]}
    after = {grant["purpose"]: set(grant["material"]) for grant in narrowed["grants"]}
    assert all(after[purpose] <= before[purpose] for purpose in after)
    assert after != before


def test_one_sentence_is_about_two_people(book):
    segments = [part["about"] for claim in book["claims"] for part in claim.get("text", [])]
    assert ["p-tsimur", "p-mikalai"] in segments


def test_the_two_orders_differ_only_in_who_is_left_out(book):
    orders = [
        yaml.load((EXAMPLE / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        for name in ("dossier-prosecutor.yaml", "dossier-prosecutor-without-blocked.yaml")
    ]
    assert orders[0].pop("leave_out") == []
    assert orders[1].pop("leave_out") == ["Mikalai"]
    assert orders[0] == orders[1]
    assert orders[0]["case"] == book["case"]["label"]
    assert orders[0]["purpose"] in PURPOSES


def test_no_comma_broke_a_line_apart(book):
    # In `{description: his friend, who ran}` YAML reads a second key; every key here is a plain word.
    def keys(value):
        if isinstance(value, dict):
            yield from value
            for inner in value.values():
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    assert [key for key in keys(book) if not re.fullmatch(r"[a-z_]+", key)] == []
    assert list(keys(yaml.safe_load("{description: his friend, who ran}"))) == ["description", "who ran"]
