"""What can be seen of one page: its text, its pictures, what it loaded, who served it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import Coroutine, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import parapet
from parapet.channels.web.chromium import Chromium, describe
from parapet.channels.web.container import MAX_BYTES, MAX_LINKS, MAX_TEXT_BYTES, write_capture
from parapet.channels.web.fetch import ANSWER_S, LOAD_S, Captured, NotCaptured, spelt
from parapet.channels.web.inert import inert
from parapet.channels.web.recipes import READ_REVIEWS, recipe_for
from parapet.channels.web.reviews import as_posts, reviews_of
from parapet.channels.web.wacz import Exchange, write_wacz
from parapet.channels.web.window import HEIGHT_PX, WIDTH_PX, Window
from parapet.domain.parsed import Reason
from parapet.network.relay import Account

if TYPE_CHECKING:
    from playwright.async_api import Request, Response

T = TypeVar("T")
U = TypeVar("U")

#: A page that goes on for ever is kept as far as this.
MAX_HEIGHT_PX = 40_000
#: Of one picture: far below what a reader of pictures must refuse.
PART_PX = 10_000
#: Until scripts have stopped loading more; a page that never stops is taken as it is then.
SETTLE_S, QUIET_S = 4.0, 0.25
MAX_EXCHANGES = 600
#: Chromium tells of the certificate apart from the answer, and a moment later.
VOUCHED_S = 2.0
MAX_ARCHIVED_BYTES = 40 * 1024 * 1024
#: What is left out first, where all of it does not fit into one file.
_FIRST_TO_GO = ("archive.wacz", "page.mhtml", "page.pdf", "page.html")
#: For the facts, and what a ZIP adds to its files.
_ROOM_BYTES = 4 * 1024 * 1024

# In a world of its own: what the page's scripts did to its objects is not seen there.
_LOOK = """(() => {
  const words = (value, most) => String(value ?? '').slice(0, most);
  const root = document.documentElement;
  const links = [...new Set([...document.links].slice(0, 20000).map(a => words(a.href, 2049)))].filter(h => /^https?:/.test(h) && h.length <= 2048);
  return {
    url: words(location.href, 4096), title: words(document.title, 3000), lang: words(root && root.lang, 60),
    text: words(document.body ? document.body.innerText : root && root.textContent, MOST_CHARS),
    links: links.slice(0, MOST_LINKS), password: document.querySelector('input[type=password]') !== null,
  };
})()""".replace("MOST_CHARS", str(MAX_TEXT_BYTES)).replace("MOST_LINKS", str(MAX_LINKS))
# Pictures that wait until somebody scrolls to them.
_SCROLL = """(async () => {
  const most = Math.min(document.documentElement.scrollHeight, MOST_PX), step = innerHeight;
  for (let at = step; at < most && at < step * 40; at += step) { scrollTo(0, at); await new Promise(r => setTimeout(r, 25)); }
  scrollTo(0, 0);
})()""".replace("MOST_PX", str(MAX_HEIGHT_PX))


async def see(
    chromium: Chromium, url: str, account: Account, *, lang: str, at: datetime, more: bool = False, reviews: bool = False
) -> Captured:
    """Load `url` and keep it; with `reviews`, what it says of these too. `more`: another page follows; its window is opened meanwhile.
    Raises NotCaptured, and Playwright's errors."""
    window = await chromium.windows.open(lang)
    if more:
        chromium.windows.prepare(lang)
    closing: asyncio.Task[None] | None = None
    try:
        said, files = await _Look(chromium, window, account, at).take(url, reviews=reviews)
        closing = asyncio.create_task(window.close())
        await asyncio.sleep(0)  # so that it closes while the file is written
        try:
            return Captured(write_capture(said, files))
        except ValueError as error:
            raise NotCaptured(Reason.TOO_LARGE) from error
    finally:
        await (closing or window.close())


