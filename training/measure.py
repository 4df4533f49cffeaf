"""Figures on the rows held out from training."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.figures import auc, calibration_error, f1
from training.rows import HEADS, Row


def held_out_figures(
    rows: list[Row],
    said: NDArray[np.float64],
    labels: NDArray[np.float32],
    mask: NDArray[np.float32],
    thresholds: dict[str, dict[str, float]],
) -> dict[str, Any]:
    """By public and written, language and head: rows, positives, AUC, F1 at the threshold, calibration error of what was `said`."""
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
