# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka seat` runs where only the base install is, and without what Windows or macOS do not have."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from base_guard import GUARD
from seat_house import NOW, SeatHouse, seat_identity

SOURCE = Path(__file__).resolve().parents[2] / "src"
PROGRAM = (
    GUARD
    + """
from datetime import datetime
import sviedka.vault.clock
sviedka.vault.clock.now = lambda: datetime.fromisoformat(sys.argv[2])
from sviedka.cli.main import main
status = main(sys.argv[3:])
assert not {name for name in sys.modules if name.partition(".")[0] in OnlyTheBase.posix}
sys.exit(status)
"""
)


@pytest.fixture
def seat(tmp_path):
    for name in ("oak", "elm", "yew"):
        (tmp_path / name).write_bytes(name.encode())

    def type_in(*words, status=0):
        command = [sys.executable, "-c", PROGRAM, str(SOURCE), NOW.isoformat(), "seat", *map(str, words), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120)
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)

    return type_in


def test_a_seat_is_made_shown_and_handed_over(seat):
    root = SeatHouse().root.vkey
    fast = ("--key-cost", "demonstration")
    new = seat("new", "seat-3", "--number", 3, "--root", root, "--passphrase-file", "oak", *fast)
    assert seat("show", "seat-3")["line"] == new["line"]
    seat("new", "seat-3", "--number", 3, "--root", root, "--passphrase-file", "oak", *fast, status=50)  # not over it
    over = ("hand-over", "seat-3", "-o", "theirs", "--new-passphrase-file", "elm", *fast)
    seat(*over, "--passphrase-file", "elm", status=40)
    given = seat(*over, "--passphrase-file", "oak")
    assert given["line"].split()[:3] == new["line"].split()[:3]
    assert given["holder"] != new["holder"]


def test_an_order_is_read_first_and_answered_only_with_agreement(seat, tmp_path):
    house = SeatHouse()
    copy = house.copies()[1, 2]
    (tmp_path / "order").write_bytes(house.file(house.order(copy, seat_identity(5)), copy))
    for number, passphrase in ((1, b"oak"), (2, b"elm")):
        from seat_house import CHEAP

        from sviedka.seat.seat_file import make_seat

        data, _ = make_seat(
            seat_identity(number).secret_bytes(), bytearray(passphrase), number=number, root=house.root,
            holder=house.holders[number], cost=CHEAP,
        )  # fmt: skip
        (tmp_path / f"seat-{number}").write_bytes(data)
    first = ("peel", "seat-1", "order", "-o", "peel-1", "--passphrase-file", "oak")
    told = seat(*first, status=40)
    assert told["code"] == "withheld.not-agreed"
    assert told["purpose"] == "a lawyer needs to reach the person"
    assert not (tmp_path / "peel-1").exists()
    seat(*first, "--agree")
    second = ("peel", "seat-2", "order", "-o", "peel-2", "--passphrase-file", "elm", "--agree")
    seat(*second, status=10)  # the first seat's answer is missing
    seat(*second, "--after", "peel-1")
    seat("peel", "seat-2", "seat-1", "-o", "x", "--passphrase-file", "elm", "--agree", status=30)  # no order
    seat("peel", "seat-2", "nothing", "-o", "x", "--passphrase-file", "elm", "--agree", status=50)


def test_shares_need_a_package_more_and_say_so(seat):
    root = SeatHouse().root.vkey
    seat("new", "s", "--number", 1, "--root", root, "--passphrase-file", "oak", "--key-cost", "demonstration")
    assert seat("copies", "s", "-o", "shares", "--passphrase-file", "oak", status=50)["code"] == (
        "unavailable.packages-missing"
    )


@pytest.mark.parametrize("what", ["import django", "import fcntl", "import shamir_mnemonic", "os.fork()"])
def test_the_guard_of_this_test_does_refuse_what_is_not_everywhere(what):
    done = subprocess.run(
        [sys.executable, "-c", GUARD + what, str(SOURCE)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "base install" in done.stderr or "has no attribute" in done.stderr
