"""What each step of a judgement costs on a pile-on (35 % abuse, 100 characters a message), in one process on one core.

    python -m benchmarks.stages [--messages N] [--full]

Processor time of each step, the best of ROUNDS; nothing comes from memory. Then what the encoder's net spends on products of matrices, and
on what lies between them. Who wants judging quicker sees here what there is to win, and what is not worth a look.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from benchmarks.judges.speed import WAVE_SHARE, stream
from benchmarks.measured import machine
from parapet.domain.judgement import Assessment
from parapet.triage import Request, Triage
from parapet.triage.encoder.encoder import Encoder
from parapet.triage.functions import read_cases
from parapet.triage.triage import _open, _Opened, _Seen

P = ParamSpec("P")
T = TypeVar("T")

MESSAGES, FULL_MESSAGES = 600, 6_000
ROUNDS = 5
#: As many as `judging` asks of together.
_TOGETHER = 200
#: All that is not the net may take so much of the whole.
LIMIT = 0.15
STEPS = (
    "parts, spelling, words, rules",
    "linear stage, language",
    "gate, pieces, weighing",
    "the encoder's net",
    "harms, severity, reasons",
)
_PRODUCTS = ("MatMulInteger", "MatMul")


class _Timed:
    """A session that counts the seconds it works and the windows it is given."""

    def __init__(self, session: Any) -> None:
        self._session, self.cpu_s, self.shapes = session, 0.0, list[tuple[int, int]]()

    def run(self, names: None, given: dict[str, Any]) -> Any:
        began = time.process_time()
        said = self._session.run(names, given)
        self.cpu_s += time.process_time() - began
        self.shapes.append(given["ids"].shape)
        return said


class Steps:
    """The shipped judge, step by step. Says what it says whole.

    best_s  seconds of processor time of each of STEPS, for all requests
    sent    how many windows the encoder read
    """

    def __init__(self, requests: Sequence[Request]) -> None:
        whole = Triage.load()
        assert whole.encoder is not None
        self.requests = requests
        self.net = _Timed(whole.encoder._session)
        self.judge = Triage(whole.model, Encoder(whole.encoder.pieces, cast(Any, self.net), keep=0))
        self.best_s = [float("inf")] * len(STEPS)
        self.sent = 0

    def round(self) -> list[Assessment]:
        """Judge all once."""
        took_s = [0.0] * len(STEPS)
        said: list[Assessment] = []
        self.net.cpu_s, self.net.shapes = 0.0, []

        def timed(step: int, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
            began = time.process_time()
            done = work(*given, **named)
            took_s[step] += time.process_time() - began
            return done

        for at in range(0, len(self.requests), _TOGETHER):
            opened = timed(0, _opened, self.requests[at : at + _TOGETHER])
            seen = timed(1, self.judge._look, opened)
            odds = timed(2, self.judge._weigh, seen)
            said += timed(4, _concluded, self.judge, seen, odds)
        took_s[2], took_s[3] = took_s[2] - self.net.cpu_s, self.net.cpu_s
        self.best_s = [min(pair) for pair in zip(self.best_s, took_s, strict=True)]
        self.sent = sum(rows for rows, _ in self.net.shapes)
        return said


def _opened(requests: Sequence[Request]) -> list[_Opened]:
    return [_open(request) for request in requests]


def _concluded(judge: Triage, seen: Sequence[_Seen], odds: Sequence[Sequence[float]]) -> list[Assessment]:
    return [judge._conclude(one, weighed) for one, weighed in zip(seen, odds, strict=True)]


def products(shapes: Sequence[tuple[int, int]]) -> float:
    """How much of the net's work on windows of these shapes goes into products of matrices, 0..1, as the runtime itself counts it."""
    import numpy as np
    import onnxruntime

    from parapet.triage.encoder import encoder

    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as folder:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_profiling, options.profile_file_prefix = True, str(Path(folder) / "net")
        graph = Path(encoder.__file__).parent.parent / "artefact" / "encoder.onnx"
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        for shape in shapes:
            session.run(None, {"ids": np.full(shape, 20, np.int64)})
        told = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    of_kind: dict[bool, int] = {True: 0, False: 0}
    for event in told:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            of_kind[event["args"]["op_name"] in _PRODUCTS] += event["dur"]
    return of_kind[True] / max(1, sum(of_kind.values()))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, help=f"how many (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MESSAGES} messages")
    asked = options.parse_args()
    messages = asked.messages or (FULL_MESSAGES if asked.full else MESSAGES)
    print(machine())
    steps = Steps([Request(text) for text in stream(read_cases(), messages, WAVE_SHARE)])
    for _ in range(ROUNDS):
        steps.round()
    whole_s = sum(steps.best_s)
    for name, took_s in zip(STEPS, steps.best_s, strict=True):
        print(f"{name:32s} {took_s / messages * 1e6:7.0f} µs a message  {took_s / whole_s:6.1%}")
    net_s = steps.best_s[3]
    print(f"{'whole':32s} {whole_s / messages * 1e6:7.0f} µs a message, {messages / whole_s:.0f} a second")
    print(
        f"the encoder read {steps.sent} windows of {messages} messages: {net_s / max(1, steps.sent) * 1e6:.0f} µs a window, ",
        end="",
    )
    print(f"{products(steps.net.shapes):.0%} of it products")
    other = 1 - net_s / whole_s
    print(f"all that is not the net: {other:.1%} of the whole (limit {LIMIT:.0%}) {'ok' if other <= LIMIT else 'MISSED'}")


if __name__ == "__main__":
    main()
