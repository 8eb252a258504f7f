# SPDX-License-Identifier: AGPL-3.0-or-later
"""A name from deposit to the one moment when it is shown: office, two custodians, each a process and a folder of their own.

As docs/howto/open-an-identity.md tells it. At the end everything that any process has written is searched for the name.
"""

import json
import os
import pty
import select
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

SAID = "name: Canary Maryja Vydumanaja\ncontact: canary-contact at nowhere.example\n"
FACE = b"canary-of-a-face" * 999
OTHER = "name: Выдуманная Мария\n"
CANARIES = (b"Vydumanaja", b"canary-contact")
KEYS = ("Выдуман".encode(), b"viduman")
"""The other name, and what name keys are made of both."""
FAST = ("--key-cost", "demonstration")


class Place:
    """A folder of somebody's, and commands that are typed there. Whatever a command prints is kept."""

    printed: list[str]

    def __init__(self, folder: Path, scratch: Path, **words: bytes):
        folder.mkdir()
        self.folder, self.scratch = folder, scratch
        self.printed = []
        for name, word in words.items():
            (folder / name).write_bytes(word)

    @contextmanager
    def file(self, name, content):
        """Have a file, and wipe it afterwards."""
        (self.folder / name).write_bytes(content)
        yield
        (self.folder / name).unlink()

    def type(self, *words, status=0, typed=""):
        done = subprocess.run(
            [sys.executable, "-m", "sviedka.cli", *map(str, words), "--json"],
            capture_output=True, text=True, check=False, cwd=self.folder, input=typed, timeout=120,
            env={**os.environ, "SVIEDKA_LANGUAGE": "en", "TMPDIR": str(self.scratch)}, start_new_session=True,
        )  # fmt: skip
        self.printed += [done.stdout, done.stderr]
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)

    def sit_down(self, *words):
        """Type a command at a terminal of one's own; return what the terminal showed, standard output, and the status."""
        reading, writing = os.pipe()
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.dup2(writing, 1)
            os.environ |= {"SVIEDKA_LANGUAGE": "en", "TMPDIR": str(self.scratch)}
            os.execv(  # noqa: S606  # a program of our own, at a terminal of its own
                sys.executable, [sys.executable, "-m", "sviedka.cli", *map(str, words), "--json"]
            )
        os.close(writing)
        shown = watch(terminal, folder=self.scratch)
        _, status = os.waitpid(child, 0)
        os.close(terminal)
        with os.fdopen(reading) as file:
            told = file.read()
        self.printed.append(told)
        return shown, told, os.waitstatus_to_exitcode(status)


def watch(terminal, *, folder):
    """Read what a terminal shows; press Enter once it says how to wipe it; name `folder` when it asks for one."""
    shown, until, pressed, named = b"", time.monotonic() + 100, False, False
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            try:
                piece = os.read(terminal, 65_536)
            except OSError:  # the other end is gone
                break
            if not piece:
                break
            shown += piece
        if b"Enter wipes this" in shown and not pressed:
            pressed = True
            os.write(terminal, b"\n")
        if b"A folder to write them to" in shown and not named:
            named = True
            os.write(terminal, b"/no/such/folder\n" + os.fsencode(folder) + b"\n")
    return shown


@pytest.fixture
def scratch():
    with tempfile.TemporaryDirectory(prefix="sv") as folder:  # a short path: the keeper's socket may stand in it
        yield Path(folder)


@pytest.fixture
def places(tmp_path, scratch):
    office = Place(tmp_path / "office", scratch, pass_a=b"nine grey herons")
    office.type("init", "archive", "--passphrase-file", "pass_a", *FAST)
    (office.folder / "archive.offline").rename(tmp_path / "offline")
    custodians = {
        number: Place(tmp_path / f"custodian-{number}", scratch, own=b"own %d" % number) for number in range(1, 6)
    }
    yield office, custodians, tmp_path
    office.type("lock", "--archive", "archive")


def search(*folders):
    """Return the files in which something of the identity stands."""
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(paths) > 60
    return [path for path in paths if any(canary in path.read_bytes() for canary in (*CANARIES, *KEYS, FACE[:32]))]


def told_by(*places):
    """Return what any command has printed of the identity."""
    printed = "".join(text for place in places for text in place.printed)
    return [canary for canary in (*CANARIES, *KEYS) if canary.decode() in printed]


def carry(source: Path, target: Place):
    (target.folder / source.name).write_bytes(source.read_bytes())
    return source.name


