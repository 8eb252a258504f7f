"""A review as three people do it: a rule first, two at the terminal who do not see each other, a third who settles."""

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sviedka.keeper.unlocking import lock
from users_kit import found_with_users, unlock_as

UNIT = Path(__file__).resolve().parents[1] / "unit"


@pytest.fixture
def house(tmp_path):
    from sviedka.store.connect import disconnect

    house = found_with_users(tmp_path, 3)
    yield house
    disconnect()
    lock(house.archive)


@pytest.fixture
def run_file(tmp_path):
    sys.path.insert(0, str(UNIT))
    try:
        from review_runs import make_run
    finally:
        sys.path.remove(str(UNIT))
    from sviedka.link.run_file import run_to_bytes

    run = make_run(
        [0, 1, 0, 1, 0, 1],
        [(0, 1, 0.55), (2, 3, 0.6), (4, 5, 0.95)],
        draws=[[0, 0, 1, 1, 2, 2], [0, 1, 2, 3, 4, 4], [0, 1, 2, 2, 3, 3]],
    )
    path = tmp_path / "linked.run"
    path.write_bytes(run_to_bytes(run))
    return path


def at_the_terminal(words, keys, *, meanwhile=lambda: None, until=None):
    """Type keys at `sviedka review` in a terminal of its own; return its status and all that it showed."""
    here, there = pty.openpty()
    command = [sys.executable, "-m", "sviedka.cli", "review", *words]
    environment = os.environ | {"TERM": "xterm-256color", "LINES": "40", "COLUMNS": "120", "SVIEDKA_LANGUAGE": "en"}
    with subprocess.Popen(command, stdin=there, stdout=there, stderr=there, env=environment) as process:
        os.close(there)
        os.set_blocking(here, False)
        try:
            seen = read_until(here, b"quit")
            meanwhile()
            for key in keys if until is not None else ["".join(keys)]:
                os.write(here, key.encode())
                seen += read_until(here, until.pop(0) if until else None)
            status = process.wait(timeout=60)
        except BaseException:
            process.kill()  # else leaving the block would wait for it for ever
            raise
    os.close(here)
    return status, seen


def read_until(terminal, word, patience_s=60.0):
    """Read until `word` was seen; without one, until the other end has left."""
    seen, end = b"", time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            got = os.read(terminal, 65536)
        except BlockingIOError:
            got = b""
        except OSError:  # the other end has left
            return seen
        seen += got
        if word is not None and word in seen:
            return seen
        time.sleep(0.05)
    raise AssertionError(seen[-2000:])


@pytest.mark.timeout(300)
def test_three_people_and_a_rule_review_one_linkage(house, run_file, tmp_path, capsys):
    from sviedka.cli.main import main

    place = ["--archive", str(house.archive.root)]

    def review(*words, expect=0):
        status = main(["review", str(run_file), *words, *place, "--json"])
        told = json.loads(capsys.readouterr().out)
        assert status == expect, told
        return told

    def sit(user, *keys, words=()):
        lock(house.archive)
        unlock_as(house, user)
        status, seen = at_the_terminal([str(run_file), *words, *place], keys)
        assert status == 0, seen[-2000:]
        return seen

    unlock_as(house, 0)
    told = review("--by-rule", "-o", str(tmp_path / "ruled.run"))
    assert (told["cases"], told["new_by_rule"], told["judged_by_people"]) == (3, 3, 0)
    assert (told["documented_before"], told["documented"]) == (3, 3)
    assert review("--by-rule")["new_by_rule"] == 0
    assert told["agreement"] == {"differing": 0, "judged_once": 0}

    sit(0, "n", "s", "z", "s", "s", "q")
    told = review("--summary")
    assert (told["judged_by_people"], told["documented"]) == (3, 4)
    assert b"Case" in sit(1, "s", "s", "s", "q")
    told = review("--summary")
    assert told["agreement"]["judged_by_two"] == 3
    assert (told["agreement"]["differing"], told["open_pairs"]) == (1, 1)
    assert told["documented"] == 3  # what two see differently is as the linkage had it
    assert review("--third", "-o", str(tmp_path / "x.run"), expect=0)["documented"] == 3  # --json opens no screen
    sit(2, "n", "q", words=("--third",))
    told = review("--summary", "-o", str(tmp_path / "reviewed.run"))
    assert (told["documented"], told["open_pairs"]) == (4, 0)
    assert told["counted"]["unit"] == "person"

    from sviedka.link.run_file import parse_run

    assert parse_run((tmp_path / "reviewed.run").read_bytes()).people == 4
    assert review("--summary", "-o", str(tmp_path / "reviewed.run"), expect=50)["code"] == "unavailable.place"
    lock(house.archive)
    unlock_as(house, 1)
    status, _ = at_the_terminal_refused([str(run_file), "--third", *place])
    assert status == 40


