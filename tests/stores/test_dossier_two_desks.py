# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dossier out of the logs of two desks that both go on: each is read, and proven, under its own head."""

import json
from dataclasses import replace

import pytest
from outsiders_kit import COSIGNER, cosign_newest, policy
from two_desks import Desk, second_desk
from two_desks_case import VILNIUS_BOOK, attest, build, files_of, say, tell, two_desks_case

from sviedka.anchor.published import newest_checkpoint
from sviedka.core.disclose.consent import ConsentMissing
from sviedka.core.seal.cosignature import CosignatureRefuted
from sviedka.core.seal.policy import parse_policy
from sviedka.store.connect import disconnect
from sviedka.store.dossier.log_part import CheckpointMissing
from sviedka.store.dossier.order import SpecRefused
from sviedka.store.pinning import policy_to_pin
from sviedka.vault import durable
from sviedka.verify.container import MemoryContainer
from sviedka.verify.dossier import verify_container, verify_dossier

on_a_file = pytest.mark.parametrize("engine", ["sqlcipher"], indirect=True)


@pytest.fixture
def desks(archive, tmp_path):
    minsk = Desk(archive)
    vilnius = second_desk(minsk)
    two_desks_case(minsk, vilnius, tmp_path)
    yield minsk, vilnius
    disconnect()


def heads(desk):
    return {name: newest_checkpoint(desk.archive, name).size for name in ("minsk-1", "vilnius-1")}


def at(sizes):
    return "{" + ", ".join(f"{desk}: {size}" for desk, size in sizes.items()) + "}"


def told(folder):
    return (folder / "loadfile/export.csv").read_text(), (folder / "statements/proofs.txt").read_text().splitlines()


def test_what_was_sealed_at_either_desk_stands_in_one_dossier_each_under_its_own_head(desks, tmp_path):
    minsk, _ = desks
    sizes = heads(minsk)
    attest(minsk.archive, sizes)
    built, out = build(minsk, tmp_path, report="true")
    assert built.named == sizes
    assert (built.later, built.elsewhere, built.unstamped) == (0, 0, 0)
    report = verify_dossier(out, policy=policy(minsk.keeper))
    assert report.verdict == "holds", [line.message for line in report.lines()]
    pins = parse_policy(policy_to_pin(minsk.archive, minsk.keeper)).logs
    assert verify_dossier(out, policy=replace(policy(minsk.keeper), logs=pins)).verdict == "holds"
    one_desk = replace(policy(minsk.keeper), logs=pins[:1])
    assert verify_dossier(out, policy=one_desk).verdict == "unproven"  # for whoever knows only the one desk
    logs = report.facts["logs"]
    assert [(log["origin"].partition("/")[2], log["size"]) for log in logs] == sorted(sizes.items())
    assert [[one["name"] for one in log["cosigners"]] for log in logs] == [[COSIGNER], [COSIGNER]]
    files = files_of(out)
    exhibits = {data for path, data in files.items() if path.startswith("data/")}
    assert {b"What Alpha told.\n", b"What Delta told.\n"} <= exhibits
    table, proofs = told(out)
    assert "archive.example/vilnius-1" in table
    assert {line.split()[0] for line in proofs} == {"1", "2"}
    again, second = build(minsk, tmp_path, "again", at=at(sizes), report="true")
    assert (again.tagmanifest_sha256, files_of(second)) == (built.tagmanifest_sha256, files)


@on_a_file
def test_the_other_desk_builds_one_too_and_may_have_said_nothing_of_what_is_in_it(desks, tmp_path):
    minsk, vilnius = desks
    tell(minsk, vilnius, tmp_path / "between")
    built, out = build(vilnius, tmp_path, leave_out="Beta, Delta", page="true")
    report = verify_dossier(out, policy=None)
    assert report.part("unaltered").verdict == "holds"
    assert report.facts["origin"] == "archive.example/vilnius-1"
    book = VILNIUS_BOOK[: VILNIUS_BOOK.index("persons:")].replace("case-one", "case-two")
    say(minsk, tmp_path, book + "sources:\n  - {label: s-2, kind: document, title: Alone, reliability: B}\n")
    tell(minsk, vilnius, tmp_path / "between")
    alone = (tmp_path / "alone.yaml", tmp_path / "alone")
    alone[0].write_text((tmp_path / "out.yaml").read_text().replace("case-one", "case-two").replace("Beta, Delta", ""))
    from sviedka.store.dossier.building import build_dossier

    disconnect()
    built = build_dossier(vilnius.archive, vilnius.keeper, alone[0], out=alone[1])
    assert built.statements == 2
    assert {line.split()[0] for line in told(alone[1])[1]} == {"1"}
    assert verify_dossier(alone[1], policy=None).part("unaltered").verdict == "holds"
    assert "statements.txt" not in (alone[1] / "VERIFY.md").read_text(), "no command that asks another desk's key"


