# SPDX-License-Identifier: AGPL-3.0-or-later
"""Assertions that are nearly right, signed by the desk as they are: the page and the Python verifier say the same of each.

The vectors prove one failure each; here hundreds are made at random, by a user's key and by credentials of both kinds, and
changed in one place.
"""

import base64
import random
import sys
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from sviedka.core.seal.credential import Credential
from sviedka.verify.container import MemoryContainer
from sviedka.verify.dossier import verify_container

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/unit"), str(ROOT / "tools")]

from small_dossier import Chosen, make_head, make_id, private_key, small_recipe, with_spec  # noqa: E402  # see above
from test_page_against_python import VERIFY, b64  # noqa: E402
from vectors_assertion import G, authenticator_data, client_data, ecdsa, spelt, times  # noqa: E402  # made apart

SECRET = 0x5EC
ORIGIN, PARTY = "https://desk.archive.example", "archive.example"
ES, ED = b"es credential", b"ed credential"


def b64u(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def right(kind):
    """Return what asserts as Piotr, rightly."""
    by = make_id("piotr")
    if kind == "key":
        return lambda message: {"by": by, "kind": "key", "sig": b64u(private_key("true piotr").sign(message))}

    def asserted(message):
        client, told = client_data(sha256(message).digest()), authenticator_data()
        signed = told + sha256(client).digest()
        signature = ecdsa(SECRET, signed) if kind == "es256" else private_key("piotr's credential").sign(signed)
        return {
            "authenticator_data": b64u(told),
            "by": by,
            "client_data": b64u(client),
            "credential": b64u(ES if kind == "es256" else ED),
            "kind": "webauthn",
            "sig": b64u(signature),
        }

    return asserted


def changed(chance, value):
    """Return the assertion with something changed: a bit, a character, a member, who, which kind; or nothing."""
    name = chance.choice(sorted(value))
    kind = chance.randrange(8)
    if kind in {0, 1, 2} and name not in {"by", "kind"}:
        raw = bytearray(base64.urlsafe_b64decode(value[name] + "=" * (-len(value[name]) % 4)))
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return value | {name: b64u(raw)}
    if kind == 3:
        place = chance.randrange(len(value[name]) + 1)
        return value | {name: value[name][:place] + chance.choice("=A-_ .") + value[name][place:]}
    if kind == 4:
        return {inner: text for inner, text in value.items() if inner != name}
    if kind == 5:
        return value | {
            chance.choice(("note", "alg", "kind", "by")): chance.choice(("x", "key", make_id("anna"), 7, None))
        }
    if kind == 6:
        return value | {name: value[chance.choice(sorted(value))]}
    return value


def credential(algorithm, identifier, public):
    return Credential(
        archive="archive.example", user=make_id("piotr"), algorithm=algorithm, origin=ORIGIN, rp_id=PARTY,
        credential_id=identifier, public=public,
    )  # fmt: skip


def with_approvals(asserted):
    """Return a dossier that shows an approval by Piotr for each of `asserted`."""
    recipe = small_recipe()
    ed = private_key("piotr's credential").public_key().public_bytes_raw()
    recipe.archive.credentials = (
        credential("es256", ES, spelt(times(SECRET, G))),
        credential("ed25519", ED, ed),
    )
    desk = recipe.archive.desk
    for number, one in enumerate(asserted):
        target = make_id(f"what is approved {number}")
        kept = desk.admit("approval/1", target, asserted=one, approves=target, action="x", by=make_id("piotr"))
        recipe.chosen.append(Chosen(kept=kept, desk=desk, without=()))
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    return with_spec(replace(recipe, as_of=desk.kept[-1].at), at=len(desk.kept), authors=True).build()


def one_report(page, files):
    """Return the report of both verifiers, which is the same."""
    report = verify_container(MemoryContainer(files), policy=None)
    sent = [[name, b64(data)] for name, data in files.items()]
    assert page.evaluate(VERIFY, [sent, None]) == report.encode().decode()
    return Counter({finding.code: finding.count for part in report.parts for finding in part.findings})


def compare(page, *, seed, rounds):
    """Judge `rounds` assertions in two dossiers: those that refute it, and those that do not. Return the findings of both."""
    chance = random.Random(seed)
    makers = []
    for _ in range(rounds):
        honest, number = right(chance.choice(("key", "es256", "ed25519"))), chance.random()
        makers.append(lambda message, honest=honest, number=number: changed(random.Random(number), honest(message)))
    alone = [one_report(page, with_approvals([maker]))["assertion.refused"] for maker in makers[:20]]
    refused = one_report(page, with_approvals(makers))
    return refused, sum(alone)


def test_hundreds_of_assertions_get_one_report_from_both(page, record_property):
    refused, alone = compare(page, seed=1, rounds=240)
    assert refused["assertion.refused"] > 100
    assert 0 < alone < 20, "some of them do hold"
    record_property("counted", "260 assertions, the same from both verifiers")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_thousands_of_assertions_get_one_report_from_both(page, seed):
    assert compare(page, seed=seed, rounds=500)[0]["assertion.refused"] > 200


def test_each_kind_holds_as_it_is(page):
    """Control: what is changed above is right before."""
    found = one_report(page, with_approvals([right(kind) for kind in ("key", "es256", "ed25519")]))
    assert found["assertion.verified"] == 3
    assert found["assertion.refused"] == 0
