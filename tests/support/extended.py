"""A real Chromium with the extension in it, and pages for it to see.

What a person grants in the browser's prompt (the address of her Parapet) nobody can press without a screen: the copy that most tests
load has it granted in its manifest. One test loads the extension as it is shipped, and presses its sign.
"""

from __future__ import annotations

import base64
import http.server
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from support.house import ROOT

SOURCE = ROOT / "extension"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
LOOK_MS = 200_000


@define
class Popup:
    """What opens under the extension's sign. It is no page of Playwright's: it is spoken to in Chromium's own words."""

    page: Any
    session: Any
    target: str

    def ask(self, script: str) -> Any:
        """What a script in it gives."""
        came: dict[int, Any] = {}
        heard = lambda event: came.update({(said := json.loads(event["message"])).get("id", 0): said})  # noqa: E731
        self.session.on("Target.receivedMessageFromTarget", heard)
        attached = self.session.send("Target.attachToTarget", {"targetId": self.target, "flatten": False})["sessionId"]
        asked = {"expression": script, "returnByValue": True, "awaitPromise": True, "userGesture": True}
        message = json.dumps({"id": 1, "method": "Runtime.evaluate", "params": asked})
        self.session.send("Target.sendMessageToTarget", {"sessionId": attached, "message": message})
        while 1 not in came:
            self.page.wait_for_timeout(25)
        self.session.remove_listener("Target.receivedMessageFromTarget", heard)
        return came[1]["result"]["result"].get("value")

    def press(self, id: str) -> None:
        """Press one of its buttons, once they have their words."""
        self.ask(f"""(async () => {{
          const button = document.getElementById({json.dumps(id)});
          while (document.readyState !== "complete" || !button.textContent || button.disabled) await new Promise((r) => setTimeout(r, 25));
          document.getElementById("status").textContent = "pressed"; // until it tells something itself
          button.click();
        }})()""")

    def said(self) -> str:
        """What it tells, once it is done."""
        return str(
            self.ask("""(async () => {
          const buttons = [...document.querySelectorAll(".actions button")];
          const status = document.getElementById("status");
          while (buttons.some((b) => b.disabled) || status.textContent === "pressed") await new Promise((r) => setTimeout(r, 25));
          return status.textContent;
        })()""")
        )


@define
class Extended:
    """The browser. `own`: a page of the extension, by which a test asks what the extension's own pages ask."""

    context: Any
    own: Any
    id: str

    def ask(self, ask: str, **more: Any) -> Any:
        """What the background answers."""
        return self.own.evaluate("async (m) => (await chrome.runtime.sendMessage(m))?.told", {"ask": ask, **more})

    def until(self, script: str) -> None:
        """Wait until what `script` gives is true; it may give a promise, which `wait_for_function` takes for a yes."""
        end = time.monotonic() + LOOK_MS / 1_000
        while not self.own.evaluate(script):
            assert time.monotonic() < end, script
            self.own.wait_for_timeout(100)

    def see(self, url: str) -> Any:
        """A page at this address, in front."""
        page = self.context.new_page()
        page.set_default_timeout(LOOK_MS)
        page.goto(url)
        page.bring_to_front()
        return page

    def tab_of(self, page: Any) -> int:
        """By which number the browser knows a page."""
        return int(self.own.evaluate("async (url) => (await chrome.tabs.query({})).find((t) => t.url === url).id", page.url))

    def keep(self, page: Any, kind: str = "page") -> dict[str, str]:
        """Keep what is on a page; how that went."""
        return dict(self.ask("capture", tabId=self.tab_of(page), kind=kind))

    def until_nothing_waits(self) -> None:
        """Until all is handed in: asked for anew where a try was on its way that began before there was anybody to answer."""
        self.until(
            "async () => { await chrome.runtime.sendMessage({ ask: 'deliver' });"
            " return !(await chrome.runtime.sendMessage({ ask: 'state' })).told.waiting.length; }"
        )

    def waiting(self) -> list[dict[str, Any]]:
        """What waits to be handed in."""
        return list(self.ask("state")["waiting"])

    def body_of(self, id: int) -> bytes:
        """The file of a capture that waits."""
        script = """async (id) => {
          const { body } = await (await import("./lib/queue.js")).one(id);
          const bytes = new Uint8Array(body);
          let said = "";
          for (let at = 0; at < bytes.length; at += 32768) said += String.fromCharCode(...bytes.subarray(at, at + 32768));
          return btoa(said);
        }"""
        return base64.b64decode(self.own.evaluate(script, id))

    def empty(self) -> None:
        """Nothing waits, and nothing is connected."""
        for each in self.waiting():
            self.ask("remove", id=each["id"])
        self.ask("unpair")

    def press_its_sign(self, page: Any) -> Popup:
        """As a person does, in the bar above the page; what opens."""
        session = self.context.browser.new_browser_cdp_session()
        tabs = session.send("Target.getTargets", {"filter": [{"type": "tab"}]})["targetInfos"]
        [tab] = [each["targetId"] for each in tabs if each["url"] == page.url]
        before = {each["targetId"] for each in session.send("Target.getTargets")["targetInfos"]}
        session.send("Extensions.triggerAction", {"id": self.id, "targetId": tab})
        while True:
            for each in session.send("Target.getTargets")["targetInfos"]:
                if each["targetId"] not in before and each["url"].endswith("/popup.html"):
                    return Popup(page, session, each["targetId"])
            page.wait_for_timeout(50)

    def posts_on(self, page: Any) -> list[dict[str, Any]]:
        """What the recipes find on a page."""
        script = """async (tabId) => {
          const { recipesFor } = await import("./lib/recipes.js");
          const recipes = await recipesFor((await chrome.tabs.get(tabId)).url);
          const target = { tabId };
          await chrome.scripting.executeScript({ target, files: ["page/dom.js", "page/posts.js"] });
          const func = (given) => globalThis[Symbol.for("parapet")].posts(given);
          return (await chrome.scripting.executeScript({ target, func, args: [recipes] }))[0].result;
        }"""
        return list(self.own.evaluate(script, self.tab_of(page)))

    def seen_by(self, page: Any) -> dict[str, Any]:
        """What a page's own scripts noted in `window.reached` and `window.stolen`, also where they spoilt what a test would ask with."""
        script = """async (tabId) => {
          const func = () => ({ reached: window.reached, stolen: window.stolen });
          return (await chrome.scripting.executeScript({ target: { tabId }, func, world: "MAIN" }))[0].result;
        }"""
        return dict(self.own.evaluate(script, self.tab_of(page)))

    def colours_of(self, png: bytes, colours: list[str]) -> list[int]:
        """How many points of a picture have each of these colours ("255,0,0")."""
        script = """async ([said, wanted]) => {
          const bytes = Uint8Array.from(atob(said), (c) => c.charCodeAt(0));
          const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
          const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
          pen.drawImage(picture, 0, 0);
          const { data } = pen.getImageData(0, 0, picture.width, picture.height);
          const found = {};
          for (let at = 0; at < data.length; at += 4) {
            const name = `${data[at]},${data[at + 1]},${data[at + 2]}`;
            found[name] = (found[name] ?? 0) + 1;
          }
          return wanted.map((name) => found[name] ?? 0);
        }"""
        return list(self.own.evaluate(script, [base64.b64encode(png).decode(), colours]))