@on_a_file
def test_a_number_alone_means_the_building_desks_log_and_what_is_not_in_it_is_said(desks, tmp_path):
    minsk, _ = desks
    built, out = build(minsk, tmp_path, at=heads(minsk)["minsk-1"])
    assert {line.split()[0] for line in told(out)[1]} == {"1"}
    assert built.elsewhere > 5
    assert any("name those desks" in line.message for line in built.lines())
    assert b"What Delta told.\n" not in files_of(out).values()


@on_a_file
def test_sizes_that_are_no_heads_and_desks_that_are_none_are_refused(desks, tmp_path):
    minsk, _ = desks
    sizes = heads(minsk)
    with pytest.raises(CheckpointMissing):
        build(minsk, tmp_path, "no-head", at=at(sizes | {"vilnius-1": sizes["vilnius-1"] - 1}))
    with pytest.raises(SpecRefused, match="kyiv-1"):
        build(minsk, tmp_path, "no-desk", at=at(sizes | {"kyiv-1": 3}))
    with pytest.raises(SpecRefused, match="minsk-1"):
        build(minsk, tmp_path, "not-own", at=at({"vilnius-1": sizes["vilnius-1"]}))


@on_a_file
def test_each_log_is_read_at_its_own_size_and_what_came_later_is_not_in_it(desks, tmp_path):
    minsk, vilnius = desks
    before = heads(minsk)
    text = VILNIUS_BOOK[: VILNIUS_BOOK.index("persons:")]
    say(vilnius, tmp_path, text + "sources:\n  - {label: s-9, kind: document, title: Later, reliability: B}\n")
    tell(vilnius, minsk, tmp_path / "between")
    built, out = build(minsk, tmp_path, at=at(before))
    assert built.later >= 1
    newest, other = build(minsk, tmp_path, "newest")
    assert newest.statements == built.statements + 1
    for folder in (out, other):
        assert verify_dossier(folder, policy=None).part("unaltered").verdict == "holds"


@on_a_file
def test_what_one_desk_set_right_knowing_of_it_stands_alone_and_a_fork_stands_side_by_side(desks, tmp_path):
    minsk, vilnius = desks
    tell(minsk, vilnius, tmp_path / "between")
    text = VILNIUS_BOOK[: VILNIUS_BOOK.index("persons:")] + "sources:\n  - {label: s-1, kind: document, title: "
    titles = []

    def shown(name):
        _, out = build(minsk, tmp_path, name)
        return sum(_says(out, title) for title in titles)

    titles.append("A report")
    assert shown("first") == 1
    titles[:] = ["A report", "As vilnius sets it right"]
    say(vilnius, tmp_path, text + "As vilnius sets it right, reliability: B}\n")
    tell(vilnius, minsk, tmp_path / "between")
    assert shown("set-right") == 1
    titles[:] = ["As vilnius sets it right", "Now minsk", "Now vilnius"]
    say(minsk, tmp_path, text + "Now minsk, reliability: B}\n")
    say(vilnius, tmp_path, text + "Now vilnius, reliability: B}\n")
    tell(vilnius, minsk, tmp_path / "between")
    assert shown("forked") == 2


def _says(folder, title):
    import base64

    value = f'"title","{title}"]'.encode()
    parts = (folder / "statements/statements.txt").read_bytes().replace(b"\n", b"~").split(b"~")
    return any(base64.urlsafe_b64decode(part + b"==").endswith(value) for part in parts if part.count(b".") == 0)


