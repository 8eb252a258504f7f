# SPDX-License-Identifier: AGPL-3.0-or-later
"""With the keeper's own process: a lock ends our database connection, a comparison finds what was changed, nothing waits for ever."""

import threading
import time

import pytest
from archive_kit import PASSPHRASE, admit_all, person, source

from sviedka.keeper.client import Keeper
from sviedka.keeper.errors import KeeperGone, Locked
from sviedka.keeper.unlocking import lock, unlock
from sviedka.store.admission import admit
from sviedka.store.connect import current_database, database_failures, disconnect
from sviedka.store.deposit.depositing import deposit
from sviedka.store.house import own_case
from sviedka.store.models import Statement
from sviedka.store.rebuild import rebuild
from sviedka.store.scope import in_cases
from sviedka.store.session import open_archive, open_store
from sviedka.store.upkeep.comparing import compare_projections
from sviedka.store.upkeep.dumping import count_rows
from sviedka.store.writer_lock import admission_lock
from sviedka.vault.layout import ArchiveNotFound


@pytest.fixture
def unlocked(archive):
    unlock(archive, bytearray(PASSPHRASE))
    with Keeper.connect(archive) as keeper:
        yield keeper
    disconnect()
    lock(archive)


def test_the_whole_way_with_the_keepers_own_process(archive, unlocked):
    admit_all(archive, unlocked, [person(unlocked), source("one"), *(source(f"{n}") for n in range(300))])
    assert rebuild(archive, unlocked).statements == 304
    assert compare_projections(archive, unlocked) == ()
    with open_archive(archive.root) as session, in_cases(own_case(session.keeper.facts())):
        assert Statement.objects.count() == 2


def test_a_lock_ends_the_connection_and_what_comes_after_is_told_so(archive, unlocked):
    admit_all(archive, unlocked, [source("one")])
    database = current_database()
    lock(archive)
    for _ in range(100):
        try:
            with database_failures():
                count_rows(database)
        except Locked:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the connection outlived the lock")
    disconnect()
    with pytest.raises((Locked, KeeperGone)):
        open_store(archive, unlocked)


def test_sealing_again_and_again_in_one_process_uses_up_no_connections(archive, unlocked, tmp_path):
    for number in range(70):
        (tmp_path / "file").write_text(f"content {number}")
        deposit(archive, unlocked, [tmp_path / "file"], case="case-one").raise_if_incomplete()
    assert sum(thread.name == "keeper-watch" for thread in threading.enumerate()) == 1


def test_without_a_keeper_nothing_opens(archive, tmp_path):
    with pytest.raises(Locked), open_archive(archive.root):
        pass
    with pytest.raises(ArchiveNotFound), open_archive(tmp_path):
        pass


def test_a_changed_row_is_found_by_the_comparison(archive, keeper, engine):
    admit_all(archive, keeper, [source("one")])
    assert compare_projections(archive, keeper) == ()
    database = open_store(archive, keeper)
    engine.by_hand(database, "UPDATE store_subject SET kind = 'person' WHERE kind = 'source'")
    (finding,) = compare_projections(archive, keeper)
    assert (finding.code, finding.facts["table"]) == ("refuted.projections", "subject")
    assert not any(archive.temporary.iterdir())


def test_a_damaged_pack_is_a_finding_of_the_comparison(archive, keeper):
    admit_all(archive, keeper, [source("one")])
    pack = archive.pack("minsk-1", 0)
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:-1] + b"?")
    (finding,) = compare_projections(archive, keeper)
    assert finding.reference == "packs"
    assert finding.verdict in {"refuted", "malformed"}


def test_writers_wait_for_each_other(archive, keeper):
    order = []

    def write():
        try:
            order.append("waits")
            admit(archive, keeper, [])
            order.append("writes")
        finally:
            disconnect()

    with admission_lock(archive):
        thread = threading.Thread(target=write)
        thread.start()
        time.sleep(0.2)
        order.append("lets go")
    thread.join()
    assert order == ["waits", "lets go", "writes"]
