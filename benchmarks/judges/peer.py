"""One judge in a process of its own: JSON lines in, JSON lines out. Runs under the peers' interpreter, which knows nothing of Parapet.

    python -P benchmarks/judges/peer.py NAME FOLDER [--one-core]

The first line out tells {"version", "probability", "rule", "note"}, or {"failed": why}. Then for each line {"texts", "each"} in, one out:
{"scores", "says", "failed", "wall_s", "cpu_s", "each_s"}. A text at which the judge fails has neither score nor verdict; `failed` counts them.
FOLDER is where "tf-idf" finds what to learn from, `rows.jsonl`, and keeps what it learned.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

#: Of each text a score to rank by, and whether it is called abusive.
Verdicts = tuple[Sequence[float | None], Sequence[bool | None]]


class Ready(NamedTuple):
    """A judge.

    probability  whether the score is meant as a probability
    rule         what its own threshold is, in words
    note         what else a reader of its figures must know
    """

    judge: Callable[[list[str]], Verdicts]
    version: str
    probability: bool
    rule: str
    note: str = ""


def alt_profanity_check(_folder: Path) -> Ready:
    """A linear support vector machine over counts of words."""
    library: Any = importlib.import_module("profanity_check")

    def judge(texts: list[str]) -> Verdicts:
        scores = [float(s) for s in library.predict_prob(texts)]
        return scores, [bool(s) for s in library.predict(texts)]

    return Ready(judge, importlib.metadata.version("alt-profanity-check"), True, "its predict(), the probability 0.5")


def better_profanity(_folder: Path) -> Ready:
    """A list of English words and their spellings: yes or no."""
    library: Any = importlib.import_module("better_profanity")
    library.profanity.load_censor_words()

    def judge(texts: list[str]) -> Verdicts:
        says = [bool(library.profanity.contains_profanity(t)) for t in texts]
        return [float(s) for s in says], says

    return Ready(judge, importlib.metadata.version("better-profanity"), False, "a word of its list")


def glin_profanity(_folder: Path) -> Ready:
    """Lists of words in many languages, read through disguises."""
    library: Any = importlib.import_module("glin_profanity")
    found = library.Filter({"languages": ["english", "french"], "detect_leetspeak": True})

    def judge(texts: list[str]) -> Verdicts:
        counts = [len(found.check_profanity(t)["profane_words"]) for t in texts]
        return [float(c) for c in counts], [c > 0 for c in counts]

    note = "asked for English and French, with leet; its score is the number of words found"
    return Ready(judge, importlib.metadata.version("glin-profanity"), False, "a word of its lists", note)


def hatesonar(folder: Path) -> Ready:
    """Logistic regression over tf-idf of words, with classes for hate, offence and neither, in ONNX."""
    library: Any = importlib.import_module("hatesonar.api")
    note = ""
    importlib.import_module("onnxruntime").set_default_logger_severity(4)  # it prints what it raises as well
    try:
        sonar = library.Sonar()
    except Exception as error:  # whatever the runtime raises where the system lacks the locale that its lower-casing asks for
        if "locale" not in str(error):
            raise
        sonar = library.Sonar(_with_plain_locale(library.DEFAULT_MODEL_FILE, folder / "hatesonar.onnx"))
        note = "this system has no locale en_US.UTF-8; its model lower-cases by C.UTF-8, else it is as it came"

    def judge(texts: list[str]) -> Verdicts:
        said = [sonar.ping(t) for t in texts]
        neither = [next(c["confidence"] for c in s["classes"] if c["class_name"] == "neither") for s in said]
        return [1.0 - float(n) for n in neither], [s["top_class"] != "neither" for s in said]

    return Ready(judge, importlib.metadata.version("hatesonar"), True, "another top class than neither", note)


def _with_plain_locale(model: Path, into: Path) -> Path:
    onnx: Any = importlib.import_module("onnx")
    graph = onnx.load(model)
    for node in graph.graph.node:
        if node.op_type == "StringNormalizer":
            node.attribute.append(onnx.helper.make_attribute("locale", "C.UTF-8"))
    onnx.save(graph, into)
    return into


def tf_idf(folder: Path) -> Ready:
    """Tf-idf of one and two words with logistic regression, learned from `rows.jsonl`."""
    kept = folder / "tf-idf.pickle"
    if not kept.exists():
        if not (folder / "rows.jsonl").exists():
            raise FileNotFoundError("it has nothing to learn from: name the public rows with --data")
        kept.write_bytes(pickle.dumps(_learn(folder / "rows.jsonl")))
    words, model = pickle.loads(kept.read_bytes())

    def judge(texts: list[str]) -> Verdicts:
        scores = [float(p) for p in model.predict_proba(words.transform(texts))[:, 1]]
        return scores, [s >= 0.5 for s in scores]

    version = f"scikit-learn {importlib.metadata.version('scikit-learn')}"
    return Ready(
        judge, version, True, "the probability 0.5", "learned on the public rows that are not held out, both languages together"
    )


def _learn(path: Path) -> tuple[Any, Any]:
    text: Any = importlib.import_module("sklearn.feature_extraction.text")
    linear: Any = importlib.import_module("sklearn.linear_model")
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    words = text.TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, strip_accents="unicode")
    seen = words.fit_transform([r["text"] for r in rows])
    return words, linear.LogisticRegression(C=4.0, max_iter=500).fit(seen, [int(r["abusive"]) for r in rows])


def parapet(_folder: Path) -> Ready:
    """The shipped triage, whole."""
    from parapet.triage import Request, Triage
    from parapet.triage.encoder.encoder import Encoder
    from parapet.triage.model import Model

    model = Model.load()
    triage = Triage(model, Encoder.load(model.encoder, keep=0))  # no text is judged from memory

    def judge(texts: list[str]) -> Verdicts:
        said = triage.assess_many([Request(t) for t in texts])
        return [s.abusive for s in said], [bool(s.harms) for s in said]

    return Ready(judge, triage.model.name, True, "a harm named")


def parapet_linear(_folder: Path) -> Ready:
    """The shipped linear stage alone: text to log-odds, uncalibrated, with no rule, part or quotation looked at."""
    from parapet.triage.linear import log_odds_of_many
    from parapet.triage.model import Model
    from parapet.triage.normalise import normalise
    from parapet.triage.words import read_disguised, tokens

    model = Model.load()

    def judge(texts: list[str]) -> Verdicts:
        parts = ((tokens(normalise(t, read_disguised).text), ()) for t in texts)
        odds = [row[0] for row in log_odds_of_many(model, parts)]
        return odds, [o > 0 for o in odds]

    return Ready(judge, model.name, False, "log-odds above zero")


JUDGES: dict[str, Callable[[Path], Ready]] = {
    "alt-profanity-check": alt_profanity_check,
    "better-profanity": better_profanity,
    "glin-profanity": glin_profanity,
    "hatesonar": hatesonar,
    "tf-idf": tf_idf,
    "parapet": parapet,
    "parapet, linear stage": parapet_linear,
}


def judged(judge: Callable[[list[str]], Verdicts], texts: list[str]) -> tuple[list[float | None], list[bool | None], int]:
    """All at once; one by one where that fails, so that one text costs no other its verdict."""
    try:
        scores, says = judge(texts)
        return list(scores), list(says), 0
    except Exception:  # a library may raise anything at a hostile text; how many it failed at is told
        if len(texts) == 1:
            return [None], [None], 1
    each = [judged(judge, [t]) for t in texts]
    return [s for e in each for s in e[0]], [s for e in each for s in e[1]], sum(e[2] for e in each)


def answer(judge: Callable[[list[str]], Verdicts], asked: dict[str, Any]) -> dict[str, Any]:
    """One line in to one line out."""
    texts: list[str] = asked["texts"]
    wall, cpu, each_s = time.perf_counter(), time.process_time(), []
    scores: list[float | None] = []
    says: list[bool | None] = []
    failed = 0
    for group in [[t] for t in texts] if asked.get("each") else [texts]:
        began = time.perf_counter()
        some, verdicts, lost = judged(judge, group)
        each_s.append(time.perf_counter() - began)
        scores, says, failed = scores + some, says + verdicts, failed + lost
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    return {"scores": scores, "says": says, "failed": failed, "wall_s": wall_s, "cpu_s": cpu_s, "each_s": each_s}


def main(name: str, folder: Path, *, one_core: bool) -> None:
    """Serve until standard input ends."""
    # What a library prints must not come between the lines.
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    if one_core:
        with contextlib.suppress(AttributeError):  # not on every system
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    def say(line: dict[str, Any]) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    try:
        ready = JUDGES[name](folder)
    except Exception as error:  # whatever a library raises on import: the measurement tells it and goes on
        say({"failed": f"{type(error).__name__}: {error}"[:300]})
        return
    say({"version": ready.version, "probability": ready.probability, "rule": ready.rule, "note": ready.note})
    for line in sys.stdin:
        say(answer(ready.judge, json.loads(line)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), one_core="--one-core" in sys.argv[3:])
