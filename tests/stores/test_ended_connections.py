# SPDX-License-Identifier: AGPL-3.0-or-later
"""A connection that is ended from another thread, in the middle of whatever it does, ends in a failure and not in a crash."""

import faulthandler
import os
import secrets
import signal
import threading
import time

import pytest
from sqlcipher3 import dbapi2

from sviedka.store.place import FilePlace

KEY = bytearray(range(32))
PATIENCE_S = 10


def work_until_ended(path, end, began):
    """Write and read without pause; return the failure that ended it. `end(raw)` runs in another thread meanwhile."""
    from sviedka.core.base.errors import Unavailable
    from sviedka.store.connect import current_database, database_failures, open_database
    from sviedka.store.rows import one_transaction

    database = open_database(FilePlace(path=path), KEY)
    raw = database.connection
    ending = threading.Thread(target=lambda: (began.wait(), time.sleep(secrets.randbelow(40) / 1000), end(raw)))
    ending.start()
    try:
        with database_failures():
            raw.execute("CREATE TABLE IF NOT EXISTS numbers (number INTEGER, text TEXT)")
            while True:
                with one_transaction(current_database()):
                    raw.executemany("INSERT INTO numbers VALUES (?, ?)", [(n, "x" * 200) for n in range(100)])
                began.set()
                list(raw.execute("SELECT number, text FROM numbers ORDER BY text LIMIT 300"))
    except Unavailable as failure:
        return failure
    finally:
        ending.join()


def status_of_a_child(folder, end, number):
    """Do that in a process of its own; return how it ended: 50, or a negative signal."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            faulthandler.disable()
            # One that waits for ever has not ended by a name either. The test's own alarm is Python's to answer, which may never run.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(PATIENCE_S)
            status = work_until_ended(folder / f"{number}.db", end, threading.Event()).exit_status
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.timeout(120)
def test_ending_a_connection_in_use_is_a_failure_by_name(tmp_path):
    from sviedka.store.connect import disconnect

    disconnect()
    assert [status_of_a_child(tmp_path, lambda raw: raw.end(), number) for number in range(20)] == [50] * 20


@pytest.mark.timeout(120)
def test_control_closing_it_under_its_owner_crashes(tmp_path):
    from sviedka.store.connect import disconnect

    def close_at_once(raw):
        raw.interrupt()
        dbapi2.Connection.close(raw)

    disconnect()
    ends = (status_of_a_child(tmp_path, close_at_once, number) for number in range(300))
    assert any(status < 0 for status in ends)


def test_an_ended_connection_refuses_each_call_and_ends_twice(tmp_path):
    from sviedka.store.connect import disconnect, open_database

    raw = open_database(FilePlace(path=tmp_path / "one.db"), KEY).connection
    rows = iter(raw.execute("SELECT 1 UNION SELECT 2"))
    assert next(raw.execute("SELECT 7")) == (7,)
    raw.end()
    raw.end()
    for call in (raw.commit, lambda: raw.execute("SELECT 1"), lambda: list(rows)):
        with pytest.raises(dbapi2.ProgrammingError, match="closed database"):
            call()
    raw.rollback()
    disconnect()
