"""Invented tables with margins, and an attacker of another make: it sees only what was published.

It shares no code with the audit but the list of sums that a reader can see, puts all numbers into one program, and is not told
which of them changed.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from sviedka.core.count.suppress.dimension import Dimension
from sviedka.core.count.suppress.primary import CellCount
from sviedka.core.count.suppress.table import Table, Unit

FAR = 1e6


def flat(name, size, **more):
    return Dimension(name=name, parents=tuple((f"{name}{number}", "") for number in range(size)), **more)


def tree(name, sizes):
    parents = []
    for region, size in enumerate(sizes):
        parents += [(f"{name}{region}", ""), *((f"{name}{region}.{part}", f"{name}{region}") for part in range(size))]
    return Dimension(name=name, parents=tuple(parents))


def tables(*crosses, population="everybody"):
    return tuple(Table(unit=Unit.PERSONS, population=population, dimensions=tuple(cross)) for cross in crosses)


def leaves_under(dimension, code):
    if code == "":
        return set(dimension.leaves)
    below = {one for one, parent in dimension.parents if parent == code}
    return set().union(*(leaves_under(dimension, one) for one in below)) if below else {code}


class People:
    """Persons with one category of each dimension, or a set of them where several are allowed."""

    def __init__(self, rng, dimensions, count):
        self.dimensions = {one.name: one for one in dimensions}
        self.rows = []
        self.weights = {one.name: rng.dirichlet(np.full(len(one.leaves), 0.6)) for one in dimensions}
        self.join(rng, count)

    def join(self, rng, count, **fixed):
        for _ in range(count):
            row = {}
            for name, one in self.dimensions.items():
                many = 1 + int(rng.integers(3)) if one.several else 1
                row[name] = set(rng.choice(one.leaves, size=many, p=self.weights[name]))
            self.rows.append(row | fixed)

    def count(self, tables):
        found = {}
        for table in tables:
            for cell in table.cells():
                under = [(name, leaves_under(self.dimensions[name], code)) for name, code in cell.at]
                found[cell] = CellCount(
                    people=sum(all(row[name] & codes for name, codes in under) for row in self.rows)
                )
        return found


class Reader:
    """Has a list of releases, each (tables, {cell: number shown}, base), oldest first, and no other knowledge.

    Each release has numbers of its own; later ones are no smaller.
    """

    def __init__(self, releases):
        self.newest, self.names = len(releases) - 1, {}
        for number, (made, _, _) in enumerate(releases):
            for cell in (one for table in made for one in table.cells()):
                self.names.setdefault((number, cell), len(self.names))
        equal, at_most = _relations(releases, self.names)
        self.rows = {**_rows("eq", equal, len(self.names)), **_rows("ub", at_most, len(self.names))}
        self.bounds = [(0, FAR)] * len(self.names)
        for number, (_, shown, base) in enumerate(releases):
            for cell, figure in shown.items():
                self.bounds[self.names[number, cell]] = (max(0, figure - base // 2), figure + base // 2)

    def infer(self, cell):
        """Return the interval of a cell of the newest release."""
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(self.names))
            aim[self.names[self.newest, cell]] = sign
            found = linprog(aim, **self.rows, bounds=self.bounds)
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return tuple(ends)


def _relations(releases, names):
    equal, at_most = [], []
    for number, (made, _, _) in enumerate(releases):
        for one in (one for table in made for one in table.sums()):
            parts, whole = [names[number, part] for part in one.parts], names[number, one.whole]
            if one.several:
                at_most += [{part: 1, whole: -1} for part in parts] + [{whole: 1, **dict.fromkeys(parts, -1)}]
            else:
                equal.append({whole: -1, **dict.fromkeys(parts, 1)})
    at_most += [{names[key]: 1, names[key[0] + 1, key[1]]: -1} for key in names if (key[0] + 1, key[1]) in names]
    return equal, at_most


def _rows(kind, rows, size):
    if not rows:
        return {}
    entries = [(number, column, sign) for number, row in enumerate(rows) for column, sign in row.items()]
    number, column, sign = zip(*entries, strict=True)
    return {f"A_{kind}": csr_array((sign, (number, column)), (len(rows), size)), f"b_{kind}": np.zeros(len(rows))}
