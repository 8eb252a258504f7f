# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dossier vectors about keys, logs, statements, disclosures, exhibits and cosigners."""

import base64
from dataclasses import replace
from datetime import timedelta

from dossier_vectors_cases import accept, reject
from small_dossier import (
    START,
    Chosen,
    SmallDesk,
    make_head,
    make_id,
    private_key,
    reseal,
    small_recipe,
    with_spec,
    zip_bytes,
)

from sviedka.core.disclose.dossier_lines import ProofLine
from sviedka.core.seal.checkpoint import parse_checkpoint
from sviedka.core.seal.cosignature import cosign
from sviedka.core.seal.merkle_proof import leaf_hash

STATEMENTS, PROOFS = "statements/statements.txt", "statements/proofs.txt"


@reject("a whole dossier forged with other keys")
def _():
    return small_recipe(owner="forger").build()


@reject("the key list is signed by another root than the one beside it")
def _():
    recipe = small_recipe()
    other = small_recipe(owner="forger").archive.key_list
    true = recipe.archive.key_list
    line = other[other.rindex("—".encode()) :]
    listed = true[: true.rindex("—".encode())] + line
    files = recipe.build()
    cut = {"keys/keylist": listed}
    return reseal(recipe, files | cut)


@reject("the checkpoint is signed by a log key that nobody listed")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    forged = SmallDesk(owner="forger", kept=desk.kept, tree=desk.tree).checkpoint()
    files = recipe.build()
    true_line = files["logs/1/checkpoint"].splitlines(keepends=True)[4]
    forged_line = forged.splitlines(keepends=True)[4]
    assert true_line != forged_line
    return reseal(recipe, files | {"logs/1/checkpoint": files["logs/1/checkpoint"].replace(true_line, forged_line)})


@reject("a stamped head of another tree")
def _():
    recipe, other = small_recipe(), SmallDesk()
    for number in range(4):
        other.admit("source/1", make_id("rewritten"), title=f"Another past {number}")
    desk = recipe.archive.desk
    head = make_head(recipe.archive, other, 4)
    recipe.heads[desk.desk].insert(0, replace(head, consistency=tuple(desk.tree.consistency(4, len(desk.kept)))))
    for chosen in recipe.chosen:
        number = chosen.kept.index
        proof = tuple(desk.tree.inclusion(number, len(desk.kept)))
        chosen.place = ProofLine(log=1, head=2, index=number, hashes=proof)
    return recipe.build()


@reject("a statement signed by a key that nobody listed")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    planted = desk.admit("source/1", make_id("planted"), title="Planted", signed_by="forger")
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=planted, desk=desk))
    return with_spec(replace(recipe, as_of=planted.at), at=len(desk.kept)).build()


@reject("a statement of another desk in this log")
def _():
    recipe = small_recipe(desks=[SmallDesk(), SmallDesk(desk="warsaw-1")])
    desk, other = recipe.archive.desks
    foreign = other.admit("source/1", make_id("foreign"), title="Of the other desk")
    desk.kept.append(replace(foreign, index=len(desk.kept)))

    desk.tree.append(leaf_hash(foreign.jwt))
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=desk.kept[-1], desk=desk))
    return with_spec(recipe, at=len(desk.kept)).build()


@reject("the same statement stands in the log twice")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk

    twice = replace(desk.kept[0], index=len(desk.kept))
    desk.kept.append(twice)
    desk.tree.append(leaf_hash(twice.jwt))
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=twice, desk=desk))
    return with_spec(recipe, at=len(desk.kept)).build()


@reject("two inclusion proofs are swapped")
def _():
    recipe = small_recipe()
    tree, size = recipe.archive.desk.tree, len(recipe.archive.desk.kept)
    first, second = recipe.chosen[0], recipe.chosen[1]
    for chosen, other in ((first, second), (second, first)):
        hashes = tuple(tree.inclusion(other.kept.index, size))
        chosen.place = ProofLine(log=1, head=1, index=chosen.kept.index, hashes=hashes)
    return recipe.build()


@reject("an inclusion proof with a hash too many")
def _():
    recipe = small_recipe()
    chosen = recipe.chosen[0]
    hashes = tuple(recipe.archive.desk.tree.inclusion(0, len(recipe.archive.desk.kept)))
    chosen.place = ProofLine(log=1, head=1, index=0, hashes=(*hashes, bytes(32)))
    return recipe.build()


@reject("a proof in a head that is not there")
def _():
    recipe = small_recipe()
    hashes = tuple(recipe.archive.desk.tree.inclusion(0, len(recipe.archive.desk.kept)))
    recipe.chosen[0].place = ProofLine(log=1, head=7, index=0, hashes=hashes)
    return recipe.build()


@reject("fewer proofs than statements")
def _():
    recipe = small_recipe()
    files = recipe.build()
    lines = files[PROOFS].splitlines(keepends=True)
    return reseal(recipe, files | {PROOFS: b"".join(lines[:-1])})


