# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a request to take back freezes: the keeper sees it in the draft, before the statement is signed.

So the freeze needs no word of a desk beside the statement itself, and comes before it. Spec: spec/07-keys.md §6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import is_id
from sviedka.core.seal.statement import Disclose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.statement import Draft

ASKED_TYPE: Final = "erasure.asked/1"
_LISTS: Final = frozenset({"items", "blocked"})
_HOW_ITEMS_CAME: Final = frozenset({"item.sealed/1", "item.received/1"})


def frozen_by(draft: Draft) -> Iterator[str]:
    """Yield the identifiers that `draft` freezes: its subject and the items that it lists. Untrusted: `draft`."""
    if draft.type != ASKED_TYPE:
        return
    yield draft.subject
    for part in draft.parts:
        if isinstance(part, Disclose) and part.name in _LISTS and isinstance(part.value, list):
            yield from (str(one) for one in part.value if is_id(one))


def frozen_with(draft: Draft, frozen: Collection[str]) -> Iterator[str]:
    """Yield the item of `draft` if it tells that somebody gave it, or is shown, who is `frozen`. Untrusted: `draft`.

    A wish lists what was there; what comes since is covered by it as well.
    """
    if draft.type in _HOW_ITEMS_CAME and any(
        one in frozen for part in draft.parts if isinstance(part, Disclose) for one in _texts(part.value)
    ):
        yield draft.subject


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
