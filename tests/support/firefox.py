"""A real Firefox with the extension in it, spoken to in WebDriver BiDi (w3c.github.io/webdriver-bidi), and in Marionette's words where
something stands around the page: the extension's sign."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from attrs import define
from websockets.sync.client import ClientConnection, connect

from support.extended import copy_of_the_extension

NAMES = ("firefox-esr", "firefox")
_EXTENSION, _UUID = "browser@parapet.example", "6b0d7f2e-1c56-4f3b-9a51-0d8f4f2f9f01"
WAIT_S = 300
#: Where its own pages are found; and it asks nobody for anything.
_SETTINGS = {
    "extensions.webextensions.uuids": json.dumps({_EXTENSION: _UUID}),
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "intl.accept_languages": "en-CA",
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


class Marionette:
    """What Firefox is asked of itself: a number, a colon, and as many bytes of JSON, both ways."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        self._stream = self._socket.makefile("rwb")
        self._asked = 0
        self._heard()

    def _heard(self) -> Any:
        size = b""
        while (byte := self._stream.read(1)) != b":":
            size += byte
        return json.loads(self._stream.read(int(size)))

    def call(self, name: str, **params: Any) -> Any:
        """What Firefox answers. Raises RuntimeError with its words."""
        self._asked += 1
        asked = json.dumps([0, self._asked, name, params]).encode()
        self._stream.write(str(len(asked)).encode() + b":" + asked)
        self._stream.flush()
        _kind, _number, error, result = self._heard()
        if error:
            raise RuntimeError(error["message"])
        return result

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@define
class Firefox:
    """The browser, and a page of the extension by which a test asks what the extension's own pages ask."""

    session: ClientConnection
    around: Marionette
    own: str = ""
    _asked: int = 0

    def call(self, method: str, **params: Any) -> Any:
        """What Firefox answers. Raises RuntimeError with its words."""
        self._asked += 1
        self.session.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            came = json.loads(self.session.recv(timeout=WAIT_S))
            if came.get("id") == self._asked:
                if came["type"] == "error":
                    raise RuntimeError(came["message"])
                return came["result"]

    def see(self, url: str) -> str:
        """A page at this address, in front; by what it is named."""
        tab = str(self.call("browsingContext.create", type="tab")["context"])
        self.call("browsingContext.navigate", context=tab, url=url, wait="complete")
        self.call("browsingContext.activate", context=tab)
        return tab

    def wait_until_it_is_shown(self) -> None:
        """A new extension opens its options by itself, and in a tab that is empty at that moment: in one that a test is about to use, too."""
        until = time.monotonic() + WAIT_S
        while not any(each["url"].endswith("/options.html") for each in self.call("browsingContext.getTree")["contexts"]):
            assert time.monotonic() < until, "the extension did not open its options"
            time.sleep(0.05)

    def own_page(self, name: str) -> str:
        """A page of the extension."""
        return self.see(f"moz-extension://{_UUID}/{name}")

    def say(self, tab: str, script: str) -> Any:
        """What a script in a page gives, by way of JSON."""
        wrapped = f"(async () => JSON.stringify((await ({script})) ?? null))()"
        came = self.call("script.evaluate", expression=wrapped, target={"context": tab}, awaitPromise=True, userActivation=True)
        if came["type"] != "success":
            raise RuntimeError(came["exceptionDetails"]["text"])
        return json.loads(came["result"]["value"])

    def ask(self, ask: str, **more: Any) -> Any:
        """What the background answers."""
        asked = json.dumps({"ask": ask, **more})
        return self.say(self.own, f"chrome.runtime.sendMessage({asked}).then((said) => said?.told)")

    def press_its_sign(self) -> None:
        """As a person does, in the bar above the page that is in front."""
        self.around.call("Marionette:SetContext", value="chrome")
        script = """
          const { ExtensionParent } = ChromeUtils.importESModule("resource://gre/modules/ExtensionParent.sys.mjs");
          const { extension } = WebExtensionPolicy.getByID(arguments[0]);
          ExtensionParent.apiManager.global.browserActionFor(extension).triggerAction(Services.wm.getMostRecentWindow("navigator:browser"));
        """
        self.around.call("WebDriver:ExecuteScript", script=script, args=[_EXTENSION])

    def tab_of(self, url: str) -> int:
        """By which number the browser knows the page at this address."""
        return int(
            self.say(self.own, f"chrome.tabs.query({{}}).then((tabs) => tabs.find((t) => t.url === {json.dumps(url)}).id)")
        )

    def body_of(self, id: int) -> bytes:
        """The file of a capture that waits."""
        script = f"""import("./lib/queue.js").then((queue) => queue.one({id})).then(({{ body }}) =>
          [...new Uint8Array(body)].map((byte) => byte.toString(16).padStart(2, "0")).join(""))"""
        return bytes.fromhex(self.say(self.own, script))


def _port_of(profile: Path) -> int:
    """Where its Marionette listens."""
    while not (held := profile / "MarionetteActivePort").exists() or not held.read_text():
        time.sleep(0.05)
    return int(held.read_text())


def find() -> str | None:
    """The Firefox of this machine; None when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """The browser with a new profile in `folder`, and the extension loaded as a person loads it until Firefox ends."""
    program = find()
    assert program, "Firefox is missing. Type: scripts/needs.sh"
    profile = folder / "firefox"
    profile.mkdir()
    settings = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _SETTINGS.items())
    (profile / "user.js").write_text("".join(settings))
    running = subprocess.Popen(
        [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0",
         "--marionette", "--remote-allow-system-access"],
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert running.stderr is not None
        next(line for line in running.stderr if "BiDi listening on" in line)
        around = Marionette(_port_of(profile))
        begun = around.call("WebDriver:NewSession", webSocketUrl=True)
        with connect(begun["capabilities"]["webSocketUrl"], max_size=None, open_timeout=WAIT_S) as session:
            made = Firefox(session, around)
            copy = copy_of_the_extension(folder / "extension-for-firefox")
            made.call("webExtension.install", extensionData={"type": "path", "path": str(copy)})
            made.wait_until_it_is_shown()
            made.own = made.own_page("popup.html")
            yield made
        around.close()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
