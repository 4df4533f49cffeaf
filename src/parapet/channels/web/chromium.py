"""Chromium: found, started apart from the home and from this person's own browser, watched, and ended with all that it left.

It runs with a folder of its own for a home, without this process's surroundings, behind `network.relay`, which alone reaches the network.
Playwright stays out of every other command's way: it is imported here, late.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from parapet.channels.web.window import Windows
from parapet.network.relay import Relay, Resolve, resolved

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

T = TypeVar("T")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAX_MEMORY_BYTES = 1536 * 1024 * 1024
START_S = 60.0
_LOOK_S = 0.5
_PREFIX = "parapet-capture-"
_STALE_S = 600.0

#: What Playwright does not say by itself.
_ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # the relay resolves; a name that it does not see leads nowhere
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--block-new-web-contents",
    "--disk-cache-size=1",
    "--disable-gpu",
    "--deny-permission-prompts",
    # It would ask its maker whether somebody is signed in. The relay leads no name of that kind anywhere (RFC 6761, section 6.4).
    "--gaia-url=https://chromium.invalid",
    "--google-apis-url=https://chromium.invalid",
    "--google-base-url=https://chromium.invalid",
    # It would describe every form of a page to its maker, and sign in for messages that are pushed.
    "--autofill-server-url=https://chromium.invalid",
    "--gcm-checkin-url=https://chromium.invalid",
    "--gcm-registration-url=https://chromium.invalid",
    "--js-flags=--max-old-space-size=384",
)
#: Started in place of Chromium: says which process it is, and keeps its profile where we remove it. The last word on a flag counts.
_WRAPPER = """#!/bin/sh
umask 077
ulimit -c 0
echo $$ > "$PARAPET_CAPTURE_FOLDER/pid"
exec "$PARAPET_CAPTURE_PROGRAM" "$@" --user-data-dir="$PARAPET_CAPTURE_FOLDER/profile"
"""


def find(named: str = "") -> str | None:
    """The Chromium to use: the one that was `named` in the settings, else the first that the system has. None when there is none."""
    if named:
        return named if os.access(named, os.X_OK) else None
    return next(filter(None, map(shutil.which, NAMES)), None)


def _place() -> Path:
    """Where the folder of a Chromium lies: not in the home, where this process keeps what passes through, and not deep: the path of its
    socket may not be longer than some hundred letters. No page is written there: windows keep theirs in memory."""
    short = Path("/tmp")  # noqa: S108 - mkdtemp makes a folder of its own, for this user only
    return short if os.access(short, os.W_OK) else Path(tempfile.gettempdir())


class NotStarted(Exception):
    """Chromium did not start."""


class Chromium:
    """One Chromium from `with` on. Used by one thread, whose event loop it keeps: what is to be done with it is handed to `run`.

    killed  why it was ended before its time: "time" or "memory"; "" while all is well
    """

    def __init__(self, program: str, *, inside: bool = False, resolve: Resolve = resolved, arguments: Sequence[str] = ()) -> None:
        self.relay = Relay(inside=inside, resolve=resolve)
        self.killed = ""
        self._program, self._arguments = program, arguments
        self._deadline = float("inf")
        self._ended = threading.Event()
        self._stack = contextlib.ExitStack()
        self.browser: Browser
        self.windows: Windows

    def __enter__(self) -> Chromium:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """What comes of `what`, done in this Chromium's loop."""
        return self._loop.run(what)

    def until(self, deadline: float) -> None:
        """It is killed at this moment of `time.monotonic`, unless another is named before."""
        self._deadline = deadline

    def _start(self) -> None:
        from playwright.async_api import async_playwright

        sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_place()))
        self._stack.callback(_remove, self._folder)
        self._stack.enter_context(self.relay)
        wrapper = self._folder / "start"
        wrapper.write_text(_WRAPPER)
        wrapper.chmod(0o700)
        self._loop = self._stack.enter_context(asyncio.Runner())
        playwright = self.run(async_playwright().start())
        self._stack.callback(lambda: self.run(playwright.stop()))
        watcher = threading.Thread(target=self._watch, name="chromium", daemon=True)
        watcher.start()
        self._stack.callback(watcher.join)
        self._stack.callback(self._ended.set)
        self._stack.callback(self._kill)
        self.until(time.monotonic() + START_S)
        self.browser = self.run(self._launched(playwright))
        self.windows = Windows(self.browser)
        self.until(float("inf"))
        self._stack.callback(self._close)

    async def _launched(self, playwright: Playwright) -> Browser:
        from playwright.async_api import Error

        try:
            return await playwright.chromium.launch(
                executable_path=str(self._folder / "start"),
                ignore_default_args=["--disable-popup-blocking"],
                args=[*_ARGUMENTS, *self._arguments],
                env=self._surroundings(),
                proxy={"server": f"http://127.0.0.1:{self.relay.port}"},
                chromium_sandbox=_may_sandbox(),
                timeout=START_S * 1000,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error as error:
            raise NotStarted from error

    def _surroundings(self) -> dict[str, str | float | bool]:
        """Nothing of this process's: where the home is, and what opens it, may stand there."""
        folder = str(self._folder)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": folder,
            "TMPDIR": folder,
            "XDG_CONFIG_HOME": folder,
            "XDG_CACHE_HOME": folder,
            "XDG_RUNTIME_DIR": folder,
            "PARAPET_CAPTURE_FOLDER": folder,
            "PARAPET_CAPTURE_PROGRAM": self._program,
        }

    def _close(self) -> None:
        from playwright.async_api import Error

        self.until(time.monotonic() + 5)
        with contextlib.suppress(Error):
            self.run(self.windows.forget())
            self.run(self.browser.close())

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_S):
            if time.monotonic() > self._deadline:
                self.killed = self.killed or "time"
                self._kill()
            elif memory_of(self._pid()) > MAX_MEMORY_BYTES:
                self.killed = self.killed or "memory"
                self._kill()

    def _pid(self) -> int:
        try:
            return int((self._folder / "pid").read_text())
        except (OSError, ValueError):
            return 0

    def _kill(self) -> None:
        """All of its processes: they are one group, which Playwright makes. Its number may be somebody else's once it has ended."""
        pid = self._pid()
        if pid > 1 and self._is_ours(pid):
            for send in (os.killpg, os.kill):
                with contextlib.suppress(OSError):
                    send(pid, signal.SIGKILL)

    def _is_ours(self, pid: int) -> bool:
        if not Path("/proc/self").exists():
            return True
        try:
            return os.fsencode(self._folder) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except FileNotFoundError:
            return True  # its first process has ended; as long as one of the group runs, nobody else is given that number
        except OSError:
            return False


