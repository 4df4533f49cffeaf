"""Keep a page: load it in a Chromium of its own, and write down all that can be seen of it.

What it loads comes through `network.relay`: no address that is not public is reached, by whatever way the page may try. Time, bytes,
memory and height are limited; what was left out is said in the capture.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlsplit

from attrs import field, frozen

from parapet.channels.live import Line
from parapet.channels.text import web_address
from parapet.channels.web.chromium import Chromium, NotStarted, find
from parapet.channels.web.container import MAX_ADDRESS_CHARS
from parapet.domain.parsed import Reason
from parapet.network.relay import Resolve, resolved

MAX_S = 45.0
MAX_LOADED_BYTES = 80 * 1024 * 1024
#: Until something came at all, and until the page says that it is loaded.
ANSWER_S, LOAD_S = 20.0, 15.0


class NotCaptured(Exception):
    """There is nothing to keep. `reason` and `detail` are ours, never the page's words."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@frozen
class Captured:
    """A capture as the bytes of its file."""

    raw: bytes = field(repr=False)


class Capturer:
    """Captures one page after another, from `with` on, in a thread of its own: an event loop and Django's database do not mix.

    program    the Chromium to start; "" for what the system has
    inside     whether addresses that are not public may be reached
    """

    def __init__(
        self, program: str = "", *, inside: bool = False, resolve: Resolve = resolved, arguments: Sequence[str] = ()
    ) -> None:
        self._program, self._inside, self._resolve, self._arguments = program, inside, resolve, arguments
        self._chromium: Chromium | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="capture")

    def __enter__(self) -> Capturer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._chromium is not None:
            self._thread.submit(self._end).result()
        self._thread.shutdown()

    def capture(self, url: str, *, lang: str = "en", more: bool = False, reviews: bool = False) -> Captured:
        """The page at `url`; with `reviews`, with what it says of these. `more`: another will follow at once; its window is opened
        meanwhile. Raises NotCaptured."""
        address = sound_address(url)
        return self._thread.submit(self._capture, address, lang, more, reviews).result()

    def _capture(self, url: str, lang: str, more: bool, reviews: bool) -> Captured:
        from playwright.async_api import Error

        from parapet.channels.web.seeing import see

        chromium = self._running()
        account = chromium.relay.begin(MAX_LOADED_BYTES)
        chromium.until(time.monotonic() + MAX_S)
        try:
            seen = see(chromium, url, account, lang=lang, at=datetime.now(UTC), more=more, reviews=reviews)
            return chromium.run(seen)
        except Error as error:
            raise _why(str(error), chromium, url) from error
        finally:
            chromium.until(float("inf"))
            if chromium.killed or not chromium.browser.is_connected():
                self._end()

    def _running(self) -> Chromium:
        if self._chromium is None:
            program = find(self._program)
            if program is None:
                raise NotCaptured(Reason.NO_BROWSER)
            chromium = Chromium(program, inside=self._inside, resolve=self._resolve, arguments=self._arguments)
            try:
                self._chromium = chromium.__enter__()
            except (NotStarted, OSError) as error:
                raise NotCaptured(Reason.NO_BROWSER) from error
        return self._chromium

    def _end(self) -> None:
        if self._chromium is not None:
            chromium, self._chromium = self._chromium, None
            with contextlib.suppress(
                Exception
            ):  # the edge: it is dead or dying, and its processes and files are removed whatever it says
                chromium.__exit__(None, None, None)


def open_line(told: Mapping[str, Any], *, inside: bool) -> Line:
    """Pages with reviews, watched: `watched.py`."""
    from parapet.channels.web.watched import PagesLine

    return PagesLine.of(told, inside=inside)


def sound_address(url: str) -> str:
    """`url` as it may be asked for. Raises NotCaptured."""
    address, _ = web_address(spelt(url.strip()))
    if not address or len(address) > MAX_ADDRESS_CHARS or "@" in urlsplit(address).netloc:
        raise NotCaptured(Reason.BAD_ADDRESS)
    return address


def spelt(url: str) -> str:
    """`url` without the characters that a browser lets stand and a text does not."""
    return "".join(quote(each) if each in " \"'<>`\\" else each for each in url)


def _why(said: str, chromium: Chromium, url: str) -> NotCaptured:
    """A browser's error in our words."""
    if chromium.killed == "memory":
        return NotCaptured(Reason.TOO_LARGE)
    if chromium.killed or "Timeout" in said:
        return NotCaptured(Reason.TOO_SLOW)
    if "Download is starting" in said or "ERR_INVALID_RESPONSE" in said:
        return NotCaptured(Reason.NOT_A_PAGE)
    if "ERR_CERT" in said:
        return NotCaptured(Reason.BAD_CERTIFICATE)
    account = chromium.relay.account
    if account.refused:
        return NotCaptured(Reason.NOT_PUBLIC)
    if account.over:
        return NotCaptured(Reason.TOO_LARGE)
    if "ERR_ABORTED" in said:
        return NotCaptured(Reason.NOT_A_PAGE)
    return NotCaptured(Reason.UNREACHABLE)
