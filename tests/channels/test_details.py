"""Every detail that a channel gives with a refusal can be said in both languages."""

from __future__ import annotations

import ast
import codecs
import string
from collections.abc import Iterator

import pytest
from support.house import ROOT, text_of, tracked
from support.sample import NASTY, SAMPLE

from parapet.channels.containers import NotOpened, parse_source, walk
from parapet.cli.words import in_french
from parapet.domain.details import DETAILS, detail_said, template_of
from parapet.domain.parsed import Refused

#: What takes a detail, and as which argument.
TAKES = {
    "Refused": 2,
    "Turned": 2,
    "Stop": 1,
    "Unfit": 1,
    "NotCaptured": 1,
    "Broken": 2,
    "wrong": 1,
    "stepped_over": 2,
    "Unread": 1,
}
#: Functions that give one back.
GIVES = {"unsafe", "_dimensions", "refused"}
#: What hands on a detail that was given elsewhere, and the names of encodings and of Python's errors.
HANDED_ON = {
    "type(error).__name__",
    "detail",
    "stop.detail",
    "fault.detail",
    "found.detail",
    "turned.detail",
    "unread.detail",
    "why",
    "encoding",
    "self.encoding",
}


def examples(said: ast.expr, place: str) -> Iterator[str]:
    """What `said` can come to, a 7 in every gap."""
    if isinstance(said, ast.Constant):
        yield str(said.value)
    elif isinstance(said, ast.JoinedStr):
        yield "".join(each.value if isinstance(each, ast.Constant) else "7" for each in said.values)
    elif isinstance(said, ast.IfExp):
        yield from examples(said.body, place)
        yield from examples(said.orelse, place)
    elif not (isinstance(said, ast.Call) and isinstance(said.func, ast.Name) and said.func.id in GIVES):
        assert ast.unparse(said) in HANDED_ON, f"{place}: where does this detail come from?"


def given() -> Iterator[tuple[str, str]]:
    """Every detail in the source of the channels, and where."""
    for path in tracked("src/parapet/channels/*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            found: list[ast.expr] = []
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                found = [each.value for each in node.keywords if each.arg == "detail"]
                if name in TAKES:
                    found += node.args[TAKES[name] : TAKES[name] + 1]
            elif isinstance(node, ast.FunctionDef) and node.name in {"unsafe", "_dimensions"}:
                found = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value is not None]
            yield from ((place, detail) for each in found for detail in examples(each, place) if detail)


def test_every_detail_in_the_source_is_a_template_and_every_template_is_used():
    said = list(given())
    assert len(said) > 30
    assert not [(place, detail) for place, detail in said if template_of(detail) is None]
    used = {found[0] for _place, detail in said if (found := template_of(detail))}
    assert set(DETAILS) - used == set()


@pytest.mark.parametrize("template", DETAILS)
def test_every_template_has_its_french(template):
    filled = template % {
        name: 7 for _, name, _, _ in string.Formatter().parse(template.replace("%(", "{").replace(")s", "}")) if name
    }
    french = detail_said(filled, in_french)
    assert french != filled
    assert "%(" not in french
    assert template_of(filled)[0] == template, "another template fits it too"


def test_what_hostile_files_give_is_said_in_french():
    details = set()
    for source in walk([NASTY, SAMPLE]):
        for parsed in [source.refused] if isinstance(source, NotOpened) else parse_source(source):
            if isinstance(parsed, Refused) and parsed.detail:
                details.add(parsed.detail)
    assert len(details) > 5
    for detail in details:
        assert template_of(detail) or codecs.lookup(detail)


def test_a_detail_of_a_later_version_is_shown_as_it_is():
    assert detail_said("something quite new", in_french) == "something quite new"
