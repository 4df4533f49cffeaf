"""Each social channel's README shows an example; it is read as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.social import found, read

import parapet.channels

HOUSE = Path(parapet.channels.__file__).parent


@pytest.mark.parametrize("channel", ["bluesky", "mastodon", "x", "meta", "youtube"])
def test_the_example_is_read(channel: str) -> None:
    readme = (HOUSE / channel / "README.md").read_text("utf-8")
    (example,) = re.findall(r"^```(?:json)?\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    (one,) = found(read(example.encode("utf-8"), channel=channel))
    assert one.item.text
    assert one.item.sent_at is not None
    assert one.item.flags == frozenset()
