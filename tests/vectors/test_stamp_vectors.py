# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of time stamps gives what it says, and the vectors are what their maker makes."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.base.instants import format_instant
from sviedka.core.seal.policy import AuthorityKind, PinnedAuthority
from sviedka.core.seal.stamp import Stamp, verify_renewals, verify_stamp

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "spec/vectors/stamp").rglob("*.json"))


def raw(text):
    return base64.b64decode(text, validate=True)


def pins(given):
    return [
        PinnedAuthority(sha256=pin["sha256"], kind=AuthorityKind(pin["kind"]), name=pin["name"])
        for pin in given["authorities"]
    ]


def check_stamp(given):
    finding = verify_stamp(
        token=raw(given["token"]),
        digest=bytes.fromhex(given["digest"]),
        authorities=pins(given),
        chain=given["chain"].encode(),
        crls=given["crls"].encode(),
        nonce=None if given["nonce"] is None else int(given["nonce"]),
    )
    return {
        "authority_sha256": finding.authority_sha256,
        "name": finding.name,
        "kind": finding.kind.value,
        "time": format_instant(finding.time),
        "signer_until": format_instant(finding.signer_until),
        "revocation": finding.revocation.value,
    }


def check_renewals(given):
    stamps = [
        Stamp(token=raw(item["token"]), chain=item["chain"].encode(), crls=item["crls"].encode())
        for item in given["stamps"]
    ]
    findings = verify_renewals(frozen=raw(given["frozen"]), stamps=stamps, authorities=pins(given))
    return {"times": [format_instant(finding.time) for finding in findings]}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_vector_gives_what_it_says(path):
    vector = json.loads(path.read_bytes())
    check = {"stamp": check_stamp, "renewals": check_renewals}[vector["check"]]
    try:
        result = {"verdict": "holds"} | check(vector["given"])
    except Failure as failure:
        result = {"verdict": failure.verdict, "code": failure.code}
    assert result == vector["expect"]
    assert path.parent.name == ("accept" if result["verdict"] == "holds" else "reject")


def test_there_are_vectors_of_both_kinds():
    assert {path.parent.name for path in FILES} == {"accept", "reject"}


def test_the_vectors_are_as_their_maker_makes_them():
    done = subprocess.run([sys.executable, ROOT / "tools/vectors_time.py", "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
