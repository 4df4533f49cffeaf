"""Rows to learn from: text, language, what was annotated, where it comes from."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from parapet.domain.judgement import Harm, Severity

#: Outputs of the model, in order. Severity levels mean "at least".
HEADS = ("abusive", *(h.value for h in Harm), "medium", "high", "critical", "lang_fr")

#: Public sets larger than this are sampled: no set's habits may drown the others.
MAX_PER_SOURCE = 5_000
#: How much the written set counts against all public sets together, for each head.
WRITTEN_SHARE = 0.8
#: How much a row of a noisy set counts.
TRUST = {"mlma": 0.3, "uli_gendered_abuse": 0.5, "goemotions": 0.7, "latent_hatred": 0.5, "covid_fake_news": 0.7}
#: How much of what there is to learn from is kept from learning, and what draws it.
HELD_OUT = 0.08
_HELD_OUT_SEED = 20_261_129


@frozen
class Row:
    """One text.

    labels  head to 1 or 0; a head that nobody annotated is missing
    group   rows of one group fall on the same side of every split
    """

    text: str
    lang: str
    labels: dict[str, int]
    source: str
    group: str
    weight: float = 1.0
    marks: tuple[str, ...] = ()


def public_rows(data: Path, seed: int, most: int = MAX_PER_SOURCE) -> list[Row]:
    """The public sets, `all.jsonl.gz` in `data`, at most `most` rows of each. Placeholders for names and links are words or gone."""
    by_source: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(data / "all.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            labels = {h: int(raw["labels"][h]) for h in HEADS if raw["labels"].get(h) is not None}
            labels["lang_fr"] = int(raw["lang"] == "fr")
            if labels.get("abusive") == 0:
                labels |= {level.code: 0 for level in Severity if level >= Severity.MEDIUM}
            text = raw["text"].replace("[URL]", " ").replace("@USER", "@someone").replace("<user>", "@someone")
            source = raw["source"]
            by_source[source].append(
                Row(text, raw["lang"], labels, source, f"{source}:{raw['id'].split('#')[0]}", TRUST.get(source, 1.0))
            )
    rng = random.Random(seed)
    found: list[Row] = []
    for source in sorted(by_source):
        rows = by_source[source]
        found += rows if len(rows) <= most else rng.sample(rows, most)
    return found


def held_out(group: str) -> bool:
    """Whether the rows of a group are kept from learning, to calibrate and to measure on."""
    return int.from_bytes(hashlib.sha256(f"{_HELD_OUT_SEED}:{group}".encode()).digest()[:4], "big") < HELD_OUT * 2**32


def label_matrix(rows: list[Row]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(labels, mask), each (n_rows, n_heads): where mask is 0 nobody annotated."""
    labels = np.zeros((len(rows), len(HEADS)), np.float32)
    mask = np.zeros_like(labels)
    for i, row in enumerate(rows):
        for head, value in row.labels.items():
            j = HEADS.index(head)
            labels[i, j] = value
            mask[i, j] = 1.0
    return labels, mask


def share_out(rows: list[Row], mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n_rows, n_heads) weights: for each head the written set counts WRITTEN_SHARE, where both have something to say."""
    found = np.array([r.weight for r in rows], np.float32)[:, None] * mask
    ours = np.array([r.source.startswith("written") for r in rows])
    for j in range(mask.shape[1]):
        written, public = found[ours, j].sum(), found[~ours, j].sum()
        if written > 0 and public > 0:
            found[ours, j] *= WRITTEN_SHARE / (1 - WRITTEN_SHARE) * public / written
    return found
