# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is stated of an original when it comes: how it was received, that it was sealed, what was odd about it."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import StatementId
from sviedka.core.base.instants import format_instant
from sviedka.store.deposit.file_names import fitting_name, fitting_path
from sviedka.store.drafting import Saying
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.base.ids import SubjectId
    from sviedka.store.deposit.originals import Folder, Oddity, Original

TOOL: Final = "sviedka"


@dataclass(frozen=True, kw_only=True)
class SealedFacts:
    """What sealing one original came to. Digests in hexadecimal; `shared` with an item that was there before."""

    plain_sha256: str
    payload_sha256: str
    epoch: str
    size_bytes: int
    media_type: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What all originals of one deposit have in common.

    Attributes:
        source: The source's id, or None.
        handed_over_by: A party as statements write it, or None.
        clock_trust: What the system says of its own clock.
    """

    case: SubjectId
    source: SubjectId | None
    handed_over_by: dict[str, Json] | None
    clock_trust: str

    def received(
        self, original: Original | Folder, *, kind: str, media_type: str | None = None, size_bytes: int | None = None
    ) -> Saying:
        """Return how an original came."""
        fields: dict[str, Json] = {
            "kind": kind,
            "original_name": fitting_name(original.name),
            "path": fitting_path(original.path),
            "parent": original.parent,
            "size_bytes": size_bytes,
            "media_type": media_type,
            "times": self._times(original),
            "handed_over_by": self.handed_over_by,
            "source": self.source,
        }
        return self._saying("item.received/1", original.item, fields | _tool())

    def sealed(self, original: Original, facts: SealedFacts) -> Saying:
        """Return that an original is sealed."""
        fields: dict[str, Json] = {
            "plain_sha256": facts.plain_sha256,
            "payload_sha256": facts.payload_sha256,
            "epoch": facts.epoch,
            "size_bytes": facts.size_bytes,
            "media_type": facts.media_type,
            "shared": facts.shared or None,
            "handed_over_by": self.handed_over_by,
        }
        return self._saying("item.sealed/1", original.item, fields)

    def noted(self, item: SubjectId, oddity: Oddity, *, reason: str | None = None) -> Saying:
        """Return what was odd, about `item`: the original itself, or the folder that it stands in."""
        fields: dict[str, Json] = {
            "finding": oddity.finding,
            "reason": reason,
            "name": fitting_name(oddity.name),
            "target": None if oddity.target is None else fitting_path(oddity.target),
            "handed_over_by": self.handed_over_by,
        }
        return self._saying("item.noted/1", item, fields | _tool())

    def _times(self, original: Original | Folder) -> list[Json]:
        here = {
            "what": "received",
            "value": format_instant(now()),
            "clock": "this machine",
            "trust": self.clock_trust,
        }
        changed = None if not hasattr(original, "modified") else original.modified()
        times: list[Json] = [dict(here)]
        if changed is not None:
            times.append({"what": "modified", "value": changed[0], "clock": changed[1], "trust": "declared"})
        return times

    def _saying(self, kind: str, item: SubjectId, fields: dict[str, Json]) -> Saying:
        told = {name: value for name, value in fields.items() if value is not None}
        return Saying(jti=StatementId(new_id()), case=self.case, type=kind, subject=item, fields=told)


@lru_cache(maxsize=1)
def _tool() -> dict[str, Json]:
    return {"tool": TOOL, "version": importlib.metadata.version("sviedka")}
