"""Figures on the rows held out from training."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.calibrate import probabilities
from training.rows import HEADS, Row


def held_out_figures(
    rows: list[Row], odds: NDArray[np.float64], labels: NDArray[np.float32], mask: NDArray[np.float32],
    calibration: dict[str, list[list[float]]], thresholds: dict[str, dict[str, float]],
) -> dict[str, Any]:  # fmt: skip
    """By public and written, language and head: rows, positives, AUC, F1 at the threshold, calibration error."""
    said = probabilities(rows, odds, calibration)
    ours = np.array([r.source.startswith("written") for r in rows])
    found: dict[str, Any] = {}
    for kind, of_kind in (("public", ~ours), ("written", ours)):
        for lang in ("en", "fr"):
            of_lang = of_kind & np.array([r.lang == lang for r in rows])
            for j, head in enumerate(HEADS):
                pick = of_lang & (mask[:, j] > 0)
                truth = labels[pick, j] > 0
                if truth.sum() < 5 or (~truth).sum() < 5 or head == "lang_fr":
                    continue
                p = said[pick, j]
                found[f"{kind} {lang} {head}"] = {
                    "rows": int(pick.sum()),
                    "positive": int(truth.sum()),
                    "auc": round(auc(p, truth), 3),
                    "f1": round(f1(p >= thresholds[lang][head], truth), 3),
                    "ece": round(calibration_error(p, truth), 3),
                }
    return found


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