def at_the_terminal_refused(words):
    """Run at a terminal what is refused before a screen opens."""
    here, there = pty.openpty()
    command = [sys.executable, "-m", "sviedka.cli", "review", *words]
    with subprocess.Popen(command, stdin=there, stdout=there, stderr=subprocess.PIPE) as process:
        os.close(there)
        _, said = process.communicate(timeout=60)
    os.close(here)
    return process.returncode, said


LISTS = """\
counted: {unit: person, what: detained, where: an invented place, until: 2020-12-31}
lists:
  - {name: first, file: first.csv, holder: invented, provenance: invented, columns: {family: name, place: city}}
  - {name: second, file: second.csv, holder: invented, provenance: invented, columns: {full_name: name}}
"""


def picture(text):
    """Return the widest row of the picture that the screen draws of `text`."""
    from sviedka.cli.drawn_text import draw_text

    return max(draw_text(text, 110), key=len).strip().encode()


def test_names_are_shown_one_case_at_a_time_recorded_first_and_only_from_the_lists_that_were_linked(house, tmp_path):
    from dataclasses import replace
    from hashlib import sha256

    from sviedka.link.run_file import run_to_bytes
    from sviedka.store.connect import current_database
    from sviedka.store.ledger import find_typed
    from sviedka.store.session import open_archive

    sys.path.insert(0, str(UNIT))
    try:
        from review_runs import make_run
    finally:
        sys.path.remove(str(UNIT))
    (tmp_path / "first.csv").write_text("name,city\nVydumka,Orsha\nNikolisin,Pinsk\n")
    (tmp_path / "second.csv").write_text("name\nVydumko Anna\n")
    (tmp_path / "lists.yaml").write_text(LISTS)
    run = make_run([0, 0, 1], [(0, 2, 0.6)])
    digests = [sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("first.csv", "second.csv")]
    listed = tuple(replace(one, sha256=digest) for one, digest in zip(run.lists, digests, strict=True))
    (tmp_path / "linked.run").write_bytes(run_to_bytes(replace(run, lists=listed)))
    unlock_as(house, 0)
    words = [str(tmp_path / "linked.run"), "--archive", str(house.archive.root),
             "--with-names", str(tmp_path / "lists.yaml")]  # fmt: skip
    assert at_the_terminal_refused(words)[0] == 30  # for no purpose
    words += ["--purpose", "to tell two records apart"]
    first, second, other = (picture(text) for text in ("1 Vydumka", "2 Vydumko Anna", "2 Nikolisin"))
    status, seen = at_the_terminal(words, ["w", "sq"], until=[second])
    assert status == 0
    assert first in seen
    assert other not in seen  # of another case
    for letters in (b"Vydumk", b"Anna", b"Nikolisin", b"Orsha"):  # pictures of names, and nothing else
        assert letters not in seen
    with open_archive(house.archive.root):
        assert len(find_typed(current_database(), "names.shown/1")) == 1
        assert len(find_typed(current_database(), "judgement/1")) == 1
    (tmp_path / "second.csv").write_text("name\nSomebody Else\n")
    status, said = at_the_terminal_refused(words)
    assert status == 10
    assert b"Somebody" not in said


def test_a_keeper_that_locks_meanwhile_ends_the_screen_with_a_sentence(house, run_file):
    unlock_as(house, 0)
    place = ["--archive", str(house.archive.root)]
    status, seen = at_the_terminal([str(run_file), *place], ["s"], meanwhile=lambda: lock(house.archive))
    assert status == 50
    assert b"unavailable" in seen
    assert b"Traceback" not in seen
    assert b"locals" not in seen


def test_without_a_terminal_nobody_judges(house, run_file, capsys):
    from sviedka.cli.main import main

    unlock_as(house, 0)
    assert main(["review", str(run_file), "--archive", str(house.archive.root)]) == 50
    assert "terminal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"no linkage", 30, id="another file"),
        pytest.param(None, 50, id="no file"),
        pytest.param("cut", 30, id="a cut file"),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_asked(run_file, tmp_path, capsys, data, status):
    from sviedka.cli.main import main

    path = tmp_path / "wrong"
    if data is not None:
        path.write_bytes(run_file.read_bytes()[:-200] if data == "cut" else data)
    assert main(["review", str(path), "--archive", str(tmp_path / "none")]) == status
    assert capsys.readouterr().err
