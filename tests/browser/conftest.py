"""A real browser on a real server, over a fresh home.

site.url(path)                 where the server listens
enter(person, ...)             a page in a fresh browser window, signed in as `person`
`enter.complaints`             what no test may leave: errors on the console, requests to anywhere else
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import frozen
from web.conftest import Cast, browser_of, cast  # noqa: F401  # the same people and messages

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


#: Until something is seen: as long as the slowest machine may need.
LOOK_MS = 200_000


@frozen
class Site:
    port: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site(home: Any) -> Iterator[Site]:
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet, connections_override=None)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close_all()


# Not for the session: while Playwright runs, so does an event loop in this thread, which DBOS and a second Playwright refuse.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=LOOK_MS)

    system = next(filter(None, map(shutil.which, BROWSERS)), None)
    # Playwright keeps an event loop in this thread, in which Django would refuse its database; nothing here is concurrent.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Enter:
    """Opens windows, and listens to what goes wrong in them."""

    def __init__(self, chromium: Any, site: Site) -> None:
        self.chromium, self.site = chromium, site
        self.complaints: list[str] = []
        self.windows: list[Any] = []

    def __call__(self, person: Any = None, **settings: Any) -> Any:
        from django.test import Client

        window = self.chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-CA", **settings})
        window.set_default_timeout(LOOK_MS)
        self.windows.append(window)
        if person is not None:
            client = Client()
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            window.add_cookies(
                [{"name": name, "value": morsel.value, "url": self.site.url("/")} for name, morsel in client.cookies.items()]
            )
        page = window.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)
        return page

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.site.url("/"), "data:")):
            self.complaints.append(f"left for {request.url}")


@pytest.fixture
def enter(chromium: Any, site: Site) -> Iterator[Enter]:
    made = Enter(chromium, site)
    yield made
    for window in made.windows:
        window.close()
    assert made.complaints == []
