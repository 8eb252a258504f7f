# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verdict on a dossier: five parts, the worst of which is the whole.

The report holds codes and places, no sentences, so that two verifiers in two languages write the same bytes.
Spec: spec/08-dossier.md §8.11, §8.12.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMAT: Final = "sviedka/report/1"
MAX_PLACES: Final = 20
MAX_PLACE_CHARS: Final = 300


class Verdict(StrEnum):
    """What may be concluded, worst first. A note says something and concludes nothing."""

    REFUTED = "refuted"
    MALFORMED = "malformed"
    UNPROVEN = "unproven"
    HOLDS = "holds"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Position from the worst (0)."""
        return list(Verdict).index(self)

    @property
    def exit_status(self) -> int:
        """The command's exit status for a dossier with this verdict."""
        return {Verdict.REFUTED: 10, Verdict.MALFORMED: 30, Verdict.UNPROVEN: 20}.get(self, 0)


class PartName(StrEnum):
    """The questions, in the order in which they are answered."""

    UNALTERED = "unaltered"
    ORIGIN = "origin"
    COSIGNED = "cosigned"
    EXISTED = "existed"
    CONSENT = "consent"


STOPPING: Final = frozenset({Verdict.REFUTED, Verdict.MALFORMED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One kind of thing that was found: how often, and the first places (paths, lines, identifiers)."""

    code: str
    verdict: Verdict
    count: int
    where: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """The answer to one question."""

    name: PartName
    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Everything that a verifier says about a dossier."""

    parts: tuple[Part, ...]
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst part."""
        return min((part.verdict for part in self.parts), key=lambda verdict: verdict.rank)

    def part(self, name: PartName) -> Part:
        """Return one part."""
        return next(part for part in self.parts if part.name is name)

    def to_json(self) -> bytes:
        """Return the report in its one spelling."""
        parts: list[Json] = [
            {"findings": [_finding(finding) for finding in part.findings], "name": part.name, "verdict": part.verdict}
            for part in self.parts
        ]
        return encode_canonical({"facts": dict(self.facts), "format": FORMAT, "parts": parts, "verdict": self.verdict})


class Findings:
    """Gathers what one part finds. Places are kept whole only as far as a report shows them."""

    def __init__(self, verdicts: Mapping[str, Verdict]) -> None:
        self._verdicts = verdicts
        self._places: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}

    def add(self, code: str, where: str | None = None, *, count: int = 1) -> None:
        """Record that something was found, `count` times, at a place if it has one."""
        if code not in self._verdicts:
            raise KeyError(code)
        self._counts[code] = self._counts.get(code, 0) + count
        places = self._places.setdefault(code, [])
        if where is not None:
            places.append(where[:MAX_PLACE_CHARS])

    def add_all(self, code: str, places: Iterable[str]) -> None:
        """Record one finding for each place."""
        for place in places:
            self.add(code, place)

    def take(self, other: Findings) -> None:
        """Add everything that `other` holds."""
        for code, count in other._counts.items():
            self._counts[code] = self._counts.get(code, 0) + count
            self._places.setdefault(code, []).extend(other._places[code])

    @property
    def worst(self) -> Verdict:
        """The worst verdict so far; `HOLDS` when there is nothing but notes."""
        found = (self._verdicts[code] for code in self._counts)
        worst = min(found, key=lambda verdict: verdict.rank, default=Verdict.HOLDS)
        return Verdict.HOLDS if worst is Verdict.NOTE else worst

    def must_stop(self) -> bool:
        """Tell whether what was found forbids looking further."""
        return self.worst in STOPPING

    def close(self, name: PartName) -> Part:
        """Return the part with what was found, in the order of the report."""
        findings = [
            Finding(
                code=code,
                verdict=self._verdicts[code],
                count=count,
                where=tuple(sorted(set(self._places[code]))[:MAX_PLACES]),
            )
            for code, count in self._counts.items()
        ]
        findings.sort(key=lambda finding: (finding.verdict.rank, finding.code))
        return Part(name=name, verdict=self.worst, findings=tuple(findings))


def _finding(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "count": finding.count,
        "verdict": finding.verdict,
        "where": list[Json](finding.where),
    }