def memory_of(pid: int) -> int:
    """Bytes of memory that the processes of this group and session hold; 0 where the system does not tell."""
    if pid <= 1 or not Path("/proc/self/statm").exists():
        return 0
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for each in Path("/proc").iterdir():
        if not each.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            after = (each / "stat").read_text().rpartition(")")[2].split()
            if int(after[2]) == pid or int(after[3]) == pid:  # its group, or its session
                _size, resident, shared = (each / "statm").read_text().split()[:3]
                total += (int(resident) - int(shared)) * page
    return total


def sweep() -> None:
    """Remove what captures left whose process was killed together with their Chromium's."""
    for folder in _place().glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid != os.getuid() or time.time() - folder.stat().st_mtime < _STALE_S:
                continue
            pid = int((folder / "pid").read_text() or 0) if (folder / "pid").exists() else 0
            if not _lives(pid):
                _remove(folder)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return pid > 0


def _remove(folder: Path) -> None:
    for _ in range(20):  # a process that is just being killed may write one file more
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _may_sandbox() -> bool:
    """Chromium's own sandbox does not start for root."""
    return not hasattr(os, "geteuid") or os.geteuid() != 0


def describe(browser: Any) -> str:
    """Name and version, as a capture says them."""
    return f"Chromium {browser.version}"
