"""All the judges together: ours in this process, each peer in its own. A peer that is lost is told, and the rest go on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from attrs import frozen

from benchmarks.judges.served import OURS, PEERS, Served, Silent
from benchmarks.judges.sets import text_of
from parapet.domain.judgement import Assessment
from parapet.triage import Request, Triage
from parapet.triage.functions import Answer, answer_of

_AT_ONCE = 200
_NO_ANSWER = Answer(False, 0.0)


@frozen
class Heard:
    """What was said of some requests: by ours in full, and by every judge that answered (ours too) as is measured."""

    said: list[Assessment]
    answers: dict[str, list[Answer]]


class Panel:
    """Use as a context."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the peer that learns finds its rows."""
        self.ours = Triage.load()
        self.lost: dict[str, str] = {}
        self.peers: dict[str, Served] = {}
        for name in PEERS:
            try:
                self.peers[name] = Served.start(name, folder)
            except Silent as why:
                self.lose(name, str(why))

    def __enter__(self) -> Panel:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        for peer in self.peers.values():
            peer.stop()

    def lose(self, name: str, why: str) -> None:
        """Go on without a peer, and say so at once and in the figures."""
        self.lost[name] = why
        print(f"\n*** NOT MEASURED: {name}: {why}\n", file=sys.stderr, flush=True)
        if name in self.peers:
            self.peers.pop(name).stop()

    def judges(self) -> dict[str, bool]:
        """Who is asked, ours first; and whether its scores are probabilities."""
        return {OURS: True, **{name: peer.probability for name, peer in self.peers.items()}}

    def ask(self, requests: Sequence[Request]) -> Heard:
        """Have every judge answer. A text at which a peer fails counts as called not abusive."""
        said = self.ours.assess_many(requests)
        answers = {OURS: [answer_of(s) for s in said]}
        for name, peer in list(self.peers.items()):
            try:
                answers[name] = _answers(peer, [text_of(r) for r in requests])
            except Silent as why:
                self.lose(name, str(why))
        return Heard(said, answers)


def _answers(peer: Served, texts: Sequence[str]) -> list[Answer]:
    found: list[Answer] = []
    for at in range(0, len(texts), _AT_ONCE):
        got = peer.ask(texts[at : at + _AT_ONCE])
        found += [
            _NO_ANSWER if score is None else Answer(bool(says), score) for score, says in zip(got.scores, got.says, strict=True)
        ]
    return found
