# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of orders and peels gives what it says, and the vectors are what their maker makes."""

import base64
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.base.instants import parse_instant
from sviedka.core.seal.age_keys import X25519Identity, parse_recipient
from sviedka.core.seal.identity_order import parse_order_file
from sviedka.core.seal.identity_peel import format_peel, parse_peel, peel_layer, verify_peel
from sviedka.core.seal.note import parse_vkey
from sviedka.seat.order_check import check_order
from sviedka.seat.seat_file import SeatFacts

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path for topic in ("identity-order", "identity-peel") for path in (ROOT / "spec/vectors" / topic).rglob("*.json")
)


def raw(text):
    return base64.b64decode(text, validate=True)


def identity(text):
    return X25519Identity.from_bytes(bytearray.fromhex(text))


def check_an_order(given):
    seat = given["seat"]
    facts = SeatFacts(
        number=seat["number"], root=parse_vkey(seat["root"]), recipient=seat["recipient"], holder=seat["holder"]
    )
    file = check_order(raw(given["order"]), facts, now=parse_instant(given["now"]))
    order = file.order
    return {"cell": order.cell, "digest": file.digest, "person": order.person, "seats": [order.low, order.high]}


def check_a_peel(given):
    before = None if given["before"] is None else parse_peel(raw(given["before"]))
    file = parse_order_file(raw(given["order"]))
    made = peel_layer(file, identity(given["identity"]), seat=given["seat"], before=before)
    return {"peel": base64.b64encode(format_peel(made)).decode()}


def check_peels(given):
    peel = parse_peel(raw(given["peel"]))
    low, high = parse_recipient(given["low"]), parse_recipient(given["high"])
    verify_peel(peel, parse_order_file(raw(given["order"])), identity(given["answer"]), low=low, high=high)
    return {"layer": sha256(peel.layer).hexdigest()}


CHECKS = {"order": check_an_order, "peel": check_a_peel, "peels": check_peels}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_vector_gives_what_it_says(path):
    vector = json.loads(path.read_bytes())
    try:
        found = {"verdict": "holds", **CHECKS[vector["check"]](vector["given"])}
    except Failure as failure:
        found = {"verdict": failure.verdict, "code": failure.code}
    assert found == vector["expect"]


def test_there_are_vectors_of_both_kinds():
    assert sum(path.parts[-2] == "reject" for path in FILES) > 30
    assert sum(path.parts[-2] == "accept" for path in FILES) > 5


def test_the_vectors_are_what_their_maker_makes():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/vectors_seats.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
