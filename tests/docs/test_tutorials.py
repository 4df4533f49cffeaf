"""The tutorials work as they are printed, in both languages: every command is typed in an empty folder and answers what the
page says, and every name in bold is found on the screen, and pressed where the page says so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import polib
import pytest
from playwright.sync_api import Browser, sync_playwright
from support.house import ROOT
from support.ports import free_port
from support.reader import LOOK_MS, Reader, Step, Terminal, steps, typist

TUTORIALS = {"en": "your-first-hour.md", "fr": "votre-premiere-heure.md"}
DOWNLOADS = {"en": "Downloads", "fr": "Téléchargements"}
#: The system's own browser; without one, Playwright's.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def text_of(language: str) -> str:
    return (ROOT / "docs" / "tutorial" / TUTORIALS[language]).read_text("utf-8")


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        system = next(filter(None, map(shutil.which, CHROMIUM)), None)
        opened = playwright.chromium.launch(executable_path=system, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_every_tutorial_is_followed():
    assert {path.name for path in (ROOT / "docs" / "tutorial").glob("*.md")} == set(TUTORIALS.values())


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(TUTORIALS))
def test_it_works_word_for_word(language, browser, tmp_path):
    folder = tmp_path / "checkout"
    folder.mkdir()
    terminal = Terminal(folder, language=language, port=free_port())
    context = browser.new_context(locale={"en": "en-CA", "fr": "fr-CA"}[language], accept_downloads=True)
    context.set_default_timeout(LOOK_MS)
    try:
        Reader(context.new_page(), terminal, terminal.person / DOWNLOADS[language]).follow(text_of(language))
    finally:
        terminal.leave()


def test_both_tell_the_same():
    """Step by step, so that neither falls behind the other."""
    english, french = (steps(text_of(language)) for language in ("en", "fr"))
    assert [step.do for step in english] == [step.do for step in french]
    typed = [[each.command.split()[0] for step in told for each in step.typed] for told in (english, french)]
    assert typed[0] == typed[1]
    headings = [re.findall(r"^(#+) ", text_of(language), re.MULTILINE) for language in ("en", "fr")]
    assert headings[0] == headings[1]


def test_the_french_names_are_those_of_the_screens():
    """Every name in bold is the translation of its counterpart; the browser need not be asked to know that."""
    screens = polib.pofile(str(ROOT / "src/parapet/locale/fr_CA/LC_MESSAGES/django.po"))
    french_of: dict[str, set[str]] = {}
    for entry in screens:
        french_of.setdefault(plain(entry.msgid), set()).add(plain(entry.msgstr))
    pairs = zip(steps(text_of("en")), steps(text_of("fr")), strict=True)
    names = [(a.into or a.what, b.into or b.what) for a, b in pairs if a.do not in {"type", "key"}]
    assert [(a, b) for a, b in names if plain(b) not in french_of.get(plain(a), set())] == []


def plain(name: str) -> str:
    """As names are compared: spaces and apostrophes of the keyboard, no full stop, no capitals."""
    return typist(name).lower().rstrip(".")


def test_a_page_is_read_as_a_person_reads_it():
    assert steps(
        "Bold is **bold**.\n\n## 1\nPress **A b**, then choose **C** under **D**. Type “x\ny” under **E**. Appuyez sur **F**.\n"
        "<kbd>j</kbd>\n```console\n$ true\nyes\n```\n**G.**"
    ) == [
        Step("press", "A b"),
        Step("choose", "C"),
        Step("see", "D"),
        Step("write", "x y", "E"),
        Step("press", "F"),
        Step("key", "j"),
        Step("type", "", typed=steps("## 1\n```console\n$ true\nyes\n```")[0].typed),
        Step("see", "G"),
    ]
