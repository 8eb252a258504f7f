"""A small linkage run to test with: three lists, one of them copied, seven records, two draws."""

import numpy as np

from sviedka.link.run import BlockingRule, Conflicts, Counted, LinkageRun, LinkedList, ScoredPairs

COUNTED = Counted(unit="person", what="detained", where="Exampleland", until="2021-03-31")


def small_run(**changes):
    lists = tuple(
        LinkedList(
            name=name,
            holder=f"holder of {name}",
            provenance="made up",
            copied_from=origin,
            sha256=digit * 64,
            rows=rows,
        )
        for name, origin, digit, rows in (("a", None, "1", 3), ("b", None, "2", 2), ("copy", "a", "3", 2))
    )
    told = {
        "counted": COUNTED,
        "as_of": "2026-11-27",
        "lists": lists,
        "key_version": 1,
        "settings": {"threshold": 0.5, "engine": "duckdb"},
        "rules": (BlockingRule(name="key and year", pairs=4, recall=0.75),),
        "comparisons": ("given", "born"),
        "list_of": np.array([0, 0, 0, 1, 1, 2, 2], dtype=np.int16),
        "row_of": np.array([1, 2, 3, 1, 2, 1, 2], dtype=np.int32),
        "pairs": ScoredPairs(
            i=np.array([0, 1, 2], dtype=np.int32),
            j=np.array([3, 4, 5], dtype=np.int32),
            p=np.array([0.999, 0.4, 0.9], dtype=np.float32),
            agreement=np.array([[2, 3], [1, -1], [2, 2]], dtype=np.int8),
        ),
        "conflicts": Conflicts(
            i=np.array([1], dtype=np.int32), j=np.array([4], dtype=np.int32), reason=np.array([1], dtype=np.uint8)
        ),
        "cluster_of": np.array([0, 1, 2, 0, 4, 2, 6], dtype=np.int32),
        "draws": np.array([[0, 1, 2, 0, 4, 2, 6], [0, 1, 2, 0, 4, 5, 6]], dtype=np.int32),
        "quality": {"expected precision": 0.97},
    }
    return LinkageRun(**(told | changes))
