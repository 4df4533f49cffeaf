"""What the tests of all channels share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session")
def scenario() -> Path:
    """The sample scenario: three physicians' raw files."""
    return (DATA / "scenario-a").resolve()


@pytest.fixture(scope="session")
def nasty() -> Path:
    return DATA / "nasty"


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """What the scenario really holds, message by message."""
    told: dict[str, Any] = json.loads((DATA / "scenario-a-truth.json").read_text("utf-8"))
    return told
