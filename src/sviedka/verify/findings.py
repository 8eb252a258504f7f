# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a verifier finds, part by part: codes and places, no sentences (spec §8.11, §8.12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def worst_of(parts: Iterable[Part]) -> Verdict:
    """Return the verdict of the worst part: that of the whole."""
    return min((part.verdict for part in parts), key=lambda verdict: verdict.rank)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A sentence for a person: an English message with placeholders, which is the key of its translation."""

    message: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


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
