"""The house rules find what they are for, and let the rest be."""

from __future__ import annotations

import pytest
from support import house


def test_a_module_of_401_lines_is_too_long():
    assert not list(house.too_long("x\n" * 400))
    assert list(house.too_long("x\n" * 401))


@pytest.mark.parametrize("line", ["print(1)", "def f():\n    print('x', file=out)", "click.echo(text)", "pprint.pprint(x)"])
def test_speaking_to_a_terminal_is_found(line):
    assert list(house.prints(line, may_echo=False))


@pytest.mark.parametrize("line", ["click.echo(text)", "printed(1)", "x = 'print(1)'", "self.print()"])
def test_the_command_line_may_speak(line):
    assert not list(house.prints(line, may_echo=True))


@pytest.mark.parametrize("caught", ["", " Exception", " BaseException as error", " (ValueError, Exception)"])
def test_catching_everything_needs_a_reason(caught):
    code = "try:\n    f()\nexcept{}:{}\n    g()\n"
    assert list(house.broad_catches(code.format(caught, "")))
    assert list(house.broad_catches(code.format(caught, "  # noqa: BLE001")))
    assert not list(house.broad_catches(code.format(caught, "  # the edge: a person is told")))
    assert not list(house.broad_catches(code.format(caught, "\n    # the edge: a person is told")))


def test_cleaning_up_needs_none():
    assert not list(house.broad_catches("try:\n    f()\nexcept BaseException:\n    g()\n    raise\n"))


def test_catching_something_needs_none():
    assert not list(house.broad_catches("try:\n    f()\nexcept (ValueError, OSError):\n    g()\n"))


@pytest.mark.parametrize("line", ["# TODO later", "raise NotImplementedError", "fine For now", "a stub", "# XXX"])
def test_unfinished_work_is_found(line):
    assert list(house.unfinished(line))


@pytest.mark.parametrize("line", ["stubborn", "before nowhere", "todo lists", "XXXL"])
def test_innocent_words_are_not(line):
    assert not list(house.unfinished(line))


@pytest.mark.parametrize("path", ["/" + "root/x", "/" + "work/main", "see /" + "Users/ann/parapet", "'/" + "builds/x'"])
def test_a_path_of_one_machine_is_found(path):
    assert list(house.other_places(path))


@pytest.mark.parametrize("path", ["src/work/x", "https://example.org/root/x", "/etc/os-release", "~/work/x", "{home}/work/x"])
def test_other_paths_are_not(path):
    assert not list(house.other_places(path))


@pytest.mark.parametrize(
    "line", ["@pytest.mark" + ".skip", "pytest" + ".importorskip('x')", "from unittest" + ".mock import patch"]
)
def test_excuses_are_found(line):
    assert list(house.excuses(line))


@pytest.mark.parametrize(
    "line", ["import socket", "from urllib import request", "def f():\n    import http.client", "import django.db"]
)
def test_the_network_is_found_wherever_it_is_imported(line):
    assert list(house.impure(line))


@pytest.mark.parametrize("line", ["from urllib.parse import quote", "import http", "import json", "from . import socket"])
def test_pure_imports_are_not(line):
    assert not list(house.impure(line))


@pytest.mark.parametrize(
    "line", ["from parapet.channels.x.parse import parse", "from parapet.channels import x", "import parapet.channels.x"]
)
def test_a_channel_that_knows_another_is_found(line):
    assert list(house.other_channels(line, channel="mail", channels={"mail", "x"}))
    assert not list(house.other_channels(line, channel="x", channels={"mail", "x"}))


def test_what_channels_share_is_theirs():
    assert not list(house.other_channels("from parapet.channels.text import clean", channel="mail", channels={"mail", "x"}))
