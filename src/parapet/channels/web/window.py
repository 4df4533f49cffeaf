"""Windows without a past, one for each page. The next one may be opened while a page is being looked at: that is half of what a page takes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Page

WIDTH_PX, HEIGHT_PX = 1280, 900
_LANGUAGES = {"en": "en-CA,en;q=0.9,fr-CA;q=0.7,fr;q=0.6", "fr": "fr-CA,fr;q=0.9,en-CA;q=0.7,en;q=0.6"}


@frozen
class Window:
    """An empty page that knows nothing of any other, and the way to ask Chromium itself about it."""

    context: BrowserContext
    page: Page
    cdp: CDPSession

    async def close(self) -> None:
        """Away with it, and with all that its page left."""
        with contextlib.suppress(Exception):  # it may be gone already
            await self.context.close()


class Windows:
    """Of one Chromium. At most one waits that no page has been in."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._next: asyncio.Task[Window] | None = None
        self._lang = ""

    async def open(self, lang: str) -> Window:
        """A window for a person of this language: the one that waits, or another. Raises Playwright's errors."""
        waiting, self._next = self._next, None
        if waiting is None:
            return await _opened(self._browser, lang)
        window = await waiting
        if self._lang == lang:
            return window
        await window.close()
        return await _opened(self._browser, lang)

    def prepare(self, lang: str) -> None:
        """Open the next one, meanwhile."""
        if self._next is None:
            self._lang = lang
            self._next = asyncio.get_running_loop().create_task(_opened(self._browser, lang))

    async def forget(self) -> None:
        """The one that waits is not needed any more."""
        waiting, self._next = self._next, None
        if waiting is not None:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)


async def _opened(browser: Browser, lang: str) -> Window:
    context = await browser.new_context(
        viewport={"width": WIDTH_PX, "height": HEIGHT_PX},
        accept_downloads=False,
        service_workers="block",
        locale=f"{lang}-CA",
        extra_http_headers={"Accept-Language": _LANGUAGES.get(lang, _LANGUAGES["en"])},
        # The same page that a person sees: many a site shows another to what calls itself headless.
        user_agent=_user_agent(browser.version),
    )
    page = await context.new_page()
    context.on("page", _shut)
    return Window(context, page, await context.new_cdp_session(page))


async def _shut(other: Page) -> None:
    """What a page opens besides itself."""
    with contextlib.suppress(Exception):  # it closed itself, or the window did
        await other.close()


def _user_agent(version: str) -> str:
    return f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version.partition('.')[0]}.0.0.0 Safari/537.36"
