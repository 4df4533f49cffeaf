"""What people's corrections teach: a light layer on the shipped model's log-odds.

Each corrected text has a vote on each head. A text that is judged is moved by every vote, as far as the two texts are alike:

    alike(a, b) = shared² / (features of a x features of b)       1 for the same features, 0 for none in common
    moved(a)    = sum over corrected texts t of vote(t) x alike(a, t), and at most MOST_MOVED

The votes are those of a logistic regression that starts from what the shipped model says, measured from each label's threshold, and pays
for every step away from it. There, a vote is VOICE x (what the person said, 0 or 1, less how likely it is now held). So

1. where nobody corrected anything like it, nothing is moved;
2. no correction moves any head of any text by more than VOICE: without one correction's loss, whose slope is at most 1, the objective is
   still 1/VOICE-strongly convex, so the two optima lie at most VOICE apart, and no text is longer than 1 (clipping only brings them closer);
3. all corrections together move it by at most MOST_MOVED.

What rules and private facts find does not pass through here: their floors stand. Nor is anything lowered in a text that the shipped model
alone calls high or critical; it may be raised. Features are hashed, votes are whole numbers: a score is the same alone, in a batch, on every machine.
"""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from parapet.triage.features import BITS, buckets
from parapet.triage.model import TABLE_SPAN, TABLE_STEPS, Model
from parapet.triage.severity import hears
from parapet.triage.words import Tokens

Features = NDArray[np.int64]

#: The most by which one correction moves a head, in calibrated log-odds.
VOICE = 2.0
#: The most by which all of them together do.
MOST_MOVED = 4.0
#: Votes are kept in these parts of a log-odd, likeness in these parts of 1.
VOTE_PARTS, ALIKE_PARTS = 1_024, 65_536
#: The head that no correction is about.
NOT_TAUGHT = "lang_fr"
_SWEEPS = 200
_SETTLED = 1e-7
_FORM = 1


class Local(Protocol):
    """What `Triage` asks between log-odds and probabilities."""

    @property
    def name(self) -> str:
        """What is added to the model's name in `Assessment.model`."""

    def moved(self, model: Model, odds: Sequence[float], lang: str, parts: Iterable[Tokens], marks: Sequence[str]) -> list[float]:
        """Calibrated log-odds, in the order of `model.heads`, of a text of these parts; `odds` are those without this."""


@frozen(eq=False)
class Taught:
    """One corrected text, for learning.

    features  of the text
    odds      (n_heads,) calibrated log-odds by the shipped model, each less its threshold's
    wanted    (n_heads,) 0 or 1, as the person said
    """

    features: Features
    odds: NDArray[np.float64]
    wanted: NDArray[np.float64]


class Layer:
    """The votes of corrected texts.

    base   name of the judge that it starts from; with another it would do what nobody tried out
    heads  names of the columns of `votes`
    texts  the features of each corrected text: sorted, unique
    votes  (n_texts, n_heads) int64, in parts of a log-odd
    """

    def __init__(self, base: str, heads: Sequence[str], texts: Sequence[Features], votes: NDArray[np.int64]) -> None:
        self.base, self.heads, self.texts, self.votes = base, tuple(heads), tuple(texts), votes
        self._alike = _Alike(self.texts)
        #: Of what it says, not of how it was packed: another machine's compressor may give other bytes.
        self.sha256 = hashlib.sha256(self._said()).hexdigest()
        self.name = f"+local:{self.sha256[:8]}"

    def to_bytes(self) -> bytes:
        """Compact."""
        return zlib.compress(self._said(), 9)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Layer:
        """The inverse of `to_bytes`. Raises ValueError for a form that this program does not know."""
        said = json.loads(zlib.decompress(raw))
        if said["form"] != _FORM:
            raise ValueError("a layer of another form")
        texts = [np.cumsum(np.array(text, np.int64)) for text in said["texts"]]
        return cls(said["base"], said["heads"], texts, np.array(said["votes"], np.int64).reshape(len(texts), len(said["heads"])))

    def _said(self) -> bytes:
        said = {
            "form": _FORM,
            "base": self.base,
            "heads": self.heads,
            "texts": [np.diff(text, prepend=0).tolist() for text in self.texts],
            "votes": self.votes.tolist(),
        }
        return json.dumps(said, separators=(",", ":")).encode("ascii")

    def moves(self, features: Features) -> list[float]:
        """By how much each of `heads` is moved, in calibrated log-odds."""
        alike = self._alike.to(features)
        sums = (self.votes * alike[:, None]).sum(axis=0, dtype=np.int64).tolist()
        return [min(MOST_MOVED, max(-MOST_MOVED, n / (ALIKE_PARTS * VOTE_PARTS))) for n in sums]

    def moved(self, model: Model, odds: Sequence[float], lang: str, parts: Iterable[Tokens], marks: Sequence[str]) -> list[float]:
        """`odds` with what was learned added."""
        moves = dict(zip(self.heads, self.moves(features_of(parts, marks)), strict=True))
        if _is_grave(model, odds, lang):
            moves = {head: max(0.0, move) for head, move in moves.items()}
        return [odd + moves.get(head, 0.0) for head, odd in zip(model.heads, odds, strict=True)]


