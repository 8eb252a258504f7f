# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever changes a dossier is found out, byte by byte; whoever forges one gets no further than unproven."""

import random  # which edits are made, not secrets
from base64 import b64encode
from dataclasses import replace

import pytest
from small_dossier import Chosen, make_head, make_id, reseal, small_recipe, with_spec

from sviedka.core.seal.merkle import Tree, leaf_hash
from sviedka.verify.container import MemoryContainer
from sviedka.verify.dossier import verify_container
from sviedka.verify.findings import Verdict

DETECTED = {Verdict.REFUTED, Verdict.MALFORMED}
MADE_AGAIN = ("SEAL", "manifest", "tagmanifest")


def verdict(files, policy=None):
    return verify_container(MemoryContainer(files), policy=policy).verdict


def tiny():
    """Return a dossier of a few statements and one exhibit, without report and page."""
    recipe = small_recipe()
    desk = recipe.archive.desk
    recipe.chosen = [chosen for chosen in recipe.chosen if chosen.kept.index in {2, 4}]
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept), stamped_by=("external",), crl=False)]
    return recipe


def each_changed_byte(files, step=1):
    for path in sorted(files):
        for place in range(0, len(files[path]), step):
            yield path, place


def changed(files, path, place, mask=0x01):
    data = bytearray(files[path])
    data[place] ^= mask
    return files | {path: bytes(data)}


def test_every_byte_changed_in_turn_is_detected():
    recipe = tiny()
    files, policy = recipe.build(), recipe.archive.policy()
    assert verdict(files, policy) == Verdict.HOLDS
    assert sum(map(len, files.values())) <= 65_536
    missed = [
        (path, place)
        for path, place in each_changed_byte(files)
        if verdict(changed(files, path, place), policy) not in DETECTED
    ]
    assert missed == []


@pytest.mark.long
@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_every_byte_of_a_fuller_dossier_changed_in_turn_is_detected(mask):
    recipe = small_recipe()
    files, policy = recipe.build(), recipe.archive.policy()
    for path, place in each_changed_byte(files):
        assert verdict(changed(files, path, place, mask), policy) in DETECTED, (path, place)


def test_every_file_cut_lengthened_emptied_or_removed_is_detected():
    recipe = small_recipe()
    files, policy = recipe.build(), recipe.archive.policy()
    for path, data in files.items():
        others = {other: kept for other, kept in files.items() if other != path}
        for attacked in (others, others | {path: data[:-1]}, others | {path: data + b"\n"}, others | {path: b""}):
            if attacked != files:
                assert verdict(attacked, policy) in DETECTED, path


def test_any_two_files_exchanged_are_detected():
    recipe = tiny()
    files, policy = recipe.build(), recipe.archive.policy()
    paths = sorted(files)
    for first, path in enumerate(paths):
        for other in paths[first + 1 :]:
            if files[path] != files[other]:
                assert verdict(files | {path: files[other], other: files[path]}, policy) in DETECTED, (path, other)


def test_an_unlisted_file_of_any_allowed_kind_is_detected():
    recipe = tiny()
    files, policy = recipe.build(), recipe.archive.policy()
    for path in ("report/report.pdf", "verify.html", "data/000002.mp4", "logs/1/heads/0001/opentimestamps.ots"):
        assert verdict(files | {path: b"planted"}, policy) in DETECTED


def test_edits_covered_up_by_new_manifests_do_not_get_past_the_seal():
    recipe = small_recipe()
    files, policy = recipe.build(), recipe.archive.policy()
    chance = random.Random(8)  # as above
    for _ in range(200):
        path = chance.choice([name for name in sorted(files) if files[name] and not name.startswith(MADE_AGAIN)])
        edited = reseal(recipe, changed(files, path, chance.randrange(len(files[path]))))
        kept = {name: files[name] for name in ("SEAL.txt", "SEAL.body", "SEAL.sig")}
        assert verdict(edited | kept, policy) in DETECTED, path


def test_a_forged_dossier_is_never_more_than_unproven():
    true, forged = small_recipe(), small_recipe(owner="forger")
    files = forged.build()
    for policy in (None, true.archive.policy(), true.archive.policy(quorum=False)):
        assert verdict(files, policy) == Verdict.UNPROVEN
    # Control: whoever pins the forger's root is the forger's reader.
    assert verdict(files, forged.archive.policy()) == Verdict.HOLDS


def test_a_forged_dossier_with_the_true_key_list_is_refuted():
    true, forged = small_recipe(), small_recipe(owner="forger")
    files = reseal(forged, forged.build() | {"keys/keylist": true.archive.key_list})
    assert verdict(files, true.archive.policy()) == Verdict.REFUTED


def test_a_true_seal_on_another_dossier_of_the_same_archive_is_refuted():
    first = small_recipe()
    second = small_recipe()
    second.chosen.pop()
    seal = {path: data for path, data in first.build().items() if path.startswith("SEAL")}
    assert verdict(second.build() | seal, first.archive.policy()) in DETECTED


def test_a_statement_cut_out_of_a_sealed_dossier_is_detected_but_one_never_put_in_is_not():
    recipe = small_recipe()
    files, policy = recipe.build(), recipe.archive.policy()
    cut = {
        path: b"".join(files[path].splitlines(keepends=True)[1:])
        for path in ("statements/statements.txt", "statements/proofs.txt")
    }
    assert verdict(files | cut, policy) in DETECTED
    recipe.chosen.pop(0)
    # Completeness is not provable and not promised: the same archive may hand over less.
    assert verdict(recipe.build(), policy) == Verdict.HOLDS


def test_the_desk_itself_cannot_show_a_statement_that_is_not_in_its_log():
    recipe = small_recipe()
    desk = recipe.archive.desk
    late = desk.admit("source/1", make_id("late"), title="After the checkpoint")
    desk.kept.pop()
    place = recipe.chosen[0].kept
    recipe.chosen[0] = Chosen(kept=late, desk=desk)
    late.index = place.index
    files = with_spec(recipe, at=len(desk.kept)).build()
    assert verdict(files, recipe.archive.policy()) in DETECTED


def test_a_statement_that_its_desk_logged_but_did_not_sign_is_refuted():
    recipe = tiny()
    desk = recipe.archive.desk
    chosen = recipe.chosen[-1]
    body, _, signature = chosen.kept.jwt.rpartition(b".")
    other = (b"B" if signature.startswith(b"A") else b"A") + signature[1:]
    chosen.kept = replace(chosen.kept, jwt=body + b"." + other)
    desk.kept[chosen.kept.index] = chosen.kept
    desk.tree = Tree.from_hashes([leaf_hash(kept.jwt) for kept in desk.kept])
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept), stamped_by=("external",), crl=False)]
    report = verify_container(MemoryContainer(recipe.build()), policy=recipe.archive.policy())
    assert report.verdict == Verdict.REFUTED
    assert "statement.signature" in [finding.code for finding in report.parts[0].findings]


def test_a_hash_of_another_length_in_a_consistency_proof_is_malformed():
    recipe = small_recipe()
    files = recipe.build()
    (path,) = [path for path in files if path.endswith("/consistency")]
    short = files | {path: b64encode(bytes(31)) + b"\n"}
    report = verify_container(MemoryContainer(reseal(recipe, short)), policy=None)
    assert [finding.code for finding in report.parts[0].findings] == ["tag-file.malformed"]
