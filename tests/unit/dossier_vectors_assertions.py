# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dossier vectors about statements behind which somebody has to stand in person."""

from dataclasses import replace
from datetime import timedelta

from dossier_vectors_cases import accept, reject
from small_dossier import START, Chosen, make_head, make_id, private_key, public_key, small_recipe, with_spec

from sviedka.core.seal.assertion import KeyAssertion, format_assertion


def by(user, *, signed_by=None):
    """Return what asserts as `user`, with their own key or another's."""
    key = private_key(f"true {signed_by or user}")
    return lambda message: format_assertion(KeyAssertion(by=make_id(user), signature=key.sign(message)))


def approved(asserted, *, without=(), revoked=()):
    """Return a dossier that shows an approval by Piotr, which Anna wrote down."""
    recipe = small_recipe()
    recipe.archive.revoked = revoked
    desk = recipe.archive.desk
    target = make_id("what is approved")
    approval = desk.admit(
        "approval/1", target, asserted=asserted, approves=target, action="release", by=make_id("piotr")
    )
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=approval, desk=desk, without=without))
    return with_spec(replace(recipe, as_of=approval.at), at=len(desk.kept), authors=True).build()


@accept("an approval that its person stood behind")
def _():
    return approved(by("piotr"))


@accept("an approval of which neither author nor assertion is shown")
def _():
    return approved(by("piotr"), without=("author_sig", "assertion"))


@reject("an approval of which the author is shown and the assertion is not")
def _():
    return approved(by("piotr"), without=("assertion",))


@reject("an approval of which the assertion is shown and the author is not")
def _():
    return approved(by("piotr"), without=("author_sig",))


@reject("an approval that nobody stood behind")
def _():
    return approved(None)


@reject("an approval that another person asserted")
def _():
    return approved(by("anna"))


@reject("an approval with another person's signature under the right name")
def _():
    return approved(by("piotr", signed_by="anna"))


@reject("an approval asserted with a key that had been taken back")
def _():
    recipe_key = public_key(f"archive.example/user/{make_id('piotr')}", "true piotr")
    return approved(by("piotr"), revoked=((recipe_key.kid, START - timedelta(days=1)),))


@reject("an approval by a person whom the key list does not name")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    target, stranger = make_id("what is approved"), make_id("a stranger")
    approval = desk.admit(
        "approval/1", target, asserted=by("a stranger"), approves=target, action="release", by=stranger
    )
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=approval, desk=desk, without=()))
    return with_spec(replace(recipe, as_of=approval.at), at=len(desk.kept), authors=True).build()
