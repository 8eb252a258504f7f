# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a look at the vault found, each finding with what may be concluded from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.errors import Failure

_WORST_FIRST: Final = (("refuted", 10), ("malformed", 30), ("unavailable", 50), ("unproven", 20))
HOLDS: Final = "holds"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        verdict: `refuted` (changed or missing), `malformed`, `unproven` (nothing says what it is) or `unavailable`
            (could not be read).
        code: A stable word for tools.
        reference: The file, by its path in the archive's folder.
        message: An English sentence with placeholders.
        facts: Values for the placeholders.
    """

    verdict: str
    code: str
    reference: str
    message: str
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.verdict}: {self.reference}: {self.message.format(**self.facts)}"


def finding_of(failure: Failure, reference: str) -> Finding:
    """Return the finding that `failure`, raised while looking at `reference`, amounts to."""
    return Finding(
        verdict=failure.verdict,
        code=failure.code,
        reference=reference,
        message=failure.message,
        facts=failure.facts,
    )


def finding_as(kind: type[Failure], reference: str, *, message: str, **facts: str | int) -> Finding:
    """Return a finding with the verdict and code of a failure that is not raised: one look may find several."""
    return Finding(verdict=kind.verdict, code=kind.code, reference=reference, message=message, facts=facts)


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """Everything one check found. Iterates over its findings.

    Attributes:
        findings: Worst first, then by reference.
        files: Files looked at.
        bytes_read: Of all files, or where only names, sizes and lists were looked at, of the checkpoints.
    """

    findings: tuple[Finding, ...]
    files: int
    bytes_read: int

    @property
    def verdict(self) -> str:
        """The worst finding's verdict; `holds` if there is none."""
        return self.findings[0].verdict if self.findings else HOLDS

    @property
    def exit_status(self) -> int:
        """The exit status of the worst finding; 0 if there is none."""
        return dict(_WORST_FIRST)[self.findings[0].verdict] if self.findings else 0

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def to_json(self) -> dict[str, Json]:
        """Return the same for machines."""
        findings: list[Json] = [
            {
                "verdict": each.verdict,
                "code": each.code,
                "reference": each.reference,
                "message": each.message.format(**each.facts),
            }
            for each in self.findings
        ]
        return {
            "verdict": self.verdict,
            "files": self.files,
            "bytes_read": self.bytes_read,
            "findings": findings,
        }


def worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Order findings as `CheckResult` holds them."""
    rank = {verdict: number for number, (verdict, _) in enumerate(_WORST_FIRST)}
    return tuple(sorted(findings, key=lambda each: (rank[each.verdict], each.reference, each.code)))
