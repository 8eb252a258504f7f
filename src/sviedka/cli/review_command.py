# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka review`: judge the clusters of a linkage, what changes the count most first, blindly, each judgement a statement."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli.copies import copy_after
from sviedka.cli.language import translate
from sviedka.cli.places import free_place, readable_file
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sviedka.cli.console import Console
    from sviedka.link.names_at_hand import NamesAtHand
    from sviedka.link.reviewing import ReviewCase
    from sviedka.link.run import LinkageRun
    from sviedka.store.session import Session

SUMMARY: Final = "judge the clusters of a linkage, two people blindly; what changes the count most comes first"
EXAMPLE: Final = (
    "sviedka review 0123456789abcdef0123456789abcdef\n"
    "sviedka review 0123456789abcdef0123456789abcdef --by-rule -o reviewed.run\n"
    "sviedka review reviewed.run --summary"
)


class TerminalNeeded(Unavailable):
    """Judging needs a terminal, and there is none."""

    code = "unavailable.review-terminal"
    hint = "Type this at a terminal; with --summary it only says how far the review is."


def configure(parser: ArgumentParser) -> None:
    """Add the run and what is to be done with it."""
    parser.add_argument(
        "run",
        metavar=translate("RUN"),
        help=translate("a linkage: its identifier, as sviedka link printed it, or a file"),
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--by-rule", action="store_true", help=translate("let the documented rule judge, and no person"))
    how.add_argument(
        "--third", action="store_true", help=translate("settle what two reviewers saw differently; not for those two")
    )
    how.add_argument("--summary", action="store_true", help=translate("only say how far the review is"))
    parser.add_argument(
        "--most", type=int, default=500, metavar="N", help=translate("at most so many doubtful cases (500)")
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar=translate("FILE"),
        help=translate("write the linkage under all judgements, for sviedka estimate"),
    )
    parser.add_argument(
        "--keep", action="store_true", help=translate("keep the linkage under all judgements in the archive")
    )
    parser.add_argument(
        "--with-names",
        type=Path,
        metavar="LISTS.yaml",
        help=translate("let the key w show the names of one case; each showing is recorded"),
    )
    parser.add_argument("--purpose", help=translate("what names are shown for; this is recorded"))


def run(arguments: Namespace, console: Console) -> int:
    """Judge, or have the rule judge; then say what the review comes to."""
    from sviedka.cli.review_telling import tell_review, tell_unread
    from sviedka.core.base.ids import is_id
    from sviedka.link.judged import apply_judgements, say_reviewed
    from sviedka.link.kept_run import keep_run
    from sviedka.link.reviewing import queue_run, review_cases
    from sviedka.link.run_file import parse_run, run_to_bytes
    from sviedka.store.deposit.opening import open_item_bytes
    from sviedka.store.judgements import read_judgements
    from sviedka.store.session import open_archive
    from sviedka.vault.durable import write_new

    data = b"" if is_id(arguments.run) else readable_file(Path(arguments.run)).read_bytes()
    linkage = parse_run(data) if data else None  # a wrong file is said to be one before anything is opened
    _check_purpose(arguments)
    with open_archive(arguments.archive) as session:
        if linkage is None:
            data = open_item_bytes(session.archive, session.keeper, arguments.run, purpose="review")
            linkage = parse_run(data)
        if arguments.output is not None:
            free_place(arguments.output, archive=session.archive)
        queue = queue_run(linkage, data, most=arguments.most)
        cases = review_cases(linkage, queue)
        digest = sha256(data).hexdigest()
        if arguments.by_rule:
            _by_rule(session, linkage, cases, digest, console)
        elif not arguments.summary and not console.json_only:
            _at_the_screen(arguments, session, linkage, cases, digest)
        read = read_judgements(session.archive, session.keeper)
        said = read.judgements
        judged = apply_judgements(linkage, said)
        reviewed = say_reviewed(judged.run, of_sha256=digest, judgements=judged.applied)
        tell_review(console, linkage, judged, queue, said)
        tell_unread(console, read.unread)
        if arguments.keep:
            kept = keep_run(session.archive, session.keeper, reviewed)
            console.document |= {"run": kept.item, "statement": kept.jti}
            console.say("Kept as {run}; statement {jti}.", run=kept.item, jti=kept.jti)
    if arguments.output is not None:
        write_new(arguments.output, run_to_bytes(reviewed))
        console.say("The linkage under these judgements: {path}", path=str(arguments.output))
    copy_after(session.archive, console)
    return 0


def _check_purpose(arguments: Namespace) -> None:
    """Refuse to show names for nothing, and a purpose for names that are not shown."""
    from sviedka.store.deposit.opening import PurposeMissing

    if arguments.with_names is not None:
        readable_file(arguments.with_names)
        if not (arguments.purpose or "").strip():
            raise PurposeMissing("Names are shown for a purpose.")


def _by_rule(
    session: Session, linkage: LinkageRun, cases: tuple[ReviewCase, ...], digest: str, console: Console
) -> None:
    from sviedka.core.count.review.rule import RULE
    from sviedka.link.reviewing import judge_all_by_rule
    from sviedka.store.judgements import record_judgements

    with console.progress("judging by rule") as advance:
        new = record_judgements(
            session.archive,
            session.keeper,
            judge_all_by_rule(linkage, cases),
            run_sha256=digest,
            progress=advance,
        )
    console.document |= {"rule": RULE, "new_by_rule": new}
    console.say(
        "The rule {rule} judged {count} cases; {new} of its judgements are new.", rule=RULE, count=len(cases), new=new
    )


def _at_the_screen(
    arguments: Namespace, session: Session, linkage: LinkageRun, cases: tuple[ReviewCase, ...], digest: str
) -> None:
    import sys

    from sviedka.cli.review_screen import ReviewScreen
    from sviedka.cli.review_thread import in_a_thread
    from sviedka.core.count.review.judgement import Look, Reviewer
    from sviedka.link.reviewing import Sitting
    from sviedka.store.judgements import read_judgements, record_judgements, record_names_shown

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TerminalNeeded("Clusters are judged at a terminal, and there is none.")

    sitting = Sitting(
        cases=cases,
        said=read_judgements(session.archive, session.keeper).judgements,
        me=Reviewer(session.keeper.facts().actor),
        look=Look.THIRD if arguments.third else Look.BLIND,
        record=lambda judgement: apart(record_judgements, [judgement], run_sha256=digest),
    )
    at_hand = None if arguments.with_names is None else _names_at_hand(arguments.with_names, linkage)

    def names(case: ReviewCase) -> list[str]:
        apart(record_names_shown, sorted(case.records), run_sha256=digest, purpose=arguments.purpose)
        return [] if at_hand is None else at_hand.lines(case.records)

    with in_a_thread(session) as apart:
        ReviewScreen(sitting, linkage, names=None if at_hand is None else names).sit()


def _names_at_hand(lists: Path, linkage: LinkageRun) -> NamesAtHand:
    from sviedka.core.base.progress import unwatched
    from sviedka.link.lists_file import read_link_order
    from sviedka.link.names_at_hand import NamesAtHand
    from sviedka.link.reading import read_lists

    return NamesAtHand(linkage, read_lists(read_link_order(lists), lists.parent, unwatched))
