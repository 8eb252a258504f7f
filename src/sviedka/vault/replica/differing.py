# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slips and cells of which two places of keys hold other bytes, in a restore: each is put once, so one of them was changed.

Without a key the good one is not told from one that was made up. What is no age file at all is tried last, and each is named.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Unavailable
from sviedka.vault.replica.contents import is_list, is_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.vault.replica.offers import KeyOffer

_AGE: Final = b"age-encryption.org/v1\n"


def find_differing(names: Sequence[str], offers: Sequence[KeyOffer]) -> dict[str, list[KeyOffer]]:
    """Return, of those of `names` that places hold other bytes for, the places, those with an age file first."""
    if len(offers) < 2:  # nothing to compare with
        return {}
    short = [one for one in names if one.startswith(("slips/", "cells/")) and not (is_list(one) or is_mark(one))]
    seen: dict[str, set[str]] = {}
    for offer in offers:
        with suppress(Unavailable):  # it is out of reach when its files are fetched, too
            for name, sha256 in offer.store.digests([one for one in short if one in offer.names]):
                seen.setdefault(name, set()).update([sha256] if sha256 is not None else [])
    return {name: _age_first(name, offers) for name, found in seen.items() if len(found) > 1}


def _age_first(name: str, offers: Sequence[KeyOffer]) -> list[KeyOffer]:
    holding = [offer for offer in offers if name in offer.names]
    return sorted(holding, key=lambda offer: not _is_age(offer, name))  # stable: else the newest note first


def _is_age(offer: KeyOffer, name: str) -> bool:
    try:
        return (offer.store.get(name) or b"").startswith(_AGE)
    except Unavailable:
        return False