class Listening:
    """Moves nothing, and keeps what it was last asked of: what `Taught` is made of."""

    name = ""

    def __init__(self) -> None:
        self.features: Features = np.empty(0, np.int64)
        self.odds: NDArray[np.float64] = np.empty(0, np.float64)

    def moved(self, model: Model, odds: Sequence[float], lang: str, parts: Iterable[Tokens], marks: Sequence[str]) -> list[float]:
        """`odds` as they are."""
        self.features = features_of(parts, marks)
        self.odds = np.array(_from_thresholds(model, odds, lang), np.float64)
        return list(odds)


def taught_heads(model: Model) -> tuple[str, ...]:
    """The heads that corrections are about, in the model's order."""
    return tuple(head for head in model.heads if head != NOT_TAUGHT)


def features_of(parts: Iterable[Tokens], marks: Sequence[str]) -> Features:
    """Words and concepts of all parts: sorted, unique. Letters are left out: they make any two texts of a language alike."""
    found = []
    for part in parts:
        words, _letters, concepts = buckets(part, marks)
        found += [words, concepts + (1 << BITS["words"])]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def learn(base: str, model: Model, taught: Sequence[Taught]) -> Layer:
    """The layer that these corrections give, on the judge named `base` with this model. The same in whatever order they come."""
    ordered = sorted(taught, key=lambda t: (t.features.tolist(), t.wanted.tolist(), t.odds.tolist()))
    texts = [t.features for t in ordered]
    heads = taught_heads(model)
    if not ordered:
        return Layer(base, heads, (), np.zeros((0, len(heads)), np.int64))
    alike = _Alike(texts)
    rows = np.stack([alike.to(text) for text in texts]) / ALIKE_PARTS
    wanted = np.stack([t.wanted for t in ordered])
    now = np.stack([t.odds for t in ordered])
    votes = np.zeros_like(now)
    # One text after another: each step goes less far than to its own optimum, so that the objective falls at every one.
    pace = 1.0 / (1.0 + VOICE / 4.0)
    for _sweep in range(_SWEEPS):
        furthest = 0.0
        for n in range(len(ordered)):
            step = pace * (VOICE * (wanted[n] - _likely(model, now[n])) - votes[n])
            votes[n] += step
            now += rows[n][:, None] * step
            furthest = max(furthest, float(np.abs(step).max()))
        if furthest < _SETTLED:
            break
    return Layer(base, heads, texts, np.rint(votes * VOTE_PARTS).astype(np.int64))


def loss(model: Model, odds: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """The mean surprise of `wanted` at `odds` (from thresholds), in nats a head."""
    likely = np.clip(_likely(model, odds.reshape(-1)), 1e-6, 1 - 1e-6)
    told = wanted.reshape(-1)
    return -math.fsum(math.log(p) if w else math.log(1 - p) for p, w in zip(likely.tolist(), told.tolist(), strict=True)) / len(
        told
    )


class _Alike:
    """How alike a text is to each of many, by an inverted list."""

    def __init__(self, texts: Sequence[Features]) -> None:
        self._sizes = np.array([len(text) for text in texts], np.int64)
        owners = np.repeat(np.arange(len(texts)), self._sizes)
        flat = np.concatenate(texts) if texts else np.empty(0, np.int64)
        order = np.argsort(flat, kind="stable")
        self._flat, self._owners = flat[order], owners[order]

    def to(self, features: Features) -> NDArray[np.int64]:
        """(n_texts,) in parts of 1, rounded down."""
        first = np.searchsorted(self._flat, features, "left")
        counts = np.searchsorted(self._flat, features, "right") - first
        total = int(counts.sum())
        places = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(total)
        shared = np.bincount(self._owners[places], minlength=len(self._sizes)).astype(np.int64)
        return shared * shared * ALIKE_PARTS // np.maximum(1, self._sizes * len(features))


def _likely(model: Model, odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Odds to probabilities, by straight lines between the entries of the model's own table: no library's `exp` enters."""
    places = np.clip((odds + TABLE_SPAN) * (TABLE_STEPS / (2 * TABLE_SPAN)), 0, TABLE_STEPS - 1e-9)
    below = places.astype(np.int64)
    return model.table[below] + (places - below) * (model.table[below + 1] - model.table[below])


def _from_thresholds(model: Model, odds: Sequence[float], lang: str) -> list[float]:
    """Calibrated log-odds of the heads that are taught, each less those of its threshold."""
    limits = model.thresholds.get(lang, model.thresholds[""])
    taught = [(odd, limits[head]) for head, odd in zip(model.heads, odds, strict=True) if head != NOT_TAUGHT]
    return [odd - math.log(limit / (1 - limit)) for odd, limit in taught]


def _is_grave(model: Model, odds: Sequence[float], lang: str) -> bool:
    """True when the shipped model alone calls it abuse, and high or critical."""
    limits = model.thresholds.get(lang, model.thresholds[""])
    said = dict(zip(model.heads, model.probabilities(odds), strict=True))
    return hears(said, limits) and any(said[level] >= limits[level] for level in ("high", "critical"))
