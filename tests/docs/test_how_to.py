"""The how-to pages work: their commands in a home with a few messages, and their example of a channel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import pages
from support.house import ROOT
from support.reader import Terminal

from parapet.jobs.engine import SCHEMA
from parapet.settings.environment import Environment

HOW_TO = ROOT / "docs" / "how-to"
ME = [{"name": "Dr. Jane Example", "emails": ["jane@clinic.example"]}]
MAIL = (
    b"From: a@example.org\nTo: jane@clinic.example\nMessage-ID: <1@example.org>\nDate: Mon, 2 Nov 2026 09:00:00 -0500\n\nHello.\n"
)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal in a folder with a mailbox, exports, and a stick at hand."""
    folder = tmp_path / "here"
    (folder / "exports").mkdir(parents=True)
    (folder / "me.json").write_text(json.dumps(ME))
    (folder / "inbox.mbox").write_bytes(b"From a@example.org Mon Nov  2 14:00:00 2026\n" + MAIL)
    (folder / "exports" / "two.eml").write_bytes(MAIL.replace(b"<1@", b"<2@"))
    opened = Terminal(folder, language="en", port=8400)
    (opened.person / "stick").mkdir()
    yield opened
    opened.leave()


def follow(page: str, terminal: Terminal) -> list[str]:
    """Type what `page` says; what was answered."""
    told = []
    for each in pages.typed((HOW_TO / page).read_text("utf-8")):
        status, said = terminal.type(each.command)
        assert status == each.status, f"{page}: {each.command}\n{said}"
        assert pages.answers(each.answer, said), f"{page}: {each.command}\n{said}"
        told.append(said)
    return told


@pytest.mark.slow
def test_files_are_taken_in_exported_and_checked(terminal):
    assert any("2 new" in said for said in follow("import-your-own-files.md", terminal))
    follow("export-a-case.md", terminal)
    status, _ = terminal.type("cd bags/cas_*")
    assert status == 0
    assert any("SOUND" in said for said in follow("check-a-bag.md", terminal))


def test_a_detector_is_measured(terminal, tmp_path):
    page = (HOW_TO / "measure-a-detector.md").read_text("utf-8")
    [code] = [inside for kind, inside in pages.blocks(page) if kind == "python"]
    (tmp_path / "here" / "my_detector.py").write_text(code)
    ours, *_, another = follow("measure-a-detector.md", terminal)
    assert "threat_veiled" in ours
    assert "threat_veiled" in another


@pytest.mark.slow
def test_a_home_comes_back_from_its_backup(terminal):
    follow("import-your-own-files.md", terminal)
    _, before = terminal.type("parapet items --jsonl")
    follow("keep-the-key-safe.md", terminal)
    follow("back-up-and-restore.md", terminal)
    _, after = terminal.type("parapet items --jsonl")
    assert after == before
    assert before.count("\n") == 2


def test_a_backup_holds_no_key(terminal):
    follow("import-your-own-files.md", terminal)
    typed = pages.typed((HOW_TO / "back-up-and-restore.md").read_text("utf-8"))
    made = next(each for each in typed if each.command.startswith("parapet backup"))
    assert terminal.type(made.command)[0] == 0
    _, secret = terminal.type("cut -d' ' -f4 ~/.local/share/parapet/keys/instance.key")
    status, found = terminal.type(
        "grep -rlaF -e parapet-key-v -e \"$(cut -d' ' -f4 ~/.local/share/parapet/keys/instance.key)\" ~/disk"
    )
    assert (len(secret.strip()), status, found) == (46, 1, "")


def test_nothing_is_said_of_a_button_that_is_not_there():
    """Names in bold stand in a template or in what Python says."""
    sources = [*(ROOT / "src/parapet/web").rglob("*.html"), *(ROOT / "src/parapet/web").rglob("*.py")]
    said = "\n".join(path.read_text("utf-8") for path in sources)
    for name in (
        "Add",
        "Dossier (PDF)",
        "Evidence bag (zip)",
        "Hand it over",
        "Handed over so far",
        "Who is protected",
        "Whom shall Parapet protect?",
    ):
        assert f'"{name}"' in said
    bold = set(re.findall(r"\*\*([A-Z][^*.:]{1,30})\*\*", (HOW_TO / "export-a-case.md").read_text("utf-8")))
    assert {name for name in bold if f'"{name}"' not in said} == set()


def test_the_settings_for_postgresql_are_accepted(tmp_path):
    text = (HOW_TO / "use-postgresql.md").read_text("utf-8")
    given = dict(re.findall(r"^export (PARAPET_\w+)='?([^'\n]+)'?$", text, re.MULTILINE))
    assert set(given) == {"PARAPET_HOME", "PARAPET_DATABASE_URL", "PARAPET_PUBLIC_URL"}
    read = Environment.read(variables={**given, "PARAPET_HOME": str(tmp_path)})
    assert read.on_postgres
    assert read.origin == given["PARAPET_PUBLIC_URL"]
    assert f"`{SCHEMA}`" in text
