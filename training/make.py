"""From data to artefact in one command.

    OMP_NUM_THREADS=1 python -m training.make --data DIR --out src/parapet/triage/artefact

DIR holds `all.jsonl.gz`, the public sets. The written set is `training/written`. Seeded; the same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz, save_npz, vstack

from parapet.triage import Triage
from parapet.triage.features import GROUPS
from parapet.triage.model import Model
from training import expand, fit, pack
from training.calibrate import calibrate, choose_thresholds
from training.card import card
from training.evaluate import evaluate
from training.measure import held_out_figures
from training.rows import HEADS, WRITTEN_SHARE, Row, label_matrix, public_rows, share_out

SEED = 20_261_123
L2 = 3e-5
STEPS = 32
HELD_OUT = 0.15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="keep the features of the public sets here between runs")
    parser.add_argument("--cases", type=Path, help="functional cases to measure on, for the card")
    parser.add_argument("--truth", type=Path, help="a scenario's truth to measure on, for the card")
    parser.add_argument("--l2", type=float, default=L2)
    parser.add_argument("--steps", type=int, default=STEPS)
    args = parser.parse_args()
    began = time.monotonic()
    written = expand.written_rows(Path(__file__).parent / "written", SEED)
    public = public_rows(args.data, SEED)
    print(f"{len(written)} written rows, {len(public)} public rows", flush=True)
    x = vstack([fit.featurise(written), _cached(public, args.cache)]).tocsr()
    print(f"features {time.monotonic() - began:.0f} s, {x.nnz} ones", flush=True)
    rows = written + public
    labels, mask = label_matrix(rows)
    held = np.array([_held_out(r.group) for r in rows])
    learn = np.flatnonzero(~held)
    weights, bias = fit.fit(
        x[learn], labels[learn], mask[learn], share_out([rows[i] for i in learn], mask[learn]), l2=args.l2, steps=args.steps
    )
    print(f"fitted {time.monotonic() - began:.0f} s", flush=True)
    judged = np.flatnonzero(held)
    odds = _odds(x[judged], pack.quantise(weights, bias))
    test = [rows[i] for i in judged]
    calibration = calibrate(test, odds, labels[judged], mask[judged])
    thresholds = choose_thresholds(test, odds, labels[judged], mask[judged], calibration)
    # What calibrates and measures was held out; what ships learns from every row.
    weights, bias = fit.fit(x, labels, mask, share_out(rows, mask), l2=args.l2, steps=args.steps)
    digest = pack.write(args.out, pack.quantise(weights, bias), calibration, thresholds)
    figures = held_out_figures(test, odds, labels[judged], mask[judged], calibration, thresholds)
    others = evaluate(Triage(Model.read((args.out / "model.npz").read_bytes(), digest)), args.cases, args.truth)
    text = card(
        name=pack.NAME,
        digest=digest,
        heads=len(HEADS),
        written=len(written),
        templates=len({r.group for r in written}),
        written_digest=expand.digest_of(Path(__file__).parent / "written"),
        share=WRITTEN_SHARE,
        held_out=figures,
        others=others,
    )
    (args.out / "card.md").write_text(text, encoding="utf-8")
    print(json.dumps(figures), json.dumps(others), sep="\n")
    print(f"{digest} {(args.out / 'model.npz').stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s", flush=True)


def _held_out(group: str) -> bool:
    return int.from_bytes(hashlib.sha256(f"{SEED}:{group}".encode()).digest()[:4], "big") < HELD_OUT * 2**32


def _odds(x: csr_matrix, arrays: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """(n_rows, n_heads): what the packed model will say."""
    whole = np.concatenate([arrays[f"weights_{g}"] * arrays[f"scales_{g}"] for g in GROUPS]).astype(np.float32)
    return np.asarray(x @ whole + arrays["bias"], np.float64)


def _cached(rows: list[Row], folder: Path | None) -> csr_matrix:
    if folder is None:
        return fit.featurise(rows)
    h = hashlib.sha256(repr([(r.text, r.marks) for r in rows]).encode("utf-8", "surrogatepass"))
    house = Path(__file__).parent.parent / "src/parapet/triage"
    for name in ("features.py", "words.py", "normalise.py", "concepts.txt", "confusables.py"):
        h.update((house / name).read_bytes())
    file = folder / f"{h.hexdigest()[:16]}.npz"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        save_npz(file, fit.featurise(rows), compressed=False)
    return load_npz(file)


if __name__ == "__main__":
    main()
