# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a build tells: for a person in sentences, for a program as one object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import StatementId


@dataclass(frozen=True, kw_only=True)
class BuiltLine:
    """A sentence for a person; its message is the key of its translation."""

    message: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BuiltDossier:
    """A dossier that was built.

    Attributes:
        encrypted: Where the encrypted form lies, if a receiver's key was named.
        recorded: The statement that records it.
        withheld: Exhibits, passages and statements that were withheld.
        named: The size at which each log that goes on was read, by desk: what a SPEC names to build the same again.
        later: Statements of the case that came after the checkpoints.
        elsewhere: Statements of the case in logs that the SPEC did not name.
        unstamped: Statements in it that no stamped head covers.
    """

    folder: Path
    encrypted: Path | None
    recorded: StatementId
    tagmanifest_sha256: str
    page_sha256: str | None
    statements: int
    exhibits: int
    persons: int
    withheld: Mapping[str, int]
    built_at: int
    named: Mapping[str, int]
    later: int
    elsewhere: int
    unstamped: int

    def to_json(self) -> dict[str, Json]:
        """Return it as plain values."""
        return {
            "folder": str(self.folder),
            "encrypted": None if self.encrypted is None else str(self.encrypted),
            "recorded": self.recorded,
            "tagmanifest_sha256": self.tagmanifest_sha256,
            "page_sha256": self.page_sha256,
            "statements": self.statements,
            "exhibits": self.exhibits,
            "persons": self.persons,
            "withheld": dict(self.withheld),
            "built_at": self.built_at,
            "at": dict(self.named),
            "later": self.later,
            "elsewhere": self.elsewhere,
            "unstamped": self.unstamped,
        }

    def lines(self) -> tuple[BuiltLine, ...]:
        """Return it in sentences."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[BuiltLine]:
        yield BuiltLine(message="Built {folder}.", facts={"folder": str(self.folder)})
        yield BuiltLine(
            message="{statements} statements, {exhibits} exhibits, {persons} persons who have agreed.",
            facts={"statements": self.statements, "exhibits": self.exhibits, "persons": self.persons},
        )
        if any(self.withheld.values()):
            yield BuiltLine(
                message="Withheld: {exhibits} exhibits, {statements} statements, {passages} passages.",
                facts=dict(self.withheld),
            )
        if self.later:
            yield BuiltLine(
                message="{count} statements came after the checkpoint and are not in it.", facts={"count": self.later}
            )
        if self.elsewhere:
            yield BuiltLine(
                message="{count} statements of this case stand in other desks' logs, not in it: write at: newest, or name those desks.",
                facts={"count": self.elsewhere},
            )
        if len(self.named) > 1:
            sizes = ", ".join(f"{desk}: {size}" for desk, size in self.named.items())
            yield BuiltLine(message="To build the same again: at: {sizes}", facts={"sizes": f"{{{sizes}}}"})
        if self.unstamped:
            yield BuiltLine(
                message="{count} statements are under no stamped checkpoint yet: their time is unproven.",
                facts={"count": self.unstamped},
            )
        if self.encrypted is not None:
            yield BuiltLine(message="Encrypted to the receiver: {path}", facts={"path": str(self.encrypted)})
        if self.page_sha256 is not None:
            yield BuiltLine(
                message="Tell the receiver by another way the SHA-256 of verify.html: {digest}",
                facts={"digest": self.page_sha256},
            )
