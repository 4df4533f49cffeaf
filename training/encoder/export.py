"""What was learnt, as the files that ship: `encoder.onnx` and `pieces.model`.

python -m training.encoder.export --rows rows.npz --state FOLDER/state.pt --out src/parapet/triage/artefact
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from parapet.triage.encoder.encoder import FILES
from training.encoder.exact import HEADS_OF_START, KEPT_LAYERS
from training.encoder.graph import graph


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    held = torch.load(args.state, weights_only=True)
    weights = {name: tensor.float().numpy() for name, tensor in held["net"].items()}
    onnx, pieces = FILES
    (args.out / onnx).write_bytes(graph(weights, len(KEPT_LAYERS), HEADS_OF_START))
    (args.out / pieces).write_bytes(np.load(args.rows)["proto"].tobytes())
    print(f"{held['step']} steps, {(args.out / onnx).stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
