# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a review comes to: what was judged by whom, what it did to the count, how far two reviewers agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.count.review.judgement import Look
from sviedka.core.count.review.kappa import measure_agreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.cli.console import Console
    from sviedka.core.base.canonical import Json
    from sviedka.core.count.review.judgement import Judgement
    from sviedka.core.count.review.kappa import Agreement
    from sviedka.core.count.review.queue import Queue
    from sviedka.link.judged import Judged
    from sviedka.link.run import LinkageRun


def tell_review(
    console: Console, linkage: LinkageRun, judged: Judged, queue: Queue, said: tuple[Judgement, ...]
) -> None:
    """Say what the count was and is, of what, until when, and what it rests on."""
    counted, agreement = linkage.counted, measure_agreement(said)
    people = len({one.records for one in said if one.look is not Look.RULE})
    console.document |= {
        "verdict": "holds",
        "counted": {"unit": counted.unit, "what": counted.what, "where": counted.where, "until": counted.until},
        "as_of": linkage.as_of,
        "records": linkage.records,
        "cases": len(queue.cases),
        "waiting": queue.waiting,
        "too_large": queue.too_large,
        "judged_by_people": people,
        "judged_by_rule": len({one.records for one in said if one.look is Look.RULE}),
        "documented_before": linkage.people,
        "documented": judged.run.people,
        "applied": judged.applied,
        "elsewhere": judged.elsewhere,
        "open_pairs": judged.open,
        "contradicted_pairs": judged.contradicted,
        "agreement": _agreement(agreement),
    }
    console.say("{count} cases for review; people judged {people} of them.", count=len(queue.cases), people=people)
    console.say(
        "Documented: {what}, {where}, until {until}: {before} people by the linkage of {records} records, {after} after review.",
        what=counted.what, where=counted.where, until=counted.until, before=linkage.people, records=linkage.records,
        after=judged.run.people,
    )  # fmt: skip
    _tell_doubts(console, judged, queue)
    _tell_agreement(console, agreement)


def tell_unread(console: Console, unread: Sequence[str]) -> None:
    """Name the statements that are judgements by their type and were left out."""
    console.document["unread"] = [*unread]
    for jti in unread:
        console.warn("The judgement in statement {jti} is left out: its parts do not fit together.", jti=jti)


def _tell_doubts(console: Console, judged: Judged, queue: Queue) -> None:
    if judged.elsewhere:
        console.say("{count} judgements are of other lists, or of lists that have changed.", count=judged.elsewhere)
    if judged.contradicted:
        console.say(
            "{count} pairs judged the same were not joined: others, judged too, keep them apart.",
            count=judged.contradicted,
        )
    if queue.waiting or queue.too_large:
        console.say(
            "Not in the queue: {waiting} doubtful cases that change the count less, {large} too large to look through.",
            waiting=queue.waiting, large=queue.too_large,
        )  # fmt: skip


def _tell_agreement(console: Console, agreement: Agreement) -> None:
    kappa = agreement.kappa
    if kappa is None:
        console.say("No case was judged by two people; nothing is known of their agreement.")
    elif kappa.value is None or kappa.low is None or kappa.high is None:
        console.say("Two reviewers gave one answer to all {n} cases; kappa says nothing then.", n=kappa.n)
    else:
        console.say(
            "Two reviewers judged {n} cases: kappa {value} (95 %: {low} to {high}); {differing} wait for a third look.",
            n=kappa.n, value=f"{kappa.value:.2f}", low=f"{kappa.low:.2f}", high=f"{kappa.high:.2f}",
            differing=len(agreement.differing),
        )  # fmt: skip


def _agreement(agreement: Agreement) -> Json:
    """Return it for machines. Fractions are JSON numbers here: nothing of it is signed."""
    kappa = agreement.kappa
    told: dict[str, object] = {"judged_once": agreement.once, "differing": len(agreement.differing)}
    if kappa is not None:
        shares = {"kappa": kappa.value, "low": kappa.low, "high": kappa.high, "observed": kappa.observed}
        told |= {name: None if share is None else round(share, 3) for name, share in shares.items()}
        told["judged_by_two"] = kappa.n
    return told  # type: ignore[return-value]  # fractions, which canonical JSON does not know
