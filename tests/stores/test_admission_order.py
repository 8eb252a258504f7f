# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements go in whole or not at all, in the order of the design, and once however often they are offered."""

from archive_kit import CASE, drafts, source

from sviedka.store.admission import admit
from sviedka.store.models import Statement
from sviedka.store.scope import in_cases


def test_what_was_admitted_is_there(archive, keeper):
    admitted = admit(archive, keeper, drafts(archive, keeper, [source("one"), source("two")]))
    assert [one.leaf_index for one in admitted] == [2, 3]
    with in_cases(CASE):
        assert {row.jti for row in Statement.objects.all()} == {one.jti for one in admitted}
