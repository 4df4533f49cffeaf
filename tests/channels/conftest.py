"""What the tests of all channels share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.sample import NASTY, SAMPLE, TRUTH


@pytest.fixture(scope="session")
def scenario() -> Path:
    """The sample scenario: three physicians' raw files."""
    return SAMPLE


@pytest.fixture(scope="session")
def nasty() -> Path:
    return NASTY


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """What the scenario really holds, message by message."""
    told: dict[str, Any] = json.loads(TRUTH.read_text("utf-8"))
    return told
