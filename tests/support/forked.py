"""`parapet` in a process of its own, without the start of the interpreter: a process imports the program once, and forks for each command.

The command runs in the new process as it would have, had a shell started it there: its words, its surroundings, its folder, its
three streams, its signals and its way of ending are its own. What Python does before the first line of the program is left out,
and so `support.terminal` starts the installed program wherever that could matter.

    orders    a stream socket: a length in eight bytes and a JSON object, with the three streams and where to answer beside it
    answer    a pipe: the number of the process, a line as soon as it runs; how it ended, a line of `os.waitstatus_to_exitcode`
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

#: Imported once, before the first fork: all that needs neither Django's settings nor a home.
PRELOADED = (
    *("dbos", "numpy", "psycopg", "pyhanko.sign", "pyrage", "rich.console", "rich.progress", "sentencepiece", "structlog"),
    *("django.contrib.auth.hashers", "django.contrib.messages.api", "django.core.management.commands.migrate"),
    *("django.core.handlers.wsgi", "django.db.backends.postgresql.base", "django.db.backends.sqlite3.base"),
    *("django.db.migrations.executor", "django.forms", "django.template.backends.django", "django.urls", "django.views.csrf"),
    *("parapet.cli.main", "parapet.evidence.bag", "parapet.evidence.signature"),
    *("parapet.evidence.shelf", "parapet.evidence.verify", "parapet.patterns.copies", "parapet.settings.logs", "parapet.triage"),
    *("dns.resolver", "parapet.access.views", "parapet.dossiers.dossier", "parapet.dossiers.redaction"),
)
_LENGTH_BYTES = 8


def preload() -> None:
    """In a process that is going to fork."""
    for name in PRELOADED:
        import_module(name)
    from parapet.channels.contract import channels

    channels()
    # Not to be gone through by the collector of each fork, which would copy it.
    gc.collect()
    gc.freeze()


# In the tests


class Forked:
    """Starts commands by forking. Threads may share it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """`variables` of the process that forks. What the interpreter itself reads of them holds for every command."""
        self._read_at_start = _read_at_start(variables)
        self._one_at_a_time = threading.Lock()
        self._orders, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=dict(variables),
                # Pipes, as those of the commands will be: Python looks at what they are when it makes its streams of them.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
            )

    def takes(self, variables: Mapping[str, str]) -> bool:
        """True when a command that is given `variables` finds the interpreter as it would have started it."""
        return _read_at_start(variables) == self._read_at_start

    def run(
        self, program: Path, words: Sequence[str], *, stdin: bytes, variables: Mapping[str, str], timeout_s: float
    ) -> subprocess.CompletedProcess[bytes]:
        """The command to its end, as `subprocess.run` has it. Raises subprocess.TimeoutExpired, after the command was killed."""
        with contextlib.ExitStack() as held:
            there, ours = [], []
            for reads in (True, False, False, False):  # its input, its output, its errors, and the answer
                ends = [
                    held.enter_context(os.fdopen(end, mode, buffering=0))
                    for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True)
                ]
                there.append(ends[not reads])
                ours.append(ends[reads])
            order = {"argv": [str(program), *words], "variables": dict(variables), "folder": str(Path.cwd()), "umask": _umask()}
            body = json.dumps(order).encode()
            with self._one_at_a_time:
                socket.send_fds(self._orders, [len(body).to_bytes(_LENGTH_BYTES, "big")], [end.fileno() for end in there])
                self._orders.sendall(body)
            for end in there:
                end.close()
            pid = ours[3].readline()
            out, err, status = _exchange(ours[0], stdin, ours[1:], time.monotonic() + (timeout_s if pid else 0))
        if not pid:
            said = self._process.communicate()[1]
            raise RuntimeError(f"the process that forks has ended\n{said.decode()}")
        if not status:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
            raise subprocess.TimeoutExpired([str(program), *words], timeout_s, out, err)
        return subprocess.CompletedProcess([str(program), *words], int(status), out, err)

    def close(self) -> None:
        self._orders.close()
        self._process.communicate()


