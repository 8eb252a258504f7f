# SPDX-License-Identifier: AGPL-3.0-or-later
"""On several cores and on one the report is the same; a process that is lost is said, not waited for."""

import os
from dataclasses import dataclass
from hashlib import sha256

import pytest
from small_dossier import Chosen, make_head, make_id, small_recipe, with_spec

from sviedka.verify import crew
from sviedka.verify.container import MemoryContainer, hash_entry
from sviedka.verify.dossier import verify_container
from sviedka.verify.folder import FolderContainer


@pytest.fixture(scope="module")
def recipe():
    recipe = small_recipe()
    desk = recipe.archive.desk
    for number in range(1_100):
        kept = desk.admit("source/1", make_id(f"many {number}"), title=f"Source {number}", at=recipe.as_of)
        recipe.chosen.append(Chosen(kept=kept, desk=desk))
    recipe.heads[desk.desk] = [make_head(recipe.archive, desk, len(desk.kept))]
    return with_spec(recipe, at=len(desk.kept))


@pytest.fixture
def many_processes(monkeypatch):
    monkeypatch.setattr(crew, "WORTH_BYTES", 0)
    monkeypatch.setattr(crew, "WORTH_STATEMENTS", 0)


@pytest.fixture
def one_process(monkeypatch):
    monkeypatch.setattr(crew, "WORTH_BYTES", 1 << 60)
    monkeypatch.setattr(crew, "WORTH_STATEMENTS", 1 << 60)


def test_batches_in_other_processes_give_the_same_report(recipe, many_processes):
    files, policy = recipe.build(), recipe.archive.policy()
    found = verify_container(MemoryContainer(files), policy=policy)
    assert found.verdict == "holds"
    assert found.facts["statements"] == 1_107


def test_a_fault_in_each_batch_is_found_in_any_number_of_processes(recipe, monkeypatch):
    for number in (0, 500, 1_050):
        chosen = recipe.chosen[-1 - number]
        chosen.disclosures = (*list(chosen.kept.disclosures.values())[:3], "AAAA")
    try:
        files = recipe.build()
    finally:
        for chosen in recipe.chosen:
            chosen.disclosures = None
    reports = []
    for worth in (0, 1 << 60):
        monkeypatch.setattr(crew, "WORTH_BYTES", worth)
        monkeypatch.setattr(crew, "WORTH_STATEMENTS", worth)
        reports.append(verify_container(MemoryContainer(files), policy=None).encode())
    assert reports[0] == reports[1]
    assert reports[0].count(b"statements/statements.txt:") == 3


def test_lines_exchanged_across_the_border_of_two_batches_are_found(recipe, one_process):
    from small_dossier import reseal

    files = recipe.build()
    for path in ("statements/statements.txt", "statements/proofs.txt"):
        lines = files[path].splitlines(keepends=True)
        border = crew.STATEMENTS_IN_A_BATCH
        lines[border - 1], lines[border] = lines[border], lines[border - 1]
        files[path] = b"".join(lines)
    (finding,) = verify_container(MemoryContainer(reseal(recipe, files)), policy=None).parts[0].findings
    assert finding.where == (f"statements/proofs.txt:{crew.STATEMENTS_IN_A_BATCH + 1}",)


@dataclass(frozen=True)
class DyingContainer(MemoryContainer):
    """Ends the process that reads an exhibit, as the kernel does when memory runs out."""

    mother: int = 0

    def blocks(self, entry, *, mapped=False):
        if entry.path.startswith("data/") and os.getpid() != self.mother:
            os._exit(9)
        yield from super().blocks(entry)


def test_what_a_lost_worker_left_is_done_by_the_one_who_noticed(recipe, many_processes):
    files = recipe.build()
    expected = verify_container(MemoryContainer(files), policy=None).encode()
    assert expected == verify_container(DyingContainer(files, mother=os.getpid()), policy=None).encode()


def test_pages_and_buffers_give_the_same_digest(tmp_path):
    content = os.urandom((3 << 20) + 17)
    (tmp_path / "large").write_bytes(content)
    (tmp_path / "small").write_bytes(b"x")
    container = FolderContainer(tmp_path)
    for entry in container.entries():
        data = (tmp_path / entry.path).read_bytes()
        for mapped in (True, False):
            assert sha256(data).digest() == hash_entry(container, entry, mapped=mapped)


def test_progress_adds_up_to_the_work(recipe, one_process, told):
    verify_container(MemoryContainer(recipe.build()), policy=None, progress=told)
    exhibit = len(recipe.exhibits[0][1])
    assert exhibit + 1_107 * crew.BYTES_OF_A_STATEMENT == sum(told.done) == told.expected
