# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a request to take back freezes: the keeper sees it in the draft, before the statement is signed.

So the freeze needs no word of a desk beside the statement itself, and comes before it. Spec: spec/07-keys.md §6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.ids import is_id
from sviedka.core.seal.statement import Disclose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.core.seal.statement import Draft

ASKED_TYPE: Final = "erasure.asked/1"
_LISTS: Final = frozenset({"items", "blocked"})


def frozen_by(draft: Draft) -> Iterator[str]:
    """Yield the identifiers that `draft` freezes: its subject and the items that it lists. Untrusted: `draft`."""
    if draft.type != ASKED_TYPE:
        return
    yield draft.subject
    for part in draft.parts:
        if isinstance(part, Disclose) and part.name in _LISTS and isinstance(part.value, list):
            yield from (str(one) for one in part.value if is_id(one))
