# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report in sentences. Verdict words stay English beside any translation; everything else is a key of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.phrases import Phrase
from sviedka.verify.codes import SENTENCES
from sviedka.verify.findings import Finding, Line, Part, PartName, worst_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sviedka.core.base.canonical import Json

SHOWN_PLACES: Final = 5

_PARTS: Final = {
    PartName.UNALTERED: "Unaltered since it was sealed: {verdict}",
    PartName.ORIGIN: "From the archive that you know: {verdict}",
    PartName.COSIGNED: "Seen by others: {verdict}",
    PartName.EXISTED: "Existed by a certain time: {verdict}",
    PartName.CONSENT: "Consent when it was built: {verdict}",
}

_LIMITS: Final = (
    "This does not say that the dossier is complete: what was left out cannot be seen.",
    "A time shown is a latest time. No other date in the dossier proves any time.",
    "A consent that was taken back after the dossier was built is not in it. Ask the archive for recalls.",
)


def describe(parts: Sequence[Part], facts: Mapping[str, Json]) -> tuple[Line, ...]:
    """Return the report for people, in the order of the parts, and what it does not say."""
    return tuple(_lines(parts, facts))


def _lines(parts: Sequence[Part], facts: Mapping[str, Json]) -> Iterator[Line]:
    for part in parts:
        yield Line(message=_PARTS[part.name], facts={"verdict": part.verdict.value})
        for finding in part.findings:
            yield from _describe_finding(finding)
        if part.name is PartName.EXISTED:
            yield from _describe_times(facts)
    yield Line(message="Verdict on the whole: {verdict}", facts={"verdict": worst_of(parts).value})
    yield from (Line(message=limit) for limit in _LIMITS)


def _describe_finding(finding: Finding) -> Iterator[Line]:
    yield Line(message=SENTENCES[finding.code])
    for place in finding.where[:SHOWN_PLACES]:
        yield Line(message="    {place}", facts={"place": place})
    more = finding.count - min(len(finding.where), SHOWN_PLACES)
    if finding.where and more > 0:
        yield Line(message="    and {count} more", facts={"count": more})


def _describe_times(facts: Mapping[str, Json]) -> Iterator[Line]:
    by, external = facts.get("existed_by"), facts.get("existed_by_external")
    if isinstance(by, str):
        yield Line(message="All of it existed by {time}.", facts={"time": by})
    if isinstance(external, str) and external != by:
        yield Line(message="On the word of outside authorities alone: by {time}.", facts={"time": external})
    stamps = facts.get("stamps")
    for stamp in stamps if isinstance(stamps, list) else []:
        if isinstance(stamp, dict):
            shown = {name: str(stamp[name]) for name in ("authority", "time", "head")}
            kind = str(stamp["kind"])
            shown["kind"] = Phrase(kind)
            yield Line(message="    {authority} ({kind}): {head}, {time}", facts=shown)
