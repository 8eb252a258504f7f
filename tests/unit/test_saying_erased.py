# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was erased is recorded whole, in statements each of which fits its type, however much it is."""

import pytest

from sviedka.core.disclose.types.erasure_asked import MOST_ITEMS
from sviedka.core.disclose.types.erasure_done import MOST_CELLS
from sviedka.store.taking_back.saying_erased import Gone, sayings_of
from sviedka.store.taking_back_ledger import Subject


def names(count):
    return tuple(f"{number:032x}" for number in range(count))


@pytest.mark.parametrize("items", [0, 1, MOST_ITEMS, MOST_ITEMS + 1, 3 * MOST_ITEMS + 7])
@pytest.mark.parametrize("cells", [0, 1, MOST_CELLS, MOST_CELLS + 1, 5 * MOST_CELLS])
def test_every_item_and_cell_is_listed_once_and_no_statement_lists_too_many(items, cells):
    gone = Gone(removed=9, items=names(items), cells=names(cells), epochs=("2026-11.1",))
    about = Subject(subject="a" * 32, case="c" * 32, kind="person")
    said = [one.fields for one in sayings_of(gone, about, "b" * 32, reached=["vault"], not_reached=[])]
    assert [item for one in said for item in one["items"]] == list(names(items))
    assert [cell for one in said for cell in one["cells"]] == list(names(cells))
    assert max(len(one["items"]) for one in said) <= MOST_ITEMS
    assert max(len(one["cells"]) for one in said) <= MOST_CELLS
    assert [one["removed"] for one in said] == [9, *[0] * (len(said) - 1)]
