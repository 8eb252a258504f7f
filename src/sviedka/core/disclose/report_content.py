# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report of a dossier, in blocks: what it is, how it is checked, what is reported, what is proven, what is not.

It claims no verdict about itself and calls nobody guilty (rule R26).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.core.base.instants import format_instant
from sviedka.core.disclose.document import Block, Document, code, heading, item, small, table, text, title
from sviedka.core.disclose.report_incidents import Incidents
from sviedka.core.disclose.stamp_states import StampProgress, StampState
from sviedka.core.disclose.telling import ABSENT, repeated, say_gap, say_party, say_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.disclose.consent_terms import Grant
    from sviedka.core.disclose.report_facts import ReportFacts


def write_report(facts: ReportFacts) -> Document:
    """Return the report, in the language of the SPEC."""
    incidents = Incidents(facts)
    blocks = (
        *_cover(facts),
        *_check(facts),
        *_exhibits(facts),
        *incidents.blocks(),
        *incidents.sources(),
        *_custody(facts),
        *_time(facts),
        *_consent(facts),
        *_withheld(facts),
        *_limits(facts),
    )
    say = facts.wording.say
    return Document(
        title=f"{say('title')}: {_case_title(facts)}",
        language=facts.wording.language.value,
        footer=say("footer"),
        blocks=blocks,
    )


def _cover(facts: ReportFacts) -> Iterator[Block]:
    say, word = facts.wording.say, facts.wording.word
    yield title(say("title"))
    recipient = facts.spec.recipient
    yield table(
        (1, 3),
        (
            ("", ""),
            (say("case"), _case_title(facts)),
            (say("for"), f"{recipient.name} ({word(recipient.kind)})"),
            (say("purpose"), word(facts.spec.purpose.value)),
            (say("desk"), facts.origin),
            *(
                (say("checkpoint"), facts.in_log(origin, say("checkpoint.value", size=size)))
                for origin, size in facts.sizes.items()
            ),
            (say("as-of"), say("as-of.value", time=format_instant(facts.as_of))),
        ),
    )
    yield heading(say("what"))
    yield text(say("what.text"))
    yield text(say("what.words"))


def _check(facts: ReportFacts) -> Iterator[Block]:
    say = facts.wording.say
    yield heading(say("check"))
    if facts.page_sha256 is not None:
        yield text(say("check.page"))
    yield text(say("check.hand"))
    yield text(say("check.pin"))
    keys = [(say("key.root"), facts.root)]
    keys += [(say("key.log", origin=origin), key) for origin, key in facts.logs.items()]
    keys += [
        (say("key.authority", name=one.name, kind=say(f"kind.{one.kind}")), one.sha256) for one in facts.authorities
    ]
    if facts.page_sha256 is not None:
        keys.append((say("key.page"), facts.page_sha256))
    for name, value in keys:
        yield small(name)
        yield code(value)


def _exhibits(facts: ReportFacts) -> Iterator[Block]:
    say = facts.wording.say
    yield heading(say("exhibits"))
    if not facts.exhibits:
        yield text(say("exhibits.none"))
        return
    sealed = {one.held.jti: one.shown.at for one in facts.of_kind("item.sealed")}
    rows = [tuple(say("exhibits.columns").split("|"))]
    for one in facts.exhibits:
        at = sealed.get(one.sealed_by)
        shows = _shown_on(facts, one.item)
        name = one.name or ABSENT
        rows.append(
            (
                one.path,
                one.media_type,
                str(one.size_bytes),
                f"{name}\n{say('exhibits.shows', persons=', '.join(shows))}" if shows else name,
                format_instant(at) if at is not None else ABSENT,
                one.sha256.hex(),
            )
        )
    yield table((5, 5, 3, 5, 6, 7), rows)


