# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dossier vectors that hold, and those about time and consent."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from dossier_vectors_cases import accept, reject
from small_authority import SmallAuthority
from small_dossier import (
    GRANT,
    START,
    Chosen,
    SmallDesk,
    make_head,
    make_id,
    public_key,
    small_recipe,
    with_spec,
    zip_bytes,
)

from sviedka.core.disclose.stamp_states import StampProgress

STATEMENTS, PROOFS = "statements/statements.txt", "statements/proofs.txt"


@accept("a small dossier holds")
def _():
    return small_recipe().build()


@accept("two desks of one archive stand in one dossier")
def _():
    second = SmallDesk(desk="warsaw-1")
    recipe = small_recipe(desks=[SmallDesk(), second])
    told = [second.admit("source/1", make_id(f"other source {number}"), title="Elsewhere") for number in range(3)]
    recipe.heads["warsaw-1"] = [make_head(recipe.archive, second, 3, at=START + timedelta(days=2))]
    recipe.chosen.append(Chosen(kept=told[1], desk=second))
    return recipe.build()


@accept("a dossier of statements without any exhibit")
def _():
    recipe = small_recipe()
    return replace(recipe, exhibits=[]).build()


@accept("nobody appears in it")
def _():
    recipe = small_recipe()
    return replace(recipe, chosen=recipe.chosen[:1], exhibits=[], persons=[]).build()


@accept("authors are shown and verified")
def _():
    recipe = small_recipe()
    for chosen in recipe.chosen:
        chosen.without = ()
    return with_spec(recipe, authors=True).build()


@accept("a key taken back after the stamp does not undo what it signed before")
def _():
    key = public_key(f"archive.example/user/{make_id('anna')}", "true anna")
    recipe = small_recipe()
    recipe.archive.revoked = ((key.kid, START + timedelta(days=9)),)
    for chosen in recipe.chosen:
        chosen.without = ()
    return with_spec(recipe, authors=True).build()


@accept("only an internal authority has stamped and the report says so")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept), stamped_by=("internal",))]
    return recipe.build()


@accept("a stamp is pending beside a good one")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    waiting = (("other", StampProgress.PENDING), ("slow", StampProgress.LATE), ("gone", StampProgress.FAILED))
    recipe.heads[desk.desk] = [
        make_head(recipe.archive, desk, len(desk.kept), stamped_by=("external",), pending=sorted(waiting))
    ]
    return recipe.build()


@accept("statements stand in the earliest stamped head that covers them")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    recipe.heads[desk.desk] = [
        make_head(recipe.archive, desk, 4, stamped_by=("internal",)),
        make_head(recipe.archive, desk, 6, stamped_by=("external",), crl=False),
        make_head(recipe.archive, desk, len(desk.kept), stamped_by=("external",)),
    ]
    return recipe.build()


@accept("an OpenTimestamps proof lies beside and is not judged")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    head = recipe.heads[desk.desk][0]
    recipe.heads[desk.desk] = [replace(head, files={**head.files, "opentimestamps.ots": b"an invented proof"})]
    return recipe.build()


@accept("consent rests on two statements together")
def _():
    recipe = small_recipe(grants=(GRANT | {"material": ["statement-text"]},))
    desk = recipe.archive.desk
    person = recipe.persons[0][0]
    more = desk.admit("consent.given/1", person, person=person, grants=[GRANT | {"material": ["image-of-face"]}])
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=more, desk=desk))
    recipe.persons.append((person, more.jti))
    return with_spec(replace(recipe, as_of=more.at), at=len(desk.kept)).build()


@accept("a ZIP file with everything under one folder")
def _():
    return zip_bytes(small_recipe().build(), folder="dossier for the prosecutor/")


@accept("a deflated ZIP file")
def _():
    return zip_bytes(small_recipe().build(), deflated=True)


def with_stamps(**options):
    recipe = small_recipe()
    desk = recipe.archive.desk
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept), **options)]
    return recipe


@reject("a stamp of another checkpoint")
def _():
    return with_stamps(digest=sha256(b"another checkpoint").digest()).build()


