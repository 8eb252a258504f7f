# SPDX-License-Identifier: AGPL-3.0-or-later
"""What leaves the archive: with everybody's consent, provable, the same each time, recorded; or not at all."""

import base64
import json
import re
import subprocess
import zipfile
from hashlib import sha256

import pytest
from archive_kit import case_of
from dossier_case import CASEBOOK, allow_many_openings, fill, write_spec

from sviedka.core.base.errors import Failure
from sviedka.core.disclose.consent import ConsentMissing
from sviedka.keeper.errors import LimitReached
from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.dossier.building import DossierFaulty, build_dossier
from sviedka.store.dossier.log_part import CheckpointMissing
from sviedka.store.dossier.order import SpecRefused, parse_order
from sviedka.store.dossier.reading import CaseEmpty
from sviedka.store.models import Passage, Statement
from sviedka.store.records.recording import record
from sviedka.store.scope import in_cases
from sviedka.vault.disk_errors import AlreadyThere
from sviedka.verify.dossier import verify_dossier

# As words of their own: a random salt may have the letters in it.
LABEL_OF_BETA, CONSENT_FORM = (re.compile(rf"(?<![\w-]){word}(?![\w-])") for word in ("a-b", "f-1"))


@pytest.fixture
def case(archive, tmp_path):
    from archive_kit import LocalKeeper

    allow_many_openings(archive)
    keeper = LocalKeeper(archive)
    fill(archive, keeper, tmp_path)
    return Case(archive, keeper, tmp_path)


class Case:
    def __init__(self, archive, keeper, folder):
        self.archive, self.keeper, self.folder = archive, keeper, folder

    def build(self, name="out", **changes):
        spec = write_spec(self.folder / f"{name}.spec.yaml", **changes)
        return build_dossier(self.archive, self.keeper, spec, out=self.folder / name)

    def add(self, text):
        (self.folder / "more.yaml").write_text("casebook: 1\ncase: {label: case-one, title: {en: x}}\n" + text)
        record(self.archive, self.keeper, self.folder / "more.yaml", assertor=self.keeper.assertor)

    def statements(self, kind):
        with in_cases(case_of(self.keeper, "case-one")):
            return list(Statement.objects.filter(type__startswith=f"{kind}/"))

    def fields(self, row):
        with in_cases(row.case):
            texts = [text for one in Passage.objects.filter(statement=row) for text in one.disclosures]
        parts = [decoded(text) for text in texts]
        return {part[1]: part[2] for part in parts if len(part) == 3}


