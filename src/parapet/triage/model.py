"""The linear model: sums of small integers, so that a score is the same alone, in a batch, and on every machine.

For each group of features the weights of its buckets are added as integers (exact, whatever the order), divided by the root of their number,
scaled, and added to the bias, in double precision and in a fixed order of single IEEE operations. Calibration reads a table, so that no
library's `exp` enters. What the encoder says of the same text is weighed with it head by head ("stacking"), in the same way.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from parapet.domain.errors import ModelDamaged
from parapet.triage.features import BITS, GROUPS, Buckets, Rows

#: The calibration table covers log-odds from -TABLE_SPAN to TABLE_SPAN.
TABLE_SPAN = 12.0
TABLE_STEPS = 4_096


@frozen(eq=False)
class Model:
    """Weights and calibration.

    heads        names of the outputs
    weights      group to (2**BITS[group], n_heads) int8
    scales       group to (n_heads,) float64: what one unit of weight is worth
    bias         (n_heads,) float64
    calibration  language ("en", "fr", "") to (n_heads, 2) float64: slope and offset on the log-odds
    stacking     language to (n_heads, 3) float64: slope on these log-odds, slope on the encoder's, offset; empty when there is none
    passes       language to the calibrated log-odds of "abusive" from which the encoder reads a text
    thresholds   language to head to probability from which the label is given
    encoder      the encoder's files by name, with their SHA-256 in hexadecimal
    """

    name: str
    heads: tuple[str, ...]
    weights: dict[str, NDArray[np.int8]]
    scales: dict[str, NDArray[np.float64]]
    bias: NDArray[np.float64]
    calibration: dict[str, NDArray[np.float64]]
    stacking: dict[str, NDArray[np.float64]]
    passes: dict[str, float]
    table: NDArray[np.float64]
    thresholds: dict[str, dict[str, float]]
    encoder: dict[str, str]

    @classmethod
    def load(cls) -> Model:
        """The shipped model. Raises ModelDamaged when its SHA-256 is not the recorded one."""
        folder = resources.files("parapet.triage").joinpath("artefact")
        return cls.read(folder.joinpath("model.npz").read_bytes(), folder.joinpath("model.sha256").read_text("ascii"))

    @classmethod
    def read(cls, raw: bytes, recorded: str) -> Model:
        """A model from the bytes of its artefact and the digest on record."""
        digest = hashlib.sha256(raw).hexdigest()
        if [digest] != recorded.split()[:1]:
            raise ModelDamaged
        with np.load(io.BytesIO(raw), allow_pickle=False) as held:
            about = json.loads(bytes(held["about"]).decode("utf-8"))
            if about["bits"] != BITS:
                raise ModelDamaged
            return cls(
                name=f"{about['name']}@{digest[:12]}",
                heads=tuple(about["heads"]),
                weights={g: held[f"weights_{g}"] for g in GROUPS},
                scales={g: held[f"scales_{g}"] for g in GROUPS},
                bias=held["bias"],
                calibration={k: np.array(v, np.float64) for k, v in about["calibration"].items()},
                stacking={k: np.array(v, np.float64) for k, v in about["stacking"].items()},
                passes=about["passes"],
                table=held["table"],
                thresholds=about["thresholds"],
                encoder=about["encoder"],
            )

    def log_odds(self, features: Sequence[Buckets]) -> list[float]:
        """Raw log-odds of each head, uncalibrated."""
        total: list[float] = self.bias.tolist()
        for group, found in zip(GROUPS, features, strict=True):
            if not len(found):
                continue
            sums = self.weights[group][found].sum(axis=0, dtype=np.int64).tolist()
            root = math.sqrt(len(found))
            scales = self.scales[group].tolist()
            total = [t + s * (v / root) for t, s, v in zip(total, scales, sums, strict=True)]
        return total

    def log_odds_of_many(self, features: Sequence[Rows]) -> list[list[float]]:
        """What `log_odds` says of each part, bit for bit."""
        total = np.tile(self.bias, (len(features[0].counts), 1))
        for group, rows in zip(GROUPS, features, strict=True):
            some = rows.counts > 0
            counts = rows.counts[some]
            if not len(counts):
                continue
            taken = self.weights[group].take(rows.found, axis=0)
            sums = np.add.reduceat(taken, np.cumsum(counts) - counts, axis=0, dtype=np.int64)
            total[some] += self.scales[group] * (sums / np.sqrt(counts)[:, None])
        said: list[list[float]] = total.tolist()
        return said

    def calibrated(self, log_odds: Sequence[float], lang: str) -> list[float]:
        """Calibrated log-odds of each head, from this model's alone."""
        lines = self._lines.get(lang, self._lines[""])
        return [slope * value + offset for value, (slope, offset) in zip(log_odds, lines, strict=True)]

    def stacked(self, log_odds: Sequence[float], encoder: Sequence[float], lang: str) -> list[float]:
        """Calibrated log-odds of each head, from this model's and the encoder's."""
        lines = self._stacks.get(lang, self._stacks[""])
        return [a * own + b * other + c for own, other, (a, b, c) in zip(log_odds, encoder, lines, strict=True)]

    def probabilities(self, calibrated: Sequence[float]) -> list[float]:
        """Probability of each head, 0..1, read from the table."""
        places = [int((value + TABLE_SPAN) * (TABLE_STEPS / (2 * TABLE_SPAN))) for value in calibrated]
        return [self._steps[0 if at < 0 else min(TABLE_STEPS, at)] for at in places]

    @cached_property
    def _lines(self) -> dict[str, list[list[float]]]:
        return {lang: lines.tolist() for lang, lines in self.calibration.items()}

    @cached_property
    def _stacks(self) -> dict[str, list[list[float]]]:
        return {lang: lines.tolist() for lang, lines in self.stacking.items()}

    @cached_property
    def _steps(self) -> list[float]:
        steps: list[float] = self.table.tolist()
        return steps


def make_table() -> NDArray[np.float64]:
    """Log-odds to probability, rounded to six places."""
    odds = np.linspace(-TABLE_SPAN, TABLE_SPAN, TABLE_STEPS + 1)
    return np.asarray(np.round(1.0 / (1.0 + np.exp(-odds)), 6), np.float64)
