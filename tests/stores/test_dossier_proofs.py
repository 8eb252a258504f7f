# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the log gives to a dossier: the earliest stamped heads, what is missing and since when, cosigners; and its report and
page cannot be changed unseen."""

import json
import random  # which bytes are changed, not secrets

import pytest
from dossier_case import allow_many_openings, fill, write_spec
from outsiders_kit import COSIGNER, configure, cosign_newest, policy, stamp

from sviedka.anchor.stamp_state import StampWord
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.dossier.building import build_dossier
from sviedka.store.records.recording import record
from sviedka.verify.container import MemoryContainer
from sviedka.verify.dossier import verify_container, verify_dossier


@pytest.fixture
def case(archive, tmp_path):
    from archive_kit import LocalKeeper

    allow_many_openings(archive)
    configure(archive)
    keeper = LocalKeeper(archive)
    return archive, keeper, fill(archive, keeper, tmp_path).size, tmp_path


def more(archive, keeper, folder, label):
    text = "casebook: 1\ncase: {label: case-one, title: {en: x}}\nsources:\n"
    text += f"  - {{label: {label}, kind: document, title: {label}, reliability: B}}\n"
    (folder / "more.yaml").write_text(text)
    record(archive, keeper, folder / "more.yaml")
    return make_checkpoint(archive, keeper).size


def build(case, name="out", **changes):
    archive, keeper, _, folder = case
    spec = write_spec(folder / f"{name}.yaml", **changes)
    return build_dossier(archive, keeper, spec, out=folder / name), folder / name


def test_stamped_and_cosigned_it_holds_against_the_pinned_policy(case):
    archive, keeper, size, _ = case
    stamp(archive, size, "external.example")
    cosign_newest(archive)
    built, folder = build(case)
    assert built.unstamped == 0
    report = verify_dossier(folder, policy=policy(keeper))
    assert report.verdict == "holds", [line.message for line in report.lines()]
    assert report.facts["stamps"][0]["file"] == "external-example", "a name without dots in the dossier's paths"
    assert [one["name"] for one in report.facts["logs"][0]["cosigners"]] == [COSIGNER]


def test_each_statement_stands_in_the_earliest_stamped_head_and_no_needless_head_goes_along(case):
    archive, keeper, first, folder = case
    sizes = [first, *(more(archive, keeper, folder, f"s-later-{number}") for number in range(4))]
    stamp(archive, sizes[1], "internal")
    stamp(archive, sizes[2], "external.example")
    stamp(archive, sizes[3], "external.example")
    built, out = build(case)
    heads = [parse_checkpoint(path.read_bytes()).size for path in sorted(out.glob("logs/1/heads/*/checkpoint"))]
    # The third stamp proves one statement that no earlier one does; the last checkpoint shows what is still missing.
    assert [sizes[1], sizes[2], sizes[3], sizes[4]] == heads
    assert built.unstamped == 1
    report = verify_dossier(out, policy=policy(keeper))
    assert {"stamp.pending", "existed.not-covered"} >= {
        finding.code for finding in report.part("existed").findings if finding.verdict == "unproven"
    }
    assert next(one.count for one in report.part("existed").findings if one.code == "existed.not-covered") == 1
    proofs = [line.split()[1] for line in (out / "statements/proofs.txt").read_text().splitlines()]
    assert {"0", "1", "2", "3"} >= set(proofs)
    assert "0" in proofs


def test_a_stamp_that_is_pending_or_failed_is_shown_with_since_when(case):
    archive, keeper, size, _ = case
    stamp(archive, size, "external.example", StampWord.PENDING)
    stamp(archive, size, "internal", StampWord.FAILED)
    built, out = build(case, report="true")
    states = json.loads((out / "logs/1/heads/0001/stamps.json").read_text())["stamps"]
    assert [state["state"] for state in states] == ["pending", "failed"]
    report = verify_dossier(out, policy=policy(keeper))
    notes = {finding.code: finding.where for finding in report.part("existed").findings}
    assert " since 20" in notes["stamp.pending"][0]
    assert "stamp.failed" in notes
    assert report.part("existed").verdict == "unproven"
    assert built.unstamped > 0


def test_an_older_checkpoint_is_built_with_the_cosignatures_it_had(case):
    archive, keeper, first, folder = case
    cosign_newest(archive)
    kept = archive.cosigned_checkpoint("minsk-1", first)
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(archive.checkpoint("minsk-1").read_bytes())
    more(archive, keeper, folder, "s-later")
    built, out = build(case, at=first)
    assert first == built.built_at
    assert verify_dossier(out, policy=policy(keeper)).part("cosigned").verdict == "holds"


def test_a_thousand_changed_bytes_of_report_and_page_are_all_found(case):
    _, out = build(case, report="true", page="true")
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert verify_container(MemoryContainer(files), policy=None).part("unaltered").verdict == "holds"
    chance = random.Random(1_000)  # as above
    for path in ("report/report.pdf", "report/report.docx", "verify.html"):
        for _ in range(340):
            changed = bytearray(files[path])
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            report = verify_container(MemoryContainer(files | {path: bytes(changed)}), policy=None)
            assert [(path,)] == [one.where for one in report.parts[0].findings if one.code == "file.altered"]
