# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fit one log-linear Poisson model by Newton's method (iteratively reweighted least squares), in machine code.

A term whose lists nobody shares goes to minus infinity: its cells have mean zero and leave the fit, and so does the term
(Chan, Silverman and Vincent, Multiple systems estimation for sparse capture data, JASA 116 (2021) 1297-1306, section 3.2).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sviedka.core.count.estimate.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

CERTAIN: Final = 0
"""The fitted means solve the score equations and are all positive: that is itself the proof that the maximum exists."""
IN_DOUBT: Final = 1
"""A mean runs towards zero, or the steps did not settle: only the linear program can say."""
SINGULAR: Final = 2
"""Two terms say the same of the cells that are left: the model is not identifiable."""

STEPS: Final = 60
LEAST_MEAN: Final = 1e-4
LARGEST_SCORE: Final = 1e-7
PIVOT: Final = 1e-10


@compiled
def reduce_terms(terms: NDArray[np.int64], people: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the terms that stay finite and the cells that keep a mean above zero, both ascending."""
    cells = people.shape[0]
    alive = np.ones(cells, dtype=np.bool_)
    alive[0] = False
    kept = np.empty(terms.shape[0], dtype=np.int64)
    count = 0
    for term in terms:
        total = 0.0
        for cell in range(1, cells):
            if cell & term == term:
                total += people[cell]
        if total > 0:
            kept[count] = term
            count += 1
        else:
            for cell in range(1, cells):
                if cell & term == term:
                    alive[cell] = False
    return kept[:count], np.nonzero(alive)[0]


@compiled
def solve_in_place(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """Solve `matrix @ x = right` by Cholesky, x into `right`, the factor into `matrix`; False if it is singular."""
    size = matrix.shape[0]
    for row in range(size):
        diagonal = matrix[row, row]
        for column in range(row + 1):
            value = matrix[row, column]
            for inner in range(column):
                value -= matrix[row, inner] * matrix[column, inner]
            if row == column:
                if not value > PIVOT * diagonal:
                    return False
                matrix[row, row] = math.sqrt(value)
            else:
                matrix[row, column] = value / matrix[column, column]
    for row in range(size):
        for inner in range(row):
            right[row] -= matrix[row, inner] * right[inner]
        right[row] /= matrix[row, row]
    for row in range(size - 1, -1, -1):
        for inner in range(row + 1, size):
            right[row] -= matrix[inner, row] * right[inner]
        right[row] /= matrix[row, row]
    return True


@compiled
def _deviance(counts: NDArray[np.float64], means: NDArray[np.float64]) -> float:
    total = 0.0
    for cell in range(counts.shape[0]):
        total += means[cell] - (counts[cell] * math.log(means[cell]) if counts[cell] > 0 else 0.0)
    return total


@compiled
def _means(design: NDArray[np.float64], beta: NDArray[np.float64], means: NDArray[np.float64]) -> None:
    for cell in range(design.shape[0]):
        linear = 0.0
        for term in range(design.shape[1]):
            linear += design[cell, term] * beta[term]
        means[cell] = math.exp(min(max(linear, -300.0), 300.0))


@compiled
def _normal(
    design: NDArray[np.float64], means: NDArray[np.float64], residual: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the information matrix (lower half) and the score."""
    terms = design.shape[1]
    information, score = np.zeros((terms, terms)), np.zeros(terms)
    for cell in range(design.shape[0]):
        for row in range(terms):
            if design[cell, row] == 0.0:
                continue
            score[row] += residual[cell]
            for column in range(row + 1):
                information[row, column] += means[cell] * design[cell, column]
    return information, score


@compiled
def _descend(
    design: NDArray[np.float64], counts: NDArray[np.float64], beta: NDArray[np.float64], means: NDArray[np.float64]
) -> int:
    """Take Newton's steps from `beta`, halved until they help; leave the result in `beta` and `means`; return a status."""
    _means(design, beta, means)
    worth = _deviance(counts, means)
    for _ in range(STEPS):
        information, score = _normal(design, means, counts - means)
        if np.abs(score).max() < LARGEST_SCORE:
            return CERTAIN if means.min() > LEAST_MEAN else IN_DOUBT
        if not solve_in_place(information, score):
            return IN_DOUBT
        length, start, better = 2.0, beta.copy(), False
        while length > 1e-6 and not better:
            length /= 2
            beta[:] = start + length * score
            _means(design, beta, means)
            found = _deviance(counts, means)
            better = found <= worth + 1e-9 * (1.0 + abs(worth))
        worth = found
    return IN_DOUBT


@compiled
def _start(design: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[bool, NDArray[np.float64]]:
    """Return least squares on the logarithm of the counts, and whether the terms can be told apart at all."""
    raised = counts + 0.5
    information, beta = _normal(design, raised, raised * np.log(raised) + counts - raised)
    identifiable = solve_in_place(information, beta)
    return identifiable, beta


@compiled
def fit_terms(
    terms: NDArray[np.int64], people: NDArray[np.float64]
) -> tuple[int, NDArray[np.float64], NDArray[np.float64], float]:
    """Fit the model of `terms` (ascending, the intercept 0 first) to `people` (`float64[2**t]`, nobody at 0).

    Returns:
        A status; the coefficients of the terms that stayed finite, the intercept first; `float64[2**t]` fitted means, at 0
        that of the people whom no list holds; the variance of the intercept.
    """
    kept, cells = reduce_terms(terms, people)
    design = np.zeros((cells.shape[0], kept.shape[0]))
    for row in range(cells.shape[0]):
        for column in range(kept.shape[0]):
            if cells[row] & kept[column] == kept[column]:
                design[row, column] = 1.0
    counts, fitted = people[cells], np.zeros(people.shape[0])
    identifiable, beta = _start(design, counts)
    if not identifiable:
        return SINGULAR, beta, fitted, 0.0
    means = np.empty(cells.shape[0])
    status = _descend(design, counts, beta, means)
    fitted[cells] = means
    fitted[0] = math.exp(min(beta[0], 300.0))
    information, _ = _normal(design, means, counts - means)
    first = np.zeros(kept.shape[0])
    first[0] = 1.0
    solve_in_place(information, first)
    return status, beta, fitted, first[0]
