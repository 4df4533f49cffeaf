"""A reader who follows a tutorial to the letter: types what stands in the terminal blocks, presses what stands in bold.

What a page says is done in the order in which it says it:

    ```console blocks                   typed, and the answer compared (`support.pages`)
    press **X** / appuyez sur **X**     a button, a link or a fold of that name
    choose **X** / choisissez **X**     a filter, or a choice of a list
    tick **X** / cochez **X**           a box
    type “T” under **X**                a field (tapez « T » sous **X**)
    <kbd>X</kbd>                        a key; Ctrl-C stops what serves
    any other **X**                     stands on the screen
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from attrs import define, field, frozen
from playwright.sync_api import Locator, Page, expect

from support import pages

#: What goes on until Ctrl-C.
SERVES = ("parapet demo", "parapet serve", "make demo")
READY_S = 600.0
LOOK_MS = 200_000
_VERBS = {
    "press": "press", "appuyez sur": "press", "choose": "choose", "choisissez de nouveau": "choose", "choisissez": "choose",
    "tick": "tick", "cochez": "tick",
}  # fmt: skip
_VERB = "|".join(sorted(_VERBS, key=len, reverse=True))
_STEP = re.compile(
    rf"(?P<fence>^```console(?P<kind>[^\n]*)\n(?P<inside>.*?)^```$)"
    rf"|(?:\b(?P<verb>{_VERB})\s+)\*\*(?P<done>[^*]+)\*\*"
    rf"|\b(?:type|tapez)\s+[“«]\s?(?P<words>[^”»]+?)\s?[”»]\s+(?:under|sous)\s+\*\*(?P<field>[^*]+)\*\*"
    rf"|<kbd>(?P<key>[^<]+)</kbd>"
    rf"|\*\*(?P<seen>[^*]+)\*\*",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
#: Keys that French keyboards name otherwise.
_KEYS = {"Entrée": "Enter"}
#: Names of files that arrive by pressing.
_DOWNLOADS = re.compile(r"\((?:PDF|zip)\)$")


@frozen
class Step:
    """One thing that the page tells to do: `do` is type, press, choose, tick, write, key or see."""

    do: str
    what: str
    into: str = ""
    typed: tuple[pages.Typed, ...] = ()


def steps(text: str) -> list[Step]:
    """Everything that the page tells to do, in order."""
    body = text[re.search(r"^## ", text, re.MULTILINE).start() :]  # type: ignore[union-attr]
    found = []
    for match in _STEP.finditer(body):
        said = {name: " ".join(value.split()) for name, value in match.groupdict().items() if value is not None}
        if "fence" in said:
            found.append(Step("type", "", typed=tuple(pages.typed(match["fence"]))))
        elif "done" in said:
            found.append(Step(_VERBS[said["verb"].lower()], said["done"]))
        elif "field" in said:
            found.append(Step("write", said["words"], said["field"]))
        elif "key" in said:
            found.append(Step("key", said["key"]))
        else:
            found.append(Step("see", said["seen"].rstrip(".")))
    return found


@define
class Reader:
    """Follows one page with one browser and a terminal in an empty folder."""

    page: Page
    terminal: Terminal
    downloads: Path
    _opened: bool = field(default=False)

    def follow(self, text: str) -> None:
        for step in steps(text):
            getattr(self, f"_{step.do}")(step)

    def _type(self, step: Step) -> None:
        for each in step.typed:
            status, said = self.terminal.type(each.command)
            assert status == each.status, f"{each.command}\n{said}"
            promised = tuple(typist(line) for line in each.answer)
            assert pages.answers(promised, typist(said)), f"{each.command}\n{said}"
            if self.terminal.link:
                self.page.goto(self.terminal.link)
                self.terminal.link = ""

    def _press(self, step: Step) -> None:
        place = self._one(
            self.page.get_by_role("button", name=step.what, exact=True),
            self.page.get_by_role("link", name=step.what, exact=True),
            self.page.locator("summary", has_text=step.what),
            asked=step.what,
        )
        if not _DOWNLOADS.search(step.what):
            place.click()
            self.page.wait_for_load_state("networkidle")
            return
        with self.page.expect_download(timeout=300_000) as arriving:
            place.click()
        arriving.value.save_as(self.downloads / arriving.value.suggested_filename)

    def _choose(self, step: Step) -> None:
        named = re.compile(rf"^{re.escape(step.what)}(\s+[\d\s.,]+)?$")
        option = self.page.locator("select:visible", has=self.page.locator("option", has_text=step.what)).first
        link = self.page.get_by_role("link", name=named).first
        expect(link.or_(option).first).to_be_visible(timeout=LOOK_MS)
        if link.count():
            link.click()
            self.page.wait_for_load_state("networkidle")
        else:
            option.select_option(label=step.what)

    def _tick(self, step: Step) -> None:
        self.page.get_by_label(step.what, exact=True).check()

    def _write(self, step: Step) -> None:
        self.page.get_by_label(step.into, exact=True).fill(step.what)

    def _key(self, step: Step) -> None:
        if step.what == "Ctrl-C":
            assert self.terminal.stop() == 0
            return
        if step.what == "F5":  # which belongs to the browser, not to the page
            self.page.reload()
            return
        key = _KEYS.get(step.what, step.what)
        self.page.keyboard.press(key)
        if key == "Enter":
            self.page.wait_for_url("**/itm_*/", timeout=LOOK_MS)

    def _see(self, step: Step) -> None:
        expect(self._one(self.page.get_by_text(step.what), asked=step.what)).to_be_visible(timeout=LOOK_MS)

    def _one(self, *places: Locator, asked: str) -> Locator:
        """The first that can be seen of all that go by this name."""
        both = places[0]
        for place in places[1:]:
            both = both.or_(place)
        visible = both.filter(visible=True).first
        expect(visible, f"nothing on the screen is called {asked!r}").to_be_visible(timeout=LOOK_MS)
        return visible


def typist(text: str) -> str:
    """As a keyboard has it: plain spaces and apostrophes."""
    return text.translate({0xA0: " ", 0x202F: " ", 0x2019: "'"})


class Terminal:
    """A shell in an empty folder, where the checkout would be, with a person's folders beside."""

    def __init__(self, folder: Path, *, language: str, port: int) -> None:
        self._folder = self._here = folder
        program = Path(sys.executable).parent
        (folder / ".venv").symlink_to(program.parent)
        self.person = folder.parent / f"{folder.name}-person"
        self.person.mkdir()
        other = ("PARAPET_", "DJANGO_", "XDG_", "LC_", "LANG", "DISPLAY", "WAYLAND_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(other)}
        self._variables = {
            **kept,
            "HOME": str(self.person),
            "LANG": "fr_CA.UTF-8" if language == "fr" else "C.UTF-8",
            "PATH": f"{program}:{os.environ.get('PATH', '')}",
            "PARAPET_PORT": str(port),
            "PIP_NO_INDEX": "1",  # what a page installs is here already
        }
        self._serving: subprocess.Popen[bytes] | None = None
        self.link = ""

    def type(self, command: str) -> tuple[int, str]:
        """Exit status and what was said. What serves goes on; its link is in `link` then."""
        if command.startswith(SERVES):
            return self._serve(command)
        here = self.person / ".here"
        done = subprocess.run(
            ["bash", "-c", f'{command}\nstatus=$?; pwd >"$0"; exit $status', str(here)],
            cwd=self._here,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=900,
        )
        self._here = Path(here.read_text("utf-8").strip())
        return done.returncode, done.stdout

    def stop(self) -> int:
        """Ctrl-C, as at a terminal; the exit status."""
        assert self._serving is not None, "nothing is being served"
        serving, self._serving = self._serving, None
        serving.send_signal(signal.SIGINT)
        return serving.wait(300)

    def leave(self) -> None:
        """Close the terminal, whatever goes on in it."""
        if self._serving is not None:
            self._serving.terminate()
            self._serving.wait(300)

    def _serve(self, command: str) -> tuple[int, str]:
        words = shlex.split("parapet demo --home demo-home" if command == "make demo" else command)
        if "demo" in words:  # its own port may be in use by another test
            words += ["--port", self._variables["PARAPET_PORT"]]
        output = self.person / "output"
        with output.open("w") as said:
            self._serving = subprocess.Popen(
                words, cwd=self._folder, env=self._variables, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + READY_S
        while "Ctrl-C" not in output.read_text("utf-8"):
            if self._serving.poll() is not None or time.monotonic() > until:
                return self._serving.poll() or 1, output.read_text("utf-8")
            time.sleep(0.2)
        text = output.read_text("utf-8")
        found = re.search(r"http://\S+/enter/\S+", text)
        self.link = found[0] if found else ""
        return 0, text
