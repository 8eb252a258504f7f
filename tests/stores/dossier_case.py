# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small invented case in a real archive: three people with different consents, a few files, one ZIP."""

import re
import zipfile

CASEBOOK = """\
casebook: 1
case: {label: case-one, title: {en: An invented case, be: Выдуманая справа, ru: Выдуманное дело}}
persons:
  - {label: p-a, pseudonym: Alpha, counting_unit: individual}
  - {label: p-b, pseudonym: Beta, counting_unit: individual}
  - {label: p-c, pseudonym: Gamma, counting_unit: individual}
sources:
  - {label: s-1, kind: document, title: A report, publisher: An organisation, reliability: B, published: "2021-01"}
  - {label: s-b, kind: person, title: Interview with Beta, reliability: B, published: "2021-01"}
  - {label: s-o, kind: official-statement, title: An announcement, connection: official, reliability: D, published: "2020-08"}
citations:
  - {label: c-1, source: s-1, access: page, locator: "12"}
  - {label: c-b, source: s-b, access: whole}
  - {label: c-o, source: s-o, access: paragraph, locator: "3"}
events:
  - {label: e-1, title: Detention in an invented town, kind: detention, date: "2020-08-10", place: {country: BY, settlement: Town}}
  - {label: e-b, title: What only Beta told, kind: detention, date: "2020-08-11"}
acts:
  - label: a-1
    event: e-1
    act_type: ill-treatment
    methods: [blows-truncheon]
    date: "2020-08-10"
    roles:
      - {role: victim, person: p-a}
      - {role: witness, person: p-b}
      - {role: reported-perpetrator, unit: "an invented unit", degree: direct}
    text:
      - {segment: "Alpha was held for five hours.", about: [p-a]}
      - {segment: "Beta saw Alpha fall.", about: [p-a, p-b]}
      - {segment: "The door was green.", about: []}
  - label: a-b
    event: e-b
    act_type: arrest
    roles:
      - {role: victim, person: p-b}
    text:
      - {segment: "Beta was taken from a bus stop.", about: [p-b]}
claims:
  - {label: k-1, about: a-1, predicate: duration, value: five hours,
     stance: asserts, basis: first-hand, citations: [c-1], credibility: 2, status: accepted, persons: [p-a]}
  - {label: k-o, about: e-1, predicate: duration, value: one hour,
     stance: asserts, basis: official-record, citations: [c-o], credibility: 5, status: accepted}
  - {label: k-b, about: a-b, predicate: course, value: taken,
     stance: asserts, basis: first-hand, citations: [c-b], credibility: 2, status: accepted, persons: [p-b]}
  - {label: k-ab, about: a-b, predicate: official-reaction, value: none,
     stance: asserts, basis: hearsay, citations: [c-1], credibility: 3, status: accepted}
items:
  - {label: i-a, path: files/alpha.txt, shows: [p-a]}
  - {label: i-b, path: files/beta.txt, shows: [p-b]}
consents:
  - {label: g-a, person: p-a, event: given, form: f-1, language: ru, method: signed, informed: [risks], grants: [
      {purpose: prosecution-abroad, recipients: [prosecutor], level: pseudonym, material: [statement-text, document], until: "2099-12-31"}]}
  - {label: g-b, person: p-b, event: given, form: f-1, language: be, method: signed, informed: [risks], grants: [
      {purpose: un-investigation, recipients: [un-body], level: pseudonym, material: [statement-text, document], until: null}]}
  - {label: g-c, person: p-c, event: given, form: f-1, language: be, method: signed, informed: [risks], grants: [
      {purpose: media, recipients: [journalist], level: full, material: [statement-text], until: null}]}
"""

SPEC = """\
case: case-one
purpose: {purpose}
recipient: {{kind: {kind}, name: An invented office{age}}}
at: {at}
language: {language}
exhibits: {exhibits}
leave_out: [{leave_out}]
report: {report}
page: {page}
authors: {authors}
"""


def write_spec(path, **changes):
    """Write a SPEC for a prosecutor without Beta; return its path."""
    values = {
        "purpose": "prosecution-abroad",
        "kind": "prosecutor",
        "age": "",
        "at": "newest",
        "language": "en",
        "exhibits": "all",
        "leave_out": "Beta",
        "report": "false",
        "page": "false",
        "authors": "false",
    }
    path.write_text(SPEC.format(**values | changes))
    return path


def fill(archive, keeper, folder):
    """Seal the files, record the case and sign a checkpoint."""
    from sviedka.store.checkpointing import make_checkpoint
    from sviedka.store.deposit.depositing import deposit
    from sviedka.store.records.recording import record

    files = folder / "files"
    files.mkdir()
    (files / "alpha.txt").write_text("What Alpha told.\n")
    (files / "beta.txt").write_text("What Beta told.\n")
    (files / "copy of beta.txt").write_text("What Beta told.\n")
    (files / "plan.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>\n")
    with zipfile.ZipFile(files / "bundle.zip", "w") as packed:
        packed.writestr("inner/beta again.txt", "What Beta told.\n")
        packed.writestr("inner/harmless.txt", "Nothing of anybody.\n")
    deposit(archive, keeper, [files], case="case-one")
    (folder / "case.yaml").write_text(CASEBOOK)
    record(archive, keeper, folder / "case.yaml", assertor=keeper.assertor)
    return make_checkpoint(archive, keeper)


def allow_many_openings(archive):
    text = archive.config.read_text()
    archive.config.write_text(re.sub(r"openings_per_hour = [0-9]+", "openings_per_hour = 5000", text))
