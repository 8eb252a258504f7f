# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that a report and its companions are written from: what the dossier shows, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import StatementId, SubjectId
    from sviedka.core.disclose.choosing import ChosenStatement
    from sviedka.core.disclose.consent_terms import Grant
    from sviedka.core.disclose.dossier_spec import DossierSpec, WithheldCounts
    from sviedka.core.disclose.stamp_states import StampState
    from sviedka.core.disclose.wording import Wording
    from sviedka.core.seal.keylist_lines import Successor


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportExhibit:
    """An exhibit as a reader meets it. `name` is None where the name it came under is not shown."""

    path: str
    item: SubjectId
    media_type: str
    size_bytes: int
    sha256: bytes
    sealed_by: StatementId
    name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportHead:
    """A stamped head: of which log, how many statements, what each authority answered, and the time of each stamp."""

    origin: str
    size: int
    states: tuple[StampState, ...]
    times: Mapping[str, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportAuthority:
    """A time authority, its kind (`external` or `internal`) and SHA-256 of its root certificate."""

    name: str
    kind: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """What a report says.

    Attributes:
        statements: In the order of the logs.
        grants: By person, the grants that are relied on.
        sizes: How many statements of each log are under its checkpoint, by origin.
        cosigners: Names of those who cosigned that checkpoint, by origin of the log.
        root, logs: vkeys; `logs` by origin.
        page_sha256: Of verify.html; None where it does not travel along.
        uncovered: Statements under no stamped head.
        successions: Logs that lost their end, and those that go on after them.
    """

    wording: Wording
    spec: DossierSpec
    origin: str
    as_of: datetime
    statements: tuple[ChosenStatement, ...]
    exhibits: tuple[ReportExhibit, ...]
    grants: Mapping[SubjectId, tuple[Grant, ...]]
    withheld: WithheldCounts
    heads: tuple[ReportHead, ...]
    sizes: Mapping[str, int]
    cosigners: Mapping[str, tuple[str, ...]]
    authorities: tuple[ReportAuthority, ...]
    root: str
    logs: Mapping[str, str]
    page_sha256: str | None
    uncovered: int
    successions: tuple[Successor, ...] = ()

    def of_kind(self, *kinds: str) -> Iterator[ChosenStatement]:
        """Return the statements of some kinds, in the order of the logs."""
        yield from (one for one in self.statements if one.held.kind in kinds)

    def in_log(self, origin: str, told: str) -> str:
        """Return what is told of one log; with its name, where there are several."""
        return told if len(self.sizes) == 1 else f"{origin} · {told}"

    def pseudonym(self, person: Json) -> str:
        """Return how a person is called here: as they were called last, if two desks call them differently."""
        said = [
            one for one in self.of_kind("person") if one.held.subject == person and one.shown.fields.get("pseudonym")
        ]
        last = max(said, key=lambda one: (str(one.shown.at), one.held.desk, one.held.index), default=None)
        return self.wording.say("somebody") if last is None else str(last.shown.fields["pseudonym"])
