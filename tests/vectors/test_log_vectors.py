# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector of the log gives what it says, and the vectors are what their makers make."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.base.instants import format_instant
from sviedka.core.seal.checkpoint import parse_checkpoint, verify_checkpoint
from sviedka.core.seal.cosignature import verify_cosignatures
from sviedka.core.seal.keylist import KeyList, parse_keylist, verify_keylist, verify_succession
from sviedka.core.seal.merkle import Tree, verify_consistency, verify_inclusion
from sviedka.core.seal.note import parse_note, parse_vkey, verify_note
from sviedka.core.seal.policy import Policy, PolicyMalformed, parse_policy, verify_quorum
from sviedka.core.seal.tlog_proof import parse_tlog_proof, verify_tlog_proof

ROOT = Path(__file__).resolve().parents[2]
TOPICS = ("merkle", "note", "checkpoint", "cosignature", "tlog-proof", "policy", "keylist")
FILES = sorted(path for topic in TOPICS for path in (ROOT / "spec/vectors" / topic).rglob("*.json"))


def raw(text):
    return base64.b64decode(text, validate=True)


def b64(data):
    return base64.b64encode(data).decode()


def hashes(given):
    return [raw(item) for item in given["proof"]]


def check_root(given):
    return {"root": b64(Tree.from_leaves(raw(leaf) for leaf in given["leaves"]).root())}


def check_inclusion(given):
    leaf, root = raw(given["leaf"]), raw(given["root"])
    verify_inclusion(leaf=leaf, index=given["index"], size=given["size"], proof=hashes(given), root=root)
    return {}


def check_consistency(given):
    verify_consistency(
        old_size=given["old_size"],
        old_root=raw(given["old_root"]),
        new_size=given["new_size"],
        new_root=raw(given["new_root"]),
        proof=hashes(given),
    )
    return {}


def check_note(given):
    note = parse_note(raw(given["note"]))
    assert note.data == raw(given["note"])
    return {"signers": [key.kid for key in verify_note(note, [parse_vkey(key) for key in given["keys"]])]}


def check_vkey(given):
    key = parse_vkey(given["vkey"])
    assert key.vkey == given["vkey"]
    return {"name": key.name, "key_id": key.key_id, "key_type": key.key_type}


def check_checkpoint(given):
    head = parse_checkpoint(raw(given["checkpoint"]))
    key = verify_checkpoint(head, [parse_vkey(key) for key in given["keys"]], origin=given["origin"])
    digest = head.digest().hex()
    return {"origin": head.origin, "size": head.size, "root": b64(head.root), "key": key.kid, "digest": digest}


def check_cosignatures(given):
    keys = [parse_vkey(key) for key in given["keys"]]
    found = verify_cosignatures(parse_checkpoint(raw(given["checkpoint"])).note, keys)
    return {"cosignatures": [{"key": item.key.kid, "time": item.time} for item in found]}


def check_tlog_proof(given):
    proof = parse_tlog_proof(raw(given["proof"]))
    logged = verify_tlog_proof(proof, leaf=raw(given["leaf"]), policy=parse_policy(raw(given["policy"])))
    return {"index": logged.index, "size": logged.size, "key": logged.log.kid}


def check_policy(given):
    return shown(parse_policy(raw(given["policy"])))


def shown(policy: Policy):
    return {
        "logs": [{"vkey": log.key.vkey, "url": log.url} for log in policy.logs],
        "witnesses": [{"name": item.name, "vkey": item.key.vkey, "url": item.url} for item in policy.witnesses],
        "groups": [
            {"name": group.name, "threshold": group.threshold, "members": list(group.members)}
            for group in policy.groups
        ],
        "quorum": policy.quorum,
        "roots": [root.vkey for root in policy.roots],
        "authorities": [{"sha256": pin.sha256, "kind": pin.kind.value, "name": pin.name} for pin in policy.authorities],
    }


def check_quorum(given):
    verify_quorum(parse_policy(raw(given["policy"])), [parse_vkey(key) for key in given["cosigned"]])
    return {}


def check_keylist(given):
    keylist = parse_keylist(raw(given["keylist"]))
    assert keylist.data == raw(given["keylist"])
    verify_keylist(keylist, parse_vkey(given["root"]))
    return {
        "archive": keylist.archive,
        "number": keylist.number,
        "issued": format_instant(keylist.issued),
        "previous": None if keylist.previous is None else keylist.previous.hex(),
        "lines": len(keylist.entries),
    }


def check_lookup(given):
    keylist: KeyList = parse_keylist(raw(given["keylist"]))
    if given["find"] == "revoked":
        at = keylist.revoked_at(parse_vkey(given["name"]))
        return {"at": None if at is None else format_instant(at)}
    find = {"log": keylist.log_key, "statement": keylist.statement_key, "user": keylist.user_key}[given["find"]]
    return {"vkey": find(given["name"]).vkey}


def check_succession(given):
    root, old, new = parse_vkey(given["root"]), parse_keylist(raw(given["old"])), parse_keylist(raw(given["new"]))
    verify_keylist(old, root)
    verify_keylist(new, root)
    verify_succession(old, new)
    return {}


CHECKS = {
    "root": check_root,
    "inclusion": check_inclusion,
    "consistency": check_consistency,
    "note": check_note,
    "vkey": check_vkey,
    "checkpoint": check_checkpoint,
    "cosignatures": check_cosignatures,
    "tlog-proof": check_tlog_proof,
    "policy": check_policy,
    "quorum": check_quorum,
    "keylist": check_keylist,
    "lookup": check_lookup,
    "succession": check_succession,
}


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT / "spec/vectors")) for path in FILES])
def test_the_vector_gives_what_it_says(path):
    vector = json.loads(path.read_bytes())
    expected = vector["expect"]
    try:
        result = {"verdict": "holds"} | CHECKS[vector["check"]](vector["given"])
    except Failure as failure:
        result = {"verdict": failure.verdict, "code": failure.code}
        if isinstance(failure, PolicyMalformed):
            result["line"] = failure.facts.get("line")
    assert result == expected
    assert path.parent.name == ("accept" if result["verdict"] == "holds" else "reject")


def test_each_topic_has_vectors_of_both_kinds():
    for topic in TOPICS:
        for kind in ("accept", "reject"):
            assert list((ROOT / "spec/vectors" / topic / kind).glob("*.json")), (topic, kind)


def test_the_vectors_are_as_their_maker_makes_them():
    done = subprocess.run([sys.executable, ROOT / "tools/vectors_log.py", "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
