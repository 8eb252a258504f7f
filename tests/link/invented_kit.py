"""Invented lists as `sviedka link` reads them, and a linkage of them measured against the truth."""

import datetime as dt
from functools import lru_cache

import numpy as np

from sviedka.bench.invented_lists import invent_lists
from sviedka.bench.linking import as_read
from sviedka.core.count.quality import measure_linkage
from sviedka.link.linking import link_lists
from sviedka.link.run import Counted
from sviedka.link.settings import LinkSettings

COUNTED = Counted(unit="person", what="detained", where="an invented story", until="2020-12-31")
DAY = dt.date(2026, 11, 27)


@lru_cache(maxsize=2)
def linked_invention(people, *, seed=1, copied=False):
    """Return (lists, truth, run, place of each of the run's records in the truth)."""
    invented, truth = invent_lists(people, np.random.default_rng(seed), copied=copied)
    lists = as_read(invented)
    run = link_lists(lists, counted=COUNTED, as_of=DAY, settings=LinkSettings(seed=seed))
    starts = np.concatenate([[0], np.cumsum([one.about.rows for one in lists])])
    return lists, truth, run, starts[run.list_of] + run.row_of - 1


def quality_of(cluster_of, truth, place):
    return measure_linkage(cluster_of=cluster_of, person_of=truth.person_of[place])


def blocking_recall(run, truth, place):
    """Return which share of the true pairs of the linked records was compared and kept."""
    person = truth.person_of[place]
    sizes = np.bincount(person)
    same = person[run.pairs.i] == person[run.pairs.j]
    return same.sum() / (sizes * (sizes - 1) // 2).sum()
