# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts leave with a statement that somebody stands behind, and what was published before is never forgotten."""

import json
from dataclasses import replace

import pytest
from archive_kit import PASSPHRASE, LocalKeeper, drafts, found, sign_unasserted

from estimate_statement_kit import REPORT
from release_kit import NUMBERS, write
from sviedka.core.count.estimate.report import Documented
from sviedka.core.count.release.copy import STATEMENT
from sviedka.core.count.release.estimates import EstimateReveals
from sviedka.core.count.release.release_errors import CopyRefuted, CopyUnproven, CorrectionReveals, PlanRefused
from sviedka.core.count.suppress.audit import CellTooNarrow, audit_release
from sviedka.core.count.suppress.suppress_errors import AlreadyRevealed
from sviedka.keeper.asserting import with_passphrase
from sviedka.keeper.errors import AssertionGivenUp
from sviedka.store.admission import Writer
from sviedka.store.asserted_admission import HeadsMoved
from sviedka.store.drafting import Saying
from sviedka.store.estimates.recording import record_estimate
from sviedka.store.pack_reading import PackRefuted
from sviedka.store.release.checking import check_statement
from sviedka.store.release.estimates import estimates_of
from sviedka.store.release.ledger import place_of_releases, read_releases
from sviedka.store.release.making import release
from sviedka.store.session import open_for_admission, open_store
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.entropy import new_id
from sviedka.verify.release_copy import check_files


def publish(archive, keeper, plan, out, assertor=None):
    willing = with_passphrase(archive, keeper.keyring.actor, lambda _: bytearray(PASSPHRASE))
    return release(archive, keeper, plan, out=out, assertor=assertor or willing)


@pytest.fixture
def published(archive, keeper, tmp_path):
    return publish(archive, keeper, write(tmp_path / "first"), tmp_path / "out")


def test_a_release_is_whole_and_its_copy_holds(archive, keeper, published, tmp_path):
    names = {path.name for path in (tmp_path / "out").iterdir()}
    kinds = {f"release.{language}.{kind}" for language in ("en", "be") for kind in ("html", "pdf", "xlsx")}
    assert names == kinds | {"by-district.csv", "by-outcome.csv", "tables.csv-metadata.json", STATEMENT}
    copy = check_files(tmp_path / "out")
    check_statement(open_store(archive, keeper), copy)
    assert copy.jti == published.jti
    assert published.hidden >= 6
    assert published.audited.least_doubt >= 10


def test_no_hidden_number_is_in_the_copy_of_the_statement(archive, keeper, published, tmp_path):
    (past,) = read_releases(open_store(archive, keeper))
    assert sum(count.people for count in past.version.counts.values()) > 0  # the archive has them all
    told = (tmp_path / "out" / STATEMENT).read_text()
    text = json.loads(told)
    assert len(text["disclosures"]) >= 15
    from sviedka.core.seal.statement import parse_disclosure

    names = {parse_disclosure(one).name for one in text["disclosures"]}
    assert {"type", "unit", "file.1", "least_doubt"} <= names
    assert not names & {None, "ledger", "author_sig", "assertion", "case", "heads"}


@pytest.mark.parametrize("name", ["by-district.csv", "release.en.html", STATEMENT])
def test_a_changed_copy_is_refuted(archive, keeper, published, tmp_path, name):
    path = tmp_path / "out" / name
    database, whole = open_store(archive, keeper), path.read_bytes()
    for place in range(3, len(whole), len(whole) // 40):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises(CopyRefuted):  # a signature that was changed is seen beside the archive's own only
            check_statement(database, check_files(tmp_path / "out"))
    path.write_bytes(whole)
    check_files(tmp_path / "out")  # control


def test_a_missing_and_an_added_file_are_refuted(published, tmp_path):
    (tmp_path / "out" / "more.csv").write_text("x")
    with pytest.raises(CopyRefuted):
        check_files(tmp_path / "out")
    (tmp_path / "out" / "more.csv").unlink()
    check_files(tmp_path / "out")  # control
    (tmp_path / "out" / "by-outcome.csv").unlink()
    with pytest.raises(CopyRefuted):
        check_files(tmp_path / "out")


def test_a_copy_of_another_archive_is_unproven(archive, keeper, tmp_path, engine):
    publish(archive, keeper, write(tmp_path / "plan"), tmp_path / "out")
    copy = check_files(tmp_path / "out")
    with pytest.raises(CopyUnproven):
        check_statement(open_store(archive, keeper), replace(copy, head=replace(copy.head, jti="0" * 32)))
    with pytest.raises(CopyRefuted):
        check_statement(open_store(archive, keeper), replace(copy, jwt=copy.jwt + b"x"))


def test_who_does_not_stand_behind_it_publishes_nothing(archive, keeper, tmp_path):
    def unwilling(_pending):
        raise AssertionGivenUp("no")

    with pytest.raises(AssertionGivenUp):
        publish(archive, keeper, write(tmp_path / "plan"), tmp_path / "out", unwilling)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith((".", "out"))) == []
    assert read_releases(open_store(archive, keeper)) == ()


