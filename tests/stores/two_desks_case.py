# SPDX-License-Identifier: AGPL-3.0-or-later
"""One invented case that two desks know parts of: what minsk recorded, and what vilnius heard and sealed besides."""

from dossier_case import allow_many_openings, fill, write_spec
from outsiders_kit import configure, cosign_newest, stamp

from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.connect import disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.dossier.building import build_dossier
from sviedka.store.records.recording import record

VILNIUS_BOOK = """\
casebook: 1
case: {label: case-one, title: {en: An invented case, be: Выдуманая справа, ru: Выдуманное дело}}
persons:
  - {label: p-d, pseudonym: Delta, counting_unit: individual}
sources:
  - {label: s-d, kind: person, title: Interview with Delta, reliability: B, published: "2021-02"}
citations:
  - {label: c-d, source: s-d, access: whole}
events:
  - {label: e-d, title: Detention in another invented town, kind: detention, date: "2020-08-12"}
acts:
  - label: a-d
    event: e-d
    act_type: arrest
    roles:
      - {role: victim, person: p-d}
    text:
      - {segment: "Delta was taken from work.", about: [p-d]}
claims:
  - {label: k-d, about: a-d, predicate: course, value: taken,
     stance: asserts, basis: first-hand, citations: [c-d], credibility: 2, status: accepted, persons: [p-d]}
items:
  - {label: i-d, path: files/delta.txt, shows: [p-d]}
consents:
  - {label: g-d, person: p-d, event: given, form: f-1, language: be, method: signed, informed: [risks], grants: [
      {purpose: prosecution-abroad, recipients: [prosecutor], level: pseudonym, material: [statement-text, document], until: "2099-12-31"}]}
"""


def say(desk, folder, book, name="case.yaml"):
    """Let a desk record a casebook and sign for it."""
    disconnect()
    (folder / name).write_text(book)
    record(desk.archive, desk.keeper, folder / name, assertor=desk.keeper.assertor)
    return make_checkpoint(desk.archive, desk.keeper)


def tell(desk, other, between):
    """Let `other` hear what `desk` has stated."""
    desk.send(between)
    assert [one.failure for one in other.receive(between)] == [None]


def two_desks_case(minsk, vilnius, folder):
    """Let minsk record its part, vilnius hear of it and add its own, cosigned, and minsk hear of that."""
    for desk in (minsk, vilnius):
        allow_many_openings(desk.archive)
        configure(desk.archive)
    disconnect()
    for name in ("between", "minsk", "vilnius", "vilnius/files"):
        (folder / name).mkdir()
    fill(minsk.archive, minsk.keeper, folder / "minsk")
    tell(minsk, vilnius, folder / "between")
    disconnect()
    (folder / "vilnius/files/delta.txt").write_text("What Delta told.\n")
    deposit(vilnius.archive, vilnius.keeper, [folder / "vilnius/files"], case="case-one")
    say(vilnius, folder / "vilnius", VILNIUS_BOOK)
    cosign_newest(vilnius.archive, "vilnius-1")
    tell(vilnius, minsk, folder / "between")
    disconnect()
    return make_checkpoint(minsk.archive, minsk.keeper)


def attest(archive, sizes):
    """Let the newest head of minsk be cosigned, and each desk's head of a size be stamped at this archive."""
    cosign_newest(archive, "minsk-1")
    for desk, size in sizes.items():
        stamp(archive, size, "external.example", desk=desk)


def build(desk, folder, name="out", **changes):
    """Build a dossier for the prosecutor at one desk; return what was told and the folder."""
    disconnect()
    spec = write_spec(folder / f"{name}.yaml", **changes)
    return build_dossier(desk.archive, desk.keeper, spec, out=folder / name), folder / name


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
