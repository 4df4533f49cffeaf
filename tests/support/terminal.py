"""The installed command in a process of its own, as a person starts it."""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from attrs import frozen

from support.forked import Forked

#: Beside the interpreter that runs the tests: what `pip install` put there.
PARAPET = Path(sys.executable).with_name("parapet")
#: Only what a terminal would draw itself, and the end of a line.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@frozen
class Said:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def calm(self, status: int = 2) -> str:
        """Standard error, after a check that it is one sentence, one advice with its code, and no traceback."""
        assert self.status == status, (self.status, self.out, self.err)
        assert "Traceback" not in self.err + self.out
        first, advice, *more = self.err.splitlines()
        assert first.startswith("parapet: ") and first.endswith("."), self.err
        assert re.fullmatch(r"  .+\.  \[[a-z_.]+\]", advice), self.err
        assert not more, self.err
        return self.err

    def inert(self) -> None:
        """Nothing that a terminal obeys."""
        assert not _CONTROL.search(self.out), repr(self.out)
        assert not _CONTROL.search(self.err), repr(self.err)


def surroundings(**given: str) -> dict[str, str]:
    """This process's environment (a test's home is named in it), in English, with `given` on top."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    return {**kept, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **given}


@cache
def _forked() -> Forked:
    """One for all tests of this process, made for the first that needs it, and gone with them."""
    made = Forked({name: value for name, value in surroundings().items() if not name.startswith(("PARAPET_", "DJANGO_"))})
    atexit.register(made.close)
    return made


def parapet(
    *words: str | Path,
    stdin: bytes = b"",
    timeout_s: float = 900.0,
    before: Callable[[], None] | None = None,
    installed: bool = False,
    **given: str,
) -> Said:
    """Run `parapet` with `words` to its end.

    before     runs in the new process, before the program
    installed  start what `pip install` put there, with its interpreter, rather than fork a process that has imported it
    """
    variables = surroundings(**given)
    if before is None and not installed and _forked().takes(variables):
        done = _forked().run(PARAPET, [str(word) for word in words], stdin=stdin, variables=variables, timeout_s=timeout_s)
    else:
        done = subprocess.run(
            [PARAPET, *words],
            input=stdin,
            capture_output=True,
            env=variables,
            timeout=timeout_s,
            check=False,
            preexec_fn=before,
        )
    return Said(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def started(words: Sequence[str | Path], **given: str) -> subprocess.Popen[bytes]:
    """`parapet` with `words`, running; silent, in a session of its own."""
    return subprocess.Popen(
        [PARAPET, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=surroundings(**given),
        start_new_session=True,
    )