def copy_of_the_extension(there: Path, *, as_shipped: bool = False) -> Path:
    """With what a person grants by hand granted, or as it is shipped."""
    shutil.copytree(SOURCE, there)
    if as_shipped:
        return there
    manifest = json.loads((there / "manifest.json").read_text("utf-8"))
    manifest["host_permissions"] = ["<all_urls>"]
    (there / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return there


@contextmanager
def extended(playwright: Any, folder: Path, *, as_shipped: bool = False, **settings: Any) -> Iterator[Extended]:
    """The browser, with the profile that lies in `folder` or a new one."""
    copy = folder / "extension"
    if is_new := not copy.exists():
        copy_of_the_extension(copy, as_shipped=as_shipped)
    context = playwright.chromium.launch_persistent_context(
        str(folder / "profile"),
        executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
        headless=False,
        args=[*FLAGS, f"--load-extension={copy}", f"--disable-extensions-except={copy}",
              "--disable-features=DisableLoadExtensionCommandLineSwitch", "--enable-unsafe-extension-debugging"],
        ignore_default_args=["--disable-extensions"],
        **{"viewport": {"width": 1000, "height": 700}, "locale": "en-CA", **settings},
    )  # fmt: skip
    try:
        context.set_default_timeout(LOOK_MS)
        worker = (
            context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker", timeout=LOOK_MS)
        )
        id = worker.url.split("/")[2]
        # A new extension opens its options by itself, and in a tab that is empty at that moment: in one that is about to be used, too.
        end = time.monotonic() + LOOK_MS / 1_000
        while is_new and not any(each.url.endswith("/options.html") for each in context.pages):
            assert time.monotonic() < end, "the extension did not open its options"
            context.pages[0].wait_for_timeout(50)
        own = context.new_page()
        own.goto(f"chrome-extension://{id}/popup.html")
        yield Extended(context, own, id)
    finally:
        context.close()


@frozen
class Pages:
    """Where pages are served: {path: (type, body)}; `asked`: every request, as "HOST PATH ORIGIN"."""

    port: int
    held: dict[str, tuple[str, bytes]] = field(factory=dict)
    asked: list[str] = field(factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a page; as another site under "localhost"."""
        return f"http://{host}:{self.port}{path}"


@contextmanager
def pages(held: dict[str, tuple[str, bytes]]) -> Iterator[Pages]:
    """A web server with these pages."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            bare = self.path.partition("?")[0]
            made.asked.append(f"{self.headers.get('Host')} {bare} {self.headers.get('Origin', '')}")
            kind, body = made.held.get(bare, ("text/plain", b""))
            self.send_response(200 if bare in made.held else 404)
            self.send_header("Content-Type", kind)
            if bare.startswith("/open/"):
                self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    made = Pages(server.server_address[1], dict(held))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@define
class Parapet:
    """A home that answers on one port, and does not while it is stopped."""

    port: int = 0
    _stop: Callable[[], None] | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.core.wsgi import get_wsgi_application
        from django.db import connections

        class Quiet(WSGIRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

        held: list[socket.socket] = []

        class Server(ThreadedWSGIServer):
            def get_request(self) -> tuple[socket.socket, Any]:
                came, address = super().get_request()
                held.append(came)
                return came, address

        server = Server(("127.0.0.1", self.port), Quiet, connections_override=None)
        server.daemon_threads = True
        server.set_app(get_wsgi_application())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.port = server.server_address[1]

        def stop() -> None:
            server.shutdown()
            server.server_close()
            for each in held:  # the browser keeps its connections open, and would be answered on them
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            thread.join()
            connections.close_all()

        self._stop = stop

    def stop(self) -> None:
        if self._stop is not None:
            self._stop()
        self._stop = None
