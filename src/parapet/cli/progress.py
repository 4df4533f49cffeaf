"""A progress line on a terminal; silence where nobody looks."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from parapet.cli.speech import wants_french

_WORDS = {False: ("Taking in", "Judging"), True: ("Réception", "Évaluation")}


class Progress:
    """Shows how much was taken in, then how much is left to judge."""

    def __init__(self) -> None:
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not Console(stderr=True).is_terminal,
        )
        taking, judging = _WORDS[wants_french()]
        self._taking = self._bar.add_task(taking, total=None)
        self._judging = self._bar.add_task(judging, total=None, visible=False)
        self._most = 0

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def taken_in(self, found: int, files_done: int, files_total: int) -> None:
        """`found` items so far."""
        self._bar.update(self._taking, completed=found)

    def to_judge(self, left: int) -> None:
        """`left` batches still to judge."""
        self._most = max(self._most, left)
        self._bar.update(self._judging, total=self._most, completed=self._most - left, visible=True)


class Counting:
    """Shows how many of how many are done."""

    def __init__(self, english: str, french: str) -> None:
        console = Console(stderr=True)
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(french if wants_french() else english, total=1)

    def __enter__(self) -> Counting:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def done(self, done: int, total: int) -> None:
        """`done` of `total`."""
        self._bar.update(self._task, completed=done, total=max(total, 1))
