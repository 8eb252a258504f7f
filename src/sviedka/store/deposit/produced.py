# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the program made itself, such as a linkage run, becomes an item: sealed from memory, never a plain file on the way."""

from __future__ import annotations

import importlib.metadata
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.core.base.ids import StatementId, SubjectId
from sviedka.store.admission import admit
from sviedka.store.deposit.sealing import Sealer
from sviedka.store.deposit.statements import TOOL
from sviedka.store.drafting import Drafter, Saying
from sviedka.store.house import own_case
from sviedka.store.session import open_store
from sviedka.vault.clock import now
from sviedka.vault.entropy import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.base.canonical import Json
    from sviedka.core.base.schema import Fields
    from sviedka.keeper.client import Keeper
    from sviedka.store.deposit.originals import Source
    from sviedka.store.deposit.statements import SealedFacts
    from sviedka.vault.layout import Archive


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What was kept: the item, and the statement that says what it is."""

    item: SubjectId
    jti: StatementId
    plain_sha256: str


@dataclass(frozen=True, kw_only=True)
class _Made:
    """Bytes in memory, as an `Original`."""

    item: SubjectId
    name: bytes
    data: bytes
    parent: SubjectId | None = None

    @property
    def path(self) -> bytes:
        return self.name

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def modified(self) -> tuple[str, str] | None:
        return None

    @contextmanager
    def opened(self) -> Iterator[Source]:
        yield io.BytesIO(self.data)


def keep_produced(archive: Archive, keeper: Keeper, data: bytes, *, name: str, type: str, fields: Fields) -> Kept:  # noqa: A002  # the word of `Saying`
    """Seal `data` as an item of the archive's own case, and state what it is, in one admission.

    Args:
        archive: Where to.
        keeper: Signs, as the person who is logged in.
        data: The bytes.
        name: What the item is called.
        type: Of the statement that says what it is; its subject is the item.
        fields: Of that statement.

    Raises:
        DiskFull, ReadOnly, DiskError, Locked: Nothing was acknowledged; run it again.
        DoesNotFit: The fields are not those of the type.
    """
    database, facts = open_store(archive, keeper), keeper.facts()
    made = _Made(item=SubjectId(new_id()), name=name.encode("utf-8"), data=data)
    sealer = Sealer(archive, keeper, database, facts)
    try:
        sealed = sealer.seal_large(made, None)
        said: list[tuple[str, dict[str, Json]]] = [
            ("item.received/1", _received(name, sealed)),
            ("item.sealed/1", _sealed(sealed)),
            (type, dict(fields)),
        ]
        sayings = [
            Saying(jti=StatementId(new_id()), case=own_case(facts), type=kind, subject=made.item, fields=told)
            for kind, told in said
        ]
        drafter = Drafter(database, archive_cell=facts.archive_cell)
        admit(archive, keeper, [drafter.draft(saying, now()) for saying in sayings], begun=sealer.begun)
        sealer.begun.end()
    finally:
        sealer.wipe()
    return Kept(item=made.item, jti=sayings[-1].jti, plain_sha256=sealed.plain_sha256)


def _received(name: str, sealed: SealedFacts) -> dict[str, Json]:
    return {
        "kind": "file",
        "original_name": name,
        "size_bytes": sealed.size_bytes,
        "media_type": sealed.media_type,
        "tool": TOOL,
        "version": importlib.metadata.version("sviedka"),
    }


def _sealed(sealed: SealedFacts) -> dict[str, Json]:
    return {
        "plain_sha256": sealed.plain_sha256,
        "payload_sha256": sealed.payload_sha256,
        "epoch": sealed.epoch,
        "size_bytes": sealed.size_bytes,
        "media_type": sealed.media_type,
    }
