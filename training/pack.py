"""Weights to artefact: eight-bit integers, the calibration, the thresholds, one digest."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parapet.triage.features import BITS, GROUPS
from parapet.triage.model import make_table
from training.fit import OFFSETS
from training.rows import HEADS

NAME = "parapet-2"


def quantise(weights: NDArray[np.float32], bias: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Weights of each group as int8 with one scale a head; the largest two in a million are clipped."""
    arrays: dict[str, NDArray[Any]] = {"bias": bias, "table": make_table()}
    for group in GROUPS:
        part = weights[OFFSETS[group] : OFFSETS[group] + 2 ** BITS[group]]
        top = np.maximum(np.quantile(np.abs(part), 1 - 2e-5, axis=0), 1e-6)
        scale = (top / 127.0).astype(np.float64)
        arrays[f"weights_{group}"] = np.clip(np.rint(part / scale), -127, 127).astype(np.int8)
        arrays[f"scales_{group}"] = scale
    return arrays


def write(out: Path, arrays: dict[str, NDArray[Any]], about: dict[str, Any]) -> str:
    """model.npz and model.sha256 in `out`; the digest. The same arrays give the same bytes: no clock goes in.

    about  what the product reads besides the weights: calibration, stacking, passes, thresholds, the encoder's files
    """
    about = {"name": NAME, "heads": HEADS, "bits": BITS} | about
    arrays = arrays | {"about": np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), one.getvalue(), zipfile.ZIP_DEFLATED)
    raw = held.getvalue()
    digest = hashlib.sha256(raw).hexdigest()
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.npz").write_bytes(raw)
    (out / "model.sha256").write_text(f"{digest}  model.npz\n", encoding="ascii")
    return digest
