"""Judges in processes of their own, asked in turn."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen, mutable

from benchmarks.measured import ROOT

#: Where `--install` puts the peers.
PEERS_HOME = ROOT / ".bench-peers"
PEERS = ("alt-profanity-check", "better-profanity", "glin-profanity", "hatesonar", "tf-idf")
OURS, LINEAR = "parapet", "parapet, linear stage"

#: A judge that has not said a thing for so long is given up.
LONGEST_WAIT_S = 300.0
_SCRIPT = Path(__file__).with_name("peer.py")
#: Nobody may use a second core: what is compared is work.
_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}


class Silent(Exception):
    """A judge that could not start, ended, or took too long. Its text says which, in words to print."""


@frozen
class Said:
    """What was said of texts asked together. `each_s` holds one time for all, or one for each text if so asked."""

    scores: list[float | None]
    says: list[bool | None]
    failed: int
    wall_s: float
    cpu_s: float
    each_s: list[float]


@mutable
class Served:
    """One judge's process. Use as a context; raises Silent from every method."""

    name: str
    version: str
    probability: bool
    rule: str
    note: str
    ready_s: float
    _process: subprocess.Popen[bytes]
    _held: bytearray = field(factory=bytearray)

    @classmethod
    def start(cls, name: str, folder: Path, *, one_core: bool = False) -> Served:
        """Start the judge and wait until it is ready, which "tf-idf" is when it has learned."""
        python = sys.executable if name in (OURS, LINEAR) else str(PEERS_HOME / "bin" / "python")
        if not Path(python).exists():
            raise Silent("not installed; run: python -m benchmarks.judging --install")
        words = [python, "-P", str(_SCRIPT), name, str(folder), *(["--one-core"] if one_core else [])]
        began = time.perf_counter()
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **_ONE_THREAD})
        made = cls(name, "", False, "", "", 0.0, process)
        try:
            first = made._line(LONGEST_WAIT_S * 3)
        except BaseException:
            made.stop()
            raise
        if "failed" in first:
            made.stop()
            raise Silent(f"does not run here: {first['failed']}")
        made.ready_s = time.perf_counter() - began
        made.version, made.probability = first["version"], first["probability"]
        made.rule, made.note = first["rule"], first["note"]
        return made

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def ask(self, texts: Sequence[str], *, each: bool = False, wait_s: float = LONGEST_WAIT_S) -> Said:
        """Have it judge `texts` together, or each alone."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"texts": list(texts), "each": each}).encode("ascii") + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Silent("its process ended") from error
        return Said(**self._line(wait_s))

    def peak_mb(self) -> float | None:
        """The largest resident set so far; None where the system does not tell."""
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _line(self, wait_s: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        until = time.monotonic() + wait_s
        while b"\n" not in self._held:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise Silent(f"gave no answer within {wait_s:.0f} s")
            got = os.read(self._process.stdout.fileno(), 1 << 20)
            if not got:
                raise Silent(f"its process ended with {self._process.wait()}")
            self._held += got
        line, _, rest = bytes(self._held).partition(b"\n")
        self._held = bytearray(rest)
        found: dict[str, Any] = json.loads(line)
        return found
