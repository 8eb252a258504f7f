# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demonstration, from nothing to a refuted forgery, as a newcomer runs it; in three languages."""

import json
import os
import re
import subprocess
import sys

import pytest

CYRILLIC = re.compile("[а-яёіў]", re.IGNORECASE)


def demonstrate(folder, *words, language="en", path=None):
    environment = os.environ | {"SVIEDKA_LANGUAGE": language} | ({"PATH": path} if path else {})
    return subprocess.run(
        [sys.executable, "-m", "sviedka.cli", "demo", "--folder", str(folder), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env=environment,
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["be", "ru"])
def test_the_demonstration_ends_well_and_speaks_the_language(tmp_path, language):
    done = demonstrate(tmp_path / "demo", "--part", "evidence", language=language)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    for verdict in ("unproven", "holds", "refuted"):
        assert verdict in done.stdout
    assert "Mikalai" in done.stdout, "the person whose consent is missing is named, by pseudonym"
    assert "NOT RUN" not in done.stdout
    assert "internal" in done.stdout
    assert share_in_cyrillic(done.stdout) > 0.6


def share_in_cyrillic(told):
    said = [line for line in told.splitlines() if " " in line.strip() and "$" not in line]
    return sum(1 for line in said if CYRILLIC.search(line)) / len(said)


@pytest.mark.timeout(300)
def test_without_age_it_says_what_was_not_run_and_how_to_get_it(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("openssl", "sha256sum", "diff"):
        found = next(folder for folder in os.environ["PATH"].split(":") if os.access(f"{folder}/{name}", os.X_OK))
        (programs / name).symlink_to(f"{found}/{name}")
    done = demonstrate(tmp_path / "demo", "--part", "evidence", path=str(programs))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "NOT RUN" in done.stdout
    assert "apt-get install age" in done.stdout
    assert share_in_cyrillic(done.stdout) < 0.2, "the control of the other languages"


@pytest.mark.timeout(300)
def test_with_json_it_prints_one_object(tmp_path):
    done = demonstrate(tmp_path / "demo", "--part", "evidence", "--json")
    assert json.loads(done.stdout)["verdict"] == "holds"


def test_it_does_not_clear_a_folder_that_is_not_its_own(tmp_path):
    (tmp_path / "mine").write_text("kept")
    done = demonstrate(tmp_path)
    assert done.returncode == 50
    assert (tmp_path / "mine").read_text() == "kept"
