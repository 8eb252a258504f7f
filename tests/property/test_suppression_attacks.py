"""No attacker narrows a hidden number below the threshold: not over linked tables, not over a year of releases."""

from dataclasses import replace

import numpy as np
import pytest
from suppression_kit import People, Reader, flat, tables, tree

from sviedka.core.count.suppress.audit import CellTooNarrow, audit_release, choose_shown
from sviedka.core.count.suppress.primary import PrimaryRule
from sviedka.core.count.suppress.version import Version, round_to_base

RULE = PrimaryRule()
CLOSE = 1e-5


def linked(seed):
    """Two or three tables over shared dimensions: a tree of places, months, an outcome, acts of which there may be several."""
    rng = np.random.default_rng(seed)
    place = tree("place", rng.integers(2, 4, size=int(rng.integers(2, 4))))
    month, outcome = flat("month", int(rng.integers(3, 6))), flat("outcome", 3)
    act = flat("act", 4, several=True)
    crosses = [(place, month), (place, outcome), (month, outcome), (act, month), (act, place)]
    chosen = rng.choice(len(crosses), size=int(rng.integers(2, 4)), replace=False)
    made = tables(*(crosses[number] for number in sorted(chosen)))
    return made, People(rng, (place, month, outcome, act), int(rng.integers(60, 600)))


def published(version):
    figures = {cell: round_to_base(version.counts[cell].people, version.base) for cell in version.shown}
    return version.tables, figures, version.base


def release(before, made, counts, base=1):
    day = f"2026-{len(before) + 1:02}-01"
    draft = Version(as_of=day, tables=made, counts=counts, base=base)
    shown = choose_shown([*before, draft])
    return Version(as_of=day, tables=made, counts=counts, shown=shown, base=base)


def assert_safe(versions):
    reader = Reader([published(one) for one in versions])
    newest = versions[-1]
    for cell in newest.counts.keys() - newest.shown:
        least, greatest = reader.infer(cell)
        if newest.counts[cell].people < RULE.threshold:
            assert least <= CLOSE
            assert greatest >= RULE.threshold - CLOSE
        assert greatest - least >= RULE.threshold - CLOSE


def one_release(seed):
    made, people = linked(seed)
    version = release([], made, people.count(made), base=int(seed % 3 == 0) * 4 + 1)
    assert all(version.counts[cell].people >= RULE.threshold for cell in version.shown)
    audit = audit_release([version])
    assert audit.intervals.keys() == version.counts.keys() - version.shown
    assert_safe([version])
    return version


@pytest.mark.parametrize("seed", range(12))
def test_an_attacker_of_another_make_finds_no_small_number_in_linked_tables(seed):
    assert one_release(seed).shown  # something is left to publish


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(12, 200))
def test_nor_in_a_hundred_and_eighty_eight_more(seed):
    one_release(seed)


def naive(made, counts):
    shown = frozenset(cell for cell, count in counts.items() if count.people >= RULE.threshold)
    return Version(as_of="2026-01-01", tables=made, counts=counts, shown=shown)


def test_hiding_only_the_small_numbers_is_broken_by_both_attackers():
    """Control: the audit and the other attacker find what naive hiding gives away."""
    broken = 0
    for seed in range(6):
        made, people = linked(seed)
        version = naive(made, people.count(made))
        small = [cell for cell, count in version.counts.items() if count.people < RULE.threshold]
        reader = Reader([published(version)])
        widths = [greatest - least for least, greatest in map(reader.infer, small)]
        if min(widths, default=RULE.threshold) < RULE.threshold - CLOSE:
            broken += 1
            with pytest.raises(CellTooNarrow):
                audit_release([version])
    assert broken >= 4


def twelve_months(seed, months=12):
    """A year of releases: each has a month more, and late reports about earlier months."""
    rng = np.random.default_rng(seed)
    place, month = flat("place", 4), flat("month", months)
    people = People(rng, (place, month), 0)
    versions = []
    for number in range(months):
        people.join(rng, int(rng.integers(20, 90)), month={f"month{number}"})
        if number and rng.random() < 0.6:
            people.join(rng, int(rng.integers(1, 8)), month={f"month{rng.integers(number)}"})
        until = flat("month", number + 1)
        made = tables((place, until))
        versions.append(release(versions, made, people.count(made)))
    return versions


@pytest.mark.parametrize("seed", [1])
def test_a_year_of_monthly_releases_gives_nobody_away(seed):
    versions = twelve_months(seed, months=6)
    for number in range(1, len(versions) + 1):
        audit_release(versions[:number])
        assert_safe(versions[:number])


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(5))
def test_nor_do_twelve_of_them(seed):
    versions = twelve_months(seed)
    for number in range(1, len(versions) + 1):
        audit_release(versions[:number])
        assert_safe(versions[:number])


def test_releases_that_forget_what_was_published_are_broken_by_differences():
    """Control: each release is safe by itself, and all of them together are not."""
    versions = twelve_months(1, months=6)
    forgetful = [replace(one, shown=release([], one.tables, one.counts).shown) for one in versions]
    for one in forgetful:
        audit_release([one])
    with pytest.raises(CellTooNarrow):
        audit_release(forgetful)
