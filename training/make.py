"""From data to artefact in one command.

    OMP_NUM_THREADS=2 python -m training.make --data DIR --work FOLDER --out src/parapet/triage/artefact

DIR holds `all.jsonl.gz`, the public sets. The written set is `training/written`. FOLDER keeps what a stopped run goes on from: the
encoder's rows and its state. Seeded; on one machine the same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz, save_npz, vstack

from parapet.triage import Triage
from parapet.triage.encoder.encoder import FILES, Encoder
from parapet.triage.features import GROUPS
from parapet.triage.model import Model
from training import expand, fit, pack
from training.calibrate import along, calibrate, choose_passes, choose_thresholds, sigmoid
from training.card import card
from training.encoder.dataset import BATCH_SHARE, SEED, prepare
from training.evaluate import evaluate
from training.measure import held_out_figures
from training.rows import HEADS, WRITTEN_SHARE, Row, held_out, label_matrix, public_rows, share_out

L2 = 3e-5
STEPS = 32
WRITTEN = Path(__file__).parent / "written"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cases", type=Path, help="functional cases to measure on, for the card")
    parser.add_argument("--truth", type=Path, help="a scenario's truth to measure on, for the card")
    args = parser.parse_args()
    began = time.monotonic()
    args.work.mkdir(parents=True, exist_ok=True)
    args.out.mkdir(parents=True, exist_ok=True)
    encoder, files = learn_encoder(args.data, args.work, args.out)
    print(f"encoder {time.monotonic() - began:.0f} s", flush=True)
    written = expand.written_rows(WRITTEN, SEED)
    rows = written + public_rows(args.data, SEED)
    held = np.array([held_out(r.group) for r in rows])
    arrays = pack.quantise(*_linear(rows, held, len(written), args.work))
    print(f"linear model {time.monotonic() - began:.0f} s", flush=True)
    # Held-out rows were learned from by neither: they weigh the two against each other, calibrate, choose thresholds, and measure.
    test = [r for r, out in zip(rows, held, strict=True) if out]
    labels, mask = label_matrix(test)
    odds = _odds(fit.featurise(test), arrays)
    close = encoder_odds(encoder, test)
    calibration = calibrate(test, labels, mask, [odds], (1.0, 0.0))
    stacking = calibrate(test, labels, mask, [odds, close], (0.3, 0.7, 0.0))
    said = sigmoid(along(test, stacking, odds, close))
    thresholds = choose_thresholds(test, said, labels, mask)
    about = {
        "calibration": calibration,
        "stacking": stacking,
        "passes": choose_passes(test, along(test, calibration, odds), labels, mask),
        "thresholds": thresholds,
        "encoder": files,
    }
    digest = pack.write(args.out, arrays, about)
    figures = held_out_figures(test, said, labels, mask, thresholds)
    model = Model.read((args.out / "model.npz").read_bytes(), digest)
    others = evaluate(Triage(model, encoder), args.cases, args.truth)
    text = card(
        name=pack.NAME,
        digest=digest,
        files=files,
        pieces=encoder.pieces.size,
        batch_share=BATCH_SHARE,
        heads=len(HEADS),
        written=len(written),
        templates=len({r.group for r in written}),
        written_digest=expand.digest_of(WRITTEN),
        share=WRITTEN_SHARE,
        held_out=figures,
        others=others,
    )
    (args.out / "card.md").write_text(text, encoding="utf-8")
    print(json.dumps(figures), json.dumps(others), json.dumps(about["passes"]), json.dumps(thresholds), sep="\n")
    print(f"{digest}, {time.monotonic() - began:.0f} s", flush=True)


def learn_encoder(data: Path, work: Path, out: Path) -> tuple[Encoder, dict[str, str]]:
    """The encoder, learnt as far as `work` does not hold it already, and the digests of its files in `out`."""
    rows = work / "rows.npz"
    if not rows.exists():
        _run("training.encoder.dataset", "--data", str(data), "--out", str(rows))
    _run("training.encoder.learn", "--rows", str(rows), "--out", str(work / "encoder"))
    _run("training.encoder.export", "--rows", str(rows), "--state", str(work / "encoder" / "state.pt"), "--out", str(out))
    raw = {name: (out / name).read_bytes() for name in FILES}
    files = {name: hashlib.sha256(held).hexdigest() for name, held in raw.items()}
    return Encoder.read(raw, files), files


def _run(module: str, *args: str) -> None:
    """In a process of its own: what learns takes all memory there is, and gives it back."""
    subprocess.run([sys.executable, "-m", module, *args], check=True)


def _linear(
    rows: list[Row], held: NDArray[np.bool_], n_written: int, work: Path
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Weights and bias of the linear model, from the rows that are not held out; kept in `work` between runs."""
    x = vstack([_cached(rows[:n_written], work), _cached(rows[n_written:], work)]).tocsr()
    labels, mask = label_matrix(rows)
    learn = np.flatnonzero(~held)
    share = share_out([rows[i] for i in learn], mask[learn])
    h = hashlib.sha256(f"{L2} {STEPS}".encode())
    for part in (x.indices, x.data, labels[learn], mask[learn], share):
        h.update(np.ascontiguousarray(part).data)
    file = work / f"linear-{h.hexdigest()[:16]}.npz"
    if not file.exists():
        weights, bias = fit.fit(x[learn], labels[learn], mask[learn], share, l2=L2, steps=STEPS)
        np.savez(file, weights=weights, bias=bias)
    kept = np.load(file)
    return kept["weights"], kept["bias"]


def _odds(x: csr_matrix, arrays: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """(n_rows, n_heads): what the packed model will say."""
    whole = np.concatenate([arrays[f"weights_{g}"] * arrays[f"scales_{g}"] for g in GROUPS]).astype(np.float32)
    return np.asarray(x @ whole + arrays["bias"], np.float64)


def encoder_odds(encoder: Encoder, rows: list[Row]) -> NDArray[np.float64]:
    """(n_rows, n_heads): what the encoder says of each row, as the product asks it."""
    windows = [encoder.pieces.windows(prepare(r.text), r.marks) for r in rows]
    said = iter(encoder.log_odds([w for of_row in windows for w in of_row]))
    return np.array([np.max([next(said) for _ in of_row], axis=0) for of_row in windows])


def _cached(rows: list[Row], folder: Path) -> csr_matrix:
    """Their features, kept in `folder` between runs."""
    h = hashlib.sha256(repr([(r.text, r.marks) for r in rows]).encode("utf-8", "surrogatepass"))
    house = Path(__file__).parent.parent / "src/parapet/triage"
    for name in ("features.py", "words.py", "normalise.py", "concepts.txt", "confusables.py", "lexicon.txt"):
        h.update((house / name).read_bytes())
    file = folder / f"{h.hexdigest()[:16]}.npz"
    if not file.exists():
        save_npz(file, fit.featurise(rows), compressed=False)
    return load_npz(file)


if __name__ == "__main__":
    main()
