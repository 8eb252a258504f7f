# SPDX-License-Identifier: AGPL-3.0-or-later
"""An office that is copied to two buckets of a real S3 server; writers, keeper and server are killed at random points.

After each kill: what the status or a writer calls *safe* is in the buckets, whole. After each 30: it comes back from the buckets alone and
opens, the buckets are caught up with by themselves, and 0 acknowledged are lost, torn or doubled. Then comes a new office.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def run_apart(folder, what):
    """Run `bucket_campaign.py` as a program of its own; return what it prints."""
    paths = [str(HERE), str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, str(HERE / "bucket_campaign.py"), str(folder), str(what)]
    environment = os.environ | {"PYTHONPATH": ":".join(paths)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        try:
            told, wrong = running.communicate()
        finally:
            running.terminate()
    assert running.returncode == 0, wrong[-4000:]
    return json.loads(told)


def run_campaign(folder, kills, record_property):
    counted = run_apart(folder, kills)
    of = {word: counted[f"kills of {word}"] for word in ("a writer", "the keeper", "the server")}
    assert sum(of.values()) == kills
    assert counted["items"] + counted["records"] > kills // 2, "the kills must fall on writers at work"
    assert counted["items and records called safe"], "something must be called safe, or nothing is looked at"
    assert counted["copies that ended with unavailable.replica"], "the kills of the server were felt"
    killed = ", ".join(f"{number} of {word}" for word, number in of.items())
    held = f"{counted['items']} items and {counted['records']} records acknowledged, 0 lost, 0 torn, 0 doubled"
    safe = f"{counted['items and records called safe']} called safe before the office was lost, all came back"
    cut = f"{counted['copies cut short by a kill']} copies cut short"
    record_property(
        "counted", f"{kills} kills of an office copied to buckets, {killed}: {held}; {safe}; {cut}; {counted}"
    )


@pytest.mark.timeout(600)
def test_30_kills_of_an_office_copied_to_buckets_lose_nothing(tmp_path, record_property):
    run_campaign(tmp_path, 30, record_property)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_300_kills_of_an_office_copied_to_buckets_lose_nothing(tmp_path, record_property):
    run_campaign(tmp_path, 300, record_property)


@pytest.mark.timeout(300)
def test_control_a_broken_order_is_caught_by_the_same_looks(tmp_path):
    """One acknowledges before it records, one calls safe before it uploads."""
    caught = run_apart(tmp_path, "controls")
    assert "an acknowledged record is gone" in caught["kept"]
    assert "called safe and not in the bucket" in caught["safe"]
