"""Read sealed files once more, as the program reads them today: what an earlier version of it did not understand may be a message.

Nothing that is there changes. What was found before keeps its name, its judgement and what people made of it; what is new is judged like
all that comes in; what is no longer found is counted, and stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from attrs import define, frozen
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from parapet.access.connections import connection_for
from parapet.access.intakes import number_for
from parapet.access.people import advocate_for
from parapet.actions.close_sources import open_for_reading
from parapet.actions.earlier_reading import ASKED, EarlierReading, tell
from parapet.actions.reread import channel_of, owner_of, plain_path
from parapet.actions.seal_source import open_source
from parapet.channels.containers import NotOpened, Source, parse_source, within
from parapet.domain.errors import ReferenceUnknown, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.parsed import Found, Parsed, Refused
from parapet.domain.rights import Right
from parapet.jobs import outbox
from parapet.records.bulk import find
from parapet.records.chain import hold_log
from parapet.records.delivered import delivered, sealed_delivery
from parapet.records.keyring import keyring
from parapet.records.models import Connection, Intake, IntakeFile, IntakeRefusal, ItemName, Occurrence, Person, Version
from parapet.records.naming import names_of
from parapet.records.numbers import number_of

#: Files of which somebody who asked on a screen may have so many read at once; the command takes any number.
MOST_ON_A_SCREEN = 20_000


def left_over() -> QuerySet[IntakeFile]:
    """Files of which the last reading left something, or did not come to its end."""
    refused = IntakeRefusal.objects.filter(file=OuterRef("number"))
    return readable().filter(Q(Exists(refused)) | Q(ended=False, intake__state="failed"), superseded=False)


def readable() -> QuerySet[IntakeFile]:
    """Files whose bytes are here."""
    return IntakeFile.objects.filter(source__isnull=False).exclude(source__pack="")


def of_channel(files: QuerySet[IntakeFile], channel: str) -> QuerySet[IntakeFile]:
    """Those of `files` that came by this channel, or in which messages of it were found."""
    brought = Occurrence.objects.filter(source=OuterRef("source"), version__item__channel=channel)
    return files.filter(Q(channel=channel) | Exists(brought))


def read_import_again(person: Person, intake_id: str) -> str:
    """Promise to read the files of an import of hers once more; the public name of the reading. Raises NotFound, RequestRefused."""
    intake = Intake.objects.get(number=number_for(person, intake_id))
    if intake.advocate is not None:
        advocate_for(person, intake.advocate.id, Right.SORT)
    return _promised(person, readable().filter(intake=intake), intake)


def read_connection_again(person: Person, connection_id: str) -> str:
    """The same of all that came over a connection and was not understood. Raises NotFound, RequestRefused."""
    row = connection_for(person, connection_id)
    advocate_for(person, row.advocate.id, Right.KEEP)
    last = Intake(advocate=row.advocate, connection=row)
    return _promised(person, left_over().filter(intake__connection=row), last)


def _promised(person: Person, files: QuerySet[IntakeFile], like: Intake) -> str:
    if not files.exists():
        raise RequestRefused(_("There is nothing to read again here."))
    if files.count() > MOST_ON_A_SCREEN:
        raise RequestRefused(
            _("These are too many for a screen. Whoever runs this Parapet reads them again with parapet reparse.")
        )
    return promise_reading(files, person=person, advocate=like.advocate_id, connection=like.connection_id).id


def promise_reading(
    files: QuerySet[IntakeFile], *, person: Person | None, advocate: int | None = None, connection: int | None = None
) -> Intake:
    """Write down that these files are to be read again, and promise it. Raises KeyClosed for one that is closed, unless somebody is
    present who opens it."""
    with transaction.atomic():
        hold_log()
        chosen = list(once_each(files))
        again = Intake(person=person, advocate_id=advocate, connection_id=connection, again=True, files_total=len(chosen))
        again.save(force_insert=True)
        rows = []
        for file in chosen:
            row = IntakeFile(intake=again, source_id=file.source_id, advocate_id=owner_of(file), channel=channel_of(file))
            row.sealed_path = sealed_delivery(row.number, *delivered(file))
            rows.append(row)
        IntakeFile.objects.bulk_create(rows, batch_size=500)
        open_for_reading(file.source_id for file in chosen)
        tell(again, ASKED)
        outbox.put("run_intake", {"intake": again.number})
    return again


def once_each(files: QuerySet[IntakeFile]) -> Iterator[IntakeFile]:
    """Each sealed file once, as it was delivered last."""
    seen: set[int | None] = set()
    for file in files.select_related("source", "intake").order_by("-intake__started_at", "-number"):
        if file.source_id not in seen:
            seen.add(file.source_id)
            yield file


# Before it is done


@define
class Rehearsal:
    """What reading again would come to. Numbers of files and of messages."""

    files: int = 0
    found: int = 0
    new: int = 0
    versions: int = 0
    refused: int = 0
    missing: int = 0


@frozen
class _Seen:
    names: list[bytes]
    content: bytes


def rehearse(
    files: QuerySet[IntakeFile], *, progress: Callable[[Rehearsal, int], None] = lambda _told, _files: None
) -> Rehearsal:
    """Read them, and keep nothing. `progress` is told how far it is, and of how many files."""
    told, waiting = Rehearsal(), list[_Seen]()
    chosen = list(once_each(files))
    for place, file in enumerate(chosen, 1):
        assert file.source is not None
        told.files += 1
        earlier = EarlierReading(file.source.number)
        for parsed in earlier.recognised(_parsed(file, place)):
            if isinstance(parsed, Found):
                told.found += 1
                digests = [keyring().digest_once("uri", name) for name in names_of(parsed.item)]
                waiting.append(_Seen(digests, keyring().digest_once("content", parsed.item.content_digest().hex())))
            elif isinstance(parsed, Refused):
                told.found, told.refused = told.found + 1, told.refused + 1
            if len(waiting) >= 500:
                _compare(told, waiting)
                waiting = []
        told.missing += earlier.missing()
        progress(told, len(chosen))
    _compare(told, waiting)
    return told


def _parsed(file: IntakeFile, place: int) -> Iterator[Parsed]:
    held, path, channel = file.source, plain_path(file, place), channel_of(file)
    assert held is not None
    one = Source(str(path), "", held.size_bytes, lambda: open_source(held), path=path)
    for source in [one] if channel else within(path, lambda: open_source(held)):
        if isinstance(source, NotOpened):
            yield source.refused
        else:
            yield from parse_source(source, {}, channel)


def _compare(told: Rehearsal, seen: Collection[_Seen]) -> None:
    by_name: dict[bytes, int] = {}
    digests = {digest for each in seen for digest in each.names}
    for digest, item in find(ItemName, ("digest", "item_id"), "digest", digests):
        by_name[bytes(digest)] = item
    contents: dict[int, set[bytes]] = {}
    for item, content in find(Version, ("item_id", "content"), "item_id", set(by_name.values())):
        contents.setdefault(item, set()).add(bytes(content))
    for each in seen:
        items = {by_name[name] for name in each.names if name in by_name}
        told.new += not items
        told.versions += bool(items) and not any(each.content in contents.get(item, ()) for item in items)


def reading_of(which: str) -> QuerySet[IntakeFile]:
    """The files of an import or of a connection, by its public name, for whoever holds the home. Raises ReferenceUnknown."""
    intake, connection = number_of("int", which), number_of("con", which)
    if intake is not None and Intake.objects.filter(number=intake).exists():
        return readable().filter(intake_id=intake)
    if connection is not None and Connection.objects.filter(number=connection).exists():
        return readable().filter(intake__connection_id=connection)
    raise ReferenceUnknown(_("There is no such import and no such connection here."))
