"""Triage's first stage (one spelling, words, features, log-odds) on one core: messages of a hundred characters a second.

    python -m benchmarks.linear [--messages N] [--full]

Many at once and one by one, the stage alone and the whole judgement; every figure is the best of ROUNDS, taken in turn, of this process's CPU time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

from benchmarks import many
from benchmarks.measured import machine

CHARS = 100
MESSAGES, FULL_MESSAGES = 3_000, 30_000
ROUNDS = 3
#: Messages a second of the stage alone, many at once.
LIMIT = 10_000


def messages(wanted: int) -> list[str]:
    """The texts of the sample, language by language, cut every CHARS characters, over and over until there are enough."""
    from parapet.channels.containers import Source, parse_source, walk
    from parapet.domain.parsed import Found

    said: dict[str, dict[str, None]] = {}
    for source in walk([many.SAMPLE]):
        for parsed in parse_source(source) if isinstance(source, Source) else ():
            if isinstance(parsed, Found):
                said.setdefault(parsed.item.lang, {})[parsed.item.text] = None
    cut = []
    for texts in said.values():
        row = " ".join(texts)
        cut += [row[at : at + CHARS] for at in range(0, len(row) - CHARS, CHARS)]
    return [cut[number % len(cut)] for number in range(wanted)]


def quickest(tasks: Sequence[Callable[[], object]]) -> list[float]:
    """Seconds of CPU time of each, the best of ROUNDS in turn after one that does not count."""
    best = [float("inf")] * len(tasks)
    for number in range(ROUNDS + 1):
        for at, task in enumerate(tasks):
            began = time.process_time()
            task()
            if number:
                best[at] = min(best[at], time.process_time() - began)
    return best


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.linear", description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, help=f"how many (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MESSAGES} messages")
    asked = options.parse_args()

    from parapet.triage import Request, Triage
    from parapet.triage.encoder.encoder import Encoder
    from parapet.triage.features import buckets
    from parapet.triage.linear import log_odds_of_many
    from parapet.triage.model import Model
    from parapet.triage.normalise import normalise
    from parapet.triage.words import Tokens, read_disguised, tokens

    model = Model.load()
    judge = Triage(model, Encoder.load(model.encoder, keep=0))  # every round reads every text as if for the first time
    texts = messages(asked.messages or (FULL_MESSAGES if asked.full else MESSAGES))

    def read(text: str) -> Tokens:
        return tokens(normalise(text, read_disguised).text)

    print(machine())
    many_s, alone_s, judged_s, judged_alone_s = quickest(
        (
            lambda: log_odds_of_many(judge.model, ((read(text), ()) for text in texts)),
            lambda: [judge.model.log_odds(buckets(read(text))) for text in texts],
            lambda: judge.assess_many(Request(text) for text in texts),
            lambda: [judge.assess(text) for text in texts],
        )
    )
    for name, quick_s, slow_s in (("first stage", many_s, alone_s), ("whole judgement", judged_s, judged_alone_s)):
        print(f"{name:16s} {len(texts) / quick_s:8.0f} messages a second on one core, ", end="")
        print(f"{slow_s / quick_s:.2f} times as many as one by one ({len(texts) / slow_s:.0f})")
    print(f"first stage      (limit {LIMIT} a second) {'ok' if len(texts) / many_s >= LIMIT else 'MISSED'}")


if __name__ == "__main__":
    main()
