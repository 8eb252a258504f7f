# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dossier vectors about two desks that both go on: each log has a head of its own, and nothing is proven under another's."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from dossier_vectors_cases import accept, reject
from small_dossier import START, Chosen, SmallArchive, SmallDesk, make_head, make_id, reseal, small_recipe

from sviedka.core.disclose.dossier_lines import ProofLine

SECOND = "warsaw-1"
LETTER = b"An invented letter, sealed at the second desk.\n"


def _two(**others):
    """A dossier of two logs, with an original sealed at each of two desks; `others` changes how the second one signs."""
    second = SmallDesk(desk=SECOND)
    recipe = small_recipe(desks=[SmallDesk(), second])
    item = make_id("letter")
    told = [
        second.admit("source/1", make_id("told elsewhere"), title="What the second desk heard", **others),
        second.admit("item.received/1", item, kind="file", original_name="letter.txt", tool="sviedka"),
        second.admit(
            "item.sealed/1", item, plain_sha256=sha256(LETTER).hexdigest(), payload_sha256=sha256(b"other").hexdigest(),
            size_bytes=len(LETTER), media_type="text/plain", epoch="2026-11.1001",
        ),
    ]  # fmt: skip
    second.admit("source/1", make_id("not shown"), title="Not in the dossier")
    recipe.chosen += [Chosen(kept=one, desk=second) for one in told]
    recipe.exhibits.append(("data/000002.txt", LETTER, told[-1].jti))
    recipe.heads[SECOND] = [make_head(recipe.archive, second, len(second.kept), at=START + timedelta(days=2))]
    return recipe


def _of_second(recipe):
    second = recipe.archive.desks[1]
    return second, [one for one in recipe.chosen if one.desk is second]


def _under(recipe, desk, size):
    """Let the second log be read at a head of `size` of `desk`, without any stamp, and prove in it what is proven there."""
    recipe.checkpoints[SECOND] = recipe.archive.cosigned(desk.checkpoint(size))
    recipe.heads[SECOND] = []
    for one in _of_second(recipe)[1]:
        hashes = tuple(desk.tree.inclusion(min(one.kept.index, size - 1), size))
        one.place = ProofLine(log=2, head=0, index=one.kept.index, hashes=hashes)
    return recipe


def _fork():
    """Another history of the second desk's log, as long, signed by the same keys."""
    second = SmallDesk(desk=SECOND)
    for number in range(4):
        second.admit("source/1", make_id(f"forked {number}"), title=f"Another history {number}")
    return second


@accept("an original of each of two desks that both go on")
def _():
    return _two().build()


@accept("the desk that built it has said nothing in it")
def _():
    recipe = _two()
    chosen = [replace(one, without=("author_sig",)) for one in _of_second(recipe)[1]]
    _, data, jti = recipe.exhibits[1]
    return replace(recipe, chosen=chosen, exhibits=[("data/000001.txt", data, jti)], persons=[]).build()


@accept("the second log is read at an older head that covers what is shown of it")
def _():
    recipe = _two()
    second, _ = _of_second(recipe)
    recipe.checkpoints[SECOND] = recipe.archive.cosigned(second.checkpoint(3))
    recipe.heads[SECOND] = [replace(make_head(recipe.archive, second, 3), consistency=())]
    return recipe.build()


@reject("the head of the second log is missing")
def _():
    recipe = _two()
    files = recipe.build()
    del files["logs/2/checkpoint"]
    return reseal(recipe, files)


@reject("the head of the first log in the place of that of the second")
def _():
    recipe = _two()
    files = recipe.build()
    return reseal(recipe, files | {"logs/2/checkpoint": files["logs/1/checkpoint"]})


@reject("one log twice with two heads")
def _():
    recipe = _two()
    files = recipe.build()
    first = {path: data for path, data in files.items() if path.startswith("logs/1/")}
    return reseal(recipe, files | {path.replace("logs/1/", "logs/2/"): data for path, data in first.items()})


@reject("a head of the second log too small for what is laid under it")
def _():
    recipe = _two()
    return _under(recipe, _of_second(recipe)[0], 2).build()


@reject("a forked head of the second log")
def _():
    return _under(_two(), _fork(), 4).build()


@reject("a forked head of the second log beside the one that was stamped")
def _():
    recipe = _two()
    recipe.checkpoints[SECOND] = recipe.archive.cosigned(_fork().checkpoint(4))
    return recipe.build()


@reject("another history of the second log that no cosigner has seen")
def _():
    recipe = _two()
    recipe.checkpoints[SECOND] = recipe.archive.desks[1].checkpoint()
    return recipe.build()


@reject("a statement of the second log laid under the head of the first")
def _():
    recipe = _two()
    first, (one, *_) = recipe.archive.desk, _of_second(recipe)[1]
    size = len(first.kept)
    one.place = ProofLine(log=1, head=1, index=size - 1, hashes=tuple(first.tree.inclusion(size - 1, size)))
    return recipe.build()


@reject("a statement of the second log with the place that it has there in the first")
def _():
    recipe = _two()
    second, (*_, one) = _of_second(recipe)
    size = len(second.kept)
    recipe.chosen = [other for other in recipe.chosen if other.desk is second or other.kept.index != one.kept.index]
    recipe.exhibits = [("data/000001.txt", LETTER, one.kept.jti)]
    recipe.persons = []
    one.place = ProofLine(log=1, head=1, index=one.kept.index, hashes=tuple(second.tree.inclusion(2, size)))
    return recipe.build()


@reject("a statement in the second log signed by the desk of the first")
def _():
    return _two(signed_by="true minsk-1 statements").build()


@reject("a second log that the key list does not name")
def _():
    recipe = _two()
    recipe.key_list = SmallArchive(desks=[recipe.archive.desk]).key_list
    return recipe.build()


@reject("the key of the second desk was taken back before anything was stamped")
def _():
    recipe = _two()
    recipe.archive.revoked = ((recipe.archive.desks[1].statement_key.kid, START),)
    return recipe.build()


@reject("what was agreed to at one desk was withdrawn at the other")
def _():
    recipe = _two()
    second, _ = _of_second(recipe)
    person = recipe.persons[0][0]
    said = second.admit("consent.withdrawn/1", person, person=person, method="verbal-witnessed")
    recipe.heads[SECOND] = [make_head(recipe.archive, second, len(second.kept))]
    recipe.chosen.append(Chosen(kept=said, desk=second))
    return recipe.build()
