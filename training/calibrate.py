"""Log-odds to probabilities for each language, and the probability from which a label is given. Held-out rows only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.fit import logistic
from training.rows import HEADS, Row, share_out

LANGUAGES = ("en", "fr", "")
#: F-beta of each head's threshold: more than 1 where a miss costs more than a false alarm.
BETA = {"medium": 1.5, "high": 1.4, "critical": 2.0}


#: Where abuse begins. Under one half, for a miss costs more than a false alarm; French stands higher, its public sets being fuller of abuse.
#: Danger counts below it (`severity.DANGER`), so that it can stand where false alarms are few.
ABUSIVE_FROM = {"en": 0.45, "fr": 0.65, "": 0.55}
#: How much of what reaches somebody in a wave is abuse; thresholds suit such days. The written set holds more.
WAVE_SHARE = 0.35
#: How much of the abuse among held-out rows the first stage may keep from the second.
LOST = 0.01


def calibrate(
    rows: list[Row],
    labels: NDArray[np.float32],
    mask: NDArray[np.float32],
    odds: Sequence[NDArray[np.float64]],
    prior: Sequence[float],
) -> dict[str, list[list[float]]]:
    """Language to [a slope for each of `odds`, offset] of each head; "" is all languages together.

    odds   of one model, or of several that are weighed together, each (n_rows, n_heads)
    prior  what a line is held towards where there are few rows
    """
    found: dict[str, list[list[float]]] = {}
    weights = share_out(rows, mask)
    for lang in LANGUAGES:
        of_lang = np.array([not lang or r.lang == lang for r in rows])
        lines = []
        for j in range(len(HEADS)):
            pick = of_lang & (mask[:, j] > 0)
            if lang and labels[pick, j].sum() < 30:
                pick = mask[:, j] > 0
            w = weights[pick, j] * (pick.sum() / max(1e-9, float(weights[pick, j].sum())))
            columns = np.stack([each[pick, j] for each in odds], 1)
            lines.append([round(v, 6) for v in logistic(columns, labels[pick, j], w, prior=np.array(prior))])
        found[lang] = lines
    return found


def along(rows: list[Row], lines: dict[str, list[list[float]]], *odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n_rows, n_heads) calibrated log-odds: each row's language's lines over one model's odds, or over several."""
    of_row = np.array([lines[r.lang if r.lang in lines else ""] for r in rows])
    return np.asarray(sum(of_row[:, :, i] * each for i, each in enumerate(odds)) + of_row[:, :, len(odds)])


def sigmoid(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds to probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30))))


def choose_passes(
    rows: list[Row], calibrated: NDArray[np.float64], labels: NDArray[np.float32], mask: NDArray[np.float32]
) -> dict[str, float]:
    """Language to the first stage's calibrated log-odds of "abusive" under which at most LOST of the abuse lies."""
    j = HEADS.index("abusive")
    ours = np.array([r.source.startswith("written") for r in rows])
    found = {}
    for lang in LANGUAGES:
        pick = ours & (mask[:, j] > 0) & (labels[:, j] > 0) & np.array([not lang or r.lang == lang for r in rows])
        each = np.array([r.weight for r in rows])[pick]
        order = np.argsort(calibrated[pick, j], kind="stable")
        place = int(np.searchsorted(np.cumsum(each[order]) / each.sum(), LOST))
        found[lang] = round(float(calibrated[pick, j][order][place]), 3)
    return found


def choose_thresholds(
    rows: list[Row], said: NDArray[np.float64], labels: NDArray[np.float32], mask: NDArray[np.float32]
) -> dict[str, dict[str, float]]:
    """Language to head to threshold, best F-beta on held-out written rows. said  (n_rows, n_heads) probabilities"""
    ours = np.array([r.source.startswith("written") for r in rows])
    each = np.array([r.weight for r in rows])
    found: dict[str, dict[str, float]] = {}
    for lang in LANGUAGES:
        of_lang = ours & np.array([not lang or r.lang == lang for r in rows])
        found[lang] = {}
        for j, head in enumerate(HEADS):
            pick = of_lang & (mask[:, j] > 0)
            if head == "abusive":
                found[lang][head] = ABUSIVE_FROM[lang]
                continue
            if head == "lang_fr" or labels[pick, j].sum() < 10:
                found[lang][head] = 0.5
                continue
            weights = each[pick] * _as_in_a_wave(labels[pick, 0], each[pick])
            found[lang][head] = _best(said[pick, j], labels[pick, j], weights, BETA.get(head, 1.0))
    return found


def _as_in_a_wave(abusive: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each row must count so that WAVE_SHARE of the whole is abusive."""
    abuse, benign = float(weights[abusive > 0].sum()), float(weights[abusive == 0].sum())
    return np.where(abusive > 0, WAVE_SHARE / max(abuse, 1e-9), (1 - WAVE_SHARE) / max(benign, 1e-9))


def _best(said: NDArray[np.float64], truth: NDArray[np.float32], weights: NDArray[np.float64], beta: float) -> float:
    best, at = -1.0, 0.5
    for threshold in np.arange(0.1, 0.8, 0.02):
        yes = said >= threshold
        hit = float((weights * (yes & (truth > 0))).sum())
        false = float((weights * (yes & (truth == 0))).sum())
        missed = float((weights * (~yes & (truth > 0))).sum())
        f = (1 + beta**2) * hit / max(1e-9, (1 + beta**2) * hit + beta**2 * missed + false)
        # A tie goes to the threshold nearer one half.
        if f > best + 1e-9 or (abs(f - best) <= 1e-9 and abs(threshold - 0.5) < abs(at - 0.5)):
            best, at = f, float(threshold)
    return round(min(at, 0.6), 2)
