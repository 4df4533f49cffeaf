"""What an earlier reading found in a sealed file, beside what this one finds: so that nothing is there twice, and what is missed is told.

A message is found again by its names. Where a channel names its messages otherwise than before, the place tells: what lies in the same
file, in the same bytes, and is the only thing there that neither reading can account for, is the same message. Its old name becomes one
of its names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from attrs import evolve

from parapet.access.opening import face, item_key, locker_of
from parapet.domain.errors import KeyClosed
from parapet.domain.items import Item
from parapet.domain.parsed import Found, Parsed
from parapet.evidence.seal import event_body
from parapet.records import models
from parapet.records.bulk import find
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import keyring
from parapet.records.lasting import home_locker
from parapet.records.naming import names_of, uri_name

KIND, ASKED, DONE = "read_again", "asked", "done"
#: Of what lies in one place, how many working copies are opened to compare names. A file of one line may hold thousands.
_MOST_IN_PLACE = 50


class _Place(NamedTuple):
    member: str
    offset: int
    length: int


class _Held(NamedTuple):
    spot: int
    version: int


class EarlierReading:
    """All that was found in one sealed file before, as of now."""

    def __init__(self, source: int) -> None:
        self._at: dict[_Place, list[_Held]] = {}
        self._missed: dict[int, set[int]] = {}  # by spot, the versions that were found there
        for spot, version, offset, length, sealed in models.Occurrence.objects.filter(source_id=source).values_list(
            "spot", "version_id", "offset", "length", "sealed_place"
        ):
            said = keyring().unlock_text(bytes(sealed), about=f"place:{version}".encode())
            self._at.setdefault(_Place(said.split("\0", 1)[0], offset, length), []).append(_Held(spot, version))
            self._missed.setdefault(spot, set()).add(version)
        self._spots = frozenset(self._missed)
        self._found: set[int] = set()  # versions that were met again
        self._names: set[int] = set()
        self._renamed: set[str] = set()

    def recognised(self, parsed: Iterable[Parsed]) -> Iterator[Parsed]:
        """All of `parsed`, in order; what was found in its place under another name has that name too."""
        waiting: list[Found] = []
        for each in parsed:
            if waiting and not (isinstance(each, Found) and _place_of(each) == _place_of(waiting[0])):
                yield from self._together(waiting)
                waiting = []
            if isinstance(each, Found):
                waiting.append(each)
                if len(waiting) > _MOST_IN_PLACE:
                    yield from self._together(waiting, too_many=True)
                    waiting = []
            else:
                yield each
        yield from self._together(waiting)

    def _together(self, found: Sequence[Found], *, too_many: bool = False) -> Iterator[Found]:
        """What lies in one place."""
        spots = [spot_of(each) for each in found]
        strange = [each for each, spot in zip(found, spots, strict=True) if spot not in self._spots]
        unclaimed = [held for held in self._at.get(_place_of(found[0]), ()) if held.spot not in spots] if strange else []
        for spot in spots:
            self._found |= self._missed.pop(spot, set())
        renamed: dict[int, Found] = {}
        if len(strange) == 1 and unclaimed and len(unclaimed) <= _MOST_IN_PLACE and not too_many:
            named = self._named(strange[0], unclaimed)
            if named is not None:
                renamed[id(strange[0])] = named
                self._renamed.add(named.item.uri)
        for each in found:
            told = renamed.get(id(each), each)
            self._names.update(map(hash, names_of(told.item)))
            yield told

    def _named(self, found: Found, unclaimed: Sequence[_Held]) -> Found | None:
        """`found` with the name of what was here, if it is one thing (aimed at however many), of the same channel."""
        here = [face for face in faces_of([held.version for held in unclaimed]) if face is not None]
        if len({(each.channel, each.uri) for each in here}) != 1 or here[0].channel != found.item.channel:
            return None
        before = here[0].uri
        if before == found.item.uri or before in found.item.aliases:
            return None
        return evolve(found, item=evolve(found.item, aliases=(*found.item.aliases, before)))

    def has_renamed(self, found: Found) -> bool:
        """Whether this was here before under another name."""
        return found.item.uri in self._renamed

    def missing(self) -> int:
        """How many messages were found here before, and not this time under any name. They stay."""
        left = {version for several in self._missed.values() for version in several}
        if not left:
            return 0
        items = dict(find(models.Version, ("number", "item_id"), "number", left | self._found))
        # Under its name of today it was met: that it lay here under an older one, too, is no loss.
        met = {items[version] for version in self._found}
        versions = [version for version in left if items[version] not in met]
        missed = {
            (each.channel, each.uri)
            for each in faces_of(versions)
            if each is not None and hash(uri_name(each.channel, each.uri)) not in self._names
        }
        return len(missed)


def _place_of(found: Found) -> _Place:
    return _Place(found.place.member, found.place.offset, found.place.length)


def spot_of(found: Found) -> int:
    """What an occurrence of `found` is known by in its file (`Occurrence.spot`)."""
    place = found.place
    return keyring().number_once("spot", f"{place.member}\0{place.pointer}\0{place.offset}\0{found.item.uri}")


def faces_of(versions: Iterable[int]) -> Iterator[Item | None]:
    """The working copies of these versions; None for one that is closed, and that nobody is present to open."""
    numbers = list(versions)
    for first in range(0, len(numbers), 500):
        for version in models.Version.objects.filter(number__in=numbers[first : first + 500]).select_related("item__advocate"):
            try:
                yield face(version, item_key(version.item, locker_of(version.item.advocate)))
            except KeyClosed:
                yield None


def note_reading(intake: models.Intake, ended: Sequence[models.IntakeFile]) -> None:
    """In the transaction in which these files come to their end: this reading of them stands for earlier ones; and if it was the last,
    the log says so."""
    if intake.state == "done":
        hold_log()
    sources = [file.source_id for file in ended if file.source_id is not None]
    earlier = models.IntakeFile.objects.filter(source_id__in=sources, intake__started_at__lt=intake.started_at)
    earlier.exclude(intake_id=intake.number).update(superseded=True)
    if intake.state == "done":
        tell(intake, DONE)


def tell(intake: models.Intake, step: str) -> None:
    """Write the leaf: that sealed files are to be read again, or were."""
    now, counts = datetime.now(UTC), {"new": intake.new, "versions": intake.versions, "missing": intake.missing}
    person = intake.person
    hers = intake.advocate is not None and intake.advocate.number != models.Advocate.UNMATCHED
    body = event_body(
        kind=KIND,
        at=now,
        subjects=[intake.advocate.id, intake.id] if hers and intake.advocate is not None else [intake.id],
        actor=person.id if person is not None else "",
        details={"step": step, "files": intake.files_total, **(counts if step == DONE else {})},
    )
    locker = locker_of(intake.advocate) if hers and intake.advocate is not None else home_locker()
    number = intake.advocate_id if hers else models.Advocate.UNMATCHED
    append([Event(KIND, now, body, locker, advocate=number, person=person.number if person is not None else None)])
