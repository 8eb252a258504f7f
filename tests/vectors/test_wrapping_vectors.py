# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of wrapped secrets and of epochs gives what it says; and they are what their maker makes."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.core.seal.slip import open_slip
from sviedka.keeper.derivation import DATABASE, EPOCHS, LABELS, derive_from_vault
from sviedka.keeper.epoch_keys import EpochKeys
from sviedka.keeper.wrapping import parse_wrapped, unwrap_secret

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path for topic in ("wrapping", "epoch", "slip") for path in (ROOT / "spec/vectors" / topic).rglob("*.json")
)


def check_wrapping(given):
    wrapped = parse_wrapped(base64.b64decode(given["file"]))
    secret = unwrap_secret(wrapped, bytearray(base64.b64decode(given["passphrase"])))
    return {"secret": secret.hex(), "what": wrapped.what, "bound": dict(wrapped.bound)}


def epoch_keys(vault):
    identity = X25519Identity.from_bytes(bytearray(vault))
    mac_key = derive_from_vault(bytearray(vault), EPOCHS)
    return EpochKeys(None, vault=identity, recovery=identity.recipient(), mac_key=mac_key)


def check_epoch(given):
    keys = epoch_keys(bytes.fromhex(given["vault"]))
    identity = keys._read(given["epoch"], bytearray(base64.b64decode(given["content"])))
    return {"recipient": identity.recipient().text}


def check_slip(given):
    identity = X25519Identity.from_bytes(bytearray.fromhex(given["identity"]))
    payload = bytes.fromhex(given["payload_sha256"])
    return {"file_key": open_slip(base64.b64decode(given["slip"]), identity, payload_sha256=payload).hex()}


CHECKS = {"wrapping": check_wrapping, "epoch": check_epoch, "slip": check_slip}


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT / "spec/vectors")) for path in FILES])
def test_the_vector_of_a_key_gives_what_it_says(path):
    vector = json.loads(path.read_bytes())
    try:
        result = {"verdict": "holds"} | CHECKS[vector["check"]](vector["given"])
    except Failure as failure:
        result = {"verdict": failure.verdict, "code": failure.code}
    assert result == vector["expect"]
    assert path.parent.name == ("accept" if result["verdict"] == "holds" else "reject")


def test_there_are_vectors_of_both_kinds():
    assert {path.parent.name for path in FILES} == {"accept", "reject"}
    assert len(FILES) > 40


@pytest.mark.parametrize("maker", ["vectors_wrapping.py", "vectors_slip.py"])
def test_the_vectors_of_keys_are_as_their_maker_makes_them(maker):
    words = [sys.executable, ROOT / "tools" / maker, "--check"]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_the_worked_example_of_the_page_is_true():
    page = (ROOT / "spec/07-keys.md").read_text()
    example = page[page.index("## 14 ") :]
    vault = bytes(range(32))
    assert X25519Identity.from_bytes(bytearray(vault)).recipient().text in example
    for label in (DATABASE, LABELS, EPOCHS):
        assert re.search(rf"{label.decode()} +{derive_from_vault(bytearray(vault), label).hex()}\n", example)
    epoch = X25519Identity.from_bytes(bytearray(range(32, 64)))
    assert epoch_keys(vault)._format("2026-11.1", epoch).decode() in example
