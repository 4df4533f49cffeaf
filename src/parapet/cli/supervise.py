"""Run the web server and the worker of a home, and stop both: `parapet serve`, `parapet demo`."""

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
import webbrowser
from collections.abc import Callable
from pathlib import Path

from attrs import define, evolve, field

from parapet.cli.address import address_told
from parapet.cli.ending import ends_when_told
from parapet.cli.words import in_words
from parapet.domain.errors import PortTaken, ServerFailed
from parapet.domain.errors import gettext_noop as _
from parapet.settings.environment import Environment, is_loopback
from parapet.settings.unlocking import handing

READY_S = 90.0
#: From the signal to the end of all processes.
STOP_S = 2.5
#: A process that ends this often within a minute will not come right by itself.
DEATHS_A_MINUTE = 5
PORTS_TRIED = 50


@define
class Child:
    """One process of ours, started again when it ends by itself."""

    role: str  # "web", "worker" or "door"
    title: str  # what people call it, marked for translation
    variables: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(factory=list)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C on the terminal reaches us alone, and we stop it in order."""
        with handing(self.variables) as pipe:
            self.process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "parapet.cli.background", self.role],
                env=self.variables,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=pipe,
            )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def may_start_again(self) -> bool:
        """False when it ended too often within a minute."""
        now = time.monotonic()
        self.deaths = [*(at for at in self.deaths if now - at < 60), now]
        return len(self.deaths) < DEATHS_A_MINUTE

    def signal_all(self, number: int) -> None:
        """Send to the process and to those that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def serve(
    home: Path,
    host: str,
    port: int,
    *,
    open_browser: bool,
    banner: Callable[[str], str],
    say: Callable[[str], None] | None = None,
    next_free: bool = False,
    stop: threading.Event | None = None,
) -> None:
    """Serve `home` until Ctrl-C, SIGTERM or `stop`; returns once all processes have ended.

    banner     called once with the origin ("http://127.0.0.1:8400") when pages are answered; says where to go, and
               returns the address for the browser (a login link), or ""
    say        called with a sentence when something needs a person's eye; standard error without it
    next_free  take the next free port when `port` is taken (demo), instead of raising PortTaken

    The home must exist and its database be migrated. Raises PortTaken, SettingRefused, ServerFailed.
    """
    environment = evolve(Environment.read(home), host=host, port=port)
    environment.check_exposure()
    environment = evolve(environment, port=free_port(environment.host, port, next_free=next_free))
    environment.make_folders()
    told = say or _say
    if environment.is_plain_on_the_network:
        told(in_words(_("Nothing is encrypted on its way here. Whoever is on the network can read everything and act as you.")))
    stopping = stop or threading.Event()
    variables = _variables(environment)
    children = [Child("web", _("The web server"), variables), Child("worker", _("The worker"), variables)]
    if environment.door is not None:
        children.append(Child("door", _("The door for mail"), variables))
    with address_told(environment), ends_when_told(stopping):
        try:
            for child in children:
                child.start()
            _wait_until_it_answers(environment, children, stopping)
            if not stopping.is_set():
                address = banner(environment.origin)
                if open_browser:
                    open_page(address or environment.origin)
            _watch(children, stopping, told)
        finally:
            _stop(children)


def free_port(host: str, port: int, *, next_free: bool) -> int:
    """`port` if nothing listens there, else the next free one when `next_free`. Raises PortTaken."""
    for candidate in range(port, min(port + PORTS_TRIED if next_free else port + 1, 65536)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As a server would, so that a port that is only cooling down counts as free. Never SO_REUSEPORT, with
            # which two servers would share a port and each get half of the visits.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
                probe.listen(1)
            except PermissionError as error:
                raise PortTaken(
                    _("Port %(port)s is reserved for the system. Choose one from 1024 up."), port=candidate
                ) from error
            except OSError:
                continue
            return candidate
    raise PortTaken(_("Another program already listens on %(host)s, port %(port)s."), host=host, port=port)


def open_page(url: str) -> None:
    """Open a browser if there is one. Never fails: the link is on the screen too."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return  # what would open is a browser for terminals, in this terminal
    threading.Thread(target=_open_quietly, args=(url,), daemon=True).start()


def _open_quietly(url: str) -> None:
    with contextlib.suppress(Exception):
        webbrowser.open(url)


def _variables(environment: Environment) -> dict[str, str]:
    return {
        **os.environ,
        "PARAPET_HOME": str(environment.home),
        "PARAPET_HOST": environment.host,
        "PARAPET_PORT": str(environment.port),
        "DJANGO_SETTINGS_MODULE": environment.settings_module,
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_it_answers(environment: Environment, children: list[Child], stopping: threading.Event) -> None:
    until = time.monotonic() + READY_S
    while not stopping.is_set():
        if _answers(environment):
            return
        ended = [child for child in children if child.role == "web" and child.has_ended()]
        if ended or time.monotonic() > until:
            raise ServerFailed(_("The web server did not start."))
        time.sleep(0.05)


def _answers(environment: Environment) -> bool:
    host = environment.host if is_loopback(environment.host) else "127.0.0.1"
    asking = http.client.HTTPConnection(host, environment.port, timeout=2)
    try:
        asking.request("HEAD", "/", headers={"Host": f"127.0.0.1:{environment.port}"})
        return asking.getresponse().status > 0
    except OSError:
        return False
    finally:
        asking.close()


def _watch(children: list[Child], stopping: threading.Event, say: Callable[[str], None]) -> None:
    while not stopping.wait(0.2):
        for child in children:
            if not child.has_ended():
                continue
            if not child.may_start_again():
                often = _("%(part)s ended %(times)s times within a minute. Parapet has stopped.")
                raise ServerFailed(often, part=child.title, times=DEATHS_A_MINUTE)
            say(in_words(_("%(part)s ended unexpectedly and is started again. Nothing is lost."), part=child.title))
            child.signal_all(signal.SIGKILL)  # what it may have left behind
            if stopping.wait(0.5 * len(child.deaths)):
                return
            child.start()


def _stop(children: list[Child]) -> None:
    until = time.monotonic() + STOP_S
    for child in children:
        child.signal_all(signal.SIGTERM)
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.05, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.signal_all(signal.SIGKILL)
            child.process.wait()
        child.signal_all(signal.SIGKILL)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