@reject("a stamp by an authority that the reader does not know")
def _():
    recipe = small_recipe()
    recipe.archive.external = SmallAuthority("unknown authority")
    desk = recipe.archive.desk
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept), stamped_by=("external",))]
    return recipe.build()


@reject("a stamp signed by somebody else in the name of the authority")
def _():
    recipe = with_stamps(stamped_by=("external",))
    forger = SmallAuthority("external authority")
    forger._key = SmallAuthority("forging authority")._key
    head = recipe.heads["minsk-1"][0]
    token = forger.stamp(sha256(head.checkpoint).digest(), at=START + timedelta(days=1))
    recipe.heads["minsk-1"] = [replace(head, files={**head.files, "external.tsr": token})]
    return recipe.build()


@reject("the certificate of the authority had been taken back")
def _():
    recipe = small_recipe()
    recipe.archive.external = SmallAuthority("external authority", revoked_at=START)
    desk = recipe.archive.desk
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept), stamped_by=("external",))]
    return recipe.build()


@reject("a stamp from before the certificate of the authority began")
def _():
    return with_stamps(at=START.replace(year=2019)).build()


@reject("a stamp that is no stamp")
def _():
    recipe = with_stamps(stamped_by=("external",))
    head = recipe.heads["minsk-1"][0]
    recipe.heads["minsk-1"] = [replace(head, files={**head.files, "external.tsr": b"stamped, believe me"})]
    return recipe.build()


@reject("a stamp said to be there that is not")
def _():
    recipe = with_stamps(pending=(("other", StampProgress.STAMPED),))
    return recipe.build()


@reject("every stamp is pending")
def _():
    return with_stamps(stamped_by=(), pending=(("external", StampProgress.PENDING),)).build()


@reject("no head was stamped")
def _():
    recipe = small_recipe()
    recipe.heads.clear()
    return recipe.build()


@reject("statements later than every stamp")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, 3)]
    return recipe.build()


def with_grant(**changes):
    return small_recipe(grants=(GRANT | changes,)).build()


@reject("a person appears who is not listed")
def _():
    return replace(small_recipe(), persons=[]).build()


@reject("consent rests on a statement that is not here")
def _():
    recipe = small_recipe()
    return replace(recipe, persons=[(recipe.persons[0][0], make_id("nowhere"))]).build()


@reject("consent rests on a statement that is no consent")
def _():
    recipe = small_recipe()
    return replace(recipe, persons=[(recipe.persons[0][0], recipe.chosen[0].kept.jti)]).build()


@reject("the grants of the consent are withheld")
def _():
    recipe = small_recipe()
    recipe.chosen[2].without = ("author_sig", "grants")
    return recipe.build()


@reject("the consent is of another person")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    other = make_id("another person")
    consent = desk.admit("consent.given/1", other, person=other, grants=[GRANT])
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=consent, desk=desk))
    changed = replace(recipe, persons=[(recipe.persons[0][0], consent.jti)], as_of=consent.at)
    return with_spec(changed, at=len(desk.kept)).build()


@reject("the consent had ended")
def _():
    return with_grant(until="2026-11-01")


@reject("the consent is for another purpose")
def _():
    return with_grant(purpose="statistics")


@reject("the consent is for another recipient")
def _():
    return with_grant(recipients=["court"])


@reject("the consent is for a lower level")
def _():
    return with_grant(level="anonymous")


@reject("the consent leaves out pictures of the face")
def _():
    return with_grant(material=["statement-text"])


@reject("sexual violence without a grant that names it")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    act = desk.admit(
        "act/1", make_id("act 2"), act_type="assault", methods=["sexual-threat"],
        role__1={"role": "victim", "person": recipe.persons[0][0]},
    )  # fmt: skip
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=act, desk=desk))
    return with_spec(replace(recipe, as_of=act.at), at=len(desk.kept)).build()


@reject("the consent was withdrawn")
def _():
    recipe = small_recipe()
    desk = recipe.archive.desk
    person = recipe.persons[0][0]
    taken = desk.admit("consent.withdrawn/1", person, person=person, method="verbal-witnessed")
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    recipe.chosen.append(Chosen(kept=taken, desk=desk))
    return with_spec(replace(recipe, as_of=taken.at), at=len(desk.kept)).build()
