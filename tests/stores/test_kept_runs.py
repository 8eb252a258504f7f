"""A linkage run lies sealed in the archive, is named by a statement, and is found by its identifier; each reading is recorded."""

import pytest

from run_kit import small_run
from sviedka.core.base.errors import Malformed
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.link.kept_run import keep_run, load_run
from sviedka.link.run_file import run_to_bytes
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.opening import ItemUnknown
from sviedka.store.house import own_case
from sviedka.store.models import Passage, Statement
from sviedka.store.scope import in_cases


def said_of(keeper, item):
    """Return every statement about an item of the archive's own case."""
    with in_cases(own_case(keeper.facts())):
        return [
            read_disclosures(
                parse_jwt(row.jwt.encode()),
                [text for passage in Passage.objects.filter(statement=row) for text in passage.disclosures],
            )
            for row in Statement.objects.filter(subject=item).order_by("leaf_index")
        ]


def test_a_kept_run_is_read_as_it_was(archive, keeper):
    kept = keep_run(archive, keeper, small_run())
    assert run_to_bytes(load_run(archive, keeper, kept.item, purpose="test")) == run_to_bytes(small_run())


def test_its_statement_says_what_is_counted_and_of_which_lists(archive, keeper):
    kept = keep_run(archive, keeper, small_run())
    said = said_of(keeper, kept.item)
    assert [one.type for one in said] == ["item.received/1", "item.sealed/1", "linkage/1"]
    linkage = said[-1]
    assert linkage.fields["run_sha256"] == kept.plain_sha256
    assert linkage.fields["counted"]["until"] == "2021-03-31"
    assert [one["name"] for one in linkage.fields["lists"]] == ["a", "b", "copy"]
    assert (linkage.fields["people"], linkage.fields["people_drawn"]) == (5, [5, 6])


def test_each_reading_is_recorded(archive, keeper):
    kept = keep_run(archive, keeper, small_run())
    load_run(archive, keeper, kept.item, purpose="an estimate")
    opened = [one.fields["purpose"] for one in said_of(keeper, kept.item) if one.type == "item.opened/1"]
    assert opened == ["an estimate"]


def test_nothing_of_a_run_lies_in_the_archive_in_plain(archive, keeper):
    keep_run(archive, keeper, small_run())
    files = [path.read_bytes() for path in archive.root.rglob("*") if path.is_file()]
    assert not any(b"sviedka-linkage-run" in data for data in files)
    assert b"sviedka-linkage-run" in run_to_bytes(small_run())  # what is looked for would be found


def test_what_is_no_run_is_refused(archive, keeper, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("no run")
    item = deposit(archive, keeper, [other], case="case-one").sealed[0].item_id
    with pytest.raises(Malformed):
        load_run(archive, keeper, item, purpose="test")
    with pytest.raises(ItemUnknown):
        load_run(archive, keeper, "f" * 32, purpose="test")
