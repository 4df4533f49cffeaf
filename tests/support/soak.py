"""`make soak`: everything that chance decides, many times over. A plugin of pytest: `-p support.soak --soak=TIMES`.

Property tests get that many times their examples; tests that kill processes run that many times; those marked `soak` run
once, for they take minutes. Nothing else runs.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", type=int, default=20, help="how many times over")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    times = config.getoption("--soak")
    properties = [item for item in items if isinstance(item, pytest.Function) and hasattr(item.obj, "hypothesis")]
    for item in properties:
        one = getattr(item.obj, "__func__", item.obj)
        own: settings = getattr(one, "_hypothesis_internal_use_settings", None) or settings()
        one._hypothesis_internal_use_settings = settings(own, max_examples=own.max_examples * times, deadline=None)
    long = [item for item in items if item.get_closest_marker("soak")]
    kills = [item for item in items if item not in properties and item not in long and _kills(item.path)]
    items[:] = [*properties, *long, *(kills * times)]


def _kills(file: Path) -> bool:
    """Or lets two commands meet."""
    text = file.read_text("utf-8")
    return "SIGKILL" in text or "two.at_once(" in text
