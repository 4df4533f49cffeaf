"""How good scores are, against what is true. Each takes `said`: (n,) float64, and `truth`: (n,) bool."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def auc(said: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """The chance that a positive scores above a negative; ties count half."""
    order = np.argsort(said, kind="stable")
    ranks = np.empty(len(said))
    ranks[order] = np.arange(1, len(said) + 1)
    _, inverse, counts = np.unique(said, return_inverse=True, return_counts=True)
    ranks = (np.bincount(inverse, ranks) / counts)[inverse]
    n = int(truth.sum())
    return float((ranks[truth].sum() - n * (n + 1) / 2) / (n * (len(said) - n)))


def f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall."""
    hit = int((said & truth).sum())
    return 2 * hit / max(1, int(said.sum()) + int(truth.sum()))


def calibration_error(said: NDArray[np.float64], truth: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    which = np.minimum(bins - 1, (said * bins).astype(int))
    total = 0.0
    for b in range(bins):
        pick = which == b
        if pick.any():
            total += pick.mean() * abs(float(said[pick].mean()) - float(truth[pick].mean()))
    return float(total)
