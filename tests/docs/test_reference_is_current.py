"""The reference names nothing that is gone: what stands in its tables is what the program has, no more and no less."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import click
import pytest
from support import pages
from support.house import ROOT
from support.reader import Terminal

from parapet.channels.contract import channels
from parapet.channels.table.columns import KNOWN
from parapet.cli.main import COMMANDS, main
from parapet.domain.errors import ParapetError
from parapet.domain.parsed import Reason
from parapet.settings import environment

REFERENCE = ROOT / "docs" / "reference"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def text_of(page: str) -> str:
    return (REFERENCE / page).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands under `heading`, up to the next of its rank."""
    rank = heading.split()[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(rank)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def first_column(text: str) -> list[str]:
    """Every code in the first cell of every row."""
    cells = re.findall(r"^\| (`[^|]*?)\s*\|", text.replace("\\|", "/"), re.MULTILINE)
    return [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]


def errors_below(error: type[ParapetError]) -> list[type[ParapetError]]:
    below = [each for child in error.__subclasses__() for each in errors_below(child)]
    return [error, *below] if error.__module__.startswith("parapet.") else below


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_has_every_option_that_the_page_gives_it(name):
    said = {word.split()[0] for word in first_column(section(text_of("cli.md"), f"## `parapet {name}`")) if word.startswith("-")}
    command = main.get_command(click.Context(main), name)
    known = {option for each in pages.parameters(command) if isinstance(each, click.Option) for option in each.opts}
    if name == "verify":  # it hands its options on
        known = {"--json", "--key", "--authority", "--witness", "--earlier", "--lang"}
    assert {re.split(r"[ \\]", word)[0] for word in said} == known


def test_every_command_on_the_page_is_one():
    assert set(re.findall(r"^## `parapet ([a-z-]+)`", text_of("cli.md"), re.MULTILINE)) == set(COMMANDS)


def test_settings():
    said = first_column(text_of("settings.md").partition("## ")[0])
    assert said == [line.split()[1] for line in environment.__doc__.splitlines() if line.startswith("| PARAPET_")]


def test_errors_and_refusals():
    page = text_of("errors.md")
    assert set(first_column(section(page, "## Errors"))) == {error.code for error in errors_below(ParapetError)}
    assert first_column(section(page, "## Refusals")) == [str(reason) for reason in Reason]


def test_what_is_tried_again():
    said = re.search(r"tried again in the background: (.*?)\.\s+The", text_of("errors.md"), re.DOTALL)
    assert said is not None
    later = {error.code for error in errors_below(ParapetError) if not error.permanent}
    assert set(re.findall(r"`([a-z_.]+)`", said[1])) == later


def test_channels_and_columns():
    page = text_of("channels.md")
    assert set(first_column(page.partition("## Tables")[0])) == set(channels())
    assert first_column(section(page, "## Tables")) == list(KNOWN)
    for name in channels():
        assert f"src/parapet/channels/{name}/README.md" in page


def test_the_keys_of_the_files_of_advocates_are_read():
    source = (ROOT / "src/parapet/actions/enrol_advocates.py").read_text("utf-8")
    for key in first_column(text_of("advocates-file.md")):
        assert f'"{key}"' in source, key


def test_json_lines(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "one.eml").write_bytes(
        b"From: a@example.org\nTo: b@example.org\nDate: Mon, 2 Nov 2026 09:00:00 -0500\nMessage-ID: <1@example.org>\n\nHello.\n"
    )
    terminal = Terminal(folder, language="en", port=8400)
    page = text_of("items-jsonl.md")
    status, said = terminal.type("parapet import one.eml --json 2>/dev/null")
    assert status == 0
    summary = section(text_of("cli.md"), "## `parapet import`")
    assert first_column(summary[summary.index("key of `--json`") :]) == list(json.loads(said))
    _, said = terminal.type("parapet items --jsonl")
    assert first_column(section(page, "## `parapet items`")) == list(json.loads(said))
    triage = section(page, "## `parapet triage`")
    command = re.search(r"^\$ (.*)$", triage, re.MULTILINE)
    assert command is not None
    _, said = terminal.type(command[1])
    out = [each for each in first_column(section(triage, "### Out")) if each in json.loads(said)]
    assert out == list(json.loads(said))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not_json"),
        (b"[]", "not_an_object"),
        (b'{"id": [], "text": ""}', "id_not_text_or_number"),
        (b'{"id": 1}', "text_missing"),
        (b'{"id": 1, "text": 2}', "text_not_text"),
    ],
)
def test_lines_that_cannot_be_read(line, code):
    from parapet.triage import Triage
    from parapet.triage.stream import triage_lines

    [said] = triage_lines(Triage.load(), [line])
    assert json.loads(said)["error"]["code"] == code
    assert f"`{code}`" in text_of("items-jsonl.md")


def test_the_house_is_drawn_as_it_stands():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract["id"] == "layers"]
    assert "\n".join(layers) in ARCHITECTURE
    rooms = {path.name for path in (ROOT / "src/parapet").iterdir() if (path / "__init__.py").exists()}
    assert set(re.findall(r"^\| `src/parapet/(\w+)/`", ARCHITECTURE, re.MULTILINE)) == rooms


def test_every_table_is_told():
    from django.apps import apps

    ours = {model.__name__ for app in ("records", "jobs") for model in apps.get_app_config(app).get_models()}
    assert set(first_column(section(ARCHITECTURE, "## The tables"))) == ours


def test_every_kind_of_leaf_is_told():
    from parapet.web.words import CUSTODY

    assert set(first_column(section(ARCHITECTURE, "## The log"))) == set(CUSTODY)


def test_every_handler_is_told():
    source = (ROOT / "src/parapet/work/handlers.py").read_text("utf-8")
    told = section(ARCHITECTURE, "## Background work")
    assert {f"`{kind}`" for kind in re.findall(r'@handler\("(\w+)"\)', source)} <= set(re.findall(r"`\w+`", told))


def test_the_keys_are_told():
    from parapet.records import keyring

    told = section(ARCHITECTURE, "## The keys")
    for purpose in re.findall(r'derive\(secret, "([^"]+)"\)', Path(keyring.__file__).read_text("utf-8")):
        assert f'"{purpose}"' in told
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "src/parapet").rglob("*.py"))
    domains = set(re.findall(r'\b(?:digest|number)(?:_once)?\("([a-z ]+)",', sources))
    line = re.search(r"keyed digests: ([a-z, ]+)", told)
    assert line is not None
    assert set(line[1].split(", ")) == domains
