"""Take files in: seal each whole, parse it, receive what was found, and keep an account that adds up."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from attrs import define, field, frozen
from django.db import transaction

from parapet.actions.address_book import AddressBook
from parapet.actions.arrivals import Arrival
from parapet.actions.mark_gone import mark_gone
from parapet.actions.receive import BATCH_BYTES, BATCH_ITEMS, receive
from parapet.actions.seal_source import seal_source
from parapet.channels.archives import shown as safe_to_show
from parapet.channels.containers import NotOpened, Source, parse_source, walk
from parapet.domain.parsed import Found, Gone, Passed, Place, Reason, Refused
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.naming import names_of, uri_name

#: Refusals beyond this many in one import are counted, not listed: a hostile file must not fill the database.
MAX_LISTED_REFUSALS = 2_000
#: Files whose end is written at once: a folder of many small ones shall show that it moves.
BATCH_FILES = 20

Folder = Callable[[Path], int | None]
Progress = Callable[[models.Intake], None]


@frozen
class Delivery:
    """One path a person named, what she calls it (an upload's own name, else the path), and its row where it has one."""

    path: Path
    shown: str = ""
    row: models.IntakeFile | None = None


@define
class _Account:
    """The running account of one import, and what was found and waits to be received with it.

    A batch spans files, since many are small; a file counts as done once all that was in it has been received.
    """

    intake: models.Intake
    book: AddressBook
    progress: Progress
    listed: int = 0
    arrivals: list[Arrival] = field(factory=list)
    arrived_bytes: int = 0
    gone: dict[str, Gone] = field(factory=dict)  # by name, seen after the arrivals that wait
    refusals: list[models.IntakeRefusal] = field(factory=list)
    ended: list[models.IntakeFile] = field(factory=list)

    def arrived(self, arrival: Arrival) -> None:
        """Take note of something found."""
        item = arrival.found.item
        if self.gone and not self.gone.keys().isdisjoint(names_of(item)):
            self.flush()  # deleted, then seen again: the order tells whether it is gone
        self.intake.found += 1
        self.arrivals.append(arrival)
        self.arrived_bytes += len(arrival.found.raw)
        if len(self.arrivals) >= BATCH_ITEMS or self.arrived_bytes >= BATCH_BYTES:
            self.flush()

    def went(self, gone: Gone) -> None:
        """Take note of a deletion seen."""
        self.gone.setdefault(uri_name(gone.channel, gone.uri), gone)
        if len(self.gone) >= BATCH_ITEMS:
            self.flush()

    def refused(self, refused: Refused, file: models.IntakeFile | None) -> None:
        """Take note of what could not be taken in."""
        self.intake.found += 1
        self.intake.refused += 1
        if self.listed >= MAX_LISTED_REFUSALS:
            return
        self.listed += 1
        words = "\0".join((where(refused.place), refused.detail))
        sealed = keyring().lock_text(words, about=b"refusal")
        self.refusals.append(models.IntakeRefusal(intake=self.intake, file=file, reason=str(refused.reason), sealed_place=sealed))

    def done(self, file: models.IntakeFile) -> None:
        """Take note that there is no more in `file`."""
        self.ended.append(file)
        if len(self.ended) >= BATCH_FILES:
            self.flush()

    def flush(self) -> None:
        """Receive what waits, and write the account."""
        if self.arrivals:
            outcome = receive(self.arrivals, self.book)
            self.intake.new += outcome.new
            self.intake.versions += outcome.versions
            self.intake.already += outcome.already
            self.intake.own += outcome.own
            self.intake.unmatched += outcome.unmatched
            self.arrivals, self.arrived_bytes = [], 0
        if self.gone:
            self.intake.gone += mark_gone(list(self.gone.values()))
            self.gone = {}
        with transaction.atomic():
            models.IntakeRefusal.objects.bulk_create(self.refusals)
            models.IntakeFile.objects.filter(number__in=[file.number for file in self.ended]).update(ended=True)
            self.intake.files_done += len(self.ended)
            self.intake.save()
        self.refusals, self.ended = [], []
        self.progress(self.intake)


def take_in(
    deliveries: Iterable[Delivery],
    intake: models.Intake,
    *,
    folder: Folder = lambda _path: None,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _intake: None,
) -> models.Intake:
    """Take in everything under `deliveries`; returns `intake`, ended.

    folder    path of a file to the advocate whose folder it lies in
    mapping   column names for generic tables

    May be run again from the start after a crash: what was taken in is found "already there".
    """
    account = _Account(intake, AddressBook.load(), progress)
    intake.state = "running"
    for delivery in deliveries:
        for file, sources in _by_file(walk([delivery.path]), delivery):
            _File(account, file, folder, mapping or {}, delivery.row).take_in(sources)
    account.flush()
    intake.state, intake.ended_at = "done", datetime.now(UTC)
    account.flush()
    return intake


@frozen
class _Named:
    """A file on disk: where it is (for whose folder it lies in), what to seal of it (if anything), and how to show it."""

    path: Path
    sealed: Path | None
    shown: str


def _by_file(found: Iterator[Source | NotOpened], delivery: Delivery) -> Iterator[tuple[_Named, Iterator[Source | NotOpened]]]:
    """Group what `walk` gives by the file on disk it lies in, lazily: members of an archive follow each other."""
    waiting: list[Source | NotOpened] = []

    def group(first: Source | NotOpened) -> Iterator[Source | NotOpened]:
        yield first
        for each in found:
            # By the path itself: two odd names may be shown alike.
            if each.path != first.path if each.path and first.path else each.file != first.file:
                waiting.append(each)
                return
            yield each

    for first in found:
        pending = first
        while True:
            path = pending.path or Path(pending.file)
            within = os.path.relpath(path, delivery.path) if path != delivery.path and delivery.shown else ""
            shown = os.path.join(delivery.shown, within) if delivery.shown else pending.file  # noqa: PTH118 - words, not a path
            yield _Named(path, pending.path, safe_to_show(shown.rstrip("/."))), group(pending)
            if not waiting:
                break
            pending = waiting.pop()


class _File:
    """One file on disk on its way in."""

    def __init__(
        self, account: _Account, file: _Named, folder: Folder, mapping: dict[str, str], row: models.IntakeFile | None
    ) -> None:
        self.account, self.file, self.mapping = account, file, mapping
        self.owner = folder(file.path)
        self.source: models.Source | None = None
        self.sha256 = ""
        self.row = row

    def take_in(self, sources: Iterator[Source | NotOpened]) -> None:
        self._seal()
        for source in sources:
            if isinstance(source, NotOpened):
                self.account.refused(source.refused, self.row)
                continue
            for parsed in parse_source(source, self.mapping):
                self._take(parsed)
        assert self.row is not None
        self.account.done(self.row)

    def _seal(self) -> None:
        """The whole file first: what a parser will make of it does not matter to the proof.

        Never a pipe, which would wait for ever, a device without an end, or what a link in a stranger's folder names.
        """
        try:
            if self.file.sealed is None:
                raise OSError
            with self.file.sealed.open("rb") as stream:
                self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                stream.seek(0)
                self.source = seal_source(stream, sha256=self.sha256)
        except OSError:  # it cannot be read: the walk has said so, or will
            self.source = None
        if self.row is not None:
            return
        self.account.intake.files_total += 1
        self.row = models.IntakeFile(intake=self.account.intake, source=self.source)
        self.row.sealed_path = keyring().lock_text(self.file.shown, about=file_context(self.row.number))
        self.row.save()

    def _take(self, parsed: Found | Gone | Passed | Refused) -> None:
        match parsed:
            case Found() if self.source is None:  # gone, or shut, between the walk and the seal: no proof, no item
                self.account.refused(Refused(Reason.UNREADABLE, parsed.place), self.row)
            case Found():
                assert self.source is not None
                folder = self.owner if parsed.delivered else None
                self.account.arrived(Arrival(parsed, self.source.number, self.sha256, folder))
            case Gone():
                self.account.went(parsed)
            case Passed():
                self.account.intake.passed += 1
            case Refused():
                self.account.refused(parsed, self.row)


def where(place: Place) -> str:
    """`place` in a line: "data/tweets.js, line 3"."""
    return ", ".join(part for part in (place.member, place.pointer) if part)


def file_context(number: int) -> bytes:
    """What the sealed path of a delivered file is bound to."""
    return f"delivered:{number}".encode()
