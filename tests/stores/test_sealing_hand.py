# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thousands of small files are sealed by a process of their own: the same outcome, and its end loses nothing kept."""

import multiprocessing
import os
import signal

import pytest
from archive_kit import case_of

from sviedka.store.deposit import depositing, sealing_hand
from sviedka.store.deposit.depositing import deposit
from sviedka.store.deposit.opening import open_item
from sviedka.store.models import Item
from sviedka.store.scope import in_cases
from sviedka.vault.scrub import check

CASE = "case-one"


@pytest.fixture
def many(tmp_path, monkeypatch):
    """A folder that comes in eight groups; the second full one takes the hand on."""
    monkeypatch.setattr(depositing, "GROUP_ITEMS", 5)
    monkeypatch.setattr(sealing_hand, "FULL_GROUP", 3)
    folder = tmp_path / "handed in"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02d}.txt").write_text(f"what file {number} says")
    return folder


def hands():
    return multiprocessing.active_children()


def opened(archive, keeper, item, tmp_path):
    out = tmp_path / f"out-{item}"
    open_item(archive, keeper, item, out=out, purpose="a test")
    return out.read_text()


def test_what_the_hand_seals_opens_like_what_is_sealed_here(archive, keeper, many, tmp_path):
    seen = []
    result = deposit(archive, keeper, [many], case=CASE, progress=lambda *_: seen.extend(map(id, hands())))
    assert seen, "no process was taken on"
    assert not hands()
    assert len(result.sealed) == 40
    for one in (result.sealed[0], result.sealed[20], result.sealed[-1]):
        assert opened(archive, keeper, one.item_id, tmp_path) == (many.parent / one.shown_path).read_text()


def test_control_a_few_files_take_no_process_on(archive, keeper, tmp_path):
    few = tmp_path / "few"
    few.mkdir()
    (few / "one.txt").write_text("one")
    seen = []
    deposit(archive, keeper, [few], case=CASE, progress=lambda *_: seen.extend(hands()))
    assert not seen


@pytest.mark.parametrize(("first", "second"), [("00", "39"), ("20", "21"), ("17", "35")])
def test_the_same_bytes_share_a_payload_whichever_group_they_come_in(archive, keeper, many, tmp_path, first, second):
    (many / f"{second}.txt").write_text((many / f"{first}.txt").read_text())
    result = deposit(archive, keeper, [many], case=CASE)
    found = {one.shown_path: one for one in result.sealed}
    one, other = (found[f"handed in/{number}.txt"] for number in (first, second))
    assert (one.shared, other.shared) == (False, True)
    with in_cases(case_of(keeper, CASE)):
        assert len({row.payload_sha256 for row in Item.objects.filter(item__in=[one.item_id, other.item_id])}) == 1
    assert opened(archive, keeper, other.item_id, tmp_path) == opened(archive, keeper, one.item_id, tmp_path)


def test_a_hand_that_is_killed_loses_nothing_that_was_kept(archive, keeper, many, tmp_path):
    kept = []

    def kill(done, _expected=0):
        kept.append(done)
        for process in hands():
            os.kill(process.pid, signal.SIGKILL)

    with pytest.raises(sealing_hand.HandLost):
        deposit(archive, keeper, [many], case=CASE, progress=kill)
    assert 0 < sum(kept) < sum(path.stat().st_size for path in many.iterdir())
    with in_cases(case_of(keeper, CASE)):
        before = {row.path: row.item for row in Item.objects.filter(kind="file")}
    assert sum((many.parent / path).stat().st_size for path in before) >= sum(kept)
    for path, item in before.items():
        assert opened(archive, keeper, item, tmp_path) == (many.parent / path).read_text()
    again = deposit(archive, keeper, [many], case=CASE)
    assert len(again.sealed) == 40
    assert not [one.code for one in check(archive, full=True).findings if one.code.startswith("refuted")]
