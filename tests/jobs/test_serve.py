"""`serve` starts the web server and the worker, keeps them going, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from django.db import transaction
from support.ports import free_port as unused_port

from parapet.cli.supervise import free_port, serve
from parapet.domain.errors import PlainHttpRefused, PortTaken
from parapet.jobs import outbox

pytestmark = pytest.mark.slow

SCRIPT = """
import sys
from pathlib import Path
from parapet.cli.supervise import serve
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), open_browser=False, banner=lambda origin: print(origin, flush=True) or "")
print("stopped", flush=True)
"""


class Served:
    """A `serve` in a process of its own."""

    def __init__(self, home: Path) -> None:
        self.port = unused_port()
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(home), str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.origin = self.process.stdout.readline().strip()

    def status(self, path: str = "/healthz") -> int:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=100)
        try:
            asking.request("GET", path)
            return asking.getresponse().status
        except OSError:
            return 0
        finally:
            asking.close()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, role: str) -> psutil.Process | None:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess, IndexError):
            for child in psutil.Process(self.process.pid).children():
                if child.cmdline()[-1] == role:
                    return child
        return None

    def end(self) -> tuple[str, str]:
        """What it said on its way out, on standard output and standard error."""
        return self.process.communicate(timeout=300)


@pytest.fixture
def served(home):
    one = Served(home.home)
    yield one
    if one.process.poll() is None:
        one.process.terminate()
        one.process.communicate(timeout=300)


def wait_for(condition, within_s=300.0):
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_works_and_stops_when_told(served, number):
    assert served.origin == f"http://127.0.0.1:{served.port}"
    assert served.status() == 200
    with transaction.atomic():
        outbox.put("assess_batch", {"versions": []})
    wait_for(lambda: outbox.pending() == 0)
    assert sum(child.memory_info().rss for child in served.children() if child.cmdline()[-1] == "web") < 250 * 2**20
    children = served.children()
    assert len(children) >= 3
    served.process.send_signal(number)
    out, err = served.end()
    assert (served.process.returncode, out) == (0, "stopped\n")
    assert "Traceback" not in err
    assert not [child for child in children if child.is_running()]


def test_a_process_that_dies_is_started_again_and_said_so(served):
    worker, web = served.child("worker"), served.child("web")
    worker.kill()
    wait_for(lambda: served.child("worker") not in (None, worker))
    with transaction.atomic():
        outbox.put("assess_batch", {"versions": []})
    wait_for(lambda: outbox.pending() == 0)
    web.kill()
    wait_for(lambda: served.child("web") not in (None, web) and served.status() == 200)
    served.process.terminate()
    _, err = served.end()
    assert "The worker ended unexpectedly and is started again. Nothing is lost." in err
    assert "The web server ended unexpectedly and is started again. Nothing is lost." in err
    assert "Traceback" not in err


def test_nothing_stays_behind_when_it_is_killed_itself(served):
    children = served.children()
    os.kill(served.process.pid, signal.SIGKILL)
    served.process.communicate(timeout=300)
    wait_for(lambda: not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE])
    assert free_port("127.0.0.1", served.port, next_free=False) == served.port


def test_a_port_that_is_taken_is_an_error_or_the_next_one(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken):
            serve(home.home, "127.0.0.1", port, open_browser=False, banner=lambda origin: "")
        assert port < free_port("127.0.0.1", port, next_free=True) <= port + 50


def test_it_is_not_opened_to_other_machines_by_mistake(home):
    with pytest.raises(PlainHttpRefused):
        serve(home.home, "0.0.0.0", 8400, open_browser=False, banner=lambda origin: "")


@pytest.mark.parametrize(("language", "said"), [("C.UTF-8", "Nothing is encrypted"), ("fr_CA.UTF-8", "Rien n'est chiffré")])
def test_without_https_it_says_so_each_time(home, monkeypatch, language, said):
    monkeypatch.setenv("PARAPET_UNSAFE_PLAIN_HTTP", "1")
    monkeypatch.setenv("PARAPET_ALLOWED_HOSTS", "clinic-server")
    monkeypatch.setenv("LC_ALL", language)
    told: list[str] = []
    stop = threading.Event()
    stop.set()
    port = free_port("127.0.0.1", 8400, next_free=True)
    serve(home.home, "0.0.0.0", port, open_browser=False, banner=lambda origin: "", say=told.append, stop=stop)
    assert len(told) == 1 and told[0].startswith(said)
