# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report and its companions: claims with citations, the official version beside them, gaps shown, commands that work."""

import csv
import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from small_dossier import GRANT, SmallDesk, make_head, make_id, small_recipe

from sviedka.core.disclose.choosing import Choice, HeldStatement, choose
from sviedka.core.disclose.consent_terms import parse_grants
from sviedka.core.disclose.dossier_spec import Language, Reason, Receiver, WithheldCounts
from sviedka.core.disclose.loadfile import COLUMNS, write_csv, write_dat
from sviedka.core.disclose.report_content import write_report
from sviedka.core.disclose.report_facts import ReportAuthority, ReportExhibit, ReportFacts, ReportHead
from sviedka.core.disclose.stamp_states import StampProgress, StampState
from sviedka.core.disclose.verify_text import StampPlace, write_verify_text
from sviedka.core.disclose.wording import find_wording
from sviedka.core.seal.statement import Group

AS_OF = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SENTENCES = ("First sentence.", "Second sentence.", "Third sentence.")


def held(desk, type_name, subject, **fields):
    kept = desk.admit(type_name, subject, **fields)
    group = Group(cells=(make_id("archive cell"),), disclosures=tuple(kept.disclosures.values()))
    return HeldStatement(jti=kept.jti, index=kept.index, jwt=kept.jwt, type=type_name, subject=subject, groups=(group,))


def statements():
    desk, person = SmallDesk(), {"person": make_id("p")}
    act, event = make_id("act"), make_id("event")
    place = {"settlement": "Town", "country": "BY"}
    roles = {
        "role__1": {"role": "victim", **person},
        "role__2": {"role": "reported-perpetrator", "unit": "a unit", "degree": "direct"},
    }
    on_act = {"about": {"act": act}, "predicate": "duration"}
    first = {"value": "five hours", "stance": "asserts", "basis": "first-hand", "credibility": 2, "status": "accepted"}
    second = {
        "value": "one hour",
        "stance": "denies",
        "basis": "official-record",
        "credibility": 5,
        "status": "conflict",
    }
    third = {"value": 27000, "stance": "cannot-confirm", "basis": "hearsay", "credibility": 6, "status": "issue"}
    said = [
        ("case.opened/1", "case", {"title": {"en": "A case", "ru": "Дело"}}),
        ("person/1", "p", {"pseudonym": "Alpha", "counting_unit": "individual"}),
        (
            "source/1",
            "s1",
            {"title": "A report", "publisher": "An office", "reliability": "B", "reliability_reason": "?"},
        ),
        ("source/1", "s2", {"title": "An announcement", "connection": "official"}),
        ("citation/1", "c1", {"source": make_id("s1"), "access": "page", "locator": "12"}),
        ("citation/1", "c2", {"source": make_id("s2"), "access": "reported", "locator": "not seen"}),
        (
            "event/1",
            "event",
            {"title": "An event", "date": {"edtf": "2020-08-10", "time_text": "dawn"}, "place": place},
        ),
        (
            "act/1",
            "act",
            {"event": event, "act_type": "ill-treatment", "methods": ["blows-truncheon"], "text": SENTENCES} | roles,
        ),
        ("claim/1", "k1", on_act | first | {"citation__1": make_id("c1"), "public_note": "A note."}),
        ("claim/1", "k2", on_act | second | {"citation__1": make_id("c2")}),
        ("claim/1", "k3", {"about": {"case": make_id("case")}, "predicate": "number"} | third),
        ("item.received/1", "item", {"kind": "file", "original_name": "a.txt", "tool": "sviedka", "shows__1": person}),
        ("item.sealed/1", "item", {"plain_sha256": "ab" * 32, "size_bytes": 5, "media_type": "text/plain"}),
        ("custody.transfer/1", "item", {"from": person, "to": {"description": "the office"}, "when": "2021"}),
    ]
    return [held(desk, type_name, make_id(subject), **fields) for type_name, subject, fields in said]


def facts(listed=None, language=Language.ENGLISH, choice=None, **changes):
    chosen = choose(listed or statements(), choice or Choice())
    sealed = next(one for one in chosen.statements if one.held.kind == "item.sealed")
    state = StampState(authority="one", since=AS_OF, state=StampProgress.STAMPED)
    late = StampState(authority="two", since=AS_OF, state=StampProgress.LATE)
    made = ReportFacts(
        wording=find_wording(language),
        spec=replace(small_recipe().spec, language=language, recipient=Receiver(kind="prosecutor", name="An office", age="age1x")),
        origin="archive.example/minsk-1",
        as_of=AS_OF,
        statements=chosen.statements,
        exhibits=(
            ReportExhibit(
                path="data/000001.txt",
                item=make_id("item"),
                media_type="text/plain",
                size_bytes=5,
                sha256=bytes(32),
                sealed_by=sealed.held.jti,
                name="a.txt",
            ),
        ),
        grants={make_id("p"): parse_grants([GRANT])},
        withheld=WithheldCounts(exhibits={Reason.NO_GRANT: 2}, passages={Reason.LEFT_OUT: 3}, persons=1),
        heads=(ReportHead(origin="archive.example/minsk-1", size=7, states=(state, late), times={"one": AS_OF}),),
        sizes={"archive.example/minsk-1": 7},
        cosigners={"archive.example/minsk-1": ("cosigner.example/one",)},
        authorities=(ReportAuthority(name="one", kind="internal", sha256="cd" * 32),),
        root="archive.example/root+00000000+AQ==",
        logs={"archive.example/minsk-1": "archive.example/minsk-1+00000000+AQ=="},
        page_sha256="ef" * 32,
        uncovered=4,
    )  # fmt: skip
    return replace(made, **changes)


