"""Rows as numbers, once, in one file that every run of the learning reads.

python -m training.encoder.dataset --data DIR --out encoder.npz
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np

from parapet.triage.encoder.pieces import Pieces
from parapet.triage.encoder.text import spelling
from parapet.triage.normalise import normalise
from parapet.triage.words import read_disguised
from training import expand
from training.encoder import start, vocabulary
from training.encoder.disguise import disguise
from training.encoder.dress import dress
from training.rows import Row, held_out, label_matrix, public_rows

SEED = 20_261_129
#: No public set gives more rows than this.
MOST_PUBLIC = 16_000
#: How many of the rows appear once more, disguised, and how many dressed as they stand in a feed.
DISGUISED = {"written": 0.15, "public": 0.06}
DRESSED = {"written": 0.15, "public": 0.06}
#: How much of each batch is ours.
BATCH_SHARE = 0.5
MAX_CHARS = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    plain = [*expand.written_rows(Path(__file__).parent.parent / "written", SEED), *public_rows(args.data, SEED, MOST_PUBLIC)]
    rows = plain + _once_more(plain, DISGUISED, disguise, 0) + _once_more(plain, DRESSED, dress, 1)
    texts = [prepare(r.text) for r in rows]
    begun = start.load()
    kept = vocabulary.choose(begun, texts[: len(plain)])
    proto = vocabulary.proto(begun, kept)
    pieces = Pieces(proto)
    ids = [pieces.windows(t)[0][1:-1] for t in texts]
    labels, mask = label_matrix(rows)
    np.savez(
        args.out,
        proto=np.frombuffer(proto, np.uint8),
        kept=np.array(kept, np.int32),
        ids=np.concatenate([np.array(i, np.uint16) for i in ids]),
        ends=np.cumsum([len(i) for i in ids]),
        labels=labels.astype(np.int8),
        mask=mask.astype(np.int8),
        weight=np.array([r.weight for r in rows], np.float32),
        written=np.array([r.source.startswith("written") for r in rows]),
        french=np.array([r.lang == "fr" for r in rows]),
        held=np.array([held_out(r.group) for r in rows]),
        hidden=np.array([i >= len(plain) for i in range(len(rows))]),
        source=np.array([r.source for r in rows]),
        marks=np.array([",".join(r.marks) for r in rows]),
        group=np.array([hashlib.sha256(r.group.encode()).hexdigest()[:12] for r in rows]),
    )
    print(f"{len(rows)} rows, {len(kept)} pieces kept, {np.mean([len(i) for i in ids]):.1f} pieces a row", flush=True)


def prepare(text: str) -> str:
    """A text as the product hands it to the encoder."""
    text = text[:MAX_CHARS]
    return spelling(text, normalise(text, read_disguised))


def _once_more(rows: list[Row], share: dict[str, float], way: Callable[[str, random.Random], str], seed: int) -> list[Row]:
    """Some of the rows, their texts as `way` makes them."""
    rng = random.Random(SEED + seed)
    found = []
    for r in rows:
        if rng.random() < share["written" if r.source.startswith("written") else "public"]:
            found.append(Row(way(r.text[:MAX_CHARS], rng), r.lang, r.labels, r.source, r.group, r.weight, r.marks))
    return found


if __name__ == "__main__":
    main()
