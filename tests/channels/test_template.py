"""The template of a channel passes its own tests, copied as its page says; and it is held to what every channel is held to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support import house, pages
from support.grown import TEMPLATE, chirp

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_copy_by_the_page_s_own_commands_passes_its_tests(tmp_path: Path) -> None:
    page = (ROOT / "docs/how-to/write-a-channel.md").read_text("utf-8")
    typed = [each.command for each in pages.typed(page)]
    copying = [command for command in typed if command.startswith(("cp ", "sed "))]
    copy = tmp_path / "checkout"
    (copy / "src/parapet/channels").mkdir(parents=True)
    (copy / "tests/channels").mkdir(parents=True)
    (copy / "docs").symlink_to(ROOT / "docs")
    for command in copying:
        subprocess.run(command, shell=True, cwd=copy, check=True)
    [test] = (copy / "tests/channels").glob("test_*.py")
    [made] = (copy / "src/parapet/channels").iterdir()
    assert made.name != "chirp" and "chirp" not in test.read_text("utf-8").lower(), "it has the name that was chosen"
    (copy / "conftest.py").write_text(f"import parapet.channels\n\nparapet.channels.__path__.append({str(made.parent)!r})\n")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(copy), str(test)],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
    assert " passed" in ran.stdout


def test_it_keeps_the_rules_of_the_house(tmp_path: Path) -> None:
    from parapet.channels.contract import channels
    from parapet.channels.live import can_be_watched

    for path in sorted(TEMPLATE.rglob("*.py")):
        text = path.read_text("utf-8")
        assert not list(house.too_long(text)) and not list(house.unfinished(text)), path
        if path.parent.name == "chirp":
            assert not list(house.other_channels(text, channel="chirp", channels=set(channels()))), path
            assert path.name == "fetch.py" or not list(house.impure(text)), path
    with chirp(tmp_path):
        assert channels()["chirp"].title == "Chirp" and can_be_watched("chirp")
    assert "chirp" not in channels()
