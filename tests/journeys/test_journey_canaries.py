# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nothing private lies about: names, contents, passphrases and keys are searched for in everything that was written."""

import base64
import json
import os
import subprocess
import sys

import pytest

NAME = "Kanareika Nievidomaja"  # invented; stands for a name that must not leak
CONTENT = "the canary content of a testimony 5d1f"
PASSPHRASE = "canary passphrase 77ab"  # public on purpose
CASEBOOK = f"""
casebook: 1
case: {{label: canary, title: {{en: Canary case {CONTENT}}}}}
persons: [{{label: p-one, pseudonym: Invented One, counting_unit: individual}}]
sources:
  - {{label: s-one, kind: document, title: "{NAME} told this", publisher: Invented, author: Invented, language: en,
     published: "2020-09", connection: ngo, reliability: F, reliability_reason: invented, independence_group: one}}
citations: [{{label: c-one, source: s-one, access: page, locator: "1"}}]
events: [{{label: e-one, title: "{CONTENT}", kind: killing, date: "2020-08-10"}}]
claims:
  - {{label: k-one, about: e-one, predicate: said, value: "{NAME} {CONTENT}", stance: asserts, basis: hearsay,
     date: "2020-08-10", citations: [c-one], credibility: 6, status: accepted,
     persons: [p-one]}}
"""


class Office:
    """A documenter at a terminal, whose temporary folder and home are watched as well."""

    def __init__(self, folder):
        self.folder = folder
        self.said = b""
        for name in ("tmp", "home"):
            (folder / name).mkdir()
        self.surroundings = os.environ | {
            "TMPDIR": str(folder / "tmp"),
            "HOME": str(folder / "home"),
            "SVIEDKA_ARCHIVE": str(folder / "archive"),
        }

    def run(self, *words, expect=0):
        done = subprocess.run(
            [sys.executable, "-m", "sviedka.cli", *map(str, words)],
            cwd=self.folder,
            env=self.surroundings,
            capture_output=True,
            check=False,
            timeout=120,
        )
        self.said += done.stderr
        assert done.returncode == expect, (words, done.stdout, done.stderr)
        return done.stdout.decode()


def spellings(text):
    raw = text.encode()
    yield from (raw, text.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode())
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + raw)
        yield padded[4:-4]
        yield padded[4:-4].replace(b"+", b"-").replace(b"/", b"_")


def places_of(folder, *canaries):
    """Return every file under `folder` whose name or bytes hold one of `canaries` in any spelling."""
    found = []
    for path in sorted(folder.rglob("*")):
        named = str(path.relative_to(folder))
        content = path.read_bytes() if path.is_file() else b""
        for canary in canaries:
            found += [(named, canary) for one in spellings(canary) if one in content or one in named.encode()]
    return found


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    secret = tmp_path / "given"
    secret.mkdir()
    (secret / "passphrase").write_text(PASSPHRASE + "\n")
    (secret / "wrong").write_text("another\n")
    (secret / f"{NAME}.txt").write_text(CONTENT)
    (secret / "casebook.yaml").write_text(CASEBOOK)
    (secret / "bad.yaml").write_text(CASEBOOK.replace("basis: hearsay", f'basis: "{NAME}"'))
    office.given = secret
    office.run("init", "archive", "--key-cost", "demonstration", "--passphrase-file", secret / "passphrase")
    office.run("unlock", "--passphrase-file", secret / "passphrase")
    yield office
    office.run("lock")


@pytest.mark.timeout(300)
def test_no_name_content_passphrase_or_key_lies_about(office, tmp_path):
    given = office.given
    sealed = json.loads(office.run("seal", given / f"{NAME}.txt", "--case", "canary", "--json"))["sealed"]
    office.run("record", given / "casebook.yaml", "--passphrase-file", given / "passphrase")
    office.run("record", given / "bad.yaml", expect=30)
    office.run("log", "checkpoint")
    office.run("log", "export", "public")
    office.run("open", sealed[0]["item"], "-o", given / "opened.txt", "--purpose", "canary search")
    office.run("open", sealed[0]["item"], "-o", given / "opened.txt", "--purpose", "again", expect=50)
    office.run("open", "f" * 32, "-o", given / "no.txt", "--purpose", "nothing there", expect=20)
    office.run("rebuild")
    office.run("check", "--full")
    (tmp_path / "said").write_bytes(office.said)
    assert places_of(given, CONTENT), "the control: the search finds what is there"
    for part in ("archive", "archive.offline", "public", "tmp", "home"):
        assert not places_of(tmp_path / part, NAME, CONTENT, PASSPHRASE, "AGE-SECRET-KEY-1"), part
    assert not places_of(tmp_path, PASSPHRASE)[1:], "only the passphrase file itself holds it"
    for canary in (NAME, CONTENT, PASSPHRASE):
        assert not any(one in office.said for one in spellings(canary)), "an error message gives something away"


def test_a_wrong_passphrase_leaves_no_trace_of_either(office, tmp_path):
    office.run("lock")
    office.run("unlock", "--passphrase-file", office.given / "wrong", expect=40)
    assert PASSPHRASE.encode() not in office.said
    office.run("unlock", "--passphrase-file", office.given / "passphrase")
    for part in ("archive", "tmp", "home"):
        assert not places_of(tmp_path / part, PASSPHRASE)
