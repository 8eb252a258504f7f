# SPDX-License-Identifier: AGPL-3.0-or-later
"""verify.html is what its sources build, types are strict, and the page's code gives what every vector says."""

import fcntl
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERIFIER = ROOT / "verifier"
PAGE = ROOT / "src/sviedka/verify/page/verify.html"


def run(*command):
    done = subprocess.run(
        command, cwd=VERIFIER, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def _packages():
    installed = VERIFIER / "node_modules/.package-lock.json"
    lock = VERIFIER / "package-lock.json"
    # Workers of one run take turns: two `npm ci` in one folder remove each other's packages.
    with (VERIFIER / "package-lock.json").open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            run("npm", "ci", "--silent")


def test_the_page_is_byte_for_byte_what_its_sources_build(tmp_path):
    run("node", "build.mjs", "--out", str(tmp_path / "verify.html"))
    assert (tmp_path / "verify.html").read_bytes() == PAGE.read_bytes(), "run: make verifier"


def test_a_changed_source_builds_another_page(tmp_path):
    sources = tmp_path / "verifier"
    sources.mkdir()
    for name in ("src", "node_modules"):
        (sources / name).symlink_to(VERIFIER / name)
    (sources / "package.json").write_text((VERIFIER / "package.json").read_text().replace('"0.1.0"', '"0.1.1"'))
    build = (VERIFIER / "build.mjs").read_text()
    (sources / "build.mjs").write_text(build)
    run("node", str(sources / "build.mjs"), "--out", str(tmp_path / "other.html"))
    assert (tmp_path / "other.html").read_bytes() != PAGE.read_bytes()


def test_the_types_are_strict_and_right():
    assert run("npx", "tsc", "--noEmit") == ""


def test_the_pages_code_gives_what_every_vector_says(record_property):
    told = run("npm", "test", "--silent")
    counts = {name: int(number) for name, number in re.findall(r"^(?:#|ℹ) (tests|pass|fail) (\d+)", told, re.MULTILINE)}
    vectors = [*(ROOT / "spec/vectors").glob("*/*/*.json"), *(ROOT / "spec/vectors/dossier").glob("*/*.zip")]
    assert counts["fail"] == 0
    assert counts["pass"] == counts["tests"] > len(vectors) * 0.7
    record_property("counted", f"{counts['pass']} vectors and controls by the page's code")


def test_the_lock_file_names_no_place_and_a_digest_for_every_package():
    packages = json.loads((VERIFIER / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_page_may_load_and_send_nothing():
    html = PAGE.read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
    assert rules["default-src"] == rules["connect-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["script-src"])
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["style-src"])
    assert len(html.encode()) <= 400_000
