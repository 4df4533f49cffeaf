"""The words that a disguised spelling may stand for, `src/parapet/triage/lexicon.txt`: single words, of which nothing can be put together.

    python -m training.encoder.lexicon --data DIR --rows rows.npz --out src/parapet/triage/lexicon.txt

`rows.npz` is the file of `dataset`; of it only the kept pieces are read. The normaliser reads the lexicon, so that the linear model is
fitted anew after a change.
"""

from __future__ import annotations

import argparse
import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from parapet.triage.normalise import fold_word
from training import expand
from training.encoder import start
from training.encoder.dataset import MOST_PUBLIC, SEED
from training.rows import public_rows

#: A word that is used less often than this is not read out of a disguise: one that is a piece of the vocabulary, and any.
LEAST_SPOKEN, LEAST_COMMON = 12, 25
_WIDTH = 140


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows = [*expand.written_rows(Path(__file__).parent.parent / "written", SEED), *public_rows(args.data, SEED, MOST_PUBLIC)]
    pieces = start.load().pieces
    words = lexicon((pieces[n] for n in np.load(args.rows)["kept"].tolist()), (r.text for r in rows))
    args.out.write_text("\n".join(textwrap.wrap(" ".join(words), _WIDTH)) + "\n", encoding="ascii")
    print(f"{len(words)} words", flush=True)


def lexicon(pieces: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Words in plain letters that the texts use often, those that are one piece less often; in order."""
    whole = {
        fold_word(p[1:])
        for p in pieces
        if p.startswith("▁") and 3 <= len(p) - 1 <= 16 and p[1:].isalpha() and p[1:] == p[1:].lower()
    }
    seen = Counter(word for text in texts for word in re.findall(r"[a-z]+", fold_word(text)))
    return sorted(w for w, times in seen.items() if 3 <= len(w) <= 16 and times >= (LEAST_SPOKEN if w in whole else LEAST_COMMON))


if __name__ == "__main__":
    main()
