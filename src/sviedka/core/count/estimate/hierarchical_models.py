# SPDX-License-Identifier: AGPL-3.0-or-later
"""All hierarchical log-linear models of t lists: whenever lists interact, every smaller group of them does too.

A term is a set of lists as a bit mask (`overlaps.bit_of`); the mask 0 is the intercept. A model is an ascending tuple of
terms with the intercept and each single list. The saturated model is left out: nothing is left to tell the unseen by.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LISTS_SEARCHED: Final = 5
"""Six lists have 7,785,061 hierarchical models that contain every list (OEIS A006602); five have 6,893 and the saturated."""

Model = tuple[int, ...]


@lru_cache(maxsize=16)
def all_models(lists: int, order: int) -> tuple[Model, ...]:
    """Return every hierarchical model of `lists` lists in which at most `order` lists interact at once.

    Args:
        lists: 1 to 5.
        order: 1 (main effects only) to `lists`.
    """
    singles = (0, *(1 << bit for bit in range(lists)))
    models = (tuple(sorted(model)) for model in _grown(singles, 2, lists=lists, order=min(order, lists)))
    return tuple(sorted(model for model in models if len(model) < 1 << lists))


def _grown(model: Model, size: int, *, lists: int, order: int) -> Iterator[Model]:
    """Yield `model` with each choice of terms of `size` lists and more that keeps it hierarchical."""
    if size > order:
        yield model
        return
    present = set(model)
    groups = (sum(1 << bit for bit in group) for group in combinations(range(lists), size))
    allowed = [term for term in groups if all(part in present for part in _one_fewer(term))]
    for count in range(len(allowed) + 1):
        for added in combinations(allowed, count):
            yield from _grown((*model, *added), size + 1, lists=lists, order=order) if added else (model,)


def _one_fewer(term: int) -> Iterator[int]:
    for bit in range(term.bit_length()):
        if term >> bit & 1:
            yield term & ~(1 << bit)


def main_effects(lists: int) -> Model:
    """Return the model in which no lists interact."""
    return (0, *(1 << bit for bit in range(lists)))


def richest_model(lists: int, order: int) -> Model:
    """Return the model in which all groups of at most `order` lists interact, all lists together never."""
    terms = range(1 << lists)
    return tuple(term for term in terms if term.bit_count() <= min(order, lists - 1) or term.bit_count() <= 1)


def close_model(largest: tuple[int, ...]) -> Model:
    """Return the model with the terms `largest` and all that are in them."""
    return tuple(term for term in range(max(largest) + 1) if any(term & one == term for one in largest))


def spell_model(model: Model, lists: int) -> str:
    """Return the model by its largest terms, lists numbered from 1 in the table's order, such as `[12,3]`."""
    largest = [term for term in model if not any(term != other and term & other == term for other in model)]
    digits = ["".join(str(place + 1) for place in range(lists) if term >> (lists - 1 - place) & 1) for term in largest]
    separator = "." if lists > 9 else ""
    return "[" + ",".join(separator.join(word) if separator else word for word in sorted(digits)) + "]"
