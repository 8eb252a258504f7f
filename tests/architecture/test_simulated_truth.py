"""Simulated truth is made apart from what fits it: whoever invents people knows of no estimator, and no estimator of them."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent.parent / "src" / "sviedka"
BENCH = SOURCE / "bench"
INVENTING = [*sorted(BENCH.glob("invented_*.py")), BENCH / "simulated_lists.py", BENCH / "kinds_of_people.py"]
FITTING = sorted((SOURCE / "core" / "count" / "estimate").glob("*.py"))
ESTIMATORS = "sviedka.core.count.estimate"


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def knows(path, room):
    return any(module == room or module.startswith(f"{room}.") for module in imported(path))


@pytest.mark.parametrize("path", INVENTING, ids=lambda path: path.stem)
def test_whoever_invents_people_knows_of_no_estimator(path):
    assert not knows(path, ESTIMATORS)


def test_no_estimator_knows_of_invented_people():
    assert len(FITTING) > 30
    assert [path.name for path in FITTING if knows(path, "sviedka.bench")] == []


def test_a_module_that_knows_both_would_be_seen():
    assert knows(SOURCE / "bench" / "coverage.py", ESTIMATORS)
    assert knows(SOURCE / "bench" / "coverage.py", "sviedka.bench")
