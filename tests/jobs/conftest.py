"""Worker processes for the tests of this room."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parapet.jobs import handlers

CHILD = Path(__file__).parent / "child.py"


class Notes:
    """What the handlers of all processes wrote: a line for each entry handled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def register(self) -> None:
        """Have this process write them too."""
        spec = importlib.util.spec_from_file_location("child", CHILD)
        child = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(child)
        child.register(str(self.path))

    def numbers(self) -> list[int]:
        return [int(line.split()[0]) for line in self._lines()]

    def processes(self) -> set[int]:
        return {int(line.split()[1]) for line in self._lines()}

    def _lines(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []


@pytest.fixture
def notes(tmp_path) -> Notes:
    return Notes(tmp_path / "notes")


@pytest.fixture
def start_worker(home, notes) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a worker process on the test's home; waits until it works, unless told not to. All are killed at the end."""
    started = []

    def start(*, sweep_s: float = 30.0, wait: bool = True) -> subprocess.Popen[str]:
        worker = subprocess.Popen([sys.executable, CHILD, str(notes.path), str(sweep_s)], stdout=subprocess.PIPE, text=True)
        started.append(worker)
        if wait:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()
        worker.stdout.close()


@pytest.fixture(autouse=True)
def no_handlers(monkeypatch) -> None:
    """Each test registers its own."""
    monkeypatch.setattr(handlers, "_handlers", {})
    monkeypatch.setattr(handlers, "_chores", {})
