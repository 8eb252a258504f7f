# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dossier vectors about a log that lost its end and the one that goes on after it."""

from dataclasses import replace

from dossier_vectors_cases import accept, reject
from small_dossier import Chosen, SmallDesk, make_head, make_id, small_recipe, with_spec

from sviedka.core.disclose.dossier_lines import ProofLine
from sviedka.core.seal.keylist import Successor
from sviedka.core.seal.keylist_lines import Head
from sviedka.core.seal.succession import succession_fields

SIGNED, HELD, KNOWN = 3, 5, 7
"""Of the closed log: under its newest head that is left, still there, ever signed for."""


def _succession(*, known=None, claims=None, first=True, begins=True):
    """A dossier of two logs: `known` changes the head that the root names, `claims` what the log that goes on says."""
    closed, desk = SmallDesk(), SmallDesk(desk="minsk-2")
    for number in range(KNOWN):
        closed.admit("source/1", make_id(f"before {number}"), title=f"Before the loss {number}")
    named = Successor(
        origin=desk.origin,
        closed=closed.origin,
        known=known or Head(size=KNOWN, root=closed.tree.root(KNOWN)),
        held=Head(size=HELD, root=closed.tree.root(HELD)),
    )
    if not first:
        desk.admit("source/1", make_id("too early"), title="Said before the succession")
    if begins:
        said = desk.admit("log.succeeded/1", make_id("house"), **(succession_fields(named) | (claims or {})))
    recipe = small_recipe(desks=[desk, closed])
    recipe.archive.successors = (named,)
    if begins:
        recipe.chosen.append(Chosen(kept=said, desk=desk))
    recipe.chosen.append(Chosen(kept=closed.kept[1], desk=closed))
    recipe.chosen.append(Chosen(kept=closed.kept[HELD - 1], desk=closed, place=_held(closed, HELD - 1)))
    recipe.checkpoints[closed.desk] = recipe.archive.cosigned(closed.checkpoint(SIGNED))
    recipe.heads[closed.desk] = [replace(make_head(recipe.archive, closed, SIGNED), consistency=())]
    return recipe


def _held(closed, index, size=HELD):
    return ProofLine(log=1, head=0, index=index, hashes=tuple(closed.tree.inclusion(index, size)))


@accept("a log goes on after one that lost its end and both are in one dossier")
def _():
    return _succession().build()


@accept("a dossier of the log that goes on alone says what was lost")
def _():
    recipe = _succession()
    desk, closed = recipe.archive.desks
    files = replace(recipe, chosen=[one for one in recipe.chosen if one.desk is desk])
    recipe.archive.listed_too = (closed,)
    recipe.archive.desks = [desk]
    return files.build()


@accept("the last head known of a closed log may be shown")
def _():
    recipe = _succession()
    _, closed = recipe.archive.desks
    recipe.checkpoints[closed.desk] = recipe.archive.cosigned(closed.checkpoint(KNOWN))
    recipe.heads[closed.desk] = [make_head(recipe.archive, closed, KNOWN)]
    for one in recipe.chosen:
        if one.desk is closed:
            one.place = _held(closed, one.kept.index, KNOWN)
    return recipe.build()


@reject("the old key signed more after another log went on")
def _():
    recipe = _succession()
    _, closed = recipe.archive.desks
    closed.admit("source/1", make_id("after"), title="Said with the old key, later")
    recipe.checkpoints[closed.desk] = recipe.archive.cosigned(closed.checkpoint(KNOWN + 1))
    recipe.heads[closed.desk] = [make_head(recipe.archive, closed, KNOWN + 1)]
    for one in recipe.chosen:
        if one.desk is closed:
            one.place = _held(closed, one.kept.index, KNOWN + 1)
    return recipe.build()


@reject("the old key signed another head of the size that was the last one known")
def _():
    recipe = _succession()
    _, closed = recipe.archive.desks
    other = SmallDesk()
    for number in range(KNOWN):
        other.admit("source/1", make_id(f"other {number}"), title=f"Another past {number}")
    recipe.checkpoints[closed.desk] = recipe.archive.cosigned(other.checkpoint(KNOWN))
    recipe.heads[closed.desk] = []
    recipe.chosen = [one for one in recipe.chosen if one.desk is not closed]
    return recipe.build()


@reject("a stamped head of a closed log beyond the last one known")
def _():
    recipe = _succession(known=Head(size=HELD, root=_succession().archive.desks[1].tree.root(HELD)))
    _, closed = recipe.archive.desks
    recipe.checkpoints[closed.desk] = recipe.archive.cosigned(closed.checkpoint(KNOWN))
    recipe.heads[closed.desk] = [make_head(recipe.archive, closed, KNOWN)]
    recipe.chosen = [one for one in recipe.chosen if one.desk is not closed]
    return recipe.build()


@reject("a seal by the desk whose log was closed")
def _():
    recipe = _succession()
    recipe.archive.desks.reverse()
    return with_spec(recipe, at=SIGNED).build()


@reject("a log that goes on claims another last head of the closed one")
def _():
    return _succession(claims={"known_root": "ab" * 32}).build()


@reject("a log that goes on claims that more is held")
def _():
    return _succession(claims={"held_size": HELD + 1}).build()


@reject("a log that goes on names another closed log")
def _():
    return _succession(claims={"closed": "archive.example/warsaw-1"}).build()


@reject("a log begins otherwise and speaks of its succession later")
def _():
    return _succession(first=False).build()


@reject("a second log says that it goes on and the root names another")
def _():
    recipe = _succession()
    second = SmallDesk(desk="minsk-3")
    (named,) = recipe.archive.successors
    said = second.admit("log.succeeded/1", make_id("house"), **succession_fields(named))
    recipe.archive.desks.append(second)
    recipe.heads[second.desk] = [make_head(recipe.archive, second, 1)]
    recipe.chosen.append(Chosen(kept=said, desk=second))
    return recipe.build()


@reject("a statement that is lost is proven in the old tree")
def _():
    recipe = _succession()
    _, closed = recipe.archive.desks
    recipe.chosen.append(Chosen(kept=closed.kept[HELD], desk=closed, place=_held(closed, HELD, KNOWN)))
    return recipe.build()


@reject("a log that goes on does not show how it began")
def _():
    recipe = _succession(begins=False)
    recipe.chosen = [one for one in recipe.chosen if one.place is None]  # what only the first statement gives a time
    return recipe.build()
