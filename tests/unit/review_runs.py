"""Small linkage runs for the tests of review: invented people, pairs scored with some doubt, draws of them."""

from itertools import pairwise

import numpy as np

from sviedka.bench.invented_lists import invent_lists
from sviedka.core.count.review.constraining import Constraints, constrain
from sviedka.link.run import Conflicts, Counted, LinkageRun, LinkedList, ScoredPairs

COUNTED = Counted(unit="person", what="detained", where="an invented place", until="2020-12-31")
NOBODY = (np.zeros(0, np.int64), np.zeros(0, np.int64))


def lists(*sizes):
    return tuple(
        LinkedList(name=f"list-{n}", holder="invented", provenance="invented", sha256=f"{n:x}" * 64, rows=int(size))
        for n, size in enumerate(sizes, start=1)
    )


def make_run(list_of, pairs, conflicts=(), cluster_of=None, draws=None):
    """A run from (i, j, p) and (i, j); clusters are the pairs above one half, unless given."""
    list_of = np.array(list_of, dtype=np.int16)
    sizes = np.bincount(list_of)
    row_of = np.zeros(len(list_of), dtype=np.int32)
    for number, size in enumerate(sizes):
        row_of[list_of == number] = np.arange(1, size + 1)
    i, j, p = (np.array(column) for column in zip(*pairs, strict=True)) if pairs else (*NOBODY, np.zeros(0))
    ci, cj = (np.array(column) for column in zip(*conflicts, strict=True)) if conflicts else NOBODY
    cluster_of = group(len(list_of), (i, j), p, (ci, cj), p > 0.5) if cluster_of is None else np.array(cluster_of)
    draws = np.tile(cluster_of, (3, 1)) if draws is None else np.array(draws)
    return LinkageRun(
        counted=COUNTED, as_of="2026-11-27", lists=lists(*sizes), key_version=1, settings={}, rules=(),
        comparisons=("name", "born"), list_of=list_of, row_of=row_of,
        pairs=ScoredPairs(i=i.astype(np.int32), j=j.astype(np.int32), p=p.astype(np.float32),
                          agreement=np.ones((len(p), 2), dtype=np.int8)),
        conflicts=Conflicts(i=ci.astype(np.int32), j=cj.astype(np.int32), reason=np.ones(len(ci), np.uint8)),
        cluster_of=cluster_of.astype(np.int32), draws=draws.astype(np.int32),
    )  # fmt: skip


def group(n, scored, p, conflicts, chosen):
    """Clusters by the chosen pairs, under the conflicts: a linkage in a few lines, for tests."""
    same = (scored[0][chosen], scored[1][chosen])
    order = np.argsort(-p[chosen], kind="stable")
    held = Constraints(
        same=(same[0][order], same[1][order]), apart=conflicts, conflicts=NOBODY, scored=NOBODY, p=np.zeros(0)
    )
    return constrain(np.arange(n), held)[0]


def invented_run(people=400, seed=3, draws=20):
    """A run over invented lists, scored by somebody who knows the truth and is often unsure; and the truth."""
    rng = np.random.default_rng(seed)
    _, truth = invent_lists(people, rng, traps=0.05)
    n = len(truth.person_of)
    order = np.argsort(truth.person_of, kind="stable")
    pairs = [(min(a, b), max(a, b), float(rng.beta(6, 1))) for a, b in pairwise(order)
             if truth.person_of[a] == truth.person_of[b]]  # fmt: skip
    wrong = rng.integers(0, n, (n // 4, 2))
    pairs += [(min(a, b), max(a, b), float(rng.beta(1, 4))) for a, b in wrong.tolist() if a != b]
    conflicts = []
    for a in np.flatnonzero(truth.trap_of & 1).tolist():  # a father and his son: neighbours
        for b in np.flatnonzero(truth.person_of == (truth.person_of[a] ^ 1)).tolist():
            if a < b:
                conflicts.append((a, b))
                pairs.append((a, b, 0.9))
    pairs = list({(i, j): (int(i), int(j), p) for i, j, p in pairs}.values())
    scored = (np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs]))
    p = np.array([pair[2] for pair in pairs])
    against = (np.array([a for a, _ in conflicts]), np.array([b for _, b in conflicts]))
    drawn = [group(n, scored, p, against, rng.random(len(p)) < p) for _ in range(draws)]
    return make_run(truth.list_of, pairs, conflicts, draws=drawn), truth
