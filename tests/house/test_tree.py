"""The whole tree keeps the house rules."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from support import house
from support.house import ROOT, SOURCE, text_of, tracked

CHANNELS = {path.parent.name for path in SOURCE.glob("channels/*/manifest.py")}
PURE = ("domain", "evidence", "triage", "patterns", "dossiers", "channels")


def hold(paths: Iterable[Path], rule: Callable[[str], Iterator[str]]) -> None:
    """Fail with a line for each fault."""
    faults = [f"{path.relative_to(ROOT)}:{fault}" for path in paths for fault in rule(text_of(path))]
    assert not faults, "\n" + "\n".join(faults)


def product(*rooms: str) -> list[Path]:
    return tracked(*(f"src/parapet/{room}/*.py" for room in rooms) if rooms else ["src/*.py"])


def test_every_module_says_one_thing():
    paths = [path for path in tracked("src/*.py", "training/*.py") if "migrations" not in path.parts]
    hold(paths, house.too_long)


def test_only_the_command_line_speaks():
    for path in product():
        may_echo = path.parent == SOURCE / "cli"
        hold([path], lambda text, may=may_echo: house.prints(text, may_echo=may))


def test_whoever_catches_everything_says_why():
    hold(product(), house.broad_catches)


def test_nothing_is_left_half_done():
    paths = tracked("src", "docs", "training", "scripts", "benchmarks", "extension", "README.md", "CHANGELOG.md", "Makefile")
    sentences = ROOT / "training" / "written"  # what others might write, not what we say
    hold([path for path in paths if not path.is_relative_to(sentences)], house.unfinished)


def test_no_path_of_one_machine_stands_in_the_tree():
    hold(tracked(), house.other_places)
    own = f"{ROOT}/"
    assert not [path for path in tracked() if own in text_of(path)]


def test_the_locks_name_no_index():
    for lock in ROOT.glob("requirements*.lock"):
        assert "//" not in lock.read_text("utf-8")
        assert "--hash=sha256:" in lock.read_text("utf-8")


def test_every_test_runs():
    paths = [path for path in tracked("tests/*.py") if path.parent != ROOT / "tests" / "house"]
    hold([path for path in paths if path.name != "house.py"], house.excuses)


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_reach_nothing(room):
    # What talks to a platform has these names and no other: `imap` and `stream` are one connection; mail comes in by `door`, and leaves by
    # `onward`; a browser that keeps pages is asked by three.
    outside = {"fetch.py", "file_report.py", "set_block.py", "imap.py", "report.py", "door.py", "onward.py", "stream.py"} | {
        "chromium.py",
        "seeing.py",
        "window.py",
    }
    paths = [path for path in product(room) if path.name not in outside]
    assert paths
    hold(paths, house.impure)


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_no_channel_knows_another(channel):
    paths = tracked(f"src/parapet/channels/{channel}/*.py")
    assert paths
    hold(paths, lambda text: house.other_channels(text, channel=channel, channels=CHANNELS))


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in SOURCE.glob("channels/*/__init__.py")))
def test_a_channel_is_whole(folder):
    place = SOURCE / "channels" / folder
    assert {"manifest.py", "parse.py", "README.md"} <= {path.name for path in place.iterdir()}
    manifest = importlib.import_module(f"parapet.channels.{folder}.manifest").MANIFEST
    assert manifest.name == folder
    assert re.search(r"^#+ ", (place / "README.md").read_text("utf-8"), re.MULTILINE)


def test_what_channels_share_names_none_of_them():
    """Adding a channel touches one folder."""
    shared = sorted(SOURCE.glob("channels/*.py"))
    hold(shared, lambda text: house.other_channels(text, channel="", channels=CHANNELS))
