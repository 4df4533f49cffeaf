"""Take files in: seal each whole, parse it, receive what was found, and keep an account that adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import structlog
from attrs import define, evolve, field, frozen
from django.db import Error as DatabaseError
from django.db import transaction

from parapet.actions.address_book import AddressBook
from parapet.actions.arrivals import Arrival
from parapet.actions.close_sources import close_read
from parapet.actions.earlier_reading import EarlierReading, note_reading
from parapet.actions.erase_source import erase_read
from parapet.actions.mark_gone import mark_gone
from parapet.actions.receive import BATCH_BYTES, BATCH_ITEMS, receive
from parapet.actions.seal_source import mark_of, open_source, seal_source
from parapet.channels.archives import shown as safe_to_show
from parapet.channels.containers import NotOpened, Source, parse_source, walk, within
from parapet.domain.errors import ParapetError
from parapet.domain.parsed import Found, Gone, Parsed, Passed, Place, Reason, Refused
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.naming import delivered_context, names_of, uri_name
from parapet.records.refusals import Spot, seal_spot

log = structlog.get_logger("parapet.intake")

#: Refusals beyond this many in one import are counted, not listed: a hostile file must not fill the database.
MAX_LISTED_REFUSALS = 2_000
#: Files whose end is written at once: a folder of many small ones shall show that it moves.
BATCH_FILES = 20

Folder = Callable[[Path], int | None]
Progress = Callable[[models.Intake], None]


@frozen
class Delivery:
    """One path a person named; or a file that was sealed before: what she calls it, and its row.

    channel  by which it came, where it was watched: it is read as that and not unpacked, whatever it looks like
    owner    whose it is, where that is known of this one alone
    place    which of all it is, from 1, where some were read before
    """

    path: Path
    shown: str = ""
    row: models.IntakeFile | None = None
    channel: str = ""
    owner: int | None = None
    place: int = 0


class _Sealed:
    """Files, each sealed whole before anything of it is parsed, and parsed from what was sealed.

    What a parser will make of a file does not matter to the proof; and a mailbox to which a mail is added meanwhile is
    still the one whose digest stands in the log.
    """

    def __init__(self) -> None:
        self._held: dict[Path, tuple[models.Source, str]] = {}

    def open(self, path: Path) -> BinaryIO:
        """The sealed copy of a file, which is sealed now if it was not. Raises OSError when it cannot be read."""
        if path not in self._held:
            with path.open("rb") as stream:
                self._held[path] = seal_source(stream)
        return open_source(self._held[path][0])

    def found_in(self, delivery: Delivery) -> Iterator[Source | NotOpened]:
        """Every source of a delivery."""
        path, row = delivery.path, delivery.row
        if row is None:
            return walk([path], self.open)
        assert row.source is not None
        self._held[path] = row.source, mark_of(row.source)
        if delivery.channel:
            return iter([Source(str(path), "", row.source.size_bytes, lambda: self.open(path), path=path)])
        return within(path, lambda: self.open(path))

    def source_of(self, path: Path) -> tuple[models.Source | None, str]:
        """The source of a file and its mark; (None, "") for what was not opened: pipes, devices, links that lead out."""
        return self._held.get(path, (None, ""))

    def done(self, path: Path) -> None:
        """Forget a file that has been read."""
        self._held.pop(path, None)


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

    def refused(self, refused: Refused, file: models.IntakeFile | None, at: Spot) -> None:
        """Take note of what could not be taken in. `at` has the numbers of its place; the names are in `refused`."""
        self.intake.found += 1
        self.intake.refused += 1
        if self.listed >= MAX_LISTED_REFUSALS:
            return
        self.listed += 1
        spot = evolve(at, name=refused.place.member, pointer=refused.place.pointer, detail=refused.detail)
        sealed = seal_spot(spot, self.intake.number)
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
            if self.intake.again:
                note_reading(self.intake, self.ended)
            models.IntakeRefusal.objects.bulk_create(self.refusals)
            models.IntakeFile.objects.filter(number__in=[file.number for file in self.ended]).update(ended=True)
            self.intake.files_done += len(self.ended)
            self.intake.save()
        read = [file.source_id for file in self.ended if file.source_id is not None]
        erase_read(read)
        close_read(read)
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
    account, sealed = _Account(intake, AddressBook.load(), progress), _Sealed()
    intake.state = "running"
    for number, delivery in enumerate(deliveries, 1):
        for count, (file, sources) in enumerate(_by_file(sealed.found_in(delivery), delivery), 1):
            spot = Spot(delivery.place or number, 0 if file.path == delivery.path else count)
            _File(account, file, sealed, folder, mapping or {}, delivery, spot).take_in(sources)
            sealed.done(file.path)
    account.flush()
    intake.state, intake.ended_at = "done", datetime.now(UTC)
    account.flush()
    close_read()  # also earlier files, of which something was given to a closed advocate only now
    return intake


@frozen
class _Named:
    """A file: where it is (for whose folder it lies in), and how to show it."""

    path: Path
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
            yield _Named(path, safe_to_show((delivery.shown or pending.file).rstrip("/."))), group(pending)
            if not waiting:
                break
            pending = waiting.pop()


class _File:
    """One file on disk on its way in."""

    def __init__(
        self,
        account: _Account,
        file: _Named,
        sealed: _Sealed,
        folder: Folder,
        mapping: dict[str, str],
        delivery: Delivery,
        spot: Spot,
    ) -> None:
        self.account, self.file, self.mapping, self.spot = account, file, mapping, spot
        self.owner = delivery.owner if delivery.owner is not None else folder(file.path)
        self.source, self.mark = sealed.source_of(file.path)
        self.row, self.channel = delivery.row, delivery.channel
        again = account.intake.again and self.source is not None
        self.earlier = EarlierReading(self.source.number) if again and self.source is not None else None

    def take_in(self, sources: Iterator[Source | NotOpened]) -> None:
        self._listed()
        for source in sources:
            spot = evolve(self.spot, member=source.number)
            if isinstance(source, NotOpened):
                self.account.refused(source.refused, self.row, spot)
                continue
            found = self._parsed(source)
            for parsed in self.earlier.recognised(found) if self.earlier is not None else found:
                self._take(parsed, spot)
        assert self.row is not None
        if self.earlier is not None:
            self.account.intake.missing += self.earlier.missing()
        self.account.done(self.row)

    def _parsed(self, source: Source) -> Iterator[Parsed]:
        """All that is in `source`. What nobody foresaw in it refuses it, and the import goes on.

        Only what reading raises comes by here: `_take`, which writes, is called outside, and its errors stop the import.
        """
        try:
            yield from parse_source(source, self.mapping, self.channel)
        except (ParapetError, DatabaseError, MemoryError):
            raise  # of the home or the machine, whatever the file is
        except Exception as error:  # the edge: one stranger's bytes must not keep all the others out
            log.error("a file was not read", exc_info=error)
            yield Refused(Reason.READER_FAILED, Place(member=source.member), type(error).__name__)

    def _listed(self) -> None:
        """Enter the file in the account, unless the page that took it up has."""
        if self.row is not None:
            return
        self.account.intake.files_total += 1
        self.row = models.IntakeFile(intake=self.account.intake, source=self.source, advocate_id=self.owner)
        self.row.sealed_path = keyring().lock_text(self.file.shown, about=delivered_context(self.row.number))
        self.row.save()

    def _take(self, parsed: Found | Gone | Passed | Refused, spot: Spot) -> None:
        match parsed:
            case Found():
                assert self.source is not None
                folder = self.owner if parsed.delivered else None
                renamed = self.earlier is not None and self.earlier.has_renamed(parsed)
                self.account.arrived(Arrival(parsed, self.source.number, self.mark, folder, renamed))
            case Gone():
                self.account.went(parsed)
            case Passed():
                self.account.intake.passed += 1
            case Refused():
                self.account.refused(parsed, self.row, spot)