def test_of_two_at_once_the_second_is_refused(archive, keeper, tmp_path):
    plan = write(tmp_path / "plan")
    willing = with_passphrase(archive, keeper.keyring.actor, lambda _: bytearray(PASSPHRASE))

    def slow(pending):
        publish(archive, keeper, plan, tmp_path / "quick")
        return willing(pending)

    with pytest.raises(HeadsMoved):
        publish(archive, keeper, plan, tmp_path / "slow", slow)
    assert not (tmp_path / "slow").exists()
    assert len(read_releases(open_store(archive, keeper))) == 1


def later(change):
    """Return the numbers a month later: a few more in the first place, many more in another."""
    return (NUMBERS[0] + change, *NUMBERS[1:7], NUMBERS[7] + 50, *NUMBERS[8:])


def test_the_next_release_hides_what_the_difference_would_tell(archive, keeper, published, tmp_path):
    publish(archive, keeper, write(tmp_path / "next", day="2021-01-31", numbers=later(3)), tmp_path / "out-2")
    first, second = (one.version for one in read_releases(open_store(archive, keeper)))
    audit_release([first, second])
    changed = [cell for cell in first.shown if 0 < second.counts[cell].people - first.counts[cell].people < 10]
    assert changed
    assert not second.shown & set(changed)
    with pytest.raises(CellTooNarrow):  # control: shown all the same, three people stand in the difference
        audit_release([first, replace(second, shown=second.shown | set(changed))])


def test_what_follows_from_an_earlier_release_stops_the_next(archive, keeper, published, tmp_path):
    """The same day, the same numbers, but a number is said to be sensitive that stands in print: nothing can hide it."""
    plan = write(tmp_path / "strict", more="threshold: 48\n")
    with pytest.raises(AlreadyRevealed):
        publish(archive, keeper, plan, tmp_path / "out-2")
    assert not (tmp_path / "out-2").exists()


CORRECTS = "corrects: {jti}\nerratum: {{en: A number was wrong., be: Лік быў памылковы.}}\n"


def test_a_correction_that_reveals_is_refused_and_a_large_one_is_not(archive, keeper, published, tmp_path):
    more = CORRECTS.format(jti=published.jti)
    few = write(tmp_path / "few", numbers=later(3), more=more)
    with pytest.raises(CorrectionReveals):
        publish(archive, keeper, few, tmp_path / "out-few")
    many = tuple(number + 200 for number in NUMBERS)
    publish(archive, keeper, write(tmp_path / "many", numbers=many, more=more), tmp_path / "out-many")
    second = read_releases(open_store(archive, keeper))[1]
    assert second.fields["corrects"] == published.jti
    assert "Лік быў памылковы." in (tmp_path / "out-many" / "release.be.html").read_text("utf-8")


def test_a_correction_of_nothing_is_refused(archive, keeper, tmp_path):
    plan = write(tmp_path / "plan", more=CORRECTS.format(jti="1" * 32))
    with pytest.raises(PlanRefused):
        publish(archive, keeper, plan, tmp_path / "out")


