# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do several chains tell the same story, and how many independent draws are they worth?

Split R-hat compares halves of chains with each other; the effective sample size discounts draws that follow from the one
before (Geyer's initial monotone sequence).

Source: A. Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), sections 11.4 and 11.5; C. Geyer, Statistical Science 7
(1992) 473-483.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def split_chains(chains: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `float64[2 c, n // 2]` from `float64[c, n]`: each chain's halves as chains of their own."""
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, half : 2 * half]])


def potential_scale_reduction(chains: NDArray[np.float64]) -> float:
    """Return split R-hat of `float64[c, n]`; 1 when all halves agree, infinite when chains stand still apart."""
    halves = split_chains(chains)
    length = halves.shape[1]
    within = float(halves.var(axis=1, ddof=1).mean())
    between = float(length * halves.mean(axis=1).var(ddof=1))
    if within <= 0:
        return 1.0 if between <= 0 else float("inf")
    return float(np.sqrt(((length - 1) / length * within + between / length) / within))


def effective_size(chains: NDArray[np.float64]) -> float:
    """Return how many independent draws `float64[c, n]` is worth, at most c n."""
    halves = split_chains(chains)
    count, length = halves.shape
    centred = halves - halves.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, n=2 * length, axis=1)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :length].mean(axis=0) / length
    within = float(halves.var(axis=1, ddof=1).mean())
    pooled = within * (length - 1) / length + float(halves.mean(axis=1).var(ddof=1))
    if pooled <= 0:
        return float(count * length)
    correlation = 1 - (within - covariance) / pooled
    pairs = correlation[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    ended = int(np.argmax(pairs <= 0)) if bool((pairs <= 0).any()) else pairs.size
    time = max(-1 + 2 * float(np.minimum.accumulate(pairs[:ended]).sum()), 1 / np.log10(count * length))
    return float(count * length / time)
