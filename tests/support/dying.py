"""`parapet`, killed with -9 at a step of our choosing: as sure on a fast machine as on a slow one.

A step is what a power cut could fall behind: a file opened, written through, named, renamed or removed, a statement or a commit of
the database. The command runs as it is installed; only its process counts, and kills itself before the step that was chosen.

`python dying.py [file]` reads lines of JSON from its input, runs each as a command in a process of its own, and answers
each with how it went:

    {"words": [...], "at": 17, "variables": {...}, ...}  →  {"status": -9, "steps": 17, "said": "..."}
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.forked import preload
from support.limits import files_up_to, obey_permissions_now

_EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.truncate"}


@frozen
class Death:
    """How a command went: status -9 when it was killed, and how many steps it took until then."""

    status: int
    steps: int
    said: str

    @property
    def killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Mortal:
    """Starts commands that die at a step. One process imports the program once, and forks."""

    def __init__(self) -> None:
        from support.terminal import surroundings

        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings()
        )

    def run(self, words: Sequence[str | Path], *, at: int = 0, max_bytes: int = -1, obeys: bool = False, **given: str) -> Death:
        """`parapet` with `words` and the surroundings `given`; killed before step `at`, or never with 0.

        max_bytes  no file may grow beyond
        obeys      permissions hold for it, also when we are root
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        variables = {name: value for name, value in os.environ.items() if name.startswith("PARAPET_")} | given
        order = {"words": [str(word) for word in words], "at": at, "variables": variables, "max_bytes": max_bytes, "obeys": obeys}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Death(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@contextlib.contextmanager
def mortal() -> Iterator[Mortal]:
    made = Mortal()
    try:
        yield made
    finally:
        made.close()


# In the process that starts them


class Steps:
    """Counts what this process does to disk and database, and ends it before step `last`; `told` gets the count."""

    def __init__(self, last: int, told: mmap.mmap) -> None:
        self.count, self.last, self.told, self.pid = 0, last, told, os.getpid()

    def step(self) -> None:
        if os.getpid() != self.pid:
            return
        self.count += 1
        self.told[:8] = self.count.to_bytes(8, "big")
        if self.count == self.last:
            os.kill(self.pid, signal.SIGKILL)

    def watch(self) -> None:
        """From now on."""
        from django.db.backends.base.base import BaseDatabaseWrapper
        from django.db.backends.utils import CursorWrapper

        def audit(event: str, arguments: tuple[Any, ...]) -> None:
            if event in _EVENTS and self._matters(event, arguments):
                self.step()

        sys.addaudithook(audit)
        for place, name in (
            (os, "fsync"),
            (CursorWrapper, "execute"),
            (CursorWrapper, "executemany"),
            (BaseDatabaseWrapper, "_commit"),
        ):
            setattr(place, name, self._counted(getattr(place, name)))

    def _counted(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            self.step()
            done = act(*given, **named)
            self.step()
            return done

        return counted

    @staticmethod
    def _matters(event: str, arguments: tuple[Any, ...]) -> bool:
        """Reading the program itself, or anything, changes nothing."""
        if event != "open":
            return True
        _path, mode, flags = arguments
        writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
        return bool(flags & writing) if isinstance(flags, int) and mode is None else bool(mode and set(mode) & set("wax+"))


def _run(order: dict[str, Any], told: mmap.mmap, output: int) -> None:
    """In the forked process: as the command would."""
    for name in [name for name in os.environ if name.startswith("PARAPET_")]:
        del os.environ[name]
    os.environ.update(order["variables"])
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    steps = Steps(order["at"], told)
    steps.watch()
    if order["max_bytes"] >= 0:
        files_up_to(order["max_bytes"])()
    if order["obeys"]:
        obey_permissions_now()
    from parapet.cli.main import main

    sys.argv = ["parapet", *order["words"]]
    status = 0
    try:
        main(order["words"], prog_name="parapet")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        status = 70
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _serve() -> None:
    preload()
    for line in sys.stdin:
        order = json.loads(line)
        with mmap.mmap(-1, 8) as told:
            reading, output = os.pipe()  # not a file: its length is limited, too
            pid = os.fork()
            if not pid:
                try:
                    _run(order, told, output)
                finally:
                    os._exit(70)
            os.close(output)
            with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
                said = pipe.read()
            _, ended = os.waitpid(pid, 0)
            steps = int.from_bytes(told[:8], "big")
        print(json.dumps({"status": os.waitstatus_to_exitcode(ended), "steps": steps, "said": said}), flush=True)


if __name__ == "__main__":
    _serve()
