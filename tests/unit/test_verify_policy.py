# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reader trusts decides what holds, and nothing in the dossier can add to it."""

import pytest
from small_dossier import public_key, small_recipe

from sviedka.core.seal.policy import PolicyMalformed, format_policy, parse_policy
from sviedka.verify.container import MemoryContainer
from sviedka.verify.dossier import verify_container
from sviedka.verify.findings import PartName
from sviedka.verify.policy_file import PolicyUnreadable, policy_from_fingerprints, read_policy

RECIPE = small_recipe()
FILES = RECIPE.build()
LINES = RECIPE.archive.policy_text().decode().splitlines(keepends=True)
COSIGNER = public_key("cosigner.example/one", "cosigner.example/one", key_type=4)


def report(policy):
    return verify_container(MemoryContainer(FILES), policy=policy)


def codes(policy, part):
    return [finding.code for finding in report(policy).part(part).findings]


def policy_without(word):
    return parse_policy("".join(line for line in LINES if word not in line).encode())


def test_without_a_policy_three_parts_are_unproven_and_say_why():
    found = report(None)
    assert found.verdict == "unproven"
    assert found.exit_status == 20
    for name in (PartName.ORIGIN, PartName.COSIGNED, PartName.EXISTED):
        assert "policy.none" in [finding.code for finding in found.part(name).findings]
    assert found.part(PartName.UNALTERED).verdict == "holds"
    assert found.part(PartName.CONSENT).verdict == "holds"


def test_with_the_pinned_policy_it_holds():
    found = report(RECIPE.archive.policy())
    assert found.verdict == "holds"
    assert found.exit_status == 0
    assert {"internal", "external"} == {stamp["kind"] for stamp in found.facts["stamps"]}


def test_a_policy_without_the_root_leaves_the_origin_unproven():
    policy = policy_without("#sviedka root")
    assert codes(policy, PartName.ORIGIN) == ["root.not-pinned"]
    assert report(policy).verdict == "unproven"


def test_a_policy_with_another_key_under_the_same_root_name_leaves_the_origin_unproven():
    other = small_recipe(owner="forger").archive.root
    text = "".join(line for line in LINES if "root" not in line) + f"#sviedka root {other.vkey}\n"
    assert codes(parse_policy(text.encode()), PartName.ORIGIN) == ["root.not-pinned"]


def test_a_policy_without_authorities_leaves_time_unproven():
    assert "existed.no-authority" in codes(policy_without("#sviedka tsa"), PartName.EXISTED)


def test_a_policy_that_pins_logs_refuses_others():
    own = f"log {RECIPE.archive.desk.log_key.vkey}\n"
    other = f"log {public_key('archive.example/minsk-1', 'another log').vkey}\n"
    assert report(parse_policy((own + "".join(LINES)).encode())).verdict == "holds"
    assert codes(parse_policy((other + "".join(LINES)).encode()), PartName.ORIGIN) == ["log.not-pinned"]


def test_a_policy_that_asks_for_no_cosigner_says_so():
    policy = RECIPE.archive.policy(quorum=False)
    assert codes(policy, PartName.COSIGNED) == ["cosigned.none-required", "cosigned.not-asked"]
    assert report(policy).verdict == "holds"


def test_typed_fingerprints_are_worth_the_same_file():
    archive = RECIPE.archive
    typed = policy_from_fingerprints(
        root=archive.root.vkey,
        authorities=[(archive.external.fingerprint, "external"), (archive.internal.fingerprint, "internal")],
        cosigners=[COSIGNER.vkey],
    )
    assert report(typed).verdict == "holds"
    assert typed == parse_policy(format_policy(typed))
    assert report(policy_from_fingerprints(root=archive.root.vkey, authorities=typed_pins(archive))).verdict == "holds"


def typed_pins(archive):
    return [(archive.external.fingerprint, "external")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"root": "not a key"},
        {"root": RECIPE.archive.root.vkey + "\nquorum none"},
        {"root": RECIPE.archive.root.vkey, "authorities": [("ab", "external")]},
        {"root": RECIPE.archive.root.vkey, "authorities": [("0" * 64, "trusted")]},
        {"root": RECIPE.archive.root.vkey, "cosigners": [RECIPE.archive.root.vkey]},
    ],
)
def test_a_fingerprint_that_is_none_is_refused(wrong):
    with pytest.raises(PolicyMalformed):
        policy_from_fingerprints(**wrong)


def test_a_policy_file_is_read_whole_or_not_at_all(tmp_path):
    path = tmp_path / "policy"
    path.write_bytes(RECIPE.archive.policy_text())
    assert RECIPE.archive.policy() == read_policy(path)
    path.write_bytes(RECIPE.archive.policy_text() + b"#sviedka trust everybody\n")
    with pytest.raises(PolicyMalformed):
        read_policy(path)
    with pytest.raises(PolicyUnreadable):
        read_policy(tmp_path / "nowhere")


def test_a_report_in_sentences_keeps_the_verdict_words_and_says_what_it_does_not_say():
    lines = report(RECIPE.archive.policy()).lines()
    texts = [line.message.format(**line.facts) for line in lines]
    assert texts[0] == "Unaltered since it was sealed: holds"
    assert "Verdict on the whole: holds" in texts
    assert any("An outside authority (external)" in text for text in texts)
    assert any("does not say that the dossier is complete" in text for text in texts)
    assert any("An outside authority" not in line.message for line in lines)


def test_many_places_are_counted_and_a_few_shown():
    files = {path: data for path, data in FILES.items() if not path.startswith("keys/")}
    found = verify_container(MemoryContainer(files), policy=None)
    texts = [line.message.format(**line.facts) for line in found.lines()]
    assert "    keys/keylist" in texts
    damaged = (
        FILES | {path: data + b"x" for path, data in FILES.items() if path.startswith("keys/")} | {"VERIFY.md": b"x"}
    )
    texts = [
        line.message.format(**line.facts) for line in verify_container(MemoryContainer(damaged), policy=None).lines()
    ]
    assert "    and 1 more" in texts
