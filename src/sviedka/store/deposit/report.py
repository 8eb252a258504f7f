# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a deposit came to: what is kept, and what could not be sealed or was not unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.core.base.phrases import said_of
from sviedka.store.deposit.file_names import spell_name
from sviedka.vault.findings import Finding

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.errors import Failure
    from sviedka.core.base.ids import SubjectId
    from sviedka.store.deposit.originals import Oddity, Original
    from sviedka.store.deposit.statements import SealedFacts


class OriginalsLeft(Unavailable):
    """Some of what was handed in is not sealed; the rest is kept."""

    code = "unavailable.originals-left"
    hint = "Each is named above. Look at it, then seal it again."


_UNAVAILABLE: Final = "unavailable"
_WITHHELD: Final = "withheld"
_MESSAGES: Final = {
    "link-not-followed": (_WITHHELD, "A link is not followed; what it points to was not sealed: {path}"),
    "special-file": (_WITHHELD, "Not a file, and not sealed: {path}"),
    "unreadable": (_UNAVAILABLE, "Could not be read, and is not sealed: {path}"),
    "changed-while-read": (_UNAVAILABLE, "Was written to while it was read, and is not sealed: {path}"),
    "container-refused": (_WITHHELD, "Sealed, but not unpacked: {path} ({reason})"),
    "member-not-unpacked": (_WITHHELD, "Sealed, but not unpacked further: {path}"),
}
"""By finding: whether something is missing (`unavailable`) or was left out on purpose (`withheld`), and the sentence."""


@dataclass(frozen=True, kw_only=True)
class DepositedItem:
    """An original that is kept. `shown_path` is its path with controls written out."""

    item_id: SubjectId
    shown_path: str
    size_bytes: int
    media_type: str
    shared: bool

    @classmethod
    def of(cls, original: Original, facts: SealedFacts) -> DepositedItem:
        """Return what is told of a sealed original."""
        return cls(
            item_id=original.item,
            shown_path=spell_name(original.path),
            size_bytes=facts.size_bytes,
            media_type=facts.media_type,
            shared=facts.shared,
        )

    def to_json(self) -> dict[str, Json]:
        """Return the same for machines."""
        return {
            "item": self.item_id,
            "path": self.shown_path,
            "size_bytes": self.size_bytes,
            "media_type": self.media_type,
            "shared": self.shared,
        }


@dataclass(frozen=True, kw_only=True)
class Deposited:
    """What a deposit came to.

    Attributes:
        sealed: Every original that is *kept*, in the order in which they were found.
        findings: What was not sealed or not unpacked.
    """

    sealed: tuple[DepositedItem, ...]
    findings: tuple[Finding, ...]

    @property
    def unsealed(self) -> int:
        """How many originals could not be sealed."""
        return sum(finding.verdict == _UNAVAILABLE for finding in self.findings)

    @property
    def exit_status(self) -> int:
        """50 if anything that was handed in is not sealed, else 0."""
        return 50 if self.unsealed else 0

    def raise_if_incomplete(self) -> None:
        """Raise `OriginalsLeft` if anything that was handed in is not sealed."""
        if self.unsealed:
            raise OriginalsLeft("{count} originals could not be sealed.", count=self.unsealed)

    def to_json(self) -> dict[str, Json]:
        """Return the same for machines."""
        sealed: list[Json] = [one.to_json() for one in self.sealed]
        findings: list[Json] = [
            {
                "verdict": one.verdict,
                "code": one.code,
                "path": one.reference,
                "message": one.message.format(**one.facts),
            }
            for one in self.findings
        ]
        verdict = _UNAVAILABLE if self.unsealed else "holds"
        return {"verdict": verdict, "sealed": sealed, "findings": findings, "unsealed": self.unsealed}


def report_of(oddity: Oddity, failure: Failure | None) -> Finding:
    """Return what a person is told of something that was not sealed as it was handed in."""
    verdict, message = _MESSAGES[oddity.finding]
    path = spell_name(oddity.path)
    reason = "" if failure is None else said_of(failure)
    code = f"{verdict}.{oddity.finding}"
    return Finding(verdict=verdict, code=code, reference=path, message=message, facts={"path": path, "reason": reason})