class _Look:
    """One page in one window."""

    def __init__(self, chromium: Chromium, window: Window, account: Account, at: datetime) -> None:
        self.chromium, self.account, self.at = chromium, account, at
        self.page, self.cdp = window.page, window.cdp
        self.notes: list[str] = []
        self.responses: list[Response] = []
        self.running: set[Request] = set()
        self.chains: dict[tuple[object, ...], list[str]] = {}
        self.page.on("request", self._asked)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.on("response", self._answered)
        self.cdp.on("Security.visibleSecurityStateChanged", self._vouched)

    def _asked(self, request: Request) -> None:
        self.running.add(request)

    def _ended(self, request: Request) -> None:
        self.running.discard(request)

    def _answered(self, response: Response) -> None:
        if len(self.responses) < MAX_EXCHANGES:
            self.responses.append(response)

    async def take(self, url: str, *, reviews: bool) -> tuple[dict[str, Any], dict[str, bytes]]:
        """What `capture.json` says, and the files of the capture."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):  # a Chromium that lacks it says less of certificates, and shows the page all the same
            await self.cdp.send("Security.enable")
        await self._load(url)
        facts = await self._facts()
        told, read = await self._reviews(facts) if reviews else ({}, {})
        # Chromium paints in other processes than it answers in.
        pictures, (exchanges, main, html, mhtml) = await _together(self._pictures(), self._written())
        printed, files = await _together(self._print(), self._files(facts, exchanges, main, html, mhtml))
        files = {**pictures, **files, **printed, **read}
        if self.account.over:
            self.notes.append("cut_at_bytes")
        if self.account.refused:
            self.notes.append("blocked")
        if facts["password"]:
            self.notes.append("asks_password")
        status = int(main["responses"][-1]["status"]) if main["responses"] else 0
        left_out = _fit(files) + ([] if "page.pdf" in files or "cut_at_height" not in self.notes else ["page.pdf"])
        said: dict[str, Any] = {
            "url": url,
            "final_url": facts["url"],
            "captured_at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}",
            "by": "parapet",
            "agent": describe(self.chromium.browser),
            "title": facts["title"],
            "lang": facts["lang"],
            "kind": "page",
            "text": facts["text"],
            "posts": [],
            "links": facts["links"],
            "status": status,
            "notes": list(dict.fromkeys(self.notes)),
            "left_out": left_out,
            **told,
        }
        return said, files

    # Loading

    async def _load(self, url: str) -> None:
        from playwright.async_api import TimeoutError as TooLong

        await self.page.goto(url, wait_until="commit", timeout=ANSWER_S * 1000)
        try:
            await self.page.wait_for_load_state("load", timeout=LOAD_S * 1000)
            await self._settle()
        except TooLong:
            await self._stop()
        if (await self.cdp.send("Page.getLayoutMetrics"))["cssContentSize"]["height"] > 2 * HEIGHT_PX:
            await self._ask(_SCROLL, wait=True)
            await self._settle()
            await self._stop()

    async def _stop(self) -> None:
        if self.running:
            self.notes.append("still_loading")
            await self.cdp.send("Page.stopLoading")

    async def _settle(self) -> None:
        """Until nothing was loading for a moment: at once, where nothing is."""
        await self.page.wait_for_timeout(30)
        quiet, over = time.monotonic() + QUIET_S, time.monotonic() + SETTLE_S
        if not self.running:
            return
        while time.monotonic() < over:
            await self.page.wait_for_timeout(50)
            if self.running:
                quiet = time.monotonic() + QUIET_S
            elif time.monotonic() > quiet:
                return

    # Looking

    async def _ask(self, script: str, *, wait: bool = False) -> Any:
        frame = (await self.cdp.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        world = (await self.cdp.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "parapet"}))[
            "executionContextId"
        ]
        asked = {"expression": script, "contextId": world, "returnByValue": True, "awaitPromise": wait, "timeout": 10_000}
        return (await self.cdp.send("Runtime.evaluate", asked))["result"].get("value")

    async def _facts(self) -> dict[str, Any]:
        facts = await self._ask(_LOOK)
        if not isinstance(facts, dict):
            raise NotCaptured(Reason.TOO_SLOW)
        if urlsplit(facts["url"]).scheme not in ("http", "https") or len(facts["url"]) > 2_048:
            raise NotCaptured(Reason.NOT_A_PAGE)
        text = str(facts["text"]).encode("utf-8", "replace")
        if len(text) > MAX_TEXT_BYTES:
            self.notes.append("cut_at_bytes")
        return {**facts, "url": spelt(facts["url"]), "text": text[:MAX_TEXT_BYTES].decode("utf-8", "ignore")}

    async def _reviews(self, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
        """What was made of what the page says of reviews; and that, as it was read."""
        recipe = recipe_for(facts["url"])
        told = await self._ask(READ_REVIEWS.replace("RECIPE", json.dumps(recipe)))
        read: dict[str, Any] = told if isinstance(told, dict) else {}
        found = reviews_of(read, facts["url"])
        posts = as_posts(found.found, str(recipe.get("platform", "")))
        kept = json.dumps(read, ensure_ascii=False).encode("utf-8", "replace")
        return {"kind": "reviews", "posts": posts, "count": found.count, "read_by": found.by}, {"reviews.json": kept}

    async def _pictures(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        size = (await self.cdp.send("Page.getLayoutMetrics"))["cssContentSize"]
        height = max(1, int(size["height"]))
        if height > MAX_HEIGHT_PX:
            self.notes.append("cut_at_height")
            height = MAX_HEIGHT_PX
        for number, top in enumerate(range(0, height, PART_PX), 1):
            clip = {"x": 0, "y": top, "width": WIDTH_PX, "height": min(PART_PX, height - top), "scale": 1}
            # Packed a third faster, and a third larger: pictures are half of what a page takes.
            asked = {"format": "png", "clip": clip, "captureBeyondViewport": True, "optimizeForSpeed": True}
            picture = (await self.cdp.send("Page.captureScreenshot", asked))["data"]
            found["screenshot.png" if number == 1 else f"screenshot-{number}.png"] = base64.b64decode(picture)
        return found

    async def _written(self) -> tuple[list[Exchange], dict[str, Any], str, str]:
        """What was loaded, who answered, and the page as text: as it stands, and as the browser saves it."""
        root = (await self.cdp.send("DOM.getDocument", {"depth": 0}))["root"]["nodeId"]
        html = (await self.cdp.send("DOM.getOuterHTML", {"nodeId": root}))["outerHTML"]
        mhtml = (await self.cdp.send("Page.captureSnapshot", {"format": "mhtml"}))["data"]
        return await self._exchanges(), await self._main(), html, mhtml

    async def _files(
        self, facts: Mapping[str, Any], exchanges: list[Exchange], main: Mapping[str, Any], html: str, mhtml: str
    ) -> dict[str, bytes]:
        bodies = {each.url.partition("#")[0]: (_type_of(each), each.body) for each in exchanges}
        software = f"Parapet {parapet.__version__}"
        return {
            "page.html": inert(html, str(facts["url"]), bodies).encode("utf-8", "replace"),
            "page.mhtml": mhtml.encode("utf-8", "replace"),
            "response.json": json.dumps(main, ensure_ascii=False, indent=1).encode("utf-8", "replace"),
            "archive.wacz": write_wacz(exchanges, page=facts["url"], title=facts["title"], at=self.at, software=software),
        }

    async def _print(self) -> dict[str, bytes]:
        if "cut_at_height" in self.notes:  # a page without an end would be printed until its time is over
            return {}
        return {"page.pdf": await self.page.pdf(print_background=True)}

    # What was loaded, and from whom

    async def _exchanges(self) -> list[Exchange]:
        from playwright.async_api import Error

        found: list[Exchange] = []
        left = MAX_ARCHIVED_BYTES
        for response in self.responses:
            if not response.url.startswith(("http:", "https:")) or response.request in self.running:
                continue
            body = b""
            with contextlib.suppress(Error):  # a redirect has none, and what the page let go of is gone
                body = await response.body() if not 300 <= response.status < 400 else b""
            if len(body) > left:
                self.notes.append("cut_at_bytes")
                continue
            left -= len(body)
            found.append(
                Exchange(
                    url=response.url,
                    method=response.request.method,
                    request_headers=tuple(response.request.headers.items()),
                    status=response.status,
                    headers=tuple(response.headers.items()),
                    body=body,
                    ip=self._number_of(response.url),
                )
            )
        return found

    def _of_page(self) -> list[Response]:
        """Of the page itself, and not of what it loads."""
        return [each for each in self.responses if each.request.is_navigation_request() and each.frame == self.page.main_frame]

    async def _main(self) -> dict[str, Any]:
        """Each answer of the page itself, from the first redirect on: status, headers, number, certificate."""
        told = []
        for each in self._of_page()[:20]:
            told.append(
                {
                    "url": each.url,
                    "status": each.status,
                    "headers": [[one["name"], one["value"]] for one in await each.headers_array()],
                    "ip": self._number_of(each.url),
                    "certificate": await self._certificates(each),
                }
            )
        return {"responses": told, "redirects": [each["url"] for each in told[:-1]]}

    def _number_of(self, url: str) -> str:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return self.account.reached.get(f"{parts.hostname}:{port}", "")

    def _vouched(self, event: Mapping[str, Any]) -> None:
        """Chromium says whose certificate the page's server showed: more than it says of any single answer."""
        said = event["visibleSecurityState"].get("certificateSecurityState")
        if said and len(self.chains) < MAX_EXCHANGES:
            self.chains[_marks(said)] = [_pem(each) for each in said["certificate"]]

    async def _certificates(self, response: Response) -> list[str]:
        """The chain that the server showed, its own first, as PEM."""
        details = await response.security_details()
        if not details:
            return []
        over = time.monotonic() + VOUCHED_S
        while _marks(details) not in self.chains and response is self._of_page()[-1] and time.monotonic() < over:
            await self.page.wait_for_timeout(25)
        return self.chains.get(_marks(details), [])


async def _together(first: Coroutine[Any, Any, T], second: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """Both at once. When one fails, the other is ended before that is said."""
    one, other = asyncio.create_task(first), asyncio.create_task(second)
    try:
        return await one, await other
    finally:
        one.cancel()
        other.cancel()
        await asyncio.gather(one, other, return_exceptions=True)


def _type_of(exchange: Exchange) -> str:
    return next((value for name, value in exchange.headers if name.lower() == "content-type"), "")


def _marks(said: Mapping[str, Any]) -> tuple[object, ...]:
    """By what the two ways in which Chromium speaks of a certificate are the same."""
    return tuple(said.get(name) for name in ("subjectName", "issuer", "validFrom", "validTo"))


def _pem(der: str) -> str:
    lines = [der[at : at + 64] for at in range(0, len(der), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def _fit(files: dict[str, bytes]) -> list[str]:
    """Take out of `files` what does not fit into one capture; its names."""
    gone = []
    for name in _FIRST_TO_GO:
        if sum(map(len, files.values())) <= MAX_BYTES - _ROOM_BYTES:
            break
        if files.pop(name, None) is not None:
            gone.append(name)
    return gone