def _custody(facts: ReportFacts) -> Iterator[Block]:
    say = facts.wording.say
    yield heading(say("custody"))
    paths = {one.item: one.path for one in facts.exhibits}
    rows = [tuple(say("custody.columns").split("|"))]
    events = facts.of_kind("item.received", "item.sealed", "item.opened", "custody.transfer")
    for one in sorted(events, key=lambda one: paths.get(one.held.subject, "")):
        path = paths.get(one.held.subject)
        if path is not None:
            fields, at = one.shown.fields, one.shown.at
            when = format_instant(at) if at is not None else ABSENT
            if one.held.kind == "custody.transfer":
                done = say(
                    "custody.transfer",
                    giver=say_party(fields.get("from"), facts),
                    taker=say_party(fields.get("to"), facts),
                )
            else:
                done = say(f"custody.{one.held.kind.partition('.')[2]}", purpose=str(fields.get("purpose", "")))
            tool = " ".join(str(fields[part]) for part in ("tool", "version", "means", "reason") if part in fields)
            rows.append((when, done, path, tool))
    if len(rows) > 1:
        yield table((3, 4, 3, 4), rows)
        yield small(say("custody.times"))
    else:
        yield text(say("exhibits.none"))


def _time(facts: ReportFacts) -> Iterator[Block]:
    say = facts.wording.say
    yield heading(say("time"))
    rows = [tuple(say("time.columns").split("|"))]
    for head in facts.heads:
        size = facts.in_log(head.origin, str(head.size))
        rows += [(size, state.authority, _progress(facts, state, head.times)) for state in head.states]
    if len(rows) > 1:
        yield text(say("time.text"))
        yield table((2, 3, 5), rows)
    else:
        yield text(say("time.none"))
    for one in facts.successions:
        yield text(say_gap(one, facts.wording))
    if facts.uncovered:
        yield text(say("time.uncovered", count=facts.uncovered))
    for origin, names in facts.cosigners.items():
        told = say("cosigners", names=", ".join(names)) if names else say("cosigners.none")
        yield text(facts.in_log(origin, told))


def _progress(facts: ReportFacts, state: StampState, times: object) -> str:
    say = facts.wording.say
    if state.state is StampProgress.STAMPED:
        at = times.get(state.authority) if isinstance(times, dict) else None
        return say("time.stamped-at", time=format_instant(at)) if at is not None else say("time.stamped")
    return say(f"time.{state.state.value}", time=format_instant(state.since))


def _consent(facts: ReportFacts) -> Iterator[Block]:
    say = facts.wording.say
    yield heading(say("consent"))
    if not facts.grants:
        yield text(say("consent.nobody"))
        return
    yield text(say("consent.text"))
    rows = [tuple(say("consent.columns").split("|"))]
    for person, grants in sorted(facts.grants.items(), key=lambda pair: facts.pseudonym(pair[0])):
        rows += [(facts.pseudonym(person), *_grant(facts, grant)) for grant in grants]
    yield table((2, 3, 3, 2, 5, 2), rows)


def _grant(facts: ReportFacts, grant: Grant) -> tuple[str, ...]:
    word = facts.wording.word
    return (
        word(grant.purpose.value),
        ", ".join(word(recipient) for recipient in sorted(grant.recipients)),
        word(grant.level.value),
        ", ".join(word(material) for material in sorted(grant.material)),
        grant.until.isoformat() if grant.until is not None else facts.wording.say("until.none"),
    )


def _withheld(facts: ReportFacts) -> Iterator[Block]:
    say, withheld = facts.wording.say, facts.withheld
    yield heading(say("withheld"))
    counts = {
        "persons": withheld.persons,
        "exhibits": sum(withheld.exhibits.values()),
        "passages": sum(withheld.passages.values()),
        "statements": sum(withheld.statements.values()),
    }
    if not any(counts.values()):
        yield text(say("withheld.none"))
        return
    yield text(say("withheld.text"))
    yield from (item(say(f"withheld.{name}", count=count)) for name, count in counts.items() if count)


def _limits(facts: ReportFacts) -> Iterator[Block]:
    say = facts.wording.say
    yield heading(say("limits"))
    yield from (item(say(f"limits.{name}")) for name in ("complete", "time", "true", "derived", "consent"))


def _case_title(facts: ReportFacts) -> str:
    titles = [say_title(one.shown.fields.get("title"), facts.wording) for one in facts.of_kind("case.opened")]
    return titles[-1] if titles else facts.spec.case


def _shown_on(facts: ReportFacts, subject: str) -> list[str]:
    found: dict[str, None] = {}
    for one in facts.of_kind("item.received"):
        if one.held.subject == subject:
            for shown in repeated(one.shown.fields, "shows"):
                if isinstance(shown, dict):
                    found[facts.pseudonym(shown.get("person"))] = None
    return list(found)