def link_people(office, first, second, here):
    """Two people's names are one in two languages: two custodians answer for the link cells, and no identity is opened."""
    office.type("identity", "deposit", "p-2", *here, typed=OTHER)
    asked = office.type(
        "identity", "ask-linkage", *here, "--seats", 1, 3, "--purpose", "how many people these are", "-o", "link-order",
        "--passphrase-file", "pass_a",
    )  # fmt: skip
    assert asked["people"] == 2
    order = carry(office.folder / "link-order", first)
    read = ("seat", "peel", "seat", order, "-o", "link-1", "--passphrase-file", "own")
    assert first.type(*read, status=40)["cells"] == 2
    first.type(*read, "--agree")
    carry(first.folder / "link-1", second)
    carry(office.folder / "link-order", second)
    second.type(
        "seat", "peel", "seat", order, "--after", "link-1", "-o", "link-2", "--passphrase-file", "own", "--agree"
    )
    carry(second.folder / "link-2", office)
    office.type("identity", "open", "link-order", "link-2", *here, status=40)  # at no terminal, and it is no such order
    found = office.type("identity", "link", "link-order", "link-2", *here)
    assert (found["people"], found["groups"]) == (2, 1)
    assert sorted(found["group_of"].values()) == [0, 0]
    assert office.type("identity", "link", "link-order", "link-2", *here, status=40)["code"] == "withheld.identity"


def test_a_name_is_deposited_asked_for_and_shown_once(places, scratch):
    office, custodians, base = places
    here = ("--archive", "archive")
    root = json.loads(office.printed[0])["root"]
    office.type("unlock", *here, "--passphrase-file", "pass_a")
    lines = []
    for number, custodian in custodians.items():  # three people, two sealed seats
        sealed = () if number <= 3 else ("--sealed",)
        made = custodian.type(
            "seat", "new", "seat", "--number", number, "--root", root, "--passphrase-file", "own", *sealed, *FAST
        )
        lines += ["--add", made["line"]]
    (office.folder / "book.yaml").write_text(
        "casebook: 1\ncase:\n  label: a-case\n  title: {en: A case, be: Справа, ru: Дело}\n"
        "persons:\n  - label: p-1\n    pseudonym: Alpha\n    counting_unit: individual\n"
        "  - label: p-2\n    pseudonym: Beta\n    counting_unit: individual\n",
        encoding="utf-8",
    )
    office.type("record", "book.yaml", *here)
    office.type("identity", "deposit", "p-1", *here, typed=SAID, status=40)  # nobody holds a seat yet
    office.type("keylist", "draft", *here, *lines, "-o", "proposal")
    office.type(
        "keylist", "sign", "proposal", "--offline-dir", base / "offline", "--passphrase-file", "pass_a", "-o", "list-2"
    )
    office.type("keylist", "install", *here, "list-2")
    office.type("unlock", *here, "--passphrase-file", "pass_a")
    with office.file("face.jpg", FACE):
        office.type("identity", "deposit", "p-1", "--file", "face.jpg", *here, typed=SAID)

    office.type(
        "identity", "request", "p-1", *here, "--seats", 1, 3, "--purpose", "a lawyer has to reach them", "-o", "order",
        "--passphrase-file", "pass_a",
    )  # fmt: skip
    first, second = custodians[1], custodians[3]
    order = carry(office.folder / "order", first)
    read = ("seat", "peel", "seat", order, "-o", "answer-1", "--passphrase-file", "own")
    assert first.type(*read, status=40)["purpose"] == "a lawyer has to reach them"
    first.type(*read, "--agree")
    carry(first.folder / "answer-1", second)
    carry(office.folder / "order", second)
    second.type(
        "seat", "peel", "seat", "order", "--after", "answer-1", "-o", "answer-2", "--passphrase-file", "own", "--agree"
    )
    carry(second.folder / "answer-2", office)
    carry(first.folder / "answer-1", office)

    opening = ("identity", "open", "order", "answer-2", *here)
    assert office.type(*opening, status=40)["code"] == "withheld.no-terminal"  # and nothing was used up
    assert office.sit_down("identity", "open", "order", "answer-1", *here)[2] == 10  # one custodian is not two
    shown, told, status = office.sit_down(*opening)
    assert status == 0
    assert all(canary in shown for canary in CANARIES)
    assert json.loads(told)["lines"] == 2
    assert json.loads(told)["files"] == 1
    assert b"AGE-SECRET-KEY" not in shown, "the key of a file is nobody's to read"
    assert (scratch / "face.jpg").read_bytes() == FACE
    (scratch / "face.jpg").unlink()
    shown, told, status = office.sit_down(*opening)
    assert status == 40
    assert json.loads(told)["code"] == "withheld.identity"
    assert not any(canary in shown for canary in CANARIES)

    link_people(office, first, second, here)
    office.type("log", "checkpoint", *here)
    office.type("rebuild", *here)
    office.type("check", "--full", *here)
    office.type("lock", *here)
    assert (search(base, scratch), told_by(office, *custodians.values())) == ([], [])
    assert all(canary in SAID.encode() for canary in CANARIES)  # the control: this is what was typed
