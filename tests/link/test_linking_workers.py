"""Several processes find the same pairs with the same weights as one, and leave nothing behind."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from sviedka.bench.invented_lists import invent_lists
from sviedka.bench.linking import as_read
from sviedka.link.chunks import score_in_workers
from sviedka.link.engine import MemoryFull, memory_failures, open_engine
from sviedka.link.private_folder import SHARED_MEMORY, NoSharedMemory, private_folder
from sviedka.link.records import make_records
from sviedka.link.scoring import score, train

MEMORY = {"memory_mb": 2_000, "threads": 2}


@pytest.fixture(scope="module")
def scored():
    invented, _ = invent_lists(1_000, np.random.default_rng(3))
    table = make_records(as_read(invented)).table
    model = train(table, np.random.default_rng(3), **MEMORY)
    return table, model, score(table, model, parts=1, **MEMORY)


def test_chunks_one_after_the_other_are_the_single_run(scored):
    table, model, whole = scored
    found = score(table, model, parts=3, **MEMORY)
    assert (found.i.tolist(), found.j.tolist()) == (whole.i.tolist(), whole.j.tolist())
    assert found.bits.tolist() == whole.bits.tolist()


def test_chunks_over_two_processes_are_the_single_run(scored):
    table, model, whole = scored
    before = {path.name for path in SHARED_MEMORY.iterdir()}
    found = score_in_workers(table, model, parts=2, workers=2, **MEMORY)
    assert len(whole.i) > 500
    assert (found.i.tolist(), found.j.tolist()) == (whole.i.tolist(), whole.j.tolist())
    assert found.bits.tolist() == whole.bits.tolist()
    assert found.levels.tolist() == whole.levels.tolist()
    assert {
        name for name in {path.name for path in SHARED_MEMORY.iterdir()} - before if name.startswith("sviedka-link")
    } == set()


def test_one_chunk_alone_is_not(scored):
    table, model, whole = scored
    half = score(table.slice(0, table.num_rows // 2), model, parts=1, **MEMORY)
    assert len(half.i) < len(whole.i)


def test_nothing_is_handed_over_on_a_disk():
    with pytest.raises(NoSharedMemory), private_folder(needed_bytes=1, place=Path("/var")):
        pass
    with pytest.raises(NoSharedMemory), private_folder(needed_bytes=2**60):
        pass
    with private_folder(needed_bytes=1) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_what_does_not_fit_fails_by_name_and_writes_nothing(scored, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MemoryFull), memory_failures(), open_engine(scored[0], memory_mb=60, threads=1) as api:
        api.duckdb_con.execute("CREATE TABLE large AS SELECT md5(range::VARCHAR) AS text FROM range(5_000_000)")
    assert list(tmp_path.iterdir()) == []
    assert not list(Path(tempfile.gettempdir()).glob("duckdb_temp*"))
