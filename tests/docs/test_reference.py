"""The reference leaves nothing out that others rely on: settings, commands and their options, error codes, reasons."""

from __future__ import annotations

import click
import pytest
from support import pages
from support.house import ROOT

from parapet.cli.main import COMMANDS, main
from parapet.domain.parsed import Reason
from parapet.settings import environment

FOLDER = ROOT / "docs" / "reference"
REFERENCE = "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md")))
VARIABLES = [line.split()[1] for line in environment.__doc__.splitlines() if line.startswith("| PARAPET_")]


def test_settings_are_read_in_one_place():
    assert len(VARIABLES) >= 8


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_is_there(variable):
    assert f"`{variable}`" in REFERENCE


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_with_its_options(name):
    page = (FOLDER / "cli.md").read_text("utf-8")
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert f"parapet {name}" in page
    options = {each.opts[-1] for each in pages.parameters(command) if isinstance(each, click.Option)}
    assert not {option for option in options if option not in page}


def test_every_command_about_keys_is_there_with_its_options():
    from parapet.cli.key import command

    page = (FOLDER / "cli.md").read_text("utf-8").partition("## `parapet key`")[2].partition("\n## ")[0]
    for name, each in command.commands.items():
        assert f"`parapet key {name}" in page
        assert not [
            o.opts[-1] for o in each.params if isinstance(o, click.Option) and o.opts[0] not in page and o.opts[-1] not in page
        ]


def test_every_error_code_is_there():
    from parapet.domain.errors import ParapetError

    codes = {error.code for error in [ParapetError, *_below(ParapetError)] if error.__module__.startswith("parapet.")}
    assert not {code for code in codes if f"`{code}`" not in REFERENCE}


def _below(error: type) -> list:
    return [each for child in error.__subclasses__() for each in (child, *_below(child))]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_a_refusal_is_there(reason):
    assert f"`{reason}`" in REFERENCE
