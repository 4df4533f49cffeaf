"""What is said of a version: by the program, and by a person in its place. What she says goes first, whatever model comes after.

A correction is held against the log as a note is: its row opens to what was said, its leaf holds the digest of that, who said it
and when. Lists and counts take the newest row that opens; what shows or exports one item asks the log as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from parapet.access import opening
from parapet.access.views import CorrectionLine
from parapet.domain.errors import KeyWrong, SealBroken
from parapet.domain.judgement import Assessment, Harm, Severity, Urgency, Verdict
from parapet.evidence.canonical import read_leaf, salt
from parapet.evidence.keys import Locker
from parapet.records.bulk import find
from parapet.records.faces import unpack_assessment
from parapet.records.keyring import keyring
from parapet.records.models import Assessment as AssessmentRow
from parapet.records.models import Correction, Item, LogEntry, Person, Version
from parapet.records.naming import assessment_context, correction_context, item_key_context
from parapet.records.numbers import number_of
from parapet.records.vouching import is_vouched

KIND = "relabel"
#: Leaves that say how an item is judged, or that there is more of it to judge.
JUDGING = ("assess", KIND, "version")


@frozen
class Judged:
    """What is said of one version. `person` is None where nobody said anything, or took it back."""

    program: Assessment | None = None
    person: Verdict | None = None
    reason: str = ""  # hers

    @property
    def stands(self) -> Assessment | None:
        """What counts: her word, else the program's. None while it waits to be sorted."""
        if self.program is None or self.person is None:
            return self.program
        return self.program.as_said(self.person)


def judged_of(keys: Mapping[int, Locker], *, before: int | None = None) -> dict[int, Judged]:
    """What is said of each version of `keys` (its number to its item's key); by the log's first `before` leaves, when given."""
    programs = {}
    for _id, version, model, sealed in sorted(find(AssessmentRow, ("id", "version_id", "model", "sealed"), "version_id", keys)):
        programs[version] = (model, sealed)  # the newest model's is the last
    said = {}
    for index, version, sealed in sorted(find(Correction, ("log_index", "version_id", "sealed"), "version_id", keys)):
        if before is None or index < before:
            said[version] = (index, sealed)
    found = {}
    for version, key in keys.items():
        program, person, reason = None, None, ""
        if version in programs:
            model, sealed = programs[version]
            program = unpack_assessment(key.unlock(bytes(sealed), about=assessment_context(version, model)))
        if version in said:
            index, sealed = said[version]
            # A row that was tampered with does not stop everything else: its item's page, its dossier and the check tell of it.
            with contextlib.suppress(KeyWrong):
                person, reason = _opened(key, version, index, sealed)
        found[version] = Judged(program, person, reason)
    return found


def judged_by_people(items: Collection[int]) -> Counter[int]:
    """For how many versions of each of these items a person's word stands; nothing for an item of which nobody said any.

    One statement, however many items; it opens the newest word on each version, as `judged_of` does.
    """
    rows = Correction.objects.filter(version__item__in=items).order_by("log_index")
    columns = ("version__item__advocate_id", "version__item__advocate__wrapped_key", "version__item__wrapped_key")
    newest = {row[1]: row for row in rows.values_list("version__item_id", "version_id", "log_index", "sealed", *columns)}
    stand: Counter[int] = Counter()
    for item, version, index, sealed, advocate, advocate_key, item_key in newest.values():
        with contextlib.suppress(KeyWrong):
            keys = keyring().advocate(advocate, bytes(advocate_key))
            key = keys.below(bytes(item_key), about=item_key_context(item))
            stand[item] += _opened(key, version, index, sealed)[0] is not None
    return stand


def judged_versions(item: Item, key: Locker, *, before: int | None = None) -> list[tuple[Version, Judged]]:
    """The versions of an item, oldest first, each with what is said of it."""
    versions = list(Version.objects.filter(item=item).order_by("ordinal"))
    found = judged_of({version.number: key for version in versions}, before=before)
    return [(version, found[version.number]) for version in versions]


def believed(item: Item, key: Locker) -> tuple[list[tuple[Version, Judged]], tuple[CorrectionLine, ...], SealBroken | None]:
    """Versions with what is said of them, and every correction; when those are not what the log says, the program's word alone, and why."""
    versions = judged_versions(item, key)
    try:
        return versions, _corrections(item, key, {version.number: version.ordinal for version, _ in versions}), None
    except SealBroken as error:
        return [(version, Judged(each.program)) for version, each in versions], (), error