@on_a_file
def test_whoever_is_left_out_is_left_out_of_what_either_desk_heard_under_either_cell(desks, tmp_path):
    """Both desks recorded one person before they knew of each other, so that each made a cell for what they told."""
    minsk, vilnius = desks
    person = "{label: p-z, pseudonym: Zeta, counting_unit: individual}"
    book = VILNIUS_BOOK[: VILNIUS_BOOK.index("persons:")] + f"persons:\n  - {person}\nacts:\n"
    agreed = VILNIUS_BOOK[VILNIUS_BOOK.index("consents:") :].replace("g-d", "g-z").replace("p-d", "p-z")
    for desk, town in ((minsk, "near minsk"), (vilnius, "near vilnius")):
        label = f"a-{town[-5:]}"
        by = 'roles: [{role: reported-perpetrator, unit: "an invented unit", degree: direct}]'
        heard = f'text: [{{segment: "Somebody was held {town}.", about: [p-z]}}]'
        said = f"{book}  - {{label: {label}, act_type: arrest, {by}, {heard}}}\n"
        say(desk, tmp_path, said + (agreed if desk is minsk else ""), f"{label}.yaml")
    tell(vilnius, minsk, tmp_path / "between")
    _, out = build(minsk, tmp_path, leave_out="Beta, Zeta")
    _, control = build(minsk, tmp_path, "control")
    for folder, expected in ((out, 0), (control, 2)):
        shown = sum(_tells(folder, f"Somebody was held {town}.") for town in ("near minsk", "near vilnius"))
        assert shown == expected, folder.name


def _tells(folder, sentence):
    import base64

    parts = (folder / "statements/statements.txt").read_bytes().replace(b"\n", b"~").split(b"~")
    return any(sentence.encode() in base64.urlsafe_b64decode(part + b"==") for part in parts if b"." not in part)


@on_a_file
def test_a_withdrawal_at_either_desk_stops_both(desks, tmp_path):
    minsk, vilnius = desks
    build(minsk, tmp_path, "control")
    book = VILNIUS_BOOK[: VILNIUS_BOOK.index("sources:")]
    text = "consents:\n  - {label: w-d, person: p-d, event: withdrawn, method: verbal-witnessed}\n"
    before = heads(minsk)
    say(vilnius, tmp_path, book + text)
    tell(vilnius, minsk, tmp_path / "between")
    for name, asked in (("newest", "newest"), ("older", at(before))):
        with pytest.raises(ConsentMissing, match="Delta"):
            build(minsk, tmp_path, name, at=asked)


@on_a_file
def test_cosignatures_travel_with_a_head_and_a_forged_one_is_refused(desks, tmp_path):
    minsk, vilnius = desks
    text = VILNIUS_BOOK[: VILNIUS_BOOK.index("persons:")]
    head = say(vilnius, tmp_path, text + "sources:\n  - {label: s-9, kind: document, title: Later, reliability: B}\n")
    tell(vilnius, minsk, tmp_path / "between")
    assert len(newest_checkpoint(minsk.archive, "vilnius-1").note.signatures) == 1
    cosign_newest(vilnius.archive, "vilnius-1")
    good = vilnius.archive.checkpoint("vilnius-1").read_bytes()
    tell(vilnius, minsk, tmp_path / "between")
    kept = newest_checkpoint(minsk.archive, "vilnius-1")
    assert (kept.size, kept.data) == (head.size, good)
    sent = tmp_path / "between/vilnius-1/logs/vilnius-1/checkpoint"
    line = good.splitlines()[-1]
    durable.replace(sent, good.replace(line, line[:-12] + b"AAAAAAAAAAA="), mode=0o644)
    (received,) = minsk.receive(tmp_path / "between")
    assert isinstance(received.failure, CosignatureRefuted)
    assert newest_checkpoint(minsk.archive, "vilnius-1").data == good


@on_a_file
def test_what_is_proven_under_the_other_logs_head_is_refuted(desks, tmp_path):
    """A part that a desk could not seal again: both heads exchanged, one head taken away, one made smaller."""
    _, out = build(desks[0], tmp_path)
    files = files_of(out)
    assert verify_container(MemoryContainer(files), policy=None).part("unaltered").verdict == "holds"
    one, two = "logs/1/checkpoint", "logs/2/checkpoint"
    attacks = (
        files | {one: files[two], two: files[one]},
        {path: data for path, data in files.items() if path != two},
        files | {two: files[two].replace(files[two].splitlines()[1], b"3", 1)},
    )
    for attack in attacks:
        report = verify_container(MemoryContainer(attack), policy=None)
        assert report.part("unaltered").verdict == "refuted"
    assert json.loads(report.encode())["verdict"] == "refuted"
