# SPDX-License-Identifier: AGPL-3.0-or-later
"""The originals that go along: opened one by one, each opening recorded first, under names that tell nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.core.disclose.bag import BagExhibit
from sviedka.core.disclose.report_facts import ReportExhibit
from sviedka.keeper.config import read_config
from sviedka.keeper.errors import LimitReached
from sviedka.store.deposit.opening import open_item
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sviedka.core.base.ids import SubjectId
    from sviedka.core.base.progress import Progress
    from sviedka.core.disclose.choosing import ChosenStatement
    from sviedka.keeper.client import Keeper
    from sviedka.store.dossier.order import DossierOrder
    from sviedka.store.dossier.reading import KnownItem
    from sviedka.vault.layout import Archive

_EXTENSION: Final = re.compile(r"[a-z0-9]{1,10}", re.ASCII)
_BY_TYPE: Final = {"text/plain": "txt", "application/octet-stream": "bin", "message/rfc822": "eml"}


def name_exhibits(items: Sequence[KnownItem], shown: Mapping[SubjectId, ChosenStatement]) -> dict[SubjectId, str]:
    """Return the path of each exhibit: a number, and the extension of its name where that is shown."""
    return {
        item.item: f"data/{number:06d}.{_extension(item, shown.get(item.item))}"
        for number, item in enumerate(items, start=1)
    }


def open_exhibits(
    archive: Archive,
    keeper: Keeper,
    order: DossierOrder,
    paths: Mapping[SubjectId, str],
    items: Mapping[SubjectId, KnownItem],
    folder: Path,
    progress: Progress | None,
) -> tuple[BagExhibit, ...]:
    """Decrypt each exhibit to its path in `folder`; see `open_item` for what may stop it."""
    purpose = f"dossier: {order.purpose.value} to {order.recipient.kind}"
    with translating():
        most = read_config(archive).openings_per_hour
    if (
        len(paths) > most
    ):  # said before anything is opened, and before hundreds of openings stand in the log for nothing
        raise LimitReached(
            "This dossier opens {count} originals; one person may open {most} in an hour.", count=len(paths), most=most
        )
    with translating():
        (folder / "data").mkdir()
    if progress is not None:
        progress(0, sum(items[item].size_bytes or 0 for item in paths))
    made = []
    for item, path in paths.items():
        opened = open_item(archive, keeper, item, out=folder / path, purpose=purpose, progress=progress)
        made.append(
            BagExhibit(
                path=path, sha256=opened.plain_sha256, size_bytes=opened.size_bytes, sealed_by=items[item].sealed
            )
        )
    return tuple(made)


def describe_exhibits(
    exhibits: Sequence[BagExhibit],
    paths: Mapping[SubjectId, str],
    received: Mapping[SubjectId, ChosenStatement],
    media: Mapping[SubjectId, str],
) -> tuple[ReportExhibit, ...]:
    """Return the exhibits as a report shows them; names only where they are disclosed."""
    by_path = {path: item for item, path in paths.items()}
    return tuple(
        ReportExhibit(
            path=exhibit.path,
            item=by_path[exhibit.path],
            media_type=media.get(by_path[exhibit.path], ""),
            size_bytes=exhibit.size_bytes,
            sha256=exhibit.sha256,
            sealed_by=exhibit.sealed_by,
            name=_shown_name(received.get(by_path[exhibit.path])),
        )
        for exhibit in exhibits
    )


def _shown_name(received: ChosenStatement | None) -> str | None:
    name = received.shown.fields.get("original_name") if received is not None else None
    return name if isinstance(name, str) else None


def _extension(item: KnownItem, received: ChosenStatement | None) -> str:
    ending = (_shown_name(received) or "").rpartition(".")[2].lower()
    if _EXTENSION.fullmatch(ending) and "." in (_shown_name(received) or ""):
        return ending
    subtype = (item.media_type or "").partition("/")[2]
    return _BY_TYPE.get(item.media_type or "", subtype if _EXTENSION.fullmatch(subtype) else "bin")