def decoded(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def shown(folder):
    """Return everything that a dossier's statements disclose, as one text, and its exhibits' contents."""
    lines = (folder / "statements/statements.txt").read_text().splitlines()
    parts = [json.dumps(decoded(text), ensure_ascii=False) for line in lines for text in line.split("~")[1:-1]]
    return "\n".join(parts)


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_missing_grant_stops_the_build_and_says_whose_and_which(case):
    with pytest.raises(ConsentMissing) as refused:
        case.build(leave_out="")
    assert refused.value.exit_status == 40
    assert "Beta: prosecution-abroad to prosecutor at level pseudonym for document, statement-text" in str(
        refused.value
    )
    assert "Alpha" not in str(refused.value)
    assert not (case.folder / "out").exists()
    assert case.statements("item.opened") == [], "nothing was opened"


def test_a_refusal_is_recorded_without_a_pseudonym(case):
    with pytest.raises(ConsentMissing):
        case.build(leave_out="")
    (row,) = case.statements("dossier.refused")
    fields = case.fields(row)
    assert fields["purpose"] == "prosecution-abroad"
    assert {"document", "no-consent"} <= set(fields["missing.1"].values())
    assert "Beta" not in json.dumps(fields)


def test_without_the_person_it_is_built_and_nothing_of_them_leaves(case):
    built = case.build()
    folder = case.folder / "out"
    told = shown(folder) + all_bytes(folder).decode("utf-8", "replace")
    for of_beta in ("Beta", "bus stop", "What only"):
        assert of_beta not in told, of_beta
    assert LABEL_OF_BETA.search(CASEBOOK), "the control"
    assert not LABEL_OF_BETA.search(told)
    for kept in ("Alpha", "five hours", "The door was green.", "What Alpha told.", "an invented unit"):
        assert kept in told, kept
    counts = json.loads((folder / "withheld.json").read_text())
    assert {"exhibits", "passages", "persons", "statements", "v"} == counts.keys()
    assert counts["persons"] == 1
    assert counts["passages"]["no-grant"] >= 2, "the sentence about both, and the role"
    assert counts["statements"]["no-grant"] >= 5
    assert built.withheld["exhibits"] == sum(counts["exhibits"].values())


def test_every_copy_of_what_shows_them_stays_and_every_container_of_it(case):
    case.build()
    names = shown(case.folder / "out")
    exhibits = all_bytes(case.folder / "out" / "data")
    assert b"What Beta told." not in exhibits
    assert b"PK" not in exhibits, "the ZIP holds a copy"
    for name in ("beta.txt", "copy of beta.txt", "bundle.zip"):
        assert name not in names
    assert "harmless.txt" in names
    assert b"Nothing of anybody." in exhibits


def test_what_was_built_verifies_and_is_recorded(case):
    built = case.build()
    report = verify_dossier(case.folder / "out", policy=None)
    assert [part.verdict for part in report.parts] == ["holds", "unproven", "unproven", "unproven", "holds"]
    (row,) = case.statements("dossier.built")
    assert built.recorded == row.jti
    fields = case.fields(row)
    assert built.tagmanifest_sha256 == fields["tagmanifest_sha256"] == report.facts["tagmanifest"]
    assert sum(name.startswith("persons.") for name in fields) == 1
    opened = [case.fields(one) for one in case.statements("item.opened")]
    assert built.exhibits == len(opened)
    assert {"dossier: prosecution-abroad to prosecutor"} == {one["purpose"] for one in opened}


def test_the_same_spec_and_checkpoint_give_the_same_bytes(case):
    options = {"report": "true", "page": "true"}
    first = case.build("first", **options)
    case.add("persons:\n  - {label: p-new, pseudonym: Later, counting_unit: individual}\n")
    make_checkpoint(case.archive, case.keeper)
    again = case.build("second", at=first.built_at, **options)
    assert again.later > 0
    for path in sorted((case.folder / "first").rglob("*")):
        other = case.folder / "second" / path.relative_to(case.folder / "first")
        assert path.stat().st_mtime == other.stat().st_mtime, path
        assert path.is_dir() or path.read_bytes() == other.read_bytes(), path
    newest = case.build("third", **options)
    assert newest.tagmanifest_sha256 != first.tagmanifest_sha256


def test_a_withdrawal_after_the_checkpoint_stops_a_build_at_that_checkpoint(case):
    first = case.build("first")
    case.add("consents:\n  - {label: w-a, person: p-a, event: withdrawn, language: ru, method: verbal-witnessed}\n")
    with pytest.raises(ConsentMissing, match="Alpha"):
        case.build("second", at=first.built_at)


def test_a_narrowing_after_the_checkpoint_counts_as_well(case):
    case.add(
        "consents:\n  - {label: n-a, person: p-a, event: narrowed, language: ru, method: signed, grants: ["
        "{purpose: prosecution-abroad, recipients: [prosecutor], level: pseudonym, material: [statement-text], until: null}]}\n"
    )
    with pytest.raises(ConsentMissing, match="Alpha: prosecution-abroad to prosecutor at level pseudonym for document"):
        case.build()
    built = case.build("text-only", exhibits="[i-a]", leave_out="Beta, i-a")
    assert built.exhibits == 0
    assert verify_dossier(case.folder / "text-only", policy=None).part("consent").verdict == "holds"


def test_consent_given_after_the_checkpoint_cannot_be_shown_and_does_not_count(case):
    case.add(
        "consents:\n  - {label: g-b2, person: p-b, event: given, form: f-1, language: be, method: signed, informed: [risks], grants: ["
        "{purpose: prosecution-abroad, recipients: [prosecutor], level: pseudonym, material: [statement-text, document], until: null}]}\n"
    )
    with pytest.raises(ConsentMissing, match="Beta"):
        case.build(leave_out="")
    make_checkpoint(case.archive, case.keeper)
    built = case.build(leave_out="")
    assert built.persons == 2
    assert built.withheld == {"exhibits": 0, "passages": 0, "statements": 0}


def test_a_person_in_nothing_that_is_shown_needs_no_consent_and_is_not_named(case):
    case.build()
    assert "Gamma" not in shown(case.folder / "out")


def test_of_a_consent_only_the_grants_are_shown(case):
    case.build()
    told = shown(case.folder / "out")
    assert '"grants"' in told
    for private in ('"method"', '"form"', '"informed"'):
        assert private not in told
    assert CONSENT_FORM.search(CASEBOOK), "the control"
    assert not CONSENT_FORM.search(told)


def test_labels_links_and_authors_stay_inside(case):
    case.build()
    told = shown(case.folder / "out")
    for ours in ('"label"', '"heads"', '"case"', '"author_sig"', '"k-1"'):
        assert ours not in told
    case.build("with-authors", authors="true")
    report = verify_dossier(case.folder / "with-authors", policy=None)
    notes = {finding.code: finding.count for finding in report.part("origin").findings}
    assert report.facts["statements"] == notes["author.verified"]
    assert notes["assertion.verified"] >= 1
    assert "assertion.withheld" not in notes


def test_who_stood_behind_a_consent_is_shown_with_authors_alone(case):
    """Otherwise the receiver would learn which of the staff spoke with whom; the report says that it is not shown."""
    case.build("without-authors")
    report = verify_dossier(case.folder / "without-authors", policy=None)
    notes = {finding.code: finding.count for finding in report.part("origin").findings}
    assert notes["assertion.withheld"] >= 1
    assert not {"assertion.verified", "assertion.missing"} & notes.keys()
    lines = (case.folder / "without-authors" / "statements" / "statements.txt").read_bytes().split(b"\n")
    names = {decoded(text.decode())[1] for line in lines if line for text in line.split(b"~")[1:-1]}
    assert names.isdisjoint({"assertion", "author_sig"})


def test_items_and_segments_are_left_out_by_label(case):
    built = case.build(leave_out="Beta, i-a, 'a-1#3', k-o")
    told = shown(case.folder / "out")
    for gone in ("The door was green.", "alpha.txt", "one hour"):
        assert gone not in told
    assert "Alpha was held" in told
    assert built.withheld["exhibits"] > 4 - 1
    counts = json.loads((case.folder / "out" / "withheld.json").read_text())
    assert {"left-out", "no-grant"} == counts["exhibits"].keys()


def test_chosen_exhibits_come_alone(case):
    built = case.build(exhibits="[i-a]")
    assert built.exhibits == 1
    assert (case.folder / "out/data/000001.txt").read_bytes() == b"What Alpha told.\n"


def test_reports_and_page_are_there_in_each_language(case):
    for language, title in (("en", "An invented case"), ("be", "Выдуманая справа"), ("ru", "Выдуманное дело")):
        case.build(language, language=language, report="true", page="true")
        folder = case.folder / language
        pdf = subprocess.run(
            ["pdftotext", "-enc", "UTF-8", "report/report.pdf", "-"], cwd=folder, capture_output=True, check=True
        )
        assert title in pdf.stdout.decode()
        assert "five hours" in pdf.stdout.decode()
        assert "Beta" not in pdf.stdout.decode()
        assert sha256((folder / "verify.html").read_bytes()).hexdigest() in pdf.stdout.decode(), (
            "what is copied out is the value itself"
        )
        with zipfile.ZipFile(folder / "report/report.docx") as document:
            assert title in document.read("word/document.xml").decode()
        assert verify_dossier(folder, policy=None).parts[0].verdict == "holds"


def test_an_encrypted_dossier_opens_with_age_to_the_same_files(case):
    subprocess.run(["age-keygen", "-o", "key"], cwd=case.folder, check=True, capture_output=True)
    recipient = subprocess.run(["age-keygen", "-y", "key"], cwd=case.folder, check=True, capture_output=True, text=True)
    built = case.build(age=f", age: {recipient.stdout.strip()}")
    assert case.folder / "out.zip.age" == built.encrypted
    opened = ["age", "-d", "-i", "key", "-o", "opened.zip", "out.zip.age"]
    subprocess.run(opened, cwd=case.folder, check=True, capture_output=True)
    subprocess.run(["unzip", "-q", "-d", "opened", "opened.zip"], cwd=case.folder, check=True)
    subprocess.run(["diff", "-r", "out", "opened"], cwd=case.folder, check=True)
    from_zip = verify_dossier(case.folder / "opened.zip", policy=None)
    assert verify_dossier(case.folder / "out", policy=None).encode() == from_zip.encode()


def test_nothing_is_overwritten_and_nothing_is_left_behind(case):
    (case.folder / "out").mkdir()
    with pytest.raises(AlreadyThere):
        case.build()
    assert list((case.folder / "out").iterdir()) == []
    assert list(case.folder.glob(".new-*")) == []
    (case.folder / "other.zip.age").write_bytes(b"mine")
    with pytest.raises(AlreadyThere):
        case.build("other")


def test_a_build_that_fails_half_way_leaves_no_plaintext(case, monkeypatch):
    from sviedka.store.dossier import exhibits

    true, calls = exhibits.open_item, []

    def fail_at_the_third(*arguments, **options):
        calls.append(options["out"])
        if len(calls) == 3:
            raise LimitReached("{most} items were opened in the last hour.", most=2)
        return true(*arguments, **options)

    monkeypatch.setattr(exhibits, "open_item", fail_at_the_third)
    with pytest.raises(LimitReached):
        case.build(leave_out="Beta")
    assert calls[0].name == "000001.txt"
    assert list(case.folder.glob(".new-*")) == []
    assert not (case.folder / "out").exists()
    assert case.statements("dossier.built") == []


def test_what_does_not_verify_is_not_handed_over(case, monkeypatch):
    from sviedka.store.dossier import building

    true = building.finish_bag
    monkeypatch.setattr(
        building, "finish_bag", lambda *a, **k: true(*a, **k) | {"VERIFY.md": b"changed at the last moment"}
    )
    with pytest.raises(DossierFaulty, match=r"file\.altered"):
        case.build()
    assert not (case.folder / "out").exists()
    assert case.statements("dossier.built") == []


def test_an_unknown_checkpoint_case_or_word_is_said(case):
    with pytest.raises(CheckpointMissing):
        case.build(at=7)
    for changes in ({"leave_out": "Nobody"}, {"exhibits": "[nothing]"}, {"exhibits": "[k-1]"}):
        with pytest.raises(SpecRefused):
            case.build(**changes)
    spec = write_spec(case.folder / "other.yaml")
    spec.write_text(spec.read_text().replace("case-one", "case-two"))
    with pytest.raises(CaseEmpty):
        build_dossier(case.archive, case.keeper, spec, out=case.folder / "out")


@pytest.mark.parametrize(
    "wrong",
    [
        "[]",
        "case: x",
        "case: x\npurpose: everything\nrecipient: {kind: court, name: x}",
        "case: x\npurpose: media\nrecipient: {kind: Court, name: x}",
        "case: x\npurpose: media\nrecipient: {kind: court}",
        "case: x\npurpose: media\nrecipient: {kind: court, name: x, age: age1no}",
        "case: x\npurpose: media\nrecipient: {kind: court, name: x}\nlanguage: de",
        "case: x\npurpose: media\nrecipient: {kind: court, name: x}\nat: 0",
        "case: x\npurpose: media\nrecipient: {kind: court, name: x}\nreport: yes",
        "case: x\npurpose: media\nrecipient: {kind: court, name: x}\nleave_out: Alpha",
        "case: x\npurpose: media\nrecipient: {kind: court, name: x}\nnames: all",
        "case: x\npurpose: media\nrecipient: {kind: court, name: " + "x" * 201 + "}",
    ],
)
def test_a_spec_that_is_not_understood_is_refused_by_name(wrong):
    with pytest.raises(Failure) as refused:
        parse_order(wrong.encode())
    assert refused.value.code.startswith("malformed.")


def test_a_short_spec_has_sensible_rest():
    order = parse_order(b"case: x\npurpose: media\nrecipient: {kind: court, name: x}\n")
    assert (
        order.at, order.exhibits, order.leave_out, order.report, order.page, order.authors,
    ) == (None, None, (), True, True, False)  # fmt: skip


def test_more_originals_than_an_hour_allows_are_refused_before_one_is_opened(case):
    text = case.archive.config.read_text()
    case.archive.config.write_text(re.sub(r"openings_per_hour = [0-9]+", "openings_per_hour = 1", text))
    with pytest.raises(LimitReached, match=r"opens [0-9]+ originals"):
        case.build("refused")
    assert not case.statements("item.opened")
    assert not (case.folder / "refused").exists()