def gravest(judged: Iterable[tuple[Version, Judged]]) -> tuple[Version, Judged]:
    """Of an item's versions (at least one), what is shown when nobody asks for another.

    The gravest, and the newest of equals: neither an edit nor a second mail under the same Message-ID may put kind words in
    front of a threat.
    """

    def weight(pair: tuple[Version, Judged]) -> tuple[int, int, int]:
        stands = pair[1].stands
        return (*((stands.severity, stands.urgency) if stands else (0, 0)), pair[0].ordinal)

    return max(judged, key=weight)


def judged_at(item: int) -> int:
    """The place in the log of the newest leaf that says how an item is judged; -1 for none. Who corrects it says which she saw."""
    entries = LogEntry.objects.filter(item_number=item, kind__in=JUDGING)
    return max(entries.values_list("index", flat=True), default=-1)


# What is sealed of a person's word


def pack_said(verdict: Verdict | None, reason: str) -> bytes:
    """A verdict, or None for one that is taken back. The salt keeps a short reason from being guessed by its digest."""
    said: dict[str, Any] = {"reason": reason, "salt": salt()}
    if verdict is not None:
        said["harms"] = sorted(verdict.harms)
        said["severity"], said["urgency"] = int(verdict.severity), int(verdict.urgency)
    return json.dumps(said, sort_keys=True).encode()


def _opened(key: Locker, version: int, index: int, sealed: bytes) -> tuple[Verdict | None, str]:
    """What a row of `Correction` says. Raises KeyWrong."""
    return unpack_said(key.unlock(bytes(sealed), about=correction_context(version, index)))


def unpack_said(raw: bytes) -> tuple[Verdict | None, str]:
    """The inverse of `pack_said`."""
    said = json.loads(raw)
    if "harms" not in said:
        return None, said["reason"]
    verdict = Verdict(frozenset(map(Harm, said["harms"])), Severity(said["severity"]), Urgency(said["urgency"]))
    return verdict, said["reason"]


# Held against the log


def corrections_of(item: Item, key: Locker, *, before: int | None = None) -> tuple[CorrectionLine, ...]:
    """What people said of an item and took back, in the order of the log; by its first `before` leaves, when given.

    Raises SealBroken when one was changed, given to another version, added or taken away.
    """
    return _corrections(item, key, dict(Version.objects.filter(item=item).values_list("number", "ordinal")), before=before)


def _corrections(
    item: Item, key: Locker, ordinals: Mapping[int, int], *, before: int | None = None
) -> tuple[CorrectionLine, ...]:
    """`corrections_of`, of an item whose versions (number to ordinal) were read before."""
    rows = Correction.objects.filter(version__in=ordinals).order_by("log_index")
    entries = LogEntry.objects.filter(item_number=item.number, kind=KIND, person_number__isnull=False).order_by("index")
    held = [row for row in rows if before is None or row.log_index < before]
    told = [entry for entry in entries if before is None or entry.index < before]
    if [row.log_index for row in held] != [entry.index for entry in told]:
        raise SealBroken("What people said of this message is not as much as the log tells of.")
    return tuple(_lines(item, key, held, told, ordinals))


def _lines(
    item: Item, key: Locker, held: Sequence[Correction], told: Sequence[LogEntry], ordinals: Mapping[int, int]
) -> Iterator[CorrectionLine]:
    numbers = {entry.person_number for entry in told if entry.person_number is not None}
    people = {person.number: person.name for person in Person.objects.filter(number__in=numbers)}
    for row, entry in zip(held, told, strict=True):
        ordinal = ordinals[row.version_id]
        verdict, reason = _checked(item, key, row, entry, ordinal)
        yield CorrectionLine(ordinal, entry.at, people.get(entry.person_number or 0, ""), verdict, reason, entry.index)


def _checked(item: Item, key: Locker, row: Correction, entry: LogEntry, ordinal: int) -> tuple[Verdict | None, str]:
    try:
        body = read_leaf(opening.leaf_bytes(entry, key))
        raw = key.unlock(bytes(row.sealed), about=correction_context(row.version_id, row.log_index))
    except KeyWrong:
        raise SealBroken("What a person said of this message, or what the log says of it, does not open.") from None
    details = body["details"]
    told = (body["kind"], body["subjects"], number_of("per", str(body["actor"])), details.get("version"), details.get("sha256"))
    if not is_vouched(entry) or told != (KIND, [item.id], entry.person_number, ordinal, hashlib.sha256(raw).hexdigest()):
        raise SealBroken("What a person said of this message is not what the log says.")
    return unpack_said(raw)
