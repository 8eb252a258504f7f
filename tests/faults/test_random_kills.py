# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers, and now and then the keeper, killed at random points: 0 acknowledged lost, 0 torn, 0 doubled, no hand at the next start."""

import secrets
import time

import pytest

KEEPER_EVERY = 10
"""One kill in so many is the keeper's; its writers then end with a named failure."""

LOOK_EVERY = 100


def campaign(archive, folder, kills):
    """Kill `kills` times at random moments, look every now and then; return the crew with what it acknowledged."""
    from crew import WRITERS, Crew
    from fault_archive import verify_nothing_lost

    crew = Crew(archive, folder)
    try:
        pace_ms = crew.find_pace()
        for number in range(1, kills + 1):
            time.sleep(secrets.randbelow(pace_ms) / 1000)
            crew.listen()
            if number % KEEPER_EVERY:
                crew.kill_writer(secrets.randbelow(WRITERS))
            else:
                crew.kill_keeper()
            if number % LOOK_EVERY == 0:
                crew.listen()
                verify_nothing_lost(archive, dict(crew.items), set(crew.labels))
        crew.wait_for_acknowledgements(len(crew.items) + len(crew.labels) + 1)
        crew.listen()
    finally:
        crew.stop()
    verify_nothing_lost(archive, crew.items, crew.labels)
    return crew


def run_campaign(archive, tmp_path, record_property, kills):
    source = tmp_path / "source"
    source.mkdir()
    crew = campaign(archive, source, kills)
    told = f"{len(crew.items)} items and {len(crew.labels)} records acknowledged, 0 lost, 0 torn, 0 doubled"
    ended = f"{crew.refused} writers ended by a keeper's death with status 50"
    record_property(
        "counted", f"{kills} kills under four writers, {kills // KEEPER_EVERY} of the keeper: {told}; {ended}"
    )
    assert len(crew.items) + len(crew.labels) > kills // 2, "the kills must fall on writers at work"


@pytest.mark.timeout(900)
def test_100_kills_under_four_writers_lose_nothing(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, 100)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_1000_kills_under_four_writers_lose_nothing(archive, tmp_path, record_property):
    run_campaign(archive, tmp_path, record_property, 1_000)


def test_control_an_item_that_vanishes_is_noticed(archive, tmp_path):
    from fault_archive import seal_one, verify_nothing_lost

    item, digest = seal_one(archive, tmp_path)
    verify_nothing_lost(archive, {item: digest})
    with pytest.raises(AssertionError, match="gone"):
        verify_nothing_lost(archive, {item: digest, "f" * 32: digest})
    with pytest.raises(AssertionError, match="gone"):
        verify_nothing_lost(archive, {item: digest}, {"never-recorded"})
    payload = next(path for path in archive.objects.glob("??/*"))
    payload.chmod(0o600)
    payload.write_bytes(payload.read_bytes()[:-1])
    with pytest.raises(AssertionError, match="refuted"):
        verify_nothing_lost(archive, {item: digest})