@reject("statements out of order")
def _():
    recipe = small_recipe()
    files = recipe.build()
    swapped = {}
    for path in (STATEMENTS, PROOFS):
        lines = files[path].splitlines(keepends=True)
        swapped[path] = b"".join([lines[1], lines[0], *lines[2:]])
    return reseal(recipe, files | swapped)


@reject("a statement line without its last tilde")
def _():
    recipe = small_recipe()
    files = recipe.build()
    return reseal(recipe, files | {STATEMENTS: files[STATEMENTS].replace(b"~\n", b"\n", 1)})


@reject("the last line has no line feed")
def _():
    recipe = small_recipe()
    files = recipe.build()
    return reseal(recipe, files | {STATEMENTS: files[STATEMENTS][:-1]})


@reject("a disclosure moved from another statement")
def _():
    recipe = small_recipe()
    donor, taker = recipe.chosen[1], recipe.chosen[-1]
    shown = tuple(text for name, text in taker.kept.disclosures.items() if name not in taker.without)
    taker.disclosures = tuple(sorted((*shown, donor.kept.disclosures["pseudonym"])))
    return recipe.build()


@reject("a disclosure with a changed value")
def _():

    recipe = small_recipe()
    chosen = recipe.chosen[-1]
    text = chosen.kept.disclosures["act_type"]
    value = base64.urlsafe_b64decode(text + "==").replace(b"ill-treatment", b"ill-treatmen!")
    changed = base64.urlsafe_b64encode(value).decode().rstrip("=")
    chosen.disclosures = tuple(
        changed if name == "act_type" else shown
        for name, shown in chosen.kept.disclosures.items()
        if name not in chosen.without
    )
    return recipe.build()


@reject("a statement dated after the dossier")
def _():
    recipe = small_recipe()
    return replace(recipe, as_of=START + timedelta(minutes=5)).build()


@reject("the author named did not sign")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    desk.owner = "forger"
    planted = desk.admit("source/1", make_id("forged"), title="Not by Anna", signed_by="true minsk-1 statements")
    desk.owner = "true"
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=planted, desk=desk, without=()))
    return with_spec(replace(recipe, as_of=planted.at), at=len(desk.kept), authors=True).build()


@accept("an author whom the key list does not know is noted")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    kept = desk.admit("source/1", make_id("stranger's"), author="stranger", title="By a stranger")
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=kept, desk=desk, without=()))
    return with_spec(replace(recipe, as_of=kept.at), at=len(desk.kept), authors=True).build()


@reject("an exhibit exchanged by the archive itself")
def _():
    recipe = small_recipe()
    path, _, jti = recipe.exhibits[0]
    return replace(recipe, exhibits=[(path, b"a picture taken later", jti)]).build()


@reject("an exhibit for which no sealed statement speaks")
def _():
    recipe = small_recipe()
    path, data, _ = recipe.exhibits[0]
    return replace(recipe, exhibits=[(path, data, recipe.chosen[0].kept.jti)]).build()


@reject("the statement key was taken back before anything was stamped")
def _():
    recipe = small_recipe()
    recipe.archive.revoked = ((recipe.archive.desk.statement_key.kid, START),)
    return recipe.build()


@reject("only strangers have cosigned")
def _():
    return replace(small_recipe(), cosigners=("stranger.example/one", "stranger.example/two")).build()


@reject("nobody has cosigned")
def _():
    return replace(small_recipe(), cosigners=()).build()


@reject("a cosignature in the name of the cosigner that they did not make")
def _():
    recipe = small_recipe()
    checkpoint = recipe.archive.desk.checkpoint()
    note = parse_checkpoint(checkpoint).note
    line = cosign(note.text, name="cosigner.example/one", private_key=private_key("cosigner.example/one"), time=5)
    key_id = parse_checkpoint(checkpoint + line.encode()).note.signatures[-1].key_id

    forged = base64.b64encode(bytes.fromhex(key_id) + bytes(72)).decode()
    recipe.checkpoints[recipe.archive.desk.desk] = checkpoint + f"— cosigner.example/one {forged}\n".encode()
    return recipe.build()


@reject("a statement line with more disclosures than a statement may have")
def _():
    recipe = small_recipe()
    files = recipe.build()
    first, rest = files[STATEMENTS].split(b"\n", 1)
    jwt = first.partition(b"~")[0]
    long = b"~".join([jwt, *(b"%04d" % number for number in range(4_097)), b"\n"])
    return reseal(recipe, files | {STATEMENTS: long + rest})


@reject("more lines than there can be statements")
def _():
    recipe = small_recipe()
    lines = b"\n" * 250_001
    return zip_bytes(reseal(recipe, recipe.build() | {STATEMENTS: lines, PROOFS: lines}), deflated=True)