def _read_at_start(variables: Mapping[str, str]) -> dict[str, str]:
    """What the interpreter, and libraries on their way in, read before the program begins."""
    return {
        name: value for name, value in variables.items() if name.startswith(("PYTHON", "LC_", "LD_", "OMP_", "OPENBLAS_", "TZ"))
    }


def _umask() -> int:
    """This process's; there is no way to ask without setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _exchange(into: Any, given: bytes, readers: Sequence[Any], until: float) -> list[bytes]:
    """Write `given` and read all of `readers` to their ends, or what there was by `until`."""
    said: dict[Any, list[bytes]] = {reader: [] for reader in readers}
    stream: Any
    left = memoryview(given)
    with selectors.DefaultSelector() as ready:
        for reader in readers:
            ready.register(reader, selectors.EVENT_READ)
        os.set_blocking(into.fileno(), False)
        ready.register(into, selectors.EVENT_WRITE)
        while ready.get_map() and (remaining_s := until - time.monotonic()) > 0:
            for key, _events in ready.select(remaining_s):
                stream = key.fileobj
                if stream is into:
                    if left:
                        try:
                            left = left[into.write(left) or 0 :]
                        except BrokenPipeError:
                            left = left[:0]
                    if not left:
                        ready.unregister(into)
                        into.close()
                elif piece := stream.read(2**16):
                    said[stream].append(piece)
                else:
                    ready.unregister(stream)
    return [b"".join(pieces) for pieces in said.values()]


# In the process that forks


def _become(order: dict[str, Any], streams: Sequence[int]) -> None:
    """In the forked process: the command, to its end."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.umask(order["umask"])
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["variables"])
    sys.argv = order["argv"]
    status = 0
    try:
        from parapet.cli.main import main

        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if status and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    _leave(status)


def _leave(status: int) -> None:
    """As the interpreter does, but for taking apart what was imported: that is most of the time, and nobody sees it."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        connections.close_all()
    for left in gc.get_objects():  # of its own: what was there before the fork is not among them
        if isinstance(left, sqlite3.Connection):
            with contextlib.suppress(sqlite3.Error):
                left.close()
    for stream, failed in ((sys.stdout, 120), (sys.stderr, status)):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = failed
    os._exit(status)


def _serve(orders: socket.socket) -> None:
    preload()
    ended, ending = os.pipe()
    for end in (ended, ending):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_given: None)
    signal.set_wakeup_fd(ending, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which a terminal sends to all: the commands go, and we go after the tests
    running: dict[int, int] = {}
    with selectors.DefaultSelector() as ready:
        ready.register(orders, selectors.EVENT_READ)
        ready.register(ended, selectors.EVENT_READ)
        while True:
            which = {key.fileobj for key, _events in ready.select()}
            if ended in which:
                os.read(ended, 2**16)
                for pid in list(running):
                    if (gone := os.waitpid(pid, os.WNOHANG))[0]:
                        with os.fdopen(running.pop(pid), "wb", buffering=0) as answer:
                            answer.write(b"%d\n" % os.waitstatus_to_exitcode(gone[1]))
            if orders in which:
                length, ends, _flags, _address = socket.recv_fds(orders, _LENGTH_BYTES, 4)
                if not length:
                    return
                order = json.loads(_whole(orders, int.from_bytes(length, "big")))
                pid = os.fork()
                if not pid:
                    break
                for stream in ends[:3]:
                    os.close(stream)
                os.write(ends[3], b"%d\n" % pid)
                running[pid] = ends[3]
    # Only a command comes here. Nothing of ours goes with it.
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (ended, ending, ends[3], orders.detach(), *running.values()):
        os.close(number)
    _become(order, ends[:3])


def _whole(orders: socket.socket, length: int) -> bytes:
    said = b""
    while len(said) < length:
        piece = orders.recv(length - len(said))
        if not piece:
            raise EOFError
        said += piece
    return said


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    _serve(socket.socket(fileno=int(sys.argv[1])))
