# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every state of every stamp is in the log, once."""

from dataclasses import replace

from archive_kit import admit_all, source

from sviedka.anchor.stamp_files import StampFiles
from sviedka.anchor.stamp_state import StampState, StampWord
from sviedka.core.seal.policy_terms import AuthorityKind
from sviedka.store.checkpointing import make_checkpoint
from sviedka.store.house import own_case
from sviedka.store.models import Head, Statement
from sviedka.store.scope import in_cases
from sviedka.store.stamp_records import record_stamps
from sviedka.vault.clock import now


def test_a_missing_stamp_is_stated_and_what_came_of_it_too(archive, keeper):
    admit_all(archive, keeper, [source("one")])
    size = make_checkpoint(archive, keeper).size
    files = StampFiles(archive=archive, desk="minsk-1", size=size, authority="first")
    pending = StampState(authority="first", kind=AuthorityKind.INTERNAL, state=StampWord.PENDING, since=now())
    assert record_stamps(archive, keeper, ["first", "never-asked"]) == 0
    files.write_state(1, pending)
    assert record_stamps(archive, keeper, ["first"]) == 1
    assert record_stamps(archive, keeper, ["first"]) == 0
    files.write_state(1, replace(pending, state=StampWord.LATE))
    assert record_stamps(archive, keeper, ["first"]) == 1
    with in_cases(own_case(keeper.facts())):
        stated = list(Statement.objects.filter(type="stamp.recorded/1").order_by("leaf_index"))
        assert [head.jti for head in Head.objects.filter(subject=stated[0].subject)] == [stated[1].jti]