def told(given):
    document = write_report(given)
    return "\n".join(block.text + "\n" + "\n".join(" | ".join(row) for row in block.rows) for block in document.blocks)


def test_claims_bear_the_number_of_their_citation_and_stand_beside_the_official_version():
    text = told(facts())
    assert "duration: five hours. [1]" in text
    row = next(line for line in text.splitlines() if "Denied: duration: one hour. [2]" in line)
    assert " | Denied" in row or "Denied: duration" in text
    table = next(
        block
        for block in write_report(facts()).blocks
        if block.kind == "table" and block.rows[0][1] == "Official version"
    )
    reported, official = table.rows[1]
    assert "five hours" in reported
    assert "one hour" in official
    assert "[1] A report, An office, page 12." in text
    assert "[2] An announcement, not seen." in text
    assert "Known only through another source." in text
    assert "Could not be confirmed: number: 27000." in text


def test_people_stand_under_pseudonyms_and_perpetrators_as_reported():
    text = told(facts())
    assert "victim: Alpha; reported perpetrator: a unit (direct)" in text
    assert "passed on: Alpha to the office" in text
    assert make_id("p") not in text


def test_a_withheld_sentence_leaves_a_mark_where_it_stood():
    listed = statements()
    choice = Choice(segments={(make_id("act"), "text", 2)})
    text = told(facts(listed, choice=choice))
    assert "First sentence. [a passage is withheld here] Third sentence." in text
    assert "Second" not in text


def test_proofs_that_are_missing_are_shown_with_since_when():
    text = told(facts())
    assert "7 | one | stamped, 2026-11-02T09:30:00Z" in text
    assert "7 | two | missing and overdue: asked for since 2026-11-02T09:30:00Z" in text
    assert "4 statements of this dossier are under no stamped checkpoint." in text
    assert "internal: the archive's own clock" in text
    assert "No other organisation" in told(facts(cosigners={"archive.example/minsk-1": ()}))
    assert "had not been stamped" in told(facts(heads=()))


def test_limits_withheld_and_fingerprints_are_said():
    text = told(facts())
    for part in (
        "That it is complete.",
        "exhibits: 2",
        "passages of statements: 3",
        "persons: 1",
        "ef" * 32,
        "claims no verdict",
    ):
        assert part in text
    assert "Nothing was withheld" in told(facts(withheld=WithheldCounts()))


@pytest.mark.parametrize("language", list(Language))
def test_the_report_is_written_in_each_language(language):
    text = told(facts(language=language))
    assert {"en": "Alpha", "be": "Официйная", "ru": "Официальная версия"}[language].replace(
        "Официйная", "Афіцыйная"
    ) in text


def test_load_files_say_the_same_in_both_forms():
    given = facts()
    rows = list(csv.reader(io.StringIO(write_csv(given).decode("utf-8"))))
    dat = [
        [cell.strip(b"\xfe").decode("ascii") for cell in line.split(b"\x14")]
        for line in write_dat(given).split(b"\r\n")[:-1]
    ]
    assert list(COLUMNS) == rows[0] == dat[0]
    assert rows == dat
    assert rows[1][COLUMNS.index("NATIVEPATH")] == "data/000001.txt"


@pytest.mark.parametrize("language", list(Language))
def test_every_command_of_verify_md_works_on_a_dossier(tmp_path, language):
    """The commands are taken from the text and typed, in the dossier's folder, one block after another."""
    recipe = small_recipe()
    recipe.heads["minsk-1"] = [make_head(recipe.archive, recipe.archive.desk, 5), *recipe.heads["minsk-1"]]
    stamps = [StampPlace(folder=f"logs/1/heads/000{n}", authority="external") for n in (1, 2)]
    recipe.readers["VERIFY.md"] = write_verify_text(facts(language=language), stamps)
    folder = tmp_path / "dossier"
    for path, data in recipe.build().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "ROOT.pem").write_bytes(recipe.archive.external.root.public_bytes(Encoding.PEM))
    text = (folder / "VERIFY.md").read_text()
    blocks = [block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "verify.html" not in block]
    assert len(blocks) == 9
    (folder / "ROOT.pem").rename(tmp_path / "ROOT.pem")
    done = run("".join(blocks), folder)
    assert "nothing is missing, nothing was added" in done
    assert done.count("Signature Verified Successfully") == 3 + 1
    assert done.count("archive.example/root") >= 1
    stamped = next(block for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL) if "openssl ts" in block)
    assert run(stamped.replace("ROOT.pem", "../ROOT.pem"), folder).count("Verification: OK") == 2


def test_the_inclusion_commands_compute_the_root_of_every_statement(tmp_path):
    from sviedka.core.disclose.verify_text import INCLUSION, STATEMENT

    recipe = small_recipe()
    for path, data in recipe.build().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    for number in range(1, 8):
        done = run(STATEMENT.replace("n=1\n", f"n={number}\n") + INCLUSION, tmp_path).splitlines()
        assert done[-1] == done[-2]
        assert "Signature Verified Successfully" in done
        digests = [line for line in done if re.fullmatch(r"[A-Za-z0-9_-]{43}", line)]
        payload = next(line for line in done if line.startswith('{"_sd"'))
        told_ = "".join(line for line in done if line.startswith("["))
        assert digests
        assert all(digest in payload or digest in told_ for digest in digests)
    (tmp_path / "statements/proofs.txt").write_text("1 0 0\n")
    done = run(STATEMENT + INCLUSION, tmp_path).splitlines()
    assert done[-1] != done[-2], "control: another proof leads to another root"


def run(commands, folder):
    done = subprocess.run(["sh", "-e", "-c", commands], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
