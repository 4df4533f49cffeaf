"""The encoder at work: windows of pieces to log-odds, the same alone, in a batch, and on every machine.

The graph (`artefact/encoder.onnx`) sums whole numbers only, each small enough to be exact, so that neither the order of a sum nor the
company in a batch can be seen in a result. ONNX Runtime is told to change nothing of it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from parapet.domain.errors import ModelDamaged
from parapet.triage.encoder.pieces import PAD, Pieces

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

#: Windows go in batches of about this many pieces, of like length: what a step makes of so many stays in the processor's cache.
BATCH_PIECES = 192
FILES = ("encoder.onnx", "pieces.model")


#: Results kept, by a digest of the window: a wave says the same over and over.
KEPT = 8_192


class Encoder:
    """Safe to use from many threads.

    pieces  text to windows
    keep    how many results are kept; 0 for who measures
    """

    def __init__(self, pieces: Pieces, session: InferenceSession, keep: int = KEPT) -> None:
        self.pieces, self._session, self._keep = pieces, session, keep
        self._kept: dict[bytes, NDArray[np.float64]] = {}
        self._keeping = threading.Lock()

    @classmethod
    def load(cls, recorded: Mapping[str, str], keep: int = KEPT) -> Encoder:
        """The shipped one. Raises ModelDamaged when a file's SHA-256 is not the one `recorded` by the file's name."""
        folder = resources.files("parapet.triage").joinpath("artefact")
        return cls.read({name: folder.joinpath(name).read_bytes() for name in FILES}, recorded, keep)

    @classmethod
    def read(cls, raw: Mapping[str, bytes], recorded: Mapping[str, str], keep: int = KEPT) -> Encoder:
        """An encoder from the bytes of its files and the digests on record, both by the files' names."""
        if {name: hashlib.sha256(raw[name]).hexdigest() for name in FILES} != dict(recorded):
            raise ModelDamaged
        graph, vocabulary = FILES
        return cls(Pieces(raw[vocabulary]), _session(raw[graph]), keep)

    def log_odds(self, windows: Sequence[Sequence[int]]) -> list[list[float]]:
        """Log-odds of each head for each window, in the order given. windows  numbers of pieces, each at most WINDOW long"""
        keys = [hashlib.blake2b(np.array(w, np.uint16).tobytes(), digest_size=16).digest() for w in windows]
        with self._keeping:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        asked = {key: window for key, window in zip(keys, windows, strict=True) if key not in known}
        known |= dict(zip(asked, self._run(list(asked.values())), strict=True))
        with self._keeping:
            for key in asked if self._keep else ():
                if len(self._kept) >= self._keep:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = known[key]
        return [known[key].tolist() for key in keys]

    def _run(self, windows: Sequence[Sequence[int]]) -> list[NDArray[np.float64]]:
        lengths = [len(w) for w in windows]
        order = sorted(range(len(windows)), key=lengths.__getitem__)
        found: list[NDArray[np.float64]] = [_NOTHING] * len(windows)
        at = 0
        while at < len(order):
            end = at + 1
            while end < len(order) and lengths[order[end]] * (end + 1 - at) <= BATCH_PIECES:
                end += 1
            some = order[at:end]
            ids = np.full((len(some), lengths[some[-1]]), PAD, np.int64)
            for row, which in enumerate(some):
                ids[row, : lengths[which]] = windows[which]
            for which, odds in zip(some, self._session.run(None, {"ids": ids})[0], strict=True):
                found[which] = odds
            at = end
        return found


_NOTHING = np.zeros(0)


def _session(graph: bytes) -> InferenceSession:
    import onnxruntime  # a fifth of a second that only judging pays

    options = onnxruntime.SessionOptions()
    # Nothing is fused or folded: a fused step rounds once where two round twice.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
