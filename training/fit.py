"""Fitting: one masked logistic head a label over shared features, by L-BFGS. Single-threaded and deterministic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from parapet.triage.features import BITS, GROUPS, buckets
from parapet.triage.normalise import normalise
from parapet.triage.words import read_disguised, tokens
from training.rows import Row

MAX_CHARS = 600
#: A feature that fewer rows have is dropped.
LEAST_ROWS = 3
OFFSETS = dict(zip(GROUPS, np.cumsum([0, *(2 ** BITS[g] for g in GROUPS)]).tolist(), strict=False))
N_FEATURES = sum(2 ** BITS[g] for g in GROUPS)


def featurise(rows: list[Row]) -> csr_matrix:
    """(n_rows, N_FEATURES) float32, each group's ones divided by the root of their number, as the product does."""
    indices: list[NDArray[np.int32]] = []
    values: list[NDArray[np.float32]] = []
    ends = [0]
    for row in rows:
        found = buckets(tokens(normalise(row.text[:MAX_CHARS], read_disguised).text), row.marks)
        total = 0
        for group, held in zip(GROUPS, found, strict=True):
            if len(held):
                indices.append((held + OFFSETS[group]).astype(np.int32))
                values.append(np.full(len(held), 1.0 / np.sqrt(len(held)), np.float32))
                total += len(held)
        ends.append(ends[-1] + total)
    return csr_matrix((np.concatenate(values), np.concatenate(indices), np.array(ends)), shape=(len(rows), N_FEATURES))


def fit(
    x: csr_matrix,
    labels: NDArray[np.float32],
    mask: NDArray[np.float32],
    weights: NDArray[np.float32],
    *,
    l2: float,
    steps: int,
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """(N_FEATURES, n_heads) weights and (n_heads,) bias, one head after the other, each on the rows annotated for it.

    labels, mask  (n_rows, n_heads)
    weights       (n_rows, n_heads): how much a row counts for a head
    """
    n_heads = labels.shape[1]
    whole = np.zeros((N_FEATURES, n_heads), np.float32)
    bias = np.zeros(n_heads)
    for j in range(n_heads):
        rows = np.flatnonzero(mask[:, j] > 0)
        whole[:, j], bias[j] = _fit_head(x[rows], labels[rows, j], weights[rows, j], l2=l2, steps=steps)
    return whole, bias


def _fit_head(
    x: csr_matrix, labels: NDArray[np.float32], weights: NDArray[np.float32], *, l2: float, steps: int
) -> tuple[NDArray[np.float32], float]:
    seen = np.bincount(x.indices, minlength=N_FEATURES)
    active = np.flatnonzero(seen >= LEAST_ROWS)
    place = np.full(N_FEATURES, -1, np.int32)
    place[active] = np.arange(len(active), dtype=np.int32)
    kept = place[x.indices] >= 0
    ends = np.concatenate(([0], np.cumsum(kept)))[x.indptr]
    small = csr_matrix((x.data[kept], place[x.indices[kept]], ends), shape=(x.shape[0], len(active)))
    back = small.T.tocsr()
    counts = (weights / weights.sum()).astype(np.float32)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w = flat[:-1]
        z = small @ w.astype(np.float32) + np.float32(flat[-1])
        p = 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))
        g = (counts * (p - labels)).astype(np.float32)
        value = float((counts * (np.logaddexp(0.0, z) - labels * z)).sum()) + 0.5 * l2 * float(w @ w)
        return value, np.concatenate((back @ g + l2 * w, [float(g.sum(dtype=np.float64))]))

    found = minimize(loss, np.zeros(len(active) + 1), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 8})
    whole = np.zeros(N_FEATURES, np.float32)
    whole[active] = found.x[:-1]
    return whole, float(found.x[-1])


def logistic(
    odds: NDArray[np.float64],
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    *,
    prior: NDArray[np.float64],
    hold: float = 20.0,
) -> list[float]:
    """A slope for each column of `odds` (n, k), and an offset, that make log-odds; held towards `prior` as if by `hold` more rows."""
    if len(odds) == 0:
        return [float(v) for v in prior]
    columns = np.concatenate((odds, np.ones((len(odds), 1))), 1)

    def loss(line: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = columns @ line
        p = 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))
        cost = float((weights * (np.logaddexp(0, z) - labels * z)).sum())
        away = line - prior
        return cost + 0.01 * hold * float(away @ away), columns.T @ (weights * (p - labels)) + 0.02 * hold * away

    bounds = [(0.0, 20.0)] * odds.shape[1] + [(-20.0, 20.0)]
    return [float(v) for v in minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds).x]