def test_the_same_plan_and_counts_are_the_same_bytes(archive, keeper, published, tmp_path):
    from sviedka.store.connect import disconnect

    (tmp_path / "other").mkdir()
    other = found(tmp_path / "other")
    publish(other, LocalKeeper(other), write(tmp_path / "again"), tmp_path / "out-again")
    for path in (tmp_path / "out").iterdir():
        if path.name != STATEMENT:
            twin = tmp_path / "out-again" / path.name
            assert twin.read_bytes() == path.read_bytes(), path.name
            assert twin.stat().st_mtime == path.stat().st_mtime
    disconnect()


def test_a_rebuild_forgets_nothing_that_was_published(archive, keeper, published, tmp_path):
    before = read_releases(open_store(archive, keeper))
    keeper.run_job("sviedka.store.rebuild:job", {})
    assert read_releases(open_store(archive, keeper)) == before
    assert [one.jti for one in before] == [published.jti]
    with pytest.raises(AlreadyRevealed):  # and the next release is still held against it
        publish(archive, keeper, write(tmp_path / "strict", more="threshold: 48\n"), tmp_path / "out-2")


def test_a_release_that_nobody_stood_behind_is_refused_by_a_rebuild(archive, keeper, published):
    past = read_releases(open_store(archive, keeper))[0]
    case, subject = place_of_releases(keeper)
    fields = {name: value for name, value in past.fields.items() if "." not in name and name != "ledger"}
    fields |= {"file": [past.fields["file.1"]], "ledger": [{"text": "{}", "about": []}]}
    forged = Saying(jti=new_id(), case=case, type="release/1", subject=subject, fields=fields)
    listed = drafts(archive, keeper, [forged])
    with admission_lock(archive):
        writer = Writer(archive, keeper, open_for_admission(archive, keeper), keeper.facts())
        named = writer.with_heads(listed, {})
        writer.write(named, sign_unasserted(keeper.keyring, named))
    with pytest.raises(PackRefuted, match=r"unproven\.assertion-withheld"):
        keeper.run_job("sviedka.store.rebuild:job", {})


def stated_estimate(archive, keeper, least=790):
    report = replace(REPORT, documented=Documented(decided=least, low=least, high=least))
    return record_estimate(archive, keeper, report, kind="capture-table", input_sha256="a" * 64, report_sha256="b" * 64)


def test_an_estimate_of_the_log_leaves_with_a_release_and_no_other(archive, keeper, tmp_path):
    jti = stated_estimate(archive, keeper)
    plan = write(tmp_path / "plan", more=f"estimates: [{jti}]\n")
    made = publish(archive, keeper, plan, tmp_path / "out")
    page = (tmp_path / "out" / "release.en.html").read_text()
    assert "at least 790 documented; models suggest 931 to 1\u202f072" in page
    assert jti in page
    (past,) = read_releases(open_store(archive, keeper))
    assert estimates_of(past.fields) == [jti]
    check_statement(open_store(archive, keeper), check_files(tmp_path / "out"))
    for wrong in ("7785717448ac33b7c5bccec8eef9787c", str(made.jti), "no identifier"):
        plan = write(tmp_path / f"plan-{wrong}", more=f"estimates: [{wrong}]\n", day="2021-12-31")
        with pytest.raises(PlanRefused):
            publish(archive, keeper, plan, tmp_path / "more")
    assert not (tmp_path / "more").exists()


def test_a_few_people_more_are_not_told_by_a_second_estimate(archive, keeper, tmp_path):
    first, few, many = (stated_estimate(archive, keeper, least) for least in (790, 795, 800))
    publish(archive, keeper, write(tmp_path / "a", more=f"estimates: [{first}]\n"), tmp_path / "out-a")
    numbers = [number + 20 for number in NUMBERS]
    plan = write(tmp_path / "b", day="2021-01-31", numbers=numbers, more=f"estimates: [{few}]\n")
    with pytest.raises(EstimateReveals):
        publish(archive, keeper, plan, tmp_path / "out-b")
    plan = write(tmp_path / "c", day="2021-01-31", numbers=numbers, more=f"estimates: [{many}]\n")
    publish(archive, keeper, plan, tmp_path / "out-c")
