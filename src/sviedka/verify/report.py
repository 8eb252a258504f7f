# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verdict on a dossier: five parts, the worst of which is the whole.

The report holds codes and places, no sentences, so that two verifiers in two languages write the same bytes.
Spec: spec/08-dossier.md §8.11, §8.12.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import Json, encode_canonical
from sviedka.verify.findings import Finding, Line, Part, PartName, Verdict, worst_of
from sviedka.verify.sentences import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "sviedka/report/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Everything that a verifier says about a dossier."""

    parts: tuple[Part, ...]
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst part."""
        return worst_of(self.parts)

    def part(self, name: PartName) -> Part:
        """Return one part."""
        return next(part for part in self.parts if part.name == name)

    @property
    def exit_status(self) -> int:
        """The exit status of a command that judged this dossier."""
        return self.verdict.exit_status

    def to_json(self) -> dict[str, Json]:
        """Return the report as one JSON object (spec §8.12)."""
        parts: list[Json] = [
            {"findings": [_finding(finding) for finding in part.findings], "name": part.name, "verdict": part.verdict}
            for part in self.parts
        ]
        return {"facts": dict(self.facts), "format": FORMAT, "parts": parts, "verdict": self.verdict}

    def encode(self) -> bytes:
        """Return the report in its one spelling: the bytes that every verifier writes."""
        return encode_canonical(self.to_json())

    def lines(self) -> tuple[Line, ...]:
        """Return the report for people: sentences to be translated, with their facts."""
        return describe(self.parts, self.facts)


def _finding(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "count": finding.count,
        "verdict": finding.verdict,
        "where": list[Json](finding.where),
    }
